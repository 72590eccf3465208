/** The payment links of all backends, and in which chat each was posted. */

import { read } from "./control.js";

const CALLS_LOOKED_AT = 400;

// ISO 4217's: browsers show fewer decimals of some (HUF, IDR).
const WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND";

export class Links {
  all = [];
  chatOf = new Map();

  /** `backends` are those of `GET /standins` that take payments, `chats` names of stand-ins. */
  constructor(backends, chats) {
    this.backends = backends;
    this.chats = chats;
  }

  /** Read and answer them, each with its `backend`, its `outcomes` and what is `unplayable` there. */
  async refresh() {
    const lists = await Promise.all(this.backends.map(({ name }) => read(`/${name}/_control/links`)));
    const found = lists.flatMap(({ links }, at) => {
      const { name: backend, outcomes, unplayable } = this.backends[at];
      return links.map((link) => ({ ...link, backend, outcomes, unplayable }));
    });
    this.all = found.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    return this.all;
  }

  /** Find the chats of new links: a link's reference stands in what was posted there. */
  async findChats() {
    const unknown = this.all.filter(({ reference }) => reference && !this.chatOf.has(reference));
    if (!unknown.length) return;
    for (const name of this.chats) {
      const { calls } = await read(`/${name}/_control/calls`, { newest: CALLS_LOOKED_AT });
      const said = JSON.stringify(calls);
      for (const { reference } of unknown) if (said.includes(reference)) this.chatOf.set(reference, name);
    }
  }
}

export const isOpen = ({ status }) => /^(active|pending|failed)$/i.test(status); // the words of all backends
export const isExpired = ({ status }) => /expired/i.test(status);
export const isPaid = ({ paid, status }) => paid ?? status === "Payment Received"; // Checkout.com tells both in one

/** The amount of a link as people write it: 49.90 EUR. None where there is none. */
export function money({ amount, currency }) {
  if (!amount) return null;
  const digits = WHOLE.includes(currency) ? 0 : THOUSANDTHS.includes(currency) ? 3 : 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

export const capital = (name) => name[0].toUpperCase() + name.slice(1);
