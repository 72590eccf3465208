/** Test data that fills in the form of the page on the customer's phone: that of the backend whose page it is. */

import { act } from "./control.js";
import { byId, make } from "./dom.js";
import { showList } from "./list.js";
import { button } from "./notice.js";

const place = byId("phone-cards");

export class Cards {
  /** `pageOf()` answers the document that is on the phone; `backends` are those of `GET /standins` that take payments. */
  constructor(pageOf, backends) {
    this.pageOf = pageOf;
    this.backends = backends;
    this.refresh();
  }

  /** The chips for the page at this address; they can only be pressed where there is a form for them. */
  refresh(url) {
    const first = url && new URL(url).pathname.split("/")[1];
    this.backend = this.backends.find(({ name }) => name === first) ?? this.backends[0];
    const draw = (chip) => button({ class: "chip" }, () => this.#fill(chip), make("strong", chip.name), make("span", chip.hint));
    showList(place, this.backend?.chips ?? [], draw, ({ name, hint }) => name + hint);
    const chips = this.backend?.chips ?? [];
    for (const [at, node] of [...place.children].entries()) {
      node.setAttribute("aria-disabled", String(!this.#fieldsOf(chips[at]).every(Boolean)));
    }
  }

  #fieldsOf({ values }) {
    return Object.keys(values).map((name) => this.pageOf()?.querySelector(`[name="${name}"]`));
  }

  async #fill(chip) {
    const fields = this.#fieldsOf(chip);
    if (!fields.every(Boolean)) return;
    if (Object.keys(chip.options).length) await act(`/${this.backend.name}/_control/options`, chip.options);
    for (const [at, value] of Object.values(chip.values).entries()) fields[at].value = value;
    fields[0].closest("details")?.setAttribute("open", "");
    fields[0].form.querySelector("[type=submit], button:not([type])")?.focus();
  }
}
