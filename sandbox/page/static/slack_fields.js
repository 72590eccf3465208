/** Elements that hold a value, and the inputs of a view around them. */

import { make } from "./dom.js";
import { textNodes } from "./slack_mrkdwn.js";

const TYPED = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email" },
  url_text_input: { type: "url" },
  number_input: { type: "text", inputmode: "decimal" },
  datepicker: { type: "date" },
};

/** A control for an element, `value` in it; undefined for one that holds none. */
export function drawField(element, value, name) {
  const { type, multiline } = element;
  const placeholder = element.placeholder?.text;
  if (type === "radio_buttons") return drawChoices(element, value, { type: "radio", name });
  if (type === "checkboxes") return drawChoices(element, value, { type: "checkbox" });
  if (type === "static_select") return drawSelect(element, value, placeholder);
  if (multiline) return make("textarea", { rows: "4", placeholder }, value);
  return TYPED[type] && make("input", { ...TYPED[type], value, placeholder, autocomplete: "off" });
}

/** What is entered in a control, as the stand-in takes it: several choices with commas between them. */
export const valueOf = (control) =>
  control.value ?? [...control.querySelectorAll("input:checked")].map(({ value }) => value).join(",");

const plain = (value) => (Array.isArray(value) ? value.map(plain).join(",") : (value?.value ?? value ?? ""));
const first = (holder, isMeant) => plain(Object.entries(holder).find(([name]) => isMeant(name))?.[1]);

/** What an element holds before anybody touched it. */
export const startOf = (element) => first(element, (name) => name.startsWith("initial_"));

/** A function that tells what an element of a view holds; undefined where it holds nothing. */
export const heldIn = (view) => (block, element) => {
  const state = view.state.values[block.block_id]?.[element.action_id];
  return state && first(state, (name) => name !== "type");
};

/** All options, `draw`n one by one and put `together` where they are a group. */
const drawOptions = ({ options: all, option_groups: groups = [{ options: all }] }, draw, together) =>
  groups.map(({ label, options }) =>
    label ? together(label.text, options.map(draw)) : options.map(draw),
  );

function drawSelect(element, value, words = "Select an option") {
  const draw = (one) => make("option", { value: one.value }, textNodes(one.text));
  const together = (label, options) => make("optgroup", { label }, options);
  const node = make("select", make("option", { value: "" }, words), drawOptions(element, draw, together));
  node.value = value;
  return node;
}

function drawChoices(element, value, attributes) {
  const chosen = value.split(",");
  const draw = (one) =>
    make(
      "label",
      make("input", { ...attributes, value: one.value, checked: chosen.includes(one.value) }),
      make("span", textNodes(one.text), one.description && make("small", textNodes(one.description))),
    );
  const role = attributes.type === "radio" ? "radiogroup" : "group";
  return make("div.choices", { role }, drawOptions(element, draw, (label, all) => [make("b", label), all]));
}

/** An input block; `dispatch(block, element, value)` sends at once what the block wants sent. */
export function drawInput(block, entered, dispatch) {
  const { element, label, hint, optional } = block;
  const id = `input-${block.block_id}`;
  const control = drawField(element, entered, id) ?? make("span.unknown", `[${element.type}]`);
  const isGroup = control.matches("div");
  const error = make("p.error", { id: `${id}-error` });
  control.id = id;
  control.classList.add("control");
  control.dataset.place = element.action_id;
  if (element.focus_on_load) control.dataset.first = "yes";
  if (!optional && !isGroup) control.ariaRequired = "true";
  control.setAttribute("aria-labelledby", `${id}-label`);
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  control.addEventListener("input", () => {
    control.dataset.touched = "yes";
    error.textContent = "";
  });
  if (block.dispatch_action) listen(control, () => dispatch(block, element, valueOf(control)));
  return make(
    "div.field",
    { "data-block": block.block_id },
    make(
      isGroup ? "span.label" : "label.label",
      { id: `${id}-label`, for: !isGroup && id },
      textNodes(label),
      optional && make("small", "(optional)"),
    ),
    control,
    counter(control, element),
    error,
    make("p.hint", { id: `${id}-hint` }, hint && textNodes(hint)),
  );
}

/** What is chosen is sent at once, what is typed with Enter. */
function listen(control, send) {
  const isTyped = control.matches("input:not([type=date]), textarea");
  control.addEventListener(isTyped ? "keydown" : "change", (event) => {
    if (isTyped && event.key !== "Enter") return;
    event.preventDefault();
    send();
  });
}

/** How many characters are left, or still wanted; nothing where there is no limit. */
function counter(control, { min_length: least = 0, max_length: most }) {
  if (!least && !most) return null;
  const node = make("span.counter");
  const count = () => {
    const { length } = control.value;
    const left = most ? String(most - length) : "";
    node.textContent = length < least ? `${least - length} more` : left;
  };
  control.addEventListener("input", count);
  count();
  return node;
}
