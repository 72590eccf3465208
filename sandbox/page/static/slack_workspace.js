/** Who and what there is in the workspace, as one person sees it. */

import { chat } from "./control.js";
import { make } from "./dom.js";

export const { part, read, act } = chat("slack");

const SLACKBOT = { id: "USLACKBOT", real_name: "Slackbot", role: "app" };
let people = new Map();
let channels = new Map();
let me = "";

const byIds = (all) => new Map(all.map((one) => [one.id, one]));

/** Take over what `GET /slack/_control/workspace` answers, as `user` sees it. */
export function learn(workspace, user) {
  people = byIds([...workspace.people, SLACKBOT]);
  channels = byIds(workspace.channels);
  me = user;
}

/** People go by their first names here. */
export const nameOf = (id) => people.get(id)?.real_name.split(" ")[0] ?? id;
export const isApp = (id) => people.get(id)?.role === "app";
export const persons = () => [...people.values()].filter(({ id }) => !isApp(id));

/** Where this person can go: `{id, name, kind, isShared, isArchived}`; `kind` is public, private or direct. */
export function places() {
  const joined = [...channels.values()].filter(({ members }) => members.includes(me));
  return [...joined.map(placeOf), { id: `D${me.slice(1)}`, name: nameOf([...people.keys()].find(isApp)), kind: "direct" }];
}

const placeOf = ({ id, name, is_private: isPrivate, is_shared: isShared, is_archived: isArchived }) => {
  return { id, name, kind: isPrivate ? "private" : "public", isShared, isArchived };
};

/** A place in a sentence. */
export const titleOf = ({ kind, name }) => (kind === "public" ? `#${name}` : name);

const sign = (label, looks, text) => make("span", { class: looks, role: "img", "aria-label": label, title: label }, text);

/** A place with its marks. */
export const signed = ({ kind, name, isShared }) => [
  { public: "# ", private: [sign("Private channel", "", "🔒"), " "] }[kind],
  name,
  isShared && sign("Shared with another company", "shared"),
];

/** A channel that is mentioned: a way there for who is in it. */
export function channelNode(id, label) {
  const { name, is_private: isPrivate, members } = channels.get(id) ?? { name: label || id };
  if (members?.includes(me)) return make("a.mention", { href: `#${id}`, "data-channel": id }, `#${name}`);
  return make("span.mention", isPrivate ? "🔒 private channel" : `#${name}`);
}

/** A square with the first letter of a name, in a colour of its own. */
export function avatar(user) {
  const tint = isApp(user) ? "app" : [...people.keys()].indexOf(user);
  return make("span.avatar", { "data-tint": tint, "aria-hidden": "true" }, nameOf(user)[0]);
}
