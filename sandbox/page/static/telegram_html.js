/** The stand-in's HTML as nodes: only its tags, only web links, whatever it may send. */

import { link, make } from "./dom.js";

const TAGS = new Set(["b", "i", "u", "s", "code", "pre", "blockquote"]);
const CLASSES = new Set(["spoiler", "mention", "command"]);

export function fromHtml(html) {
  const parsed = new DOMParser().parseFromString(`<body>${html}`, "text/html");
  return copies(parsed.body.childNodes);
}

const copies = (nodes) => [...nodes].flatMap(copy);

function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.localName;
  const children = copies(node.childNodes);
  if (TAGS.has(tag)) return [make(tag, {}, children)];
  if (tag === "a") return [link(node.getAttribute("href") ?? "", children)];
  if (tag === "span" && CLASSES.has(node.className)) return [make("span", { class: node.className }, children)];
  return children;
}
