/** A chat's list as Telegram draws it: messages, the days between them, and what befell the chat. */

import { make, picture } from "./dom.js";
import { button } from "./telegram_parts.js";
import { formatted } from "./telegram_text.js";

const TOGETHER_S = 900;
const BEFELL = {
  new_chat_members: "added Paylink",
  left_chat_member: "removed Paylink",
  pinned_message: "pinned a message",
  forum_topic_closed: "closed the topic",
  forum_topic_reopened: "reopened the topic",
  migrate_to_chat_id: "made this a supergroup",
  migrate_from_chat_id: "made this a supergroup",
};
const ICONS = ["url", "copy_text", "switch_inline_query", "switch_inline_query_chosen_chat"];
const DAY = new Intl.DateTimeFormat("en", { month: "long", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/**
 * The control's messages, with `mine`, `joined` (to the one above), `hue` (of the sender, in a group) and
 * `replied`; those of Telegram itself, and days, have `told`.
 */
export function itemsOf(messages, { person, people, chat, topic }) {
  const items = [];
  const byNumber = new Map(messages.map((message) => [message.message_id, message]));
  for (const message of messages) {
    const { message_id: key, from, from_name: name, date, service } = message;
    if (message.deleted || (chat.is_forum && message.topic != topic?.id)) continue;
    const day = DAY.format(date * 1000);
    if (day !== items.at(-1)?.day) items.push({ key: day, day, told: day });
    const above = items.at(-1);
    const replied = byNumber.get(message.reply_to);
    items.push({
      ...message,
      key,
      day,
      told: service && `${name} ${BEFELL[Object.keys(service)[0]] ?? "changed this chat"}`,
      mine: from === person.id,
      hue: chat.title && people.findIndex(({ id }) => id === from),
      joined: above.from === from && !above.told && date - above.date < TOGETHER_S,
      replied: replied && { key: replied.message_id, from: replied.from, name: replied.from_name, text: brief(replied) },
    });
  }
  return items;
}

/** A message in a line. */
export const brief = ({ deleted, told, text, contact }) =>
  deleted ? "Deleted message" : told || text.replace(/\s+/g, " ").slice(0, 120) || (contact ? "Contact" : "Photo");

/** What is tapped calls `hands`: press(item, key, node), jump(number), menu(item, node), copy(text), tap(item, command). */
export function drawItem(item, hands, isNew) {
  const { day, told, mine, joined, hue, keyboard } = item;
  if (told) return make("li", { class: `told ${told === day && "day"}` }, make("span", {}, told));
  const attributes = {
    class: `turn ${mine ? "mine" : "theirs"} ${joined ? "joined" : ""} ${isNew ? "new" : "changed"}`,
    "data-id": item.key,
    "data-hue": hue,
    "data-initial": item.from_name[0],
  };
  const rows = keyboard.map((row, at) =>
    make("div", { class: "keys" }, row.map((key, place) => drawKey(item, key, `${at}/${place}`, hands))),
  );
  return make("li", attributes, make("div", { class: "bubble" }, inside(item, hands)), make("div", { class: "keyboard" }, rows));
}

function inside(item, hands) {
  const { replied, photo, document, contact, edits, reactions, mine, joined, hue } = item;
  const isNamed = hue !== undefined && !mine && !joined;
  const taps = { copy: hands.copy, send: (command) => hands.tap(item, command) };
  const time = CLOCK.format(item.date * 1000);
  const quote = { class: "quote", "data-place": "quote" };
  const more = { class: "more", "data-place": "more", "aria-label": "More" };
  return [
    make("strong", { class: isNamed ? "from" : "unseen" }, item.from_name),
    replied && button(quote, () => hands.jump(replied.key), ...named(replied.name, replied.text)),
    photo && picture(new URL(photo.url, location).href, "Photo", { ...photo, url: null, class: "photo" }),
    document && make("p", { class: "contact", "data-initial": "🗎" }, named(document.name, `${document.size} bytes`)),
    contact ? card(contact) : make("div", { class: "text" }, formatted(item.text, item.entities, taps)),
    make("span", { class: "meta" }, reactions?.join(" "), edits > 0 && " edited ", make("time", {}, time)),
    button(more, (node) => hands.menu(item, node), "⋮"),
  ];
}

const named = (name, text) => [make("strong", {}, name), make("span", {}, text)];

const card = ({ first_name: first, last_name: last, phone_number: phone }) =>
  make("p", { class: "contact", "data-initial": first[0] }, named(`${first} ${last ?? ""}`, phone));

function drawKey(item, key, place, hands) {
  const icon = ICONS.find((name) => name in key);
  const attributes = { class: `key ${key.style ?? ""}`, "data-place": place, "data-icon": icon };
  if (key.url) return make("a", { ...attributes, href: key.url, rel: "noreferrer" }, key.text);
  return button(attributes, (node) => hands.press(item, key, node), key.text);
}
