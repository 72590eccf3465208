/** A chat's list as Telegram draws it: messages, the days between them, and what befell the chat. */

import { clockOf, make, picture } from "./dom.js";
import { menuButton } from "./menu.js";
import { button } from "./notice.js";
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
const ICONS = ["url", "copy_text", "switch_inline_query"];
const DAY = new Intl.DateTimeFormat("en", { month: "long", day: "numeric" });

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

/**
 * What is tapped calls `hands`: press(item, key, node), jump(number), entries(item) of its menu, copy(text),
 * tap(item, command).
 */
export function drawItem(item, hands, isNew) {
  const { day, told, mine, joined, hue, keyboard } = item;
  if (told) return make(told === day ? "li.told.day" : "li.told", make("span", told));
  const attributes = {
    class: `turn ${mine ? "mine" : "theirs"} ${joined ? "joined" : ""} ${isNew ? "new" : "changed"}`,
    "data-id": item.key,
    "data-hue": hue,
    "data-initial": item.from_name[0],
  };
  const rows = keyboard.map((row, at) =>
    make("div.keys", row.map((key, place) => drawKey(item, key, `${at}/${place}`, hands))),
  );
  return make("li", attributes, make("div.bubble", inside(item, hands)), make("div.keyboard", rows));
}

function inside(item, hands) {
  const { replied, photo, contact, edits, mine, joined, hue } = item;
  const isNamed = hue !== undefined && !mine && !joined;
  const taps = { copy: hands.copy, send: (command) => hands.tap(item, command) };
  const quote = { class: "quote", "data-place": "quote" };
  const more = { class: "more", "data-place": "more", "aria-label": "More" };
  return [
    make(isNamed ? "strong.from" : "strong.unseen", item.from_name),
    replied && button(quote, () => hands.jump(replied.key), named(replied.name, replied.text)),
    photo && picture(photo.url, "Photo", { ...photo, url: null, class: "photo" }),
    contact ? card(contact) : make("div.text", formatted(item.text, item.entities, taps)),
    make("span.meta", edits > 0 && " edited ", make("time", clockOf(item.date * 1000))),
    menuButton(more, () => hands.entries(item), "⋮"),
  ];
}

const named = (name, text) => [make("strong", name), make("span", text)];

const card = ({ first_name: first, last_name: last, phone_number: phone }) =>
  make("p.contact", { "data-initial": first[0] }, named(`${first} ${last ?? ""}`, phone));

function drawKey(item, key, place, hands) {
  const icon = ICONS.find((name) => name in key);
  const attributes = { class: `key ${key.style ?? ""}`, "data-place": place, "data-icon": icon };
  if (key.url) return make("a", { ...attributes, href: key.url, rel: "noreferrer" }, key.text);
  return button(attributes, (node) => hands.press(item, key, node), key.text);
}
