/** The bar at the top: the newest link, and what can happen to it. */

import { act, read } from "./control.js";
import { byId } from "./dom.js";
import { orNotice } from "./notice.js";

const OUTCOMES = { "bar-pay": "paid", "bar-decline": "declined" };

export class Bar {
  /** `backends` are the names of the stand-ins that take payments. */
  constructor(backends) {
    this.backends = backends;
    this.counts = new Map();
    this.newest = null;
    for (const [id, outcome] of Object.entries(OUTCOMES)) {
      byId(id).addEventListener("click", () => this.#play(outcome));
    }
  }

  /** Read all links and show the newest; answers the links. */
  async refresh() {
    const lists = await Promise.all(this.backends.map((name) => read(`/${name}/_control/links`)));
    lists.forEach(({ links }, index) => this.#look(this.backends[index], links));
    this.#show();
    return lists.flatMap(({ links }) => links);
  }

  /** The newest link is the last one of the backend whose list has grown most recently. */
  #look(backend, links) {
    const hasGrown = links.length > (this.counts.get(backend) ?? 0);
    this.counts.set(backend, links.length);
    if (hasGrown) this.newest = { backend, link: links.at(-1) };
    else if (this.newest?.backend === backend) this.newest.link = links.at(-1);
  }

  #show() {
    const { link } = this.newest ?? {};
    byId("bar-newest").textContent = link ? `${link.reference ?? link.id}` : "No link yet";
    byId("bar-status").textContent = link?.status ?? "";
    byId("bar-status").dataset.status = link?.status ?? "";
    for (const id of Object.keys(OUTCOMES)) byId(id).disabled = !link;
  }

  #play(outcome) {
    const { backend, link } = this.newest;
    return orNotice(() => act(`/${backend}/_control/pay`, { link: link.id, outcome }));
  }
}
