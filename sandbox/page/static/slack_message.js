/** One message of Slack: in the channel, in a thread, or for one person only. */

import { make } from "./dom.js";
import { drawBlock } from "./slack_blocks.js";
import { mrkdwn } from "./slack_mrkdwn.js";
import { avatar, isApp, nameOf } from "./slack_people.js";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/**
 * A list item. `message` is the control's, and `kind`: "root", "reply" or "ephemeral".
 * `press(message, block, element, value)` sends what was pressed in it.
 */
export function drawMessage(message, press, isNew) {
  const pressHere = (block, element, value) => press(message, block, element, value);
  const hasBlocks = message.blocks.length > 0;
  const content = hasBlocks
    ? message.blocks.map((block) => drawBlock(block, pressHere))
    : [make("div", { class: "text" }, mrkdwn(message.text))];
  return make(
    "li",
    { class: `message ${message.kind} ${isNew ? "new" : "changed"}`, "data-ts": message.ts },
    message.kind === "ephemeral" && make("p", { class: "only-you" }, "Only visible to you"),
    avatar(message.user),
    make(
      "div",
      { class: "body" },
      byline(message),
      content,
      message.edited && make("span", { class: "edited" }, "(edited)"),
    ),
  );
}

function byline(message) {
  const at = new Date(Number(message.ts) * 1000);
  return make(
    "p",
    { class: "byline" },
    make("strong", {}, nameOf(message.user)),
    isApp(message.user) && make("span", { class: "app" }, "APP"),
    make("time", { datetime: at.toISOString() }, CLOCK.format(at)),
  );
}

/** The control's messages and ephemerals as one flat list: a thread's replies follow its root. */
export function inOrder(messages, ephemerals) {
  const roots = [
    ...messages.map((message) => ({ ...message, kind: "root" })),
    ...ephemerals.map((message) => ({ ...message, kind: "ephemeral", replies: [] })),
  ].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  return roots.flatMap(({ replies, ...root }) => [
    root,
    ...replies.map((reply) => ({ ...reply, kind: "reply" })),
  ]);
}
