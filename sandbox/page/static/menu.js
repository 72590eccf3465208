/** Menus, and the keys that go through whatever is chosen from. */

import { make } from "./dom.js";
import { button } from "./notice.js";

export const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** A button that opens a menu of `entries(button)`, pairs of a label and what is done. */
export const menuButton = (attributes, entries, sign) =>
  button({ "aria-haspopup": "menu", ...attributes }, (node) => openMenu(node, entries(node)), sign);

/** Escape and a press elsewhere close it, and the focus goes back to its anchor. */
export function openMenu(anchor, entries) {
  const items = entries.map(([label, run]) => button({ role: "menuitem" }, () => (menu.hidePopover(), run()), label));
  const onkeydown = (event) => {
    if (event.key === "Tab") menu.hidePopover();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    items.at((items.indexOf(document.activeElement) + STEPS[event.key]) % items.length).focus();
  };
  const ontoggle = ({ newState }) => {
    anchor.ariaExpanded = String(newState === "open");
    if (newState === "closed") menu.remove();
  };
  const attributes = { role: "menu", popover: true, "aria-label": anchor.ariaLabel, onkeydown, ontoggle };
  const menu = make("div.menu", attributes, items);
  anchor.closest(".pane").append(menu);
  menu.showPopover({ source: anchor });
  items[0].focus();
}
