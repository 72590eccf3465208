/** The Telegram column: a place, its messages, and the hands of whoever one is there. */

import { emptyState } from "./composer.js";
import { byId } from "./dom.js";
import { openMenu } from "./menu.js";
import { ask, busy, notice, orNotice } from "./notice.js";
import { Scrolling } from "./scrolling.js";
import { Asked, commandsFor, Line } from "./telegram_line.js";
import { brief, drawItem, itemsOf } from "./telegram_message.js";
import { ALICE, Places, act, part, read } from "./telegram_places.js";

const JANE = {
  phone_number: "+491712345678",
  first_name: "Jane",
  last_name: "Miller",
  vcard: "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Miller\nEMAIL:jane@example.com\nEND:VCARD",
};

export class Telegram {
  list = part("messages");
  scrolling = new Scrolling(this.list);
  places = new Places(() => this.#enter());
  line = new Line((text) => this.post({ text }), (command) => this.#named(command));
  asked = new Asked(this.line.input);
  said = null; // the number of the last message that was announced

  constructor() {
    this.invitation = emptyState("Ask for a payment, as a merchant would:", (text) => this.post({ text }));
    part("empty").append(this.invitation);
    part("start").onclick = () => this.#start();
    part("attach").onclick = ({ currentTarget: node }) =>
      openMenu(node, [["Contact: Jane Miller", () => this.post({ contact: JANE })]]);
    part("more").onclick = ({ currentTarget: node }) => openMenu(node, this.#acts());
    document.addEventListener("click", (event) => this.#follow(event), true);
  }

  /** Read the chat; answers whether anything has changed. */
  async refresh() {
    const { places } = this;
    const [messages, { commands }] = await Promise.all([places.refresh(), read("commands")]);
    if (!messages) return false;
    const { chat, person } = places;
    const items = itemsOf(messages, places);
    const draw = (item, isNew) => drawItem(item, this, isNew);
    const hasChanged = this.scrolling.show(items, draw);
    this.asked.show(items, person);
    this.line.offer(commandsFor(commands, chat, person));
    this.#gate(!items.length);
    this.#say(items);
    return hasChanged;
  }

  async post(content) {
    const { chat, person, topic } = this.places;
    const { replyTo } = this.asked;
    const where = replyTo ? { reply_to: replyTo.key } : { topic: topic?.id };
    this.scrolling.toEnd();
    await act("message", { chat: chat.id, user: person.id, ...content, ...where });
    this.asked.chosen = null;
  }

  async press(item, key, node) {
    if (key.copy_text) return this.copy(key.copy_text.text);
    const { chat, person, bot } = this.places;
    const pressed = { chat: chat.id, message_id: item.key, user: person.id, button: key.callback_data ?? key.text };
    const { answer, inline_query: query } = (await busy(node, () => act("press", pressed))) ?? {};
    if (query !== undefined) this.line.input.value = `@${bot.username} ${query}`;
    if (!answer?.text) return undefined;
    return answer.show_alert ? this.#tell(bot.first_name, answer.text) : toast(answer.text);
  }

  /** Send a command that stands in a message. */
  tap({ mine }, command) {
    return this.post({ text: mine ? command : this.#named(command.slice(1)) });
  }

  entries(item) {
    return [["Reply", () => this.asked.choose(item)], ["Copy text", () => this.copy(item.text)]];
  }

  jump(number) {
    const node = this.list.querySelector(`[data-id="${number}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.remove("flash");
    requestAnimationFrame(() => node?.classList.add("flash"));
  }

  copy(text) {
    const show = () => this.#tell("Copy this", text);
    return navigator.clipboard.writeText(text).then(() => toast("Copied to clipboard"), show);
  }

  #tell(title, text) {
    return ask({ title, text, yes: "OK", over: byId("telegram") });
  }

  async #enter() {
    this.asked.chosen = this.said = null;
    await this.scrolling.restart(() => this.refresh());
  }

  /** In a group a command names the bot it is for. */
  #named(command) {
    const { chat, bot } = this.places;
    return `/${command}${chat.title && !command.includes("@") ? `@${bot.username}` : ""}`;
  }

  /** What others have just written, for who cannot see it. */
  #say(items) {
    const last = items.at(-1)?.key ?? 0;
    const fresh = items.filter(({ mine, key }) => !mine && key > (this.said ?? last));
    const words = fresh.map((item) => `${item.from_name}: ${brief(item)}`);
    if (words.length) part("said").textContent = words.join("\n");
    this.said = Math.max(last, this.said);
  }

  /** A private chat begins with a button instead of the composer, but for Alice. */
  #gate(isEmpty) {
    const { chat } = this.places;
    const isBlocked = chat.bot === "kicked";
    const isShut = !chat.title && (isBlocked || (isEmpty && chat.id !== ALICE));
    part("start").hidden = chat.title || !(isBlocked || isEmpty);
    part("start").textContent = isBlocked ? "Restart" : "Start";
    part("composer").hidden = isShut;
    part("empty").hidden = !isEmpty;
    part("nothing").hidden = !isShut;
    this.invitation.hidden = isShut;
  }

  /** What one can do to the bot and to a topic here. */
  #acts() {
    const { chat, topic, person } = this.places;
    const isOut = chat.bot === "kicked";
    const acts = chat.title
      ? [isOut ? ["Add Paylink", "add"] : ["Remove Paylink", "kick"]]
      : [isOut ? ["Unblock bot", "unblock"] : ["Block bot", "block"]];
    if (chat.type === "group") acts.push(["Make it a supergroup", "migrate"]);
    if (topic) acts.push(topic.closed ? ["Reopen topic", "topic", "open"] : ["Close topic", "topic", "closed"]);
    if (topic) acts.push(["Delete topic", "topic", "deleted"]);
    const body = { chat: chat.id, user: person.id, topic: topic?.id };
    return acts.map(([label, name, state]) => [label, () => act(name, { ...body, state })]);
  }

  /** A link to the bot, wherever it stands, starts it. */
  #follow(event) {
    const { href } = event.target.closest?.("a[href]") ?? location;
    const [, payload] = href.split(`https://t.me/${this.places.bot?.username}?start=`);
    if (payload === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    byId("tab-telegram").click();
    this.#start(payload);
  }

  #start(payload) {
    const user = this.places.person.id;
    if (user !== this.places.chatId) this.places.enter(user);
    orNotice(() => act("start", { user, payload }));
  }
}

function toast(text) {
  part("toast").replaceChildren();
  notice(text, part("toast"));
}
