/** Block Kit's layout blocks. https://docs.slack.dev/reference/block-kit/blocks */

import { link, make } from "./dom.js";
import { drawElement, image } from "./slack_elements.js";
import { drawInput, heldIn } from "./slack_fields.js";
import { date, emoji, markdown, mention, textNodes, withEmoji } from "./slack_mrkdwn.js";
import { channelNode, nameOf } from "./slack_workspace.js";

/**
 * A node for a block; `press(block, element, value)` sends what was pressed in it,
 * `held(block, element)` says what was picked there before.
 */
export function drawBlock(block, press, held) {
  const draw = (element) => drawElement(element, (value) => press(block, element, value), held?.(block, element));
  return DRAW[block.type]?.(block, draw) ?? make("p", { class: "unknown" }, `[${block.type}: not drawn here]`);
}

/** A function that draws the blocks of a view, inputs too; `draft(block)` is what somebody has typed already. */
export const drawInView = (view, press, draft) => (block) => {
  const held = heldIn(view);
  return block.type === "input"
    ? drawInput(block, draft?.(block) ?? held(block, block.element) ?? "", press)
    : drawBlock(block, press, held);
};

const words = (nodes) => make("div", { class: "text" }, nodes);

const section = ({ text, fields, accessory }, draw) =>
  make(
    "div",
    { class: "section" },
    make(
      "div",
      { class: "words" },
      text && words(textNodes(text)),
      fields && make("div", { class: "fields" }, fields.map((field) => words(textNodes(field)))),
    ),
    accessory && draw(accessory),
  );

const row = (name) => (block, draw) => make("div", { class: name }, block.elements.map(draw));

/** A picture below its title. */
export const figure = (address, text, title) =>
  make("figure", {}, title && make("figcaption", {}, title), image(address, text));

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };
const ELEMENTS = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text || url),
  emoji: ({ name, unicode }) => (unicode ? String.fromCodePoint(...unicode.split("-").map((hex) => `0x${hex}`)) : emoji(name)),
  user: ({ user_id: id }) => mention(nameOf(id)),
  usergroup: ({ usergroup_id: id }) => mention(id),
  broadcast: ({ range }) => mention(range),
  channel: ({ channel_id: id }) => channelNode(id),
  date: ({ timestamp, format, fallback, url }) => date(timestamp, format, fallback, url),
};
const PARTS = {
  rich_text_section: "div",
  rich_text_preformatted: "pre",
  rich_text_quote: "blockquote",
};

const styled = ({ elements }) =>
  elements.map((element) =>
    Object.keys(STYLES).reduce(
      (node, style) => (element.style?.[style] ? make(STYLES[style], {}, node) : node),
      ELEMENTS[element.type]?.(element) ?? `[${element.type}]`,
    ),
  );

const richText = ({ elements }) =>
  elements.map((part) => {
    if (part.type !== "rich_text_list") return make(PARTS[part.type] ?? "div", {}, styled(part));
    const { style, indent, offset } = part;
    const items = part.elements.map((item) => make("li", {}, styled(item)));
    return make(style === "ordered" ? "ol" : "ul", { start: offset && offset + 1, "data-indent": indent }, items);
  });

/** A table; its first row is its head. */
function table({ rows, column_settings: columns = [] }) {
  const content = (cell) => (cell.elements ? richText(cell) : withEmoji(`${cell.text ?? cell.value}`));
  const draw = (tag) => (cell, at) => make(tag, { "data-align": columns[at]?.align }, content(cell));
  return make("table", {}, rows.map((cells, at) => make("tr", {}, cells.map(draw(at ? "td" : "th")))));
}

const DRAW = {
  section,
  context: row("context"),
  actions: row("actions"),
  header: ({ text }) => make("p", { class: "headline", role: "heading", "aria-level": "3" }, textNodes(text)),
  divider: () => make("hr"),
  image: ({ image_url: url, slack_file: file, alt_text: text, title }) => figure(url ?? file?.url, text, title && textNodes(title)),
  rich_text: (block) => words(richText(block)),
  markdown: (block) => words(markdown(block)),
  table,
  video: ({ title, title_url: url }) => make("p", { class: "unknown" }, "Video: ", link(url ?? "", textNodes(title))),
};
