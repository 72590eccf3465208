/** Slack's mrkdwn as nodes. https://docs.slack.dev/messaging/formatting-message-text */

import { link, make } from "./dom.js";
import { nameOf } from "./slack_people.js";

const around = (mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)([^${mark}\\n]*?\\S)${mark}(?![\\p{L}\\p{N}${mark}])`;
const TOKENS = new RegExp(
  [
    "```\\n?([\\s\\S]+?)```",
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)])",
    around("\\*"),
    around("_"),
    around("~"),
  ].join("|"),
  "gu",
);
const DRAW = [
  (text) => make("pre", {}, unescaped(text)),
  (text) => make("code", {}, unescaped(text)),
  (text) => angled(text),
  (text) => link(unescaped(text), unescaped(text)),
  (text) => make("strong", {}, inline(text)),
  (text) => make("em", {}, inline(text)),
  (text) => make("s", {}, inline(text)),
];
const LONG_DATE = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const DATE_FORMATS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_long: LONG_DATE,
  date_long_pretty: LONG_DATE,
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** The nodes of a text; lines that begin with `>` become quotes. */
export function mrkdwn(text) {
  const parts = text.split(/((?:^|\n)(?:&gt;|>)[^\n]*(?:\n(?:&gt;|>)[^\n]*)*\n?)/);
  return parts.filter(Boolean).flatMap((part) => {
    if (!/^\n?(&gt;|>)/.test(part)) return inline(part);
    const quoted = part.trim().replaceAll(/^(&gt;|>) ?/gm, "");
    return [make("blockquote", {}, inline(quoted))];
  });
}

/** The nodes of a text object of Block Kit. */
export const textNodes = (text) => (text.type === "mrkdwn" ? mrkdwn(text.text) : [text.text]);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    nodes.push(unescaped(text.slice(end, match.index)), DRAW[kind](match[kind + 1]));
    end = match.index + match[0].length;
  }
  return [...nodes, unescaped(text.slice(end))].filter((node) => node !== "");
}

/** `<...>`: a mention, a channel, a date, or a link. */
function angled(text) {
  const [target, label] = unescaped(text).split(/\|(.*)/s);
  const mention = (words) => make("span", { class: "mention" }, words);
  if (target.startsWith("@")) return mention(`@${nameOf(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || (target === "#C0SALES" ? "sales" : target.slice(1))}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return mention(`@${label?.replace(/^@/, "") || target.slice(1)}`);
  return link(target, label || target.replace(/^mailto:/, ""));
}

function date(target, fallback) {
  const [, seconds, format, address] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return make("span", {}, fallback ?? "");
  const words = format.replaceAll(/\{(\w+)\}/g, (token, name) =>
    name in DATE_FORMATS ? new Intl.DateTimeFormat("en", DATE_FORMATS[name]).format(at) : token,
  );
  return address ? link(address, words) : make("time", { datetime: at.toISOString(), title: fallback }, words);
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
