/** A channel as a flat list: days, messages, the threads below them. */

const FEW = 4;
const KEPT = 2;
const TOGETHER_S = 300;
const DAY = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

/** The control's messages and ephemerals as `{key, kind, ...}`; long threads are shown whole if `unfolded`. */
export function inOrder(messages, ephemerals, unfolded) {
  const ofKind = (kind, all) => all.map((message) => ({ replies: [], ...message, kind, key: kind + message.ts }));
  const roots = [
    ...ofKind("root", messages),
    ...ofKind("ephemeral", ephemerals),
    ...ofKind("broadcast", messages.flatMap(broadcasts)),
  ].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  let last = {};
  return roots.flatMap(({ replies, ...root }) => {
    const label = dayOf(root.ts);
    const day = label === last.label ? [] : [{ key: label, kind: "day", label }];
    const follows = !day.length && belongs(root, last);
    last = { ...root, label, isThread: replies.length > 0 };
    return [...day, { ...root, follows }, ...thread(root.ts, ofKind("reply", replies), unfolded.has(root.ts))];
  });
}

const broadcasts = ({ replies, text }) =>
  replies.filter(({ broadcast }) => broadcast).map((reply) => ({ ...reply, above: `replied to a thread: ${text}` }));

function thread(root, replies, isOpen) {
  const count = replies.length;
  if (!count) return [];
  const isMany = count > FEW;
  return [
    { key: `thread${root}`, kind: "thread", ts: root, count, isMany, isOpen },
    ...replies
      .slice(isMany && !isOpen ? -KEPT : 0)
      .map((reply) => ({ ...reply, root, above: reply.broadcast && "Also sent to the channel" })),
  ];
}

/** What a person says within minutes needs no name and picture; cards have theirs. */
const belongs = (message, last) =>
  message.kind === "root" &&
  last.kind === "root" &&
  message.user === last.user &&
  message.ts - last.ts < TOGETHER_S &&
  !last.isThread &&
  !last.blocks.length;

function dayOf(ts) {
  const at = new Date(ts * 1000);
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? DAY.format(at);
}
