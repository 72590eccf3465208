/** The Telegram column: Alice's private chat with the bot, or a group they are both in. */

import { emptyState, startComposer } from "./composer.js";
import { act, read } from "./control.js";
import { byId, make } from "./dom.js";
import { showList } from "./list.js";
import { ask, notice, orNotice } from "./notice.js";
import { Scrolling } from "./scrolling.js";
import { drawBubble, withQuotes } from "./telegram_message.js";

const ALICE = 1001;
const CONTACT = { phone_number: "+12025550123", first_name: "Alice", user_id: ALICE };

export class Telegram {
  constructor() {
    this.list = byId("telegram-messages");
    this.scrolling = new Scrolling(this.list);
    this.chat = ALICE;
    this.chosenReply = null;
    this.input = startComposer(byId("telegram-composer"), (text) => this.send(text));
    byId("telegram-empty").append(
      emptyState("Ask for a payment, as a merchant would:", (text) => this.send(text)),
    );
    byId("telegram-chats").addEventListener("change", (event) => this.#enter(Number(event.target.value)));
    byId("telegram-no-reply").addEventListener("click", () => this.#replyTo(null));
  }

  /** Read the chat; answers whether anything has changed. */
  async refresh() {
    const { chat } = this;
    const { messages } = await read("/telegram/_control/messages", { chat });
    if (chat !== this.chat) return false;
    const hands = {
      press: (message, button, node) => this.#press(message, button, node),
      reply: (message) => this.#replyTo(message),
    };
    const items = withQuotes(messages, { user: ALICE, chat });
    const draw = (item, isNew) => drawBubble(item, hands, isNew);
    const drawn = this.scrolling.during(() => showList(this.list, items, (item) => item.message_id, draw));
    byId("telegram-empty").hidden = items.length > 0;
    this.#showWhatIsAsked(items);
    return drawn.added.length + drawn.changed.length > 0;
  }

  async send(text) {
    await this.#post({ text });
  }

  async #post(content) {
    const reply = this.reply && { reply_to: this.reply.message_id };
    this.scrolling.toEnd();
    await act("/telegram/_control/message", { chat: this.chat, user: ALICE, ...content, ...reply });
    this.chosenReply = null;
  }

  async #enter(chat) {
    this.chat = chat;
    this.chosenReply = null;
    showList(this.list, [], String, String);
    await orNotice(() => this.refresh());
    this.scrolling.toEnd();
  }

  async #press(message, button, node) {
    if ("copy_text" in button) return copy(button.copy_text.text);
    if (node.getAttribute("aria-busy") === "true") return undefined;
    node.setAttribute("aria-busy", "true");
    const body = { chat: this.chat, message_id: message.message_id, user: ALICE };
    const pressed = { ...body, button: button.callback_data ?? button.text };
    const pressing = await orNotice(() => act("/telegram/_control/press", pressed));
    node.removeAttribute("aria-busy");
    const { answer } = pressing ?? {};
    if (!answer?.text) return undefined;
    return answer.show_alert ? ask({ title: "Paylink", text: answer.text, yes: "OK" }) : notice(answer.text);
  }

  #replyTo(message) {
    this.chosenReply = message;
    this.dismissed = message ? null : this.reply?.message_id;
    this.#showReply(message);
    this.input.focus();
  }

  /** A question that wants a reply gets one; a keyboard in the place of the phone's is offered. */
  #showWhatIsAsked(messages) {
    const sinceMine = messages.slice(messages.findLastIndex((message) => message.mine) + 1);
    const question = sinceMine.findLast((message) => message.asks_for?.force_reply);
    const isOpen = question && question.message_id !== this.dismissed;
    this.#showReply(this.chosenReply ?? (isOpen ? question : null));
    this.#showKeys(messages.findLast((message) => offersKeys(message.asks_for)), sinceMine);
  }

  #showReply(message) {
    this.reply = message;
    byId("telegram-reply").hidden = !message;
    byId("telegram-reply-text").textContent = message ? `Reply to ${message.from_name}: ${message.text}` : "";
  }

  #showKeys(message, sinceMine) {
    const { keyboard = [], one_time_keyboard: once } = message?.asks_for ?? {};
    const isUsed = once && !sinceMine.includes(message);
    const keys = isUsed ? [] : keyboard.flat().map((key) => (typeof key === "string" ? { text: key } : key));
    showList(byId("telegram-keys"), keys, (key) => key.text, (key) =>
      make("button", { type: "button", class: "key", onclick: () => this.#answerWith(key) }, key.text),
    );
  }

  #answerWith(key) {
    return orNotice(() => this.#post(key.request_contact ? { contact: CONTACT } : { text: key.text }));
  }
}

const offersKeys = (asked) => asked && ("keyboard" in asked || "remove_keyboard" in asked);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    notice("Copied");
  } catch {
    ask({ title: "Copy this", text, yes: "OK" });
  }
}
