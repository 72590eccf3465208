/** A text with its entities as nodes: https://core.telegram.org/bots/api#messageentity */

import { link, make } from "./dom.js";
import { button } from "./notice.js";

const as = (tag) => ({ inside }) => make(tag, inside());
const mention = as("span.mention");
const code = ({ type, words, copy }) => button({ class: type, title: "Copy" }, () => copy(words), words);
const address = ({ url, words, inside }) => link(url ?? words, inside());
const DRAWN = {
  bold: as("b"),
  italic: as("i"),
  underline: as("u"),
  strikethrough: as("s"),
  blockquote: as("blockquote"),
  expandable_blockquote: as("blockquote"),
  code,
  pre: code,
  url: address,
  text_link: address,
  text_mention: mention,
  mention,
  email: mention,
  bot_command: ({ words, send }) => button({ class: "command" }, () => send(words), words),
};

/** `entities` begin with the outer ones. `hands`: copy(text) for code that is tapped, send(text) for commands. */
export function formatted(text, entities, hands, from = 0, to = text.length) {
  const nodes = [];
  for (const entity of entities) {
    const { type, offset, length } = entity;
    const end = offset + length;
    if (offset < from || end > to || !(type in DRAWN)) continue;
    const within = entities.filter((one) => one !== entity && one.offset >= offset && one.offset + one.length <= end);
    const inside = () => formatted(text, within, hands, offset, end);
    const words = text.slice(offset, end);
    nodes.push(text.slice(from, offset), DRAWN[type]({ ...hands, ...entity, words, inside }));
    from = end;
  }
  return [...nodes, text.slice(from, to)];
}
