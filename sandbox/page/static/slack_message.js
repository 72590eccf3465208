/** One item of a channel's list: a message, a thread's count of replies, a day. */

import { link, make } from "./dom.js";
import { drawBlock, figure } from "./slack_blocks.js";
import { menuButton } from "./slack_elements.js";
import { mrkdwn, unstyled } from "./slack_mrkdwn.js";
import { avatar, isApp, nameOf } from "./slack_workspace.js";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const plainButton = (words, attributes) => make("button", { type: "button", class: "plain", ...attributes }, words);

/**
 * A list item for an item of `inOrder`. `hands` are what can be done: `press(message, block, element, value)`,
 * `menu(button, message)`, `dismiss(ts)`, `fold(ts)`.
 */
export function drawItem(item, hands, isNew) {
  if (item.kind === "day") return make("li", { class: "day" }, make("span", {}, item.label));
  return item.kind === "thread" ? drawThread(item, hands) : drawMessage(item, hands, isNew);
}

function drawThread({ ts, count, isMany, isOpen }, { fold }) {
  const words = `${count} ${count === 1 ? "reply" : "replies"}`;
  const attributes = { "aria-expanded": String(isOpen), "data-place": "fold", onclick: () => fold(ts) };
  return make("li", { class: "thread" }, isMany ? plainButton(words, attributes) : words);
}

function drawMessage(message, hands, isNew) {
  const { kind, follows, user, ts, above, text, blocks, files, edited } = message;
  const at = new Date(ts * 1000);
  const clock = CLOCK.format(at);
  const press = (...pressed) => hands.press(message, ...pressed);
  const menu = { class: "more", "data-place": "more", onclick: ({ currentTarget }) => hands.menu(currentTarget, message) };
  const isPrivate = kind === "ephemeral";
  const dismiss = { "data-place": "dismiss", onclick: () => hands.dismiss(ts) };
  return make(
    "li",
    { class: `message ${kind} ${follows ? "follows" : ""} ${isNew ? "new" : "changed"}`, "data-ts": ts },
    isPrivate && make("p", { class: "only-you" }, "Only visible to you", plainButton("Dismiss", dismiss)),
    avatar(user),
    make(
      "div",
      { class: "body" },
      above && make("p", { class: "aside" }, mrkdwn(above)),
      make(
        "p",
        { class: "byline" },
        make("strong", {}, nameOf(user)),
        isApp(user) && make("span", { class: "app" }, "APP"),
        make("time", { datetime: at.toISOString(), title: at.toLocaleString() }, clock),
      ),
      blocks.length > 0
        ? blocks.map((block) => drawBlock(block, press))
        : make("div", { class: "text" }, (message.mrkdwn === false ? unstyled : mrkdwn)(text)),
      files?.map(drawFile),
      edited && make("span", { class: "aside" }, "(edited)"),
    ),
    !isPrivate && menuButton(`Actions for the message of ${nameOf(user)}, ${clock}`, menu),
  );
}

function drawFile({ mimetype, url, title, name }) {
  const words = title || name;
  if (mimetype.startsWith("image/")) return figure(url, words, words);
  return make("p", { class: "file" }, link(new URL(url, location.href).href, words), make("small", {}, mimetype));
}
