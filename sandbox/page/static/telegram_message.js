/** One bubble of Telegram with the keyboard below it. */

import { make } from "./dom.js";
import { fromHtml } from "./telegram_html.js";

const ICONS = ["url", "copy_text"];

/**
 * A list item. `message` is the control's, and: `mine`, `inGroup`, `quote` {name, text} or null.
 * `press(message, button)` and `reply(message)` are called for what is clicked.
 */
export function drawBubble(message, { press, reply }, isNew) {
  return make(
    "li",
    { class: `turn ${message.mine ? "mine" : "theirs"} ${isNew ? "new" : "changed"}` },
    make(
      "div",
      { class: "bubble" },
      message.inGroup && !message.mine && make("strong", { class: "from" }, message.from_name),
      message.quote && quote(message.quote),
      message.contact
        ? make("p", {}, `👤 ${message.contact.first_name}, ${message.contact.phone_number}`)
        : make("div", { class: "text" }, fromHtml(message.html)),
      foot(message, reply),
    ),
    message.keyboard.length > 0 && keyboard(message, press),
  );
}

/** The control's messages as the list shows them. */
export function withQuotes(messages, me) {
  const byNumber = new Map(messages.map((message) => [message.message_id, message]));
  return messages
    .filter((message) => !message.deleted)
    .map((message) => ({
      ...message,
      mine: message.from === me.user,
      inGroup: me.chat < 0,
      quote: excerpt(byNumber.get(message.reply_to)),
    }));
}

const excerpt = (message) => message && { name: message.from_name, text: message.text.split("\n")[0] };

function quote({ name, text }) {
  return make("blockquote", { class: "quote" }, make("strong", {}, name), make("span", {}, text));
}

function foot(message, reply) {
  const canReply = message.inGroup && !message.mine;
  if (!canReply && !message.edits) return null;
  return make(
    "p",
    { class: "foot" },
    canReply && make("button", { type: "button", "data-place": "reply", onclick: () => reply(message) }, "Reply"),
    message.edits > 0 && make("span", {}, "edited"),
  );
}

function keyboard(message, press) {
  const rows = message.keyboard.map((row, number) =>
    make("div", { class: "keys" }, row.map((button, place) => key(message, button, `${number}/${place}`, press))),
  );
  return make("div", { class: "keyboard" }, rows);
}

function key(message, button, place, press) {
  const icon = ICONS.find((name) => name in button);
  const attributes = { class: `key ${button.style ?? ""}`, "data-place": place, "data-icon": icon };
  if ("url" in button) return make("a", { ...attributes, href: button.url, rel: "noreferrer" }, button.text);
  return make(
    "button",
    { ...attributes, type: "button", onclick: (event) => press(message, button, event.currentTarget) },
    button.text,
  );
}
