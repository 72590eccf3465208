/** Block Kit's blocks, and their elements. https://docs.slack.dev/reference/block-kit/blocks */

import { byId, make, picture } from "./dom.js";
import { menuButton } from "./menu.js";
import { ask, busy } from "./notice.js";
import { drawField, drawInput, heldIn, startOf, valueOf } from "./slack_fields.js";
import { textNodes, withEmoji } from "./slack_mrkdwn.js";

/**
 * A node for a block; `press(block, element, value)` sends what was pressed in it,
 * `held(block, element)` says what was picked there before.
 */
export function drawBlock(block, press, held) {
  const draw = (element) => drawElement(element, (value) => press(block, element, value), held?.(block, element));
  return DRAW[block.type]?.(block, draw) ?? make("p.unknown", `[${block.type}: not drawn here]`);
}

/** A function that draws the blocks of a view, inputs too; `draft(block)` is what somebody has typed already. */
export const drawInView = (view, press, draft) => (block) => {
  const held = heldIn(view);
  if (block.type !== "input") return drawBlock(block, press, held);
  return drawInput(block, draft(block) ?? held(block, block.element) ?? "", press);
};

const words = (nodes) => make("div.text", nodes);

const section = ({ text, fields, accessory }, draw) =>
  make(
    "div.section",
    make(
      "div.words",
      text && words(textNodes(text)),
      fields && make("div.fields", fields.map((field) => words(textNodes(field)))),
    ),
    accessory && draw(accessory),
  );

const image = ({ image_url: url, slack_file: file, alt_text: text }, look) => picture(url ?? file?.url, text, look);

const row = (name) => (block, draw) => make(`div.${name}`, block.elements.map(draw));

/** A table; its first row is its head. */
function table({ rows, column_settings: columns = [] }) {
  const content = ({ type, text, value }) => withEmoji(`${text ?? value ?? `[${type}]`}`);
  const draw = (tag) => (cell, at) => make(tag, { "data-align": columns[at]?.align }, content(cell));
  return make("table", rows.map((cells, at) => make("tr", cells.map(draw(at ? "td" : "th")))));
}

const DRAW = {
  section,
  context: row("context"),
  actions: row("actions"),
  header: ({ text }) => make("p.headline", { role: "heading", "aria-level": "3" }, textNodes(text)),
  divider: () => make("hr"),
  image: (block) => make("figure", block.title && make("figcaption", textNodes(block.title)), image(block)),
  table,
};

/**
 * A node for an element. `press(value)` sends that it was pressed, or what was picked, and answers what
 * went wrong, if anything did; `held` is what was picked before.
 */
function drawElement(element, press, held) {
  const { type, action_id: place, placeholder } = element;
  if (type === "image") return image(element, { class: "accessory" });
  if (type === "mrkdwn" || type === "plain_text") return make("span", textNodes(element));
  const send = sending(element, press);
  if (type in ELEMENTS) return ELEMENTS[type](element, send);
  const control = drawField(element, held ?? startOf(element), place);
  if (!control) return make("span.unknown", `[${type}]`);
  control.ariaLabel = placeholder?.text ?? type.replaceAll("_", " ");
  control.dataset.place = place;
  control.addEventListener("change", () => send(control, valueOf(control)));
  return control;
}

/** Asks first where the element wants that; one press at a time; a sign stays where nobody answered. */
const sending = ({ confirm }, press) => async (node, value) => {
  if (confirm && !(await confirmed(confirm))) return;
  if (node.nextSibling?.className === "warned") node.nextSibling.remove();
  const trouble = await busy(node, () => press(value));
  const words = `This did not work: ${trouble}`;
  if (trouble) node.after(make("span.warned", { role: "img", title: words, "aria-label": words }, "⚠️"));
};

/** Ask what a `confirm` object asks. */
const confirmed = ({ title, text, confirm: yes, deny: no, style: look }) => {
  const [titled, told, agreed, denied] = [title, text, yes, no].map(textNodes);
  return ask({ title: titled, text: told, yes: agreed, no: denied, look, over: byId("slack") });
};

function button({ style = "", action_id: place, accessibility_label: label, value, url, text }, send) {
  const onclick = ({ currentTarget }) => send(currentTarget, value);
  const attributes = { class: `button ${style}`, "data-place": place, "aria-label": label, onclick };
  const more = url ? { href: url, rel: "noreferrer" } : { type: "button" };
  return make(url ? "a" : "button", { ...attributes, ...more }, textNodes(text));
}

function overflow({ action_id: place, options }, send) {
  const attributes = { class: "button", "data-place": place, "aria-label": "More actions" };
  const entries = (node) => options.map(({ text, value }) => [textNodes(text), () => send(node, value)]);
  return menuButton(attributes, entries, "⋯");
}

const ELEMENTS = { button, overflow };
