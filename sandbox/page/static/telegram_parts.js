/** What the column is made of: its parts by name, buttons, menus, and the stand-in's controls. */

import * as control from "./control.js";
import { byId, make } from "./dom.js";
import { orNotice } from "./notice.js";

export const part = (name) => byId(`telegram-${name}`);
export const act = (name, body) => control.act(`/telegram/_control/${name}`, body);
export const read = (name, query) => control.read(`/telegram/_control/${name}`, query);

/** `run(node)` may be refused: that is said. */
export function button(attributes, run, ...children) {
  const onclick = ({ currentTarget }) => orNotice(async () => run(currentTarget));
  return make("button", { type: "button", ...attributes, onclick }, ...children);
}

/** `entries` are pairs of a label and what is done. Focus goes back to the anchor. */
export function openMenu(anchor, entries) {
  const items = entries.map(([label, run]) => button({}, () => (menu.hidePopover(), run()), label));
  const ontoggle = ({ newState }) => newState === "closed" && menu.remove();
  const menu = make("div", { class: "menu", popover: true, ontoggle }, items);
  anchor.after(menu);
  menu.showPopover({ source: anchor });
  items[0].focus();
}
