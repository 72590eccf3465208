/** What a line offers to who writes in it: a list, chosen from by arrows, Enter, Tab or click. */

import { make } from "./dom.js";
import { STEPS } from "./menu.js";

export class Offers {
  all = [];
  #at = -1;

  /** `draw(one)` makes what is shown of an offer; `choose(one, key)` takes it. */
  constructor(input, list, draw, choose) {
    Object.assign(this, { input, list, draw, choose });
    input.addEventListener("blur", () => this.show([]));
    list.addEventListener("mousedown", (event) => event.preventDefault()); // one stays in the line
  }

  /** Offer all these; the one `at` this place is chosen. */
  show(all, at = 0) {
    this.all = all;
    this.list.hidden = !all.length;
    if (this.input.role === "combobox") this.input.ariaExpanded = String(all.length > 0);
    const option = (one, number) => ({ role: "option", id: `${this.list.id}-${number}`, onclick: () => this.choose(one) });
    this.list.replaceChildren(...all.map((one, number) => make("li", option(one, number), this.draw(one))));
    this.#mark(at);
  }

  #mark(at) {
    const { children } = this.list;
    this.#at = at;
    [...children].forEach((node, number) => (node.ariaSelected = String(number === at)));
    children[at]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", children[at]?.id ?? "");
  }

  /** Whether a key was for the list. */
  take(key) {
    const { length } = this.all;
    const chosen = this.all[this.#at];
    const step = STEPS[key];
    if (!length) return false;
    if (step) this.#mark(chosen ? (this.#at + step + length) % length : step > 0 ? 0 : length - 1);
    else if (key === "Escape") this.show([]);
    else if (chosen && (key === "Enter" || key === "Tab")) this.choose(chosen, key);
    else return false;
    return true;
  }
}
