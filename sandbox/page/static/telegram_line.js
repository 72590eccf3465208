/** The line one writes in, and what it replies to: Enter sends, Shift and Enter break it, "/" offers commands. */

import { startComposer } from "./composer.js";
import { make } from "./dom.js";
import { orNotice } from "./notice.js";
import { Offers } from "./offers.js";
import { brief } from "./telegram_message.js";
import { part } from "./telegram_places.js";

export class Line {
  commands = [];

  /** `named(command)` is how one is written here. */
  constructor(send, named) {
    Object.assign(this, { send, named });
    this.input = startComposer(part("composer"), send);
    const draw = ({ command, description }) => [make("b", `/${command}`), ` ${description}`];
    this.offers = new Offers(this.input, part("commands"), draw, (one, key) => this.#choose(one, key));
    this.input.oninput = () => {
      const [, typed] = /^\/(\w*)$/.exec(this.input.value) ?? [];
      this.#offer(({ command }) => command.startsWith(typed));
    };
    this.input.addEventListener("keydown", (event) => this.#take(event) && event.preventDefault());
    part("menu").onclick = () => (this.input.focus(), this.#offer(() => true));
  }

  /** From now on these; what is offered already changes with them. */
  offer(commands) {
    const isNew = JSON.stringify(commands) !== JSON.stringify(this.commands);
    this.commands = commands;
    part("menu").hidden = !commands.length;
    if (isNew && this.offers.all.length) this.#offer(this.wanted);
  }

  #offer(wanted) {
    this.wanted = wanted;
    this.offers.show(this.commands.filter(wanted));
  }

  /** Send it; with Tab one goes on writing. */
  #choose({ command }, key) {
    const text = this.named(command);
    this.input.value = key === "Tab" ? `${text} ` : "";
    this.offers.show([]);
    if (key !== "Tab") orNotice(() => this.send(text));
  }

  /** Whether the key was for us. */
  #take({ key, shiftKey, isComposing }) {
    if (shiftKey || isComposing) return false;
    if (this.offers.take(key)) return true;
    if (key === "Enter") this.input.form.requestSubmit();
    return key === "Enter";
  }
}

/** The list that a person is offered: https://core.telegram.org/bots/api#botcommandscope */
export function commandsFor(sets, { id, type, roles }, person) {
  const ofAdmins = (scope) => (roles[person.id] === "member" ? [] : [scope]);
  const here = [...ofAdmins(`chat_administrators,${id}`), `chat,${id}`, ...ofAdmins("all_chat_administrators")];
  const inGroup = [`chat_member,${id},${person.id}`, ...here, "all_group_chats", "default"];
  const scopes = type === "private" ? [`chat,${id}`, "all_private_chats", "default"] : inGroup;
  const keys = scopes.flatMap((scope) => [`${scope}:${person.language_code}`, `${scope}:`]);
  const keyOf = ({ scope, language_code: language }) =>
    `${[scope.type, scope.chat_id, scope.user_id].filter(Boolean)}:${language}`;
  const found = keys.map((key) => sets.find((set) => keyOf(set) === key)?.commands ?? []);
  return found.find(({ length }) => length) ?? [];
}

/** The reply that is being written: to a message that one has chosen, or to what the bot asks. */
export class Asked {
  /** `input` is where one writes. */
  constructor(input) {
    Object.assign(this, { input, hint: input.placeholder });
    part("no-reply").onclick = () => this.choose();
  }

  /** Reply to `message`, or to none. */
  choose(message) {
    this.dismissed = message ? null : this.replyTo?.key;
    this.chosen = message;
    this.show(this.items, this.person);
    this.input.focus();
  }

  /** What of `items` asks something of `person`, who has not written since. */
  show(items, person) {
    Object.assign(this, { items, person });
    const fresh = items.slice(items.findLastIndex(({ mine }) => mine) + 1);
    const question = fresh.findLast((item) => item.asks_for?.force_reply && isFor(item, person));
    const message = this.chosen ?? (question?.key === this.dismissed ? null : question);
    this.replyTo = message;
    this.input.placeholder = message?.asks_for?.input_field_placeholder ?? this.hint;
    part("reply").hidden = !message;
    const words = message ? [make("strong", `Reply to ${message.from_name}`), brief(message)] : [];
    part("reply-text").replaceChildren(...words);
  }
}

/** A selective one is for whom it mentions, and for whom it replies to. */
const isFor = ({ asks_for: { selective }, entities, text, replied }, { id, username }) =>
  !selective || replied?.from === id || text.includes(`@${username}`) || entities.some(({ user }) => user?.id === id);
