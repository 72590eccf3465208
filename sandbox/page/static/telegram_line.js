/** The line one writes in: Enter sends, Shift and Enter break it, "/" offers the bot's commands. */

import { startComposer } from "./composer.js";
import { make } from "./dom.js";
import { orNotice } from "./notice.js";
import { part } from "./telegram_parts.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class Line {
  commands = [];
  list = part("commands");

  /** `named(command)` is how one is written here. */
  constructor(send, named) {
    Object.assign(this, { send, named });
    this.input = startComposer(part("composer"), send);
    this.input.oninput = () => {
      const [, typed] = /^\/(\w*)$/.exec(this.input.value) ?? [];
      this.#show(this.commands.filter(({ command }) => command.startsWith(typed)));
    };
    this.input.onblur = () => this.#show([]);
    this.input.addEventListener("keydown", (event) => this.#take(event) && event.preventDefault());
    this.list.onmousedown = () => false; // one stays in the line
    part("menu").onclick = () => (this.input.focus(), this.#show(this.commands));
  }

  offer(commands) {
    this.commands = commands;
    part("menu").hidden = !commands.length;
  }

  #show(commands) {
    this.shown = commands;
    this.list.hidden = !commands.length;
    this.list.replaceChildren(
      ...commands.map(({ command, description }, at) => {
        const attributes = { role: "option", id: `command-${at}`, onclick: () => this.#choose(at) };
        return make("li", attributes, make("b", {}, `/${command}`), ` ${description}`);
      }),
    );
    this.#mark(0);
  }

  #mark(at) {
    const { children } = this.list;
    this.at = at;
    [...children].forEach((node, place) => (node.ariaSelected = place === at));
    children[at]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", children[at]?.id ?? "");
  }

  #choose(at) {
    const text = this.named(this.shown[at].command);
    this.input.value = "";
    this.#show([]);
    orNotice(() => this.send(text));
  }

  /** Whether the key was for us. */
  #take({ key, shiftKey, isComposing }) {
    const { length } = this.shown ?? [];
    if (shiftKey || isComposing) return false;
    if (key === "Enter") length ? this.#choose(this.at) : this.input.form.requestSubmit();
    else if (!length) return false;
    else if (key in STEPS) this.#mark((this.at + STEPS[key] + length) % length);
    else if (key === "Escape") this.#show([]);
    else if (key === "Tab") {
      this.input.value = `${this.named(this.shown[this.at].command)} `;
      this.#show([]);
    } else return false;
    return true;
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
