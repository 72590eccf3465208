/** One item of a channel's list: a message, a thread's count of replies, a day. */

import { clockOf, make } from "./dom.js";
import { menuButton } from "./menu.js";
import { button } from "./notice.js";
import { drawBlock } from "./slack_blocks.js";
import { mrkdwn, unstyled } from "./slack_mrkdwn.js";
import { avatar, isApp, nameOf } from "./slack_workspace.js";

/**
 * A list item for an item of `inOrder`. `hands` are what can be done: `press(message, block, element, value)`,
 * `entries(message)` of its menu, `dismiss(ts)`, `fold(ts)`.
 */
export function drawItem(item, hands, isNew) {
  if (item.kind === "day") return make("li.day", make("span", item.label));
  return item.kind === "thread" ? drawThread(item, hands) : drawMessage(item, hands, isNew);
}

function drawThread({ ts, count, isMany, isOpen }, { fold }) {
  const words = `${count} ${count === 1 ? "reply" : "replies"}`;
  const attributes = { class: "plain", "aria-expanded": String(isOpen), "data-place": "fold" };
  return make("li.thread", isMany ? button(attributes, () => fold(ts), words) : words);
}

function drawMessage(message, hands, isNew) {
  const { kind, follows, user, ts, above, text, blocks, files, edited } = message;
  const at = new Date(ts * 1000);
  const clock = clockOf(at);
  const press = (...pressed) => hands.press(message, ...pressed);
  const more = { class: "more", "data-place": "more", "aria-label": `Actions for the message of ${nameOf(user)}, ${clock}` };
  const isPrivate = kind === "ephemeral";
  const dismiss = { class: "plain", "data-place": "dismiss" };
  return make(
    "li",
    { class: `message ${kind} ${follows ? "follows" : ""} ${isNew ? "new" : "changed"}`, "data-ts": ts },
    isPrivate && make("p.only-you", "Only visible to you", button(dismiss, () => hands.dismiss(ts), "Dismiss")),
    avatar(user),
    make(
      "div.body",
      above && make("p.aside", mrkdwn(above)),
      make(
        "p.byline",
        make("strong", nameOf(user)),
        isApp(user) && make("span.app", "APP"),
        make("time", { datetime: at.toISOString(), title: at.toLocaleString() }, clock),
      ),
      blocks.length > 0
        ? blocks.map((block) => drawBlock(block, press))
        : make("div.text", (message.mrkdwn === false ? unstyled : mrkdwn)(text)),
      files?.map(({ title, name, mimetype }) => make("p.unknown", `[${title || name}: ${mimetype}]`)),
      edited && make("span.aside", "(edited)"),
    ),
    !isPrivate && menuButton(more, () => hands.entries(message), "⋯"),
  );
}
