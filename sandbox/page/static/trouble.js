/** The panel "Trouble": what can happen to a link, and to the world it lives in. */

import { act, read } from "./control.js";
import { make, partsOf } from "./dom.js";
import { capital, isExpired, isOpen, isPaid, money } from "./links.js";
import { showList } from "./list.js";
import { busy, button, notice } from "./notice.js";
import { Panel } from "./panel.js";

const DAY_S = 86_400;

/** What a link is: of several uses it is both. */
const STATES = { open: isOpen, paid: isPaid };

/** What can happen to a link that is `open` or `paid`, and what one will see of it. */
const OF_A_LINK = [
  ["open", "Pay", "The card turns to paid and the thread says it, once.", { outcome: "paid" }],
  ["open", "Only authorise", "The money is reserved. Nobody says paid.", { outcome: "authorised" }],
  ["open", "Decline", "The thread says that it failed; the link stays open.", { outcome: "declined" }],
  ["open", "Pay another amount", "Half of it: the thread names both figures.", { outcome: "paid", half: true }],
  ["open", "Expire now", "The card closes and the thread says it, once.", { expire: true }],
  ["paid", "Take it", "What was only authorised becomes paid.", { outcome: "captured" }],
  ["paid", "Refund half", "The thread says how much went back.", { outcome: "refunded", half: true }],
  ["paid", "Refund", "The thread says that it all went back.", { outcome: "refunded" }],
  ["paid", "Dispute", "The thread says it and calls whoever asked for the money.", { outcome: "disputed" }],
];

/** The names of `GET /trouble`. */
const OF_THE_WORLD = {
  storm: ["429 in both chats", "For 20 s nothing gets through; then the threads are complete, nothing twice."],
  lost_answers: ["Lose answers", "The next post arrives, but the service never hears so. A lost paid is said once more, as a repeat."],
  outage: ["Backend answers 502", "For 20 s no link can be made; then those asked for come after all."],
  webhooks: ["Webhooks doubled, shuffled", "Paid is still said once, whatever comes first."],
};

const LOST = "kill -9, in the middle of whatever it does. Nothing is lost.";
const KILL = { key: "service", act: "kill", name: "Kill the service", says: LOST };
const OWED = "It says what it owes, and nothing twice.";
const START = { key: "service", act: "start", name: "Start the service", says: OWED };
const LATER = "For the stand-ins, not for the service: what they try again is tried, and what ends at its backend expires.";
const DAY = { key: "day", name: "A day passes", says: `${LATER} A link that only the service ends stays open.` };

const part = partsOf("trouble");

export class Trouble {
  picker = part("link");
  troubles = [];
  panel = new Panel("trouble", () => this.#draw());

  /** `clock` is the control of the time that all stand-ins share. */
  constructor({ links, service, clock }) {
    Object.assign(this, { links, service, clock });
    this.picker.onchange = () => this.#draw();
    setInterval(() => this.#countDown(), 1000);
  }

  /** Read what is in force; answers `now`, the moment it is in the sandbox. */
  async refresh() {
    const { troubles, now } = await read("/trouble");
    this.troubles = troubles.map(({ left_s, ...trouble }) => ({
      ...trouble,
      ends: left_s === null ? null : 1000 * Math.round(Date.now() / 1000 + left_s),
    }));
    const inForce = troubles.filter((trouble) => trouble.in_force).length + this.service.isDown;
    part("count").textContent = inForce || "";
    part("count").hidden = !inForce;
    if (this.panel.isOpen) await this.#draw();
    return now;
  }

  get #link() {
    const { value } = this.picker;
    return (value && this.links.all.find((link) => link.id === value)) || this.links.all.at(-1);
  }

  async #draw() {
    await this.links.findChats();
    this.#drawPicker();
    const link = this.#link;
    const acts = OF_A_LINK.map(([when, name, says, what]) => ({ when, name, says, what }));
    const possible = acts.filter((item) => link && canBefall(link, item));
    this.#drawChoices(part("acts"), possible, (item) => this.#befall(item));
    this.#drawChoices(part("world"), this.#ofWorld(), (item) => this.#turn(item));
    part("none").hidden = possible.length > 0;
    part("none").textContent = link ? "Nothing more can happen to it." : "Make one first, in Slack or Telegram.";
    this.#countDown();
  }

