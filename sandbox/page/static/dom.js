/** Nodes are made here and nowhere from markup, so that nothing people write can become markup. */

export const byId = (id) => document.getElementById(id);

/** A node: `on...` are listeners; an attribute that is false, null or undefined is left out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

/** A link, or plain text where the address is not one of the web. */
export function link(address, ...children) {
  if (!/^https?:\/\//i.test(address)) return make("span", {}, ...children);
  return make("a", { href: address, rel: "noreferrer" }, ...children);
}

/** An image of this machine; for any other its text, for the page loads nothing from elsewhere. */
export function picture(address, text, attributes = {}) {
  const { hostname } = URL.canParse(address) ? new URL(address) : {};
  if (hostname === "127.0.0.1" || hostname === "localhost") {
    return make("img", { src: address, alt: text, ...attributes });
  }
  return make("span", { role: "img", "aria-label": text, title: address, ...attributes }, text);
}
