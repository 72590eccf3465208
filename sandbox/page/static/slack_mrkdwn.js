/** Slack's texts as nodes. https://docs.slack.dev/messaging/formatting-message-text */

import { link, make } from "./dom.js";
import { channelNode, nameOf } from "./slack_workspace.js";

// Those an app about money comes to use; others stay names.
const EMOJI = `white_check_mark ✅ x ❌ warning ⚠️ rotating_light 🚨 exclamation ❗ question ❓ information_source ℹ️
  hourglass ⌛ hourglass_flowing_sand ⏳ calendar 📅 link 🔗 lock 🔒 bell 🔔 receipt 🧾 bank 🏦 moneybag 💰
  money_with_wings 💸 credit_card 💳 email 📧 tada 🎉 eyes 👀 wave 👋 +1 👍 -1 👎 red_circle 🔴 large_green_circle 🟢`;
const SIGNS = new Map([...EMOJI.matchAll(/(\S+)\s+(\S+)/g)].map(([, name, sign]) => [name, sign]));

export const withEmoji = (text) => text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name) => SIGNS.get(name) ?? whole);
const mention = (name) => make("span.mention", `@${name}`);
const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// A mark styles nothing inside of a word; a word joiner is part of one.
const WORD = "\\p{L}\\p{N}\\u2060";
const around = (mark, tag) => [
  `(?<![${WORD}${mark}])${mark}(?=[^\\s\\u2060])([^${mark}\\n]*?\\S)${mark}(?![${WORD}${mark}])`,
  (text, scan) => make(tag, scan(text)),
];
const ANGLED = ["<([^<>\\n]+)>", (text) => angled(unescaped(text))];
const ADDRESS = ["(https?://[^\\s<>|]+[^\\s<>|.,;:!?)])", (text) => link(unescaped(text), unescaped(text))];
const STYLED = [
  ["\\n?```\\n?([\\s\\S]+?)\\n?```\\n?", (text) => make("pre", unescaped(text))],
  ["`([^`\\n]+)`", (text) => make("code", unescaped(text))],
  ANGLED,
  around("\\*", "strong"),
  around("_", "em"),
  around("~", "s"),
];

/** A function from text to nodes; of the kinds that match at one place the first counts. */
function scanner(...kinds) {
  const pattern = new RegExp(kinds.map(([one]) => one).join("|"), "gu");
  const rest = (text) => withEmoji(unescaped(text));
  return function scan(text) {
    const nodes = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const at = match.slice(1).findIndex((group) => group !== undefined);
      nodes.push(rest(text.slice(end, match.index)), kinds[at][1](match[at + 1], scan));
      end = match.index + match[0].length;
    }
    return [...nodes, rest(text.slice(end))].filter(Boolean);
  };
}

const all = scanner(...STYLED, ADDRESS);
const verbatim = scanner(...STYLED);
/** The nodes of a message posted with `mrkdwn: false`: nothing stands out in it. */
export const unstyled = scanner(ANGLED, ADDRESS);

/** The nodes of a text; lines that begin with `>` become quotes. */
export function mrkdwn(text, scan = all) {
  const parts = text.split(/(\n?```[^]+?```\n?|(?:^|\n)(?:&gt;|>).*(?:\n(?:&gt;|>).*)*\n?)/).filter(Boolean);
  const isQuote = (part) => /^\n?(&gt;|>)/.test(part);
  return parts.flatMap((part) =>
    isQuote(part) ? make("blockquote", scan(part.trim().replaceAll(/^(&gt;|>) ?/gm, ""))) : scan(part),
  );
}

/** The nodes of a text object of Block Kit. */
export function textNodes(object) {
  const { type, text } = object;
  if (type === "mrkdwn") return mrkdwn(text, object.verbatim ? verbatim : all);
  return [object.emoji === false ? text : withEmoji(text)];
}

/** What is in `<...>`: a mention, a channel, a link, or a date, of which its fallback is shown. */
function angled(text) {
  const [target, label] = text.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(nameOf(target.slice(1)));
  if (target.startsWith("#")) return channelNode(target.slice(1), label);
  if (!target.startsWith("!")) return link(target, label || target.replace(/^(mailto|tel):/, ""));
  if (target.startsWith("!date")) return label;
  return mention(label?.replace(/^@/, "") || target.slice(1));
}

/** What a person typed, as Slack passes it on: escaped, and addresses in angle brackets. */
export function encoded(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const emails = escaped.replaceAll(/[^\s@<>;]+@[\w-]+(\.[\w-]+)+/g, "<mailto:$&|$&>");
  return emails.replaceAll(/https?:\/\/[^\s<>]+/g, "<$&>");
}