  /** A choice that has become another one hands its focus on. */
  #drawChoices(list, items, run) {
    const hadFocus = list.contains(document.activeElement);
    showList(list, items, (item) => choice(item, () => run(item)), ({ key, name }) => key ?? name);
    if (hadFocus && !list.contains(document.activeElement)) (list.querySelector("button") ?? this.picker).focus();
  }

  #drawPicker() {
    const chosen = this.picker.value;
    const options = this.links.all.toReversed().map((link, at) => ({ id: at ? link.id : "", words: this.#words(link, at) }));
    if (!options.length) options.push({ id: "", words: "No link yet" });
    showList(this.picker, options, ({ id, words }) => make("option", { value: id }, words));
    this.picker.value = options.some((option) => option.id === chosen) ? chosen : "";
    this.picker.disabled = !this.links.all.length;
  }

  #words(link, at) {
    const chat = this.links.chatOf.get(link.reference);
    const name = link.reference ?? link.id;
    const words = [at ? name : `Newest: ${name}`, money(link), link.status, chat && capital(chat)];
    return words.filter(Boolean).join(" · ");
  }

  #ofWorld() {
    const { service } = this;
    const known = this.troubles.filter(({ name }) => name in OF_THE_WORLD);
    const faults = known.map(({ name, in_force: pressed, ends }) => {
      const [title, says] = OF_THE_WORLD[name];
      return { key: name, name: title, says, pressed, ends };
    });
    return [...faults, service.isThere && (service.isDown ? START : KILL), DAY].filter(Boolean);
  }

  async #befall({ name, what: { outcome, half, expire } }) {
    const link = this.#link;
    const amount = half && halfOf(link.amount);
    const [control, how] = expire ? ["expire"] : ["pay", { outcome, amount }];
    await act(`/${link.backend}/_control/${control}`, { link: link.id, ...how });
    notice(`${name}: ${link.reference ?? link.id}`);
    if (expire) await this.service.look(link);
  }

  async #turn({ key, act: turned, pressed }) {
    if (key === "day") return this.#passADay();
    if (!turned) return act(`/trouble/${pressed ? "end" : "begin"}`, { name: key });
    await this.service.turn(turned);
    return this.refresh();
  }

  /** The stand-ins have one clock between them. The service is told to look at what has expired by it. */
  async #passADay() {
    const open = new Set(this.links.all.filter(isOpen).map((link) => link.id));
    await act(this.clock, { advance_s: DAY_S });
    const links = await this.links.refresh();
    notice("A day has passed.");
    for (const link of links) {
      if (open.has(link.id) && isExpired(link)) await this.service.look(link);
    }
  }

  #countDown() {
    for (const node of part("world").querySelectorAll("[data-ends]")) {
      node.textContent = `ends in ${Math.max(0, Math.ceil((node.dataset.ends - Date.now()) / 1000))} s`;
    }
  }
}

/** A link whose end its backend does not tell of is not one that can be seen to expire. */
function canBefall(link, { when, what: { outcome, half, expire } }) {
  const isKnown = expire ? !link.unplayable.includes("expired") : link.outcomes.includes(outcome);
  return isKnown && STATES[when](link) && Boolean(!half || link.amount);
}

/** Half of an amount in minor units, in tens: some currencies have no smaller coin. */
const halfOf = (amount) => Math.floor(amount / 20) * 10 || Math.ceil(amount / 2);

function choice({ name, says, pressed, ends }, run) {
  const attributes = { class: "choice", "data-place": "choice", "aria-pressed": pressed === undefined ? null : String(pressed) };
  const state = pressed && make("span.badge", { "data-ends": ends }, "in force");
  return make("li", button(attributes, (node) => busy(node, run), make("strong", name), make("small", says), state));
}
