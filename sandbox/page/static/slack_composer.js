/** The line at the bottom of Slack: what can be typed after a slash, what was sent before, replies in a thread. */

import { startComposer } from "./composer.js";
import { act } from "./control.js";
import { byId, make } from "./dom.js";
import { notice } from "./notice.js";
import { nameOf, titleOf } from "./slack_workspace.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const OFFERED = [
  ["/paylink ", "49.90 EUR jane@example.com Invoice 12", "Make a payment link"],
  ["/paylink help", "", "How to make a payment link"],
  ["/paylink cancel ", "PL…", "Cancel a link"],
  ["/invite @paylink", "", "Add Paylink to this channel"],
  ["/remove @paylink", "", "Remove Paylink from this channel"],
];
const MOVES = {
  "/invite": ["invite", "Paylink is in this channel now."],
  "/remove": ["kick", "Paylink has left this channel."],
};

/** Run a line that begins with a slash `at` `{channel, user}`; what it does not run is refused in Slack's words. */
export async function run(line, at, thread) {
  const [, name, text] = line.match(/^(\S+)\s*([^]*)$/);
  const [control, outcome] = MOVES[name] ?? [];
  if (!control && name !== "/paylink") throw new Error(`${name} is not a valid command.`);
  if (thread) throw new Error(`${name} is not supported in threads. Sorry!`);
  if (!control) return act("/slack/_control/command", { ...at, text });
  if (text !== "@paylink") throw new Error("Only @paylink comes and goes here.");
  await act(`/slack/_control/${control}`, at);
  notice(outcome);
  return {};
}

export class Composer {
  root = null; // of the thread that is replied in
  #form = byId("slack-composer");
  #list = byId("slack-commands");
  #offers = [];
  #active = -1;
  #sent = [];
  #recalled = 0;

  constructor(send) {
    this.input = startComposer(this.#form, async (text) => {
      this.#recalled = this.#sent.push(text);
      this.#show([]);
      await send(text);
      this.answer(null);
    });
    this.input.addEventListener("input", () => this.#offer());
    this.input.addEventListener("blur", () => this.#show([]));
    this.input.addEventListener("keydown", (event) => this.#take(event.key) && event.preventDefault());
    byId("slack-plus").addEventListener("click", () => this.#type("/"));
    byId("slack-no-thread").addEventListener("click", () => (this.answer(null), this.input.focus()));
  }

  /** Name the place. Nobody writes in an archived one, or on a page. */
  at(place) {
    const words = `Message ${titleOf(place)}`;
    this.input.placeholder = this.input.ariaLabel = words;
    byId("slack-archived").hidden = !place.isArchived;
    this.#form.hidden = Boolean(place.isArchived || place.kind === "home");
  }

  /** Reply in the thread of a message; null: not any more. */
  answer(message) {
    this.root = message && (message.root ?? message.ts);
    byId("slack-thread").hidden = !message;
    if (!message) return;
    byId("slack-thread-text").textContent = `Replying in thread to ${nameOf(message.user)}: ${message.text}`;
    this.input.focus({ preventScroll: true });
  }

  #type(text) {
    this.input.value = text;
    this.input.focus();
    this.#offer();
  }

  /** Lines that begin like this one; the first is chosen unless one of them is typed already. */
  #offer() {
    const { value } = this.input;
    const offers = value ? OFFERED.filter(([text]) => text.startsWith(value)) : [];
    this.#show(offers, offers.some(([text]) => text.trim() === value.trim()) ? -1 : 0);
  }

  #show(offers, active) {
    const draw = ([text, usage, does], at) => {
      const onmousedown = (event) => (event.preventDefault(), this.#type(text));
      const attributes = { role: "option", id: `slack-command-${at}`, onmousedown };
      return make("li", attributes, make("b", {}, text), usage, make("small", {}, does));
    };
    this.#offers = offers;
    this.#list.replaceChildren(...offers.map(draw));
    this.#list.hidden = !offers.length;
    this.input.ariaExpanded = String(offers.length > 0);
    this.#mark(active);
  }

  #mark(active) {
    this.#active = active;
    [...this.#list.children].forEach((node, at) => (node.ariaSelected = String(at === active)));
    this.input.setAttribute("aria-activedescendant", this.#list.children[active]?.id ?? "");
  }

  /** Whether a key was for us. */
  #take(key) {
    const { length } = this.#offers;
    const step = STEPS[key];
    const chosen = this.#offers[this.#active];
    if (!length) return Boolean(step) && this.#recall(step);
    if (step) this.#mark(chosen ? (this.#active + step + length) % length : step > 0 ? 0 : length - 1);
    else if (key === "Escape") this.#show([]);
    else if (chosen && (key === "Enter" || key === "Tab")) this.#type(chosen[0]);
    else return false;
    return true;
  }

  /** A line that was sent before, or the one after it; false where the person has typed something else. */
  #recall(step) {
    const { value } = this.input;
    if (value && value !== this.#sent[this.#recalled]) return false;
    this.#recalled = Math.min(Math.max(this.#recalled + step, 0), this.#sent.length);
    this.input.value = this.#sent[this.#recalled] ?? "";
    return true;
  }
}
