/** Nodes are made here, never from markup: nothing people write can become markup. */

export const byId = (id) => document.getElementById(id);
/** A function that finds the parts of one thing, whose ids begin with its name. */
export const partsOf = (name) => (id) => byId(`${name}-${id}`);

/**
 * A node: `make("p.hint", {title}, ...children)`, with classes and attributes where there are any. `on...` are
 * listeners; an attribute or a child that is false, null or undefined is left out.
 */
export function make(tag, ...rest) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  const attributes = rest[0]?.constructor === Object ? rest.shift() : {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...rest.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
/** A moment as 17:30. */
export const clockOf = (at) => CLOCK.format(at);

/** Words for those who do not see the page. */
export const unseen = (words) => make("span.unseen", words);

/** A link, or plain text where the address is not one of the web. */
export function link(address, ...children) {
  if (!/^https?:\/\//i.test(address)) return make("span", children);
  return make("a", { href: address, rel: "noreferrer" }, children);
}

/** An image of this machine, or its text: the page loads nothing from elsewhere. */
export function picture(address = "", text, attributes) {
  const { hostname, href } = URL.canParse(address, location) ? new URL(address, location) : {};
  if (hostname === "127.0.0.1" || hostname === "localhost") return make("img", { src: href, alt: text, ...attributes });
  return make("span", { role: "img", "aria-label": text, title: address, ...attributes }, text);
}
