/** The line at the bottom of Slack: what can be typed after a slash, and replies in a thread. */

import { startComposer } from "./composer.js";
import { make } from "./dom.js";
import { notice } from "./notice.js";
import { Offers } from "./offers.js";
import { act, nameOf, part, titleOf } from "./slack_workspace.js";

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
  if (!control) return act("command", { ...at, text });
  if (text !== "@paylink") throw new Error("Only @paylink comes and goes here.");
  await act(control, at);
  notice(outcome);
  return {};
}

export class Composer {
  root = null; // of the thread that is replied in
  #form = part("composer");

  constructor(send) {
    this.input = startComposer(this.#form, async (text) => {
      this.offers.show([]);
      await send(text);
      this.answer(null);
    });
    const draw = ([text, usage, does]) => [make("b", text), usage, make("small", does)];
    this.offers = new Offers(this.input, part("commands"), draw, ([text]) => this.#type(text));
    this.input.addEventListener("input", () => this.#offer());
    this.input.addEventListener("keydown", (event) => this.offers.take(event.key) && event.preventDefault());
    part("plus").onclick = () => this.#type("/");
    part("no-thread").onclick = () => (this.answer(null), this.input.focus());
  }

  /** Name the place. Nobody writes in an archived one. */
  at(place) {
    this.input.placeholder = this.input.ariaLabel = `Message ${titleOf(place)}`;
    part("archived").hidden = !place.isArchived;
    this.#form.hidden = Boolean(place.isArchived);
  }

  /** Reply in the thread of a message; null: not any more. */
  answer(message) {
    this.root = message && (message.root ?? message.ts);
    part("thread").hidden = !message;
    if (!message) return;
    part("thread-text").textContent = `Replying in thread to ${nameOf(message.user)}: ${message.text}`;
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
    this.offers.show(offers, offers.some(([text]) => text.trim() === value.trim()) ? -1 : 0);
  }
}
