/** The inputs of a modal: how they are drawn, and what the person has entered in them. */

import { make } from "./dom.js";
import { checkboxRows, checkedIn, conversations, options } from "./slack_elements.js";

/** An input block with its label, hint and a place for its error. */
export function drawInput(block, entered, dispatch) {
  const { element } = block;
  const id = `input-${block.block_id}`;
  const control = DRAW[element.type]?.(element, entered) ?? make("span", {}, `[${element.type}]`);
  control.id = id;
  control.classList.add("control");
  control.dataset.place = element.action_id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  if (!block.optional) control.setAttribute("aria-required", "true");
  const isGroup = element.type === "checkboxes";
  if (isGroup) control.setAttribute("aria-labelledby", `${id}-label`);
  listen(control, block, dispatch);
  return make(
    "div",
    { class: "field", "data-block": block.block_id },
    make(
      isGroup ? "span" : "label",
      { class: "label", id: `${id}-label`, for: !isGroup && id },
      block.label.text,
      block.optional && make("small", {}, " (optional)"),
    ),
    control,
    make("p", { class: "error", id: `${id}-error` }),
    make("p", { class: "hint", id: `${id}-hint` }, block.hint?.text),
  );
}

function listen(control, block, dispatch) {
  control.addEventListener("input", () => (control.dataset.touched = "yes"));
  if (!block.dispatch_action) return;
  const isTyped = control.matches("input:not([type=date]), textarea");
  if (!isTyped) {
    control.addEventListener("change", () => dispatch(block, block.element, valueOf(control)));
    return;
  }
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    dispatch(block, block.element, control.value);
  });
}

/** What was entered, as the `submit` control takes it. */
export const valueOf = (control) => (control.matches(".choices") ? checkedIn(control) : control.value);

/** The text behind one entry of a view's `state.values`. */
export function textOf(state) {
  const { value, selected_option: option, selected_options: chosen } = state ?? {};
  const picked = chosen?.map((one) => one.value).join(",");
  return value ?? option?.value ?? picked ?? state?.selected_date ?? state?.selected_conversation ?? "";
}

const typed = (more) => (element, entered) =>
  make("input", {
    value: entered,
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    autocomplete: "off",
    ...more(element),
  });

function plainText(element, entered) {
  if (!element.multiline) return typed(() => ({ type: "text" }))(element, entered);
  const area = make("textarea", { rows: "3", placeholder: element.placeholder?.text });
  area.value = entered;
  return area;
}

function chosen(choices) {
  return (element, entered) => {
    const words = element.placeholder?.text ?? "Select an option";
    const node = make("select", {}, make("option", { value: "" }, words), choices(element));
    node.value = entered;
    return node;
  };
}

const DRAW = {
  plain_text_input: plainText,
  email_text_input: typed(() => ({ type: "email", inputmode: "email", spellcheck: "false" })),
  number_input: typed((element) => ({ type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric" })),
  datepicker: typed(() => ({ type: "date" })),
  static_select: chosen(options),
  conversations_select: chosen(conversations),
  checkboxes: (element, entered) =>
    make("div", { class: "choices", role: "group" }, checkboxRows(element, new Set(entered.split(",")))),
};
