/** The drawer "What happened": the newest calls of the service, and the webhooks sent to it. */

import { read } from "./control.js";
import { byId, make } from "./dom.js";
import { showList } from "./list.js";

const SHOWN = 60;
const FETCHED = 100;
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
// Telegram's addresses hold the bot's token; its long polls would hide everything else.
const TOKEN = /\/bot[^/]+\//;
const NOISE = /\/getUpdates$/;

export class Happened {
  /** `standins` as `GET /standins` lists them. */
  constructor(standins) {
    this.standins = standins;
    this.list = byId("happened-list");
    this.drawer = byId("happened");
    this.button = byId("bar-happened");
    this.button.addEventListener("click", () => this.#toggle());
    byId("happened-close").addEventListener("click", () => this.#toggle());
    this.drawer.addEventListener("keydown", (event) => event.key === "Escape" && this.#toggle());
  }

  async refresh() {
    if (this.drawer.hidden) return;
    const found = await Promise.all(this.standins.flatMap((standin) => [calls(standin), deliveries(standin)]));
    const rows = found
      .flat()
      .sort((one, other) => (one.at < other.at ? 1 : -1))
      .slice(0, SHOWN);
    byId("happened-empty").hidden = rows.length > 0;
    showList(this.list, numbered(rows), (row) => row.key, draw);
  }

  #toggle() {
    this.drawer.hidden = !this.drawer.hidden;
    this.button.setAttribute("aria-expanded", String(!this.drawer.hidden));
    if (this.drawer.hidden) this.button.focus();
    else this.refresh().then(() => byId("happened-close").focus());
  }
}

async function calls({ name }) {
  const answer = await read(`/${name}/_control/calls`, { newest: FETCHED });
  return answer.calls
    .filter((call) => !NOISE.test(call.path))
    .map((call) => ({ ...call, path: call.path.replace(TOKEN, "/bot…/"), who: `to ${name}` }));
}

async function deliveries({ name, readings }) {
  if (!readings.includes("deliveries")) return [];
  const answer = await read(`/${name}/_control/deliveries`);
  return answer.deliveries.slice(-FETCHED).flatMap(({ attempts, ...delivery }) =>
    attempts.map(({ at, status }, number) => ({
      method: "POST",
      path: delivery.path,
      what: number ? `${delivery.type}, attempt ${number + 1}` : delivery.type,
      body: { event_id: delivery.event_id },
      status,
      at,
      who: `${name} to the service`,
    })),
  );
}

/** Rows with a key each: two calls of the same moment are told apart by counting. */
function numbered(rows) {
  const seen = new Map();
  return rows.map((row) => {
    const name = `${row.at} ${row.who} ${row.path}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return { ...row, key: `${name} ${seen.get(name)}` };
  });
}

function draw(row) {
  const text = typeof row.body === "string" ? row.body : JSON.stringify(row.body, null, 2);
  return make(
    "li",
    {},
    make(
      "details",
      {},
      make(
        "summary",
        {},
        make("time", { datetime: row.at }, CLOCK.format(new Date(row.at))),
        make("span", { class: "status", "data-family": String(row.status)[0] }, row.status || "none"),
        make("span", { class: "who" }, row.who),
        make("span", { class: "path" }, make("b", {}, row.method), " ", row.path),
        row.what && make("span", { class: "what" }, row.what),
      ),
      make("pre", {}, text || "(no body)"),
    ),
  );
}
