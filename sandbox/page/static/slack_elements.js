/** Block Kit's elements outside of inputs: what is pressed or picked is sent at once. */

import { make, picture } from "./dom.js";
import { ask } from "./notice.js";
import { CHANNELS } from "./slack_people.js";
import { textNodes } from "./slack_mrkdwn.js";

/** A node for an element; `press(value)` sends that it was pressed, or what was picked. */
export function drawElement(element, press) {
  if (element.type === "image") return picture(element.image_url, element.alt_text, { class: "accessory" });
  if (element.type === "mrkdwn" || element.type === "plain_text") {
    return make("span", {}, textNodes(element));
  }
  const draw = DRAW[element.type];
  return draw ? draw(element, confirming(element, press)) : make("span", {}, `[${element.type}]`);
}

/** Options of a select: those of groups below their labels. */
export function options(element) {
  const one = (option) => make("option", { value: option.value }, option.text.text);
  const groups = (element.option_groups ?? []).map((group) =>
    make("optgroup", { label: group.label.text }, group.options.map(one)),
  );
  return [...(element.options ?? []).map(one), ...groups];
}

/** Conversations a person can choose. */
export const conversations = () =>
  Object.entries(CHANNELS).map(([id, name]) => make("option", { value: id }, `# ${name}`));

function confirming(element, press) {
  const { confirm } = element;
  if (!confirm) return press;
  return async (value) => {
    const agreed = await ask({
      title: confirm.title.text,
      text: textNodes(confirm.text),
      yes: confirm.confirm.text,
      no: confirm.deny.text,
      danger: confirm.style === "danger",
    });
    return agreed ? press(value) : undefined;
  };
}

/** Buttons are pressed once at a time: a second click while the first is under way does nothing. */
async function once(node, run) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    await run();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function button(element, press) {
  const attributes = {
    class: `button ${element.style ?? ""}`,
    "data-place": element.action_id,
    "aria-label": element.accessibility_label,
    onclick: (event) => once(event.currentTarget, () => press(element.value)),
  };
  return element.url
    ? make("a", { ...attributes, href: element.url, rel: "noreferrer" }, element.text.text)
    : make("button", { ...attributes, type: "button" }, element.text.text);
}

function overflow(element, press) {
  const menu = make("details", { class: "overflow" });
  const choose = (option) => {
    menu.open = false;
    press(option.value);
  };
  menu.append(
    make("summary", { "aria-label": "More actions", "data-place": element.action_id }, "⋯"),
    make(
      "div",
      {},
      element.options.map((option) =>
        make("button", { type: "button", onclick: () => choose(option) }, option.text.text),
      ),
    ),
  );
  return menu;
}

function picker(element, press, initial, choices) {
  const words = element.placeholder?.text ?? "Choose";
  const node = make(
    "select",
    { "aria-label": words, "data-place": element.action_id, onchange: () => press(node.value) },
    make("option", { value: "", disabled: true, hidden: true }, words),
    choices,
  );
  node.value = initial ?? "";
  return node;
}

function datepicker(element, press) {
  const attributes = { type: "date", "aria-label": element.placeholder?.text ?? "Date" };
  const node = make("input", {
    ...attributes,
    value: element.initial_date,
    "data-place": element.action_id,
    onchange: () => press(node.value),
  });
  return node;
}

function checkboxes(element, press) {
  const initial = new Set((element.initial_options ?? []).map((option) => option.value));
  const node = make(
    "div",
    { class: "choices", onchange: () => press(checkedIn(node)) },
    checkboxRows(element, initial),
  );
  return node;
}

/** Rows of checkboxes, those of `chosen` checked. */
export function checkboxRows(element, chosen) {
  return element.options.map((option) =>
    make(
      "label",
      {},
      make("input", { type: "checkbox", value: option.value, checked: chosen.has(option.value) }),
      make("span", {}, textNodes(option.text)),
    ),
  );
}

/** The values checked below a node, as the controls take them. */
export const checkedIn = (node) =>
  [...node.querySelectorAll("input:checked")].map((box) => box.value).join(",");

const DRAW = {
  button,
  overflow,
  checkboxes,
  datepicker,
  static_select: (element, press) => picker(element, press, element.initial_option?.value, options(element)),
  conversations_select: (element, press) =>
    picker(element, press, element.initial_conversation, conversations()),
};
