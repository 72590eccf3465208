/** Lists whose nodes stay as long as their items look the same, or they are pressed. */

const drawnIn = new WeakMap();

/**
 * Make `container` show `items` in order, told apart by their `key` or `id`. `draw(item, isNew)` makes a node.
 * Answers {added, changed}: the nodes that were drawn now. Focus inside a node drawn again is kept.
 */
export function showList(container, items, draw, keyOf = ({ key, id }) => key ?? id) {
  const before = drawnIn.get(container) ?? new Map();
  const focused = focusIn(before);
  const after = new Map();
  const added = [];
  const changed = [];
  for (const item of items) {
    const key = keyOf(item);
    const looks = JSON.stringify(item);
    const old = before.get(key);
    const stays = old?.looks === looks || old?.node.matches(":active");
    const entry = stays ? old : { looks, node: draw(item, !old) };
    if (entry !== old) (old ? changed : added).push(entry.node);
    after.set(key, entry);
  }
  arrange(container, before, after);
  drawnIn.set(container, after);
  if (focused) refocus(after.get(focused.key)?.node, focused);
  return { added, changed };
}

function arrange(container, before, after) {
  for (const [key, { node }] of before) {
    if (after.get(key)?.node !== node) node.remove();
  }
  let next = container.firstChild;
  for (const { node } of after.values()) {
    if (node === next) next = node.nextSibling;
    else container.insertBefore(node, next);
  }
}

function focusIn(drawn) {
  const active = document.activeElement;
  for (const [key, { node }] of drawn) {
    if (node.contains(active)) return { key, active, place: active.dataset.place };
  }
  return null;
}

function refocus(node, { active, place }) {
  if (!node || active.isConnected) return;
  const same = place && node.querySelector(`[data-place="${CSS.escape(place)}"]`);
  if (!same) node.tabIndex = -1;
  (same || node).focus({ preventScroll: true });
}
