/** Block Kit's elements outside of inputs: what is pressed or picked is sent at once. */

import { byId, make, picture } from "./dom.js";
import { drawField, startOf, valueOf } from "./slack_fields.js";
import { textNodes } from "./slack_mrkdwn.js";

/** An image of the sandbox's own; of any other its text. */
export const image = (address, text, attributes) =>
  picture(URL.canParse(address, location.href) ? new URL(address, location.href).href : "", text, attributes);

/**
 * A node for an element. `press(value)` sends that it was pressed, or what was picked, and answers what
 * went wrong, if anything did; `held` is what was picked before.
 */
export function drawElement(element, press, held) {
  const { type, action_id: place, placeholder } = element;
  if (type === "image") return image(element.image_url ?? element.slack_file?.url, element.alt_text, { class: "accessory" });
  if (type === "mrkdwn" || type === "plain_text") return make("span", {}, textNodes(element));
  const send = sending(element, press);
  if (type in DRAW) return DRAW[type](element, send);
  const control = drawField(element, held ?? startOf(element), place);
  if (!control) return make("span", { class: "unknown" }, `[${type}]`);
  control.ariaLabel = placeholder?.text ?? type.replaceAll("_", " ");
  control.dataset.place = place;
  control.addEventListener("change", () => send(control, valueOf(control)));
  return control;
}

/** Asks first where the element wants that; one press at a time; a sign stays where nobody answered. */
function sending({ confirm }, press) {
  return async (node, value) => {
    if (node.ariaBusy === "true" || (confirm && !(await confirmed(confirm)))) return;
    if (node.nextSibling?.className === "warned") node.nextSibling.remove();
    node.ariaBusy = "true";
    const trouble = await press(value);
    node.ariaBusy = null;
    const words = `This did not work: ${trouble}`;
    if (trouble) node.after(make("span", { class: "warned", role: "img", title: words, "aria-label": words }, "⚠️"));
  };
}

function button({ style = "", action_id: place, accessibility_label: label, value, url, text }, send) {
  const onclick = ({ currentTarget }) => send(currentTarget, value);
  const attributes = { class: `button ${style}`, "data-place": place, "aria-label": label, onclick };
  const more = url ? { href: url, rel: "noreferrer" } : { type: "button" };
  return make(url ? "a" : "button", { ...attributes, ...more }, textNodes(text));
}

function overflow({ action_id: place, options }, send) {
  const onclick = ({ currentTarget: node }) =>
    openMenu(node, options.map(({ text, value }) => [textNodes(text), () => send(node, value)]));
  return menuButton("More actions", { class: "button", "data-place": place, onclick });
}

const DRAW = { button, workflow_button: button, overflow };

export const menuButton = (label, attributes) =>
  make("button", { type: "button", "aria-haspopup": "menu", "aria-label": label, ...attributes }, "⋯");

/** Open a menu at `button`; `entries` are `[label, run]`. Escape and a press elsewhere close it. */
export function openMenu(button, entries) {
  const items = entries.map(([label, run]) =>
    make("button", { type: "button", role: "menuitem", onclick: () => (menu.hidePopover(), run()) }, label),
  );
  const onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (!step) return;
    event.preventDefault();
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  };
  const ontoggle = ({ newState }) => {
    button.ariaExpanded = String(newState === "open");
    if (newState === "closed") menu.remove();
  };
  const attributes = { role: "menu", popover: "auto", "aria-label": button.ariaLabel, onkeydown, ontoggle };
  const menu = make("div", { class: "menu", ...attributes }, items);
  byId("slack").append(menu);
  menu.showPopover();
  const { bottom, right, top } = button.getBoundingClientRect();
  const isRoom = bottom + menu.offsetHeight < innerHeight;
  menu.style.top = `${isRoom ? bottom : top - menu.offsetHeight}px`;
  menu.style.left = `${Math.max(right - menu.offsetWidth, 0)}px`;
  items[0].focus();
}

/** Ask what a `confirm` object asks, over the column; answers whether it was confirmed. */
function confirmed({ title, text, confirm, deny, style = "primary" }) {
  const { promise, resolve } = Promise.withResolvers();
  const choice = (value, look, label, more) => make("button", { class: look, value, ...more }, label);
  const onclose = () => (dialog.remove(), resolve(dialog.returnValue === "yes"));
  const dialog = make(
    "dialog",
    { class: "window", "aria-labelledby": "confirm-title", onclose },
    make(
      "form",
      { method: "dialog" },
      make("header", {}, make("h2", { id: "confirm-title" }, textNodes(title)), choice("no", "quiet", "×", { "aria-label": "Close" })),
      make("p", { class: "text" }, textNodes(text)),
      make(
        "footer",
        {},
        choice("no", "button", textNodes(deny)),
        choice("yes", `button ${style}`, textNodes(confirm), { autofocus: true }),
      ),
    ),
  );
  const { left, right } = byId("slack").getBoundingClientRect();
  Object.assign(dialog.style, { left: `${left}px`, right: `${innerWidth - right}px` });
  byId("slack").append(dialog);
  dialog.showModal();
  return promise;
}
