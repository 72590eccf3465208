/** What a button of the bar opens beside the columns; Escape closes it and returns the focus. */

import { byId } from "./dom.js";

/** Close the one that is open. */
export const closeOpen = () => document.querySelector(".drawer:not([hidden]) header button")?.click();

export class Panel {
  /** `name` is the panel's id; `opened()` is called, and waited for, before it gets the focus. */
  constructor(name, opened) {
    this.panel = byId(name);
    this.button = byId(`bar-${name}`);
    this.opened = opened;
    this.button.onclick = () => this.toggle();
    byId(`${name}-close`).onclick = () => this.close();
    for (const node of [this.panel, this.button]) {
      node.addEventListener("keydown", (event) => event.key === "Escape" && this.isOpen && this.close());
    }
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  async toggle() {
    const { isOpen } = this;
    closeOpen();
    if (isOpen) return;
    this.#show(true);
    await this.opened();
    this.panel.querySelector("button").focus();
  }

  close() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.#show(false);
    if (hadFocus) this.button.focus();
  }

  #show(isOpen) {
    this.panel.hidden = !isOpen;
    this.button.ariaExpanded = String(isOpen);
  }
}
