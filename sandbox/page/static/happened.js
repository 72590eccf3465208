/** The drawer "What happened": what went between the service, the chats and the backends. */

import { act } from "./control.js";
import { make, partsOf } from "./dom.js";
import { readRows } from "./happened_rows.js";
import { capital } from "./links.js";
import { showList } from "./list.js";
import { button } from "./notice.js";
import { Panel } from "./panel.js";

const SHOWN = 60;
const AGAIN_MS = 5000;
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });

const part = partsOf("happened");

export class Happened {
  list = part("list");
  who = part("who");
  link = part("link");
  more = part("more");
  open = new Set();
  shown = new Set();
  rows = [];
  ahead = 0;
  panel = new Panel("happened", () => this.#read({ all: true }));

  /** `standins` as `GET /standins` lists them, `links` what there is to filter by, `clock` the control of time. */
  constructor({ standins, links, clock }) {
    Object.assign(this, { standins, links, clock });
    this.who.append(...standins.map(({ name }) => make("option", { value: name }, capital(name))));
    this.who.onchange = this.link.onchange = () => this.#show({ all: true });
    this.more.onclick = () => (this.#show({ all: true }), this.list.scrollTo(0, 0));
    setInterval(() => this.panel.isOpen && this.rows.some((row) => row.nextAt) && this.#show(), AGAIN_MS);
  }

  /** Read it again, if it is looked at; `now` is the moment in the sandbox. */
  async refresh(now) {
    this.ahead = new Date(now) - Date.now();
    if (this.panel.isOpen) await this.#read();
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
    const held = isRead ? rows.filter(({ key }) => !this.shown.has(key)) : [];
    const shown = rows.filter((row) => !held.includes(row)).slice(0, SHOWN);
    this.shown = new Set(shown.map(({ key }) => key));
    this.more.hidden = !held.length;
    this.more.textContent = `${held.length} new`;
    part("empty").hidden = rows.length > 0;
    const waiting = (row) => (row.nextAt ? { ...row, wait: inWords(this.#left(row)) } : row);
    showList(this.list, shown.map(waiting), (row) => this.#draw(row));
  }

  #isWanted(row) {
    const { value: who } = this.who;
    const isTheirs = !who || (who === "webhooks" ? row.attempts : row.who === who);
    return isTheirs && (!this.link.value || `${row.path} ${row.body}`.includes(this.link.value));
  }

  #showLinks() {
    const { value } = this.link;
    const named = [...new Set(this.links.all.map((link) => link.reference ?? link.id))].toReversed();
    showList(this.link, ["", ...named], (name) => make("option", { value: name }, name || "All links"), String);
    this.link.value = named.includes(value) ? value : "";
  }

  /** Milliseconds until the next attempt. */
  #left({ nextAt }) {
    return new Date(nextAt) - Date.now() - this.ahead;
  }

  #draw(row) {
    const { key, at, status, way, type, method, path, body } = row;
    const summary = make(
      "summary",
      { "data-place": "summary" },
      make("time", { datetime: at }, CLOCK.format(new Date(at))),
      make("span.status", { "data-family": String(status)[0] }, status || "none"),
      make("span.who", way),
      make("span.path", type ? make("b", type) : [make("b", method), ` ${path}`]),
    );
    const details = make("details", { open: this.open.has(key) }, summary);
    const opened = () => {
      this.open[details.open ? "add" : "delete"](key);
      if (details.open && !summary.nextSibling) details.append(make("pre", { tabindex: "0" }, body || "(no body)"));
    };
    opened();
    details.addEventListener("toggle", opened);
    return make("li", details, row.attempts && this.#attempts(row));
  }

  #attempts(row) {
    const { attempts, wait } = row;
    if (attempts.length < 2 && !wait) return null;
    const tried = attempts.map(({ at, status }, number) =>
      make("li", `${number + 1}. ${CLOCK.format(new Date(at))} `, make("b", status || "no answer")),
    );
    const advance = () => act(this.clock, { advance_s: Math.max(0, this.#left(row)) / 1000 + 0.5 });
    const tryNow = button({ "data-place": "try" }, advance, "Try now");
    return make("ol.attempts", tried, wait && make("li", wait === "now" ? "is tried now" : `next try in ${wait} `, tryNow));
  }
}

function inWords(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (milliseconds <= 0) return "now";
  if (minutes < 1) return "less than a minute";
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
