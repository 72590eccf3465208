/** Block Kit's layout blocks. https://docs.slack.dev/reference/block-kit/blocks */

import { make, picture } from "./dom.js";
import { drawElement } from "./slack_elements.js";
import { textNodes } from "./slack_mrkdwn.js";

/** A node for a block; `press(block, element, value)` sends what was pressed in it. */
export function drawBlock(block, press) {
  const draw = DRAW[block.type];
  const pressIn = (element) => (value) => press(block, element, value);
  return draw ? draw(block, pressIn) : make("p", { class: "unknown" }, `[${block.type}]`);
}

function section(block, pressIn) {
  const accessory = block.accessory && drawElement(block.accessory, pressIn(block.accessory));
  const fields = (block.fields ?? []).map((field) => make("div", { class: "text" }, textNodes(field)));
  return make(
    "div",
    { class: "section" },
    make(
      "div",
      { class: "words" },
      block.text && make("div", { class: "text" }, textNodes(block.text)),
      fields.length > 0 && make("div", { class: "fields" }, fields),
    ),
    accessory,
  );
}

function row(name) {
  return (block, pressIn) =>
    make("div", { class: name }, block.elements.map((element) => drawElement(element, pressIn(element))));
}

function image(block) {
  return make(
    "figure",
    {},
    block.title && make("figcaption", {}, block.title.text),
    picture(block.image_url, block.alt_text),
  );
}

const DRAW = {
  section,
  image,
  context: row("context"),
  actions: row("actions"),
  header: (block) => make("p", { class: "headline", role: "heading", "aria-level": "3" }, block.text.text),
  divider: () => make("hr"),
};
