/** Test cards that fill in the form of the page on the customer's phone. */

import { act } from "./control.js";
import { byId, make } from "./dom.js";
import { button } from "./notice.js";

const YEAR = String(new Date().getFullYear() + 3).slice(2);
const CARDS = [
  { name: "Paid", number: "4242 4242 4242 4242", code: "123" },
  { name: "Declined", number: "4544 2491 6767 3670", code: "123" },
  { name: "3DS", number: "3456 7890 1234 564", code: "1234", challenges: "always" },
];
const NUMBER = "[autocomplete~=cc-number]";

export class Cards {
  /** `pageOf()` answers the document that is on the phone; `banks` are backends that can ask for 3DS. */
  constructor(pageOf, banks) {
    this.pageOf = pageOf;
    this.banks = banks;
    byId("phone-cards").append(
      ...CARDS.map((card) =>
        button(
          { class: "chip" },
          () => this.#fill(card),
          make("strong", card.name),
          make("span", `… ${card.number.replaceAll(" ", "").slice(-4)}`),
        ),
      ),
    );
    this.refresh();
  }

  /** They can only be pressed where there is a form for them. */
  refresh() {
    const hasForm = Boolean(this.pageOf()?.querySelector(NUMBER));
    for (const chip of byId("phone-cards").children) chip.setAttribute("aria-disabled", String(!hasForm));
  }

  async #fill({ number, code, challenges = "requested" }) {
    const first = this.pageOf()?.querySelector(NUMBER);
    if (!first) return;
    await Promise.all(this.banks.map((name) => act(`/${name}/_control/options`, { challenges })));
    const values = { "cc-number": number, "cc-exp": `12/${YEAR}`, "cc-exp-month": "12", "cc-exp-year": YEAR, "cc-csc": code };
    for (const [name, value] of Object.entries(values)) {
      for (const field of first.form.querySelectorAll(`[autocomplete~=${name}]`)) field.value = value;
    }
    first.form.querySelector("[type=submit], button:not([type])")?.focus();
  }
}
