/** The first sale in three steps: filled as they happen, gone when all have. */

import { byId } from "./dom.js";
import { isPaid } from "./links.js";

const SHOWN_AFTER_MS = 4000;

export class Steps {
  list = byId("steps");
  done = -1;

  /** How it stands: the links there are, and whether the chats have changed since the last time. */
  follow(links, hasNews) {
    const hasPaid = links.some(isPaid);
    if (this.done < 0) this.list.hidden = hasPaid;
    const seen = hasPaid && (this.done === 3 || hasNews);
    this.#show(seen ? 3 : hasPaid ? 2 : links.length ? 1 : 0);
  }

  #show(done) {
    if (done === this.done) return;
    this.done = done;
    [...this.list.children].forEach((step, at) => {
      step.dataset.done = at < done;
      step.ariaCurrent = at === done ? "step" : null;
    });
    if (done === 3) setTimeout(() => (this.list.hidden = true), SHOWN_AFTER_MS);
  }
}
