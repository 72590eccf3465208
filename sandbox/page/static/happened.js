/** The drawer "What happened": what went between the service, the chats and the backends. */

import { act } from "./control.js";
import { byId, make } from "./dom.js";
import { readRows } from "./happened_rows.js";
import { showList } from "./list.js";
import { orNotice } from "./notice.js";
import { Panel } from "./panel.js";

const SHOWN = 60;
const AGAIN_MS = 5000;
const COVERS = matchMedia("(max-width: 1499px)");
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });

export class Happened {
  /** `standins` as `GET /standins` lists them, `links` what there is to filter by, `clock` the control of time. */
  constructor({ standins, links, clock }) {
    Object.assign(this, { standins, links, clock });
    this.list = byId("happened-list");
    this.who = byId("happened-who");
    this.link = byId("happened-link");
    this.more = byId("happened-more");
    this.open = new Set();
    this.shown = new Set();
    this.rows = [];
    this.ahead = 0;
    this.panel = new Panel("happened", () => this.#read({ all: true }));
    this.who.append(...standins.map(({ name }) => make("option", { value: name }, name[0].toUpperCase() + name.slice(1))));
    for (const filter of [this.who, this.link]) filter.addEventListener("change", () => this.#show({ all: true }));
    this.more.addEventListener("click", () => (this.#show({ all: true }), this.list.scrollTo(0, 0)));
    setInterval(() => this.panel.isOpen && this.rows.some((row) => row.nextAt) && this.#show(), AGAIN_MS);
  }

  /** Read it again, if it is looked at; `now` is the moment in the sandbox. */
  async refresh(now) {
    this.ahead = new Date(now) - Date.now();
    if (this.panel.isOpen) await this.#read();
  }

  /** Where the drawer covers the phone, it closes for a page that is opened there. */
  makeRoom() {
    if (this.panel.isOpen && COVERS.matches) this.panel.close();
  }

  async #read(how) {
    this.rows = await readRows(this.standins, this.links.all);
    this.#show(how);
  }

  /** What has come while somebody reads waits until it is asked for: `all`. */
  #show({ all = false } = {}) {
    this.#showLinks();
    const rows = this.rows.filter((row) => this.#isWanted(row));
    const isRead = !all && (this.list.scrollTop > 4 || this.list.querySelector("details[open]"));
    const held = isRead ? rows.filter((row) => !this.shown.has(row.key)) : [];
    const shown = rows.filter((row) => !held.includes(row)).slice(0, SHOWN);
    this.shown = new Set(shown.map((row) => row.key));
    this.more.hidden = !held.length;
    this.more.textContent = `${held.length} new`;
    byId("happened-empty").hidden = rows.length > 0;
    showList(this.list, shown.map((row) => this.#withWait(row)), (row) => row.key, (row) => this.#draw(row));
  }

  #isWanted(row) {
    const { value: who } = this.who;
    const isTheirs = !who || (who === "webhooks" ? row.attempts : row.who === who);
    return isTheirs && (!this.link.value || `${row.path} ${row.body}`.includes(this.link.value));
  }

  #showLinks() {
    const { value } = this.link;
    const named = [...new Set(this.links.all.map((link) => link.reference ?? link.id))].toReversed();
    showList(this.link, ["", ...named], String, (name) => make("option", { value: name }, name || "All links"));
    this.link.value = named.includes(value) ? value : "";
  }

  #withWait(row) {
    if (!row.nextAt) return row;
    const left = new Date(row.nextAt) - Date.now() - this.ahead;
    return { ...row, wait: left > 0 ? inWords(left) : "now" };
  }

  #draw(row) {
    const details = make(
      "details",
      { open: this.open.has(row.key) },
      make(
        "summary",
        { "data-place": "summary" },
        make("time", { datetime: row.at }, CLOCK.format(new Date(row.at))),
        make("span", { class: "status", "data-family": String(row.status)[0] }, row.status || "none"),
        make("span", { class: "who" }, row.way),
        make("span", { class: "path" }, row.type ? make("b", {}, row.type) : [make("b", {}, row.method), " ", row.path]),
      ),
    );
    const showBody = () => details.children.length < 2 && details.append(make("pre", { tabindex: "0" }, row.body || "(no body)"));
    if (details.open) showBody();
    details.addEventListener("toggle", () => {
      this.open[details.open ? "add" : "delete"](row.key);
      if (details.open) showBody();
    });
    return make("li", {}, details, row.attempts && this.#attempts(row));
  }

  #attempts({ attempts, wait, nextAt }) {
    if (attempts.length < 2 && !wait) return null;
    const tried = attempts.map(({ at, status }, number) =>
      make("li", {}, `${number + 1}. ${CLOCK.format(new Date(at))} `, make("b", {}, status || "no answer")),
    );
    const waiting = wait && make("li", {}, wait === "now" ? "is tried now" : `next try in ${wait} `, this.#tryNow(nextAt));
    return make("ol", { class: "attempts" }, tried, waiting);
  }

  #tryNow(nextAt) {
    const tryNow = () => {
      const left = (new Date(nextAt) - Date.now() - this.ahead) / 1000;
      return orNotice(() => act(this.clock, { advance_s: Math.max(0, left) + 0.5 }));
    };
    return make("button", { type: "button", class: "text-button", "data-place": "try", onclick: tryNow }, "Try now");
  }
}

function inWords(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return "less than a minute";
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
