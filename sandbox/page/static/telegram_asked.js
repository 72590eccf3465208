/** What the bot asks for beside its words: a reply, or one of the answers it offers. */

import { make } from "./dom.js";
import { showList } from "./list.js";
import { ask } from "./notice.js";
import { brief } from "./telegram_message.js";
import { button, part } from "./telegram_parts.js";

const SHARING = { title: "Share your phone number?", text: "The bot will see it.", yes: "Share", no: "Cancel" };

export class Asked {
  /** `post(content)` sends; `input` is where one writes. */
  constructor(post, input) {
    Object.assign(this, { post, input, hint: input.placeholder });
    part("no-reply").onclick = () => this.choose();
  }

  /** Reply to `message`, or to none. */
  choose(message) {
    this.dismissed = message ? null : this.replyTo?.key;
    this.chosen = message;
    this.show(this.items, this.person);
    this.input.focus();
  }

  /** What of `items` asks something of `person`. */
  show(items, person) {
    Object.assign(this, { items, person });
    const asking = items.filter((item) => item.asks_for && isFor(item, person));
    const isNew = (item) => items.indexOf(item) > items.findLastIndex(({ mine }) => mine);
    const question = asking.findLast((item) => item.asks_for.force_reply && isNew(item));
    this.#reply(this.chosen ?? (question?.key === this.dismissed ? null : question));
    const offer = asking.findLast(({ asks_for: asked }) => asked.keyboard || asked.remove_keyboard);
    const asked = offer?.asks_for ?? {};
    this.#offer(asked.one_time_keyboard && !isNew(offer) ? {} : asked);
    const hints = [this.replyTo?.asks_for, asked].map((one) => one?.input_field_placeholder);
    this.input.placeholder = hints.find(Boolean) ?? this.hint;
  }

  #reply(message) {
    this.replyTo = message;
    part("reply").hidden = !message;
    const words = message ? [make("strong", {}, `Reply to ${message.from_name}`), brief(message)] : [];
    part("reply-text").replaceChildren(...words);
  }

  #offer({ keyboard = [], resize_keyboard: isLow }) {
    part("keys").classList.toggle("tall", !isLow);
    showList(part("keys"), keyboard, (row) => keyboard.indexOf(row), (row) =>
      make("div", { class: "keys" }, row.map((key) => this.#key(key.text ? key : { text: key }))),
    );
  }

  #key({ text, request_contact: isContact }) {
    const { first_name, id: user_id } = this.person;
    const contact = { phone_number: "+12025550123", first_name, user_id };
    const share = async () => (await ask(SHARING)) && this.post({ contact });
    return button({ class: "key" }, () => (isContact ? share() : this.post({ text })), text);
  }
}

/** A selective one is for whom it mentions, and for whom it replies to. */
const isFor = ({ asks_for: { selective }, entities, text, replied }, { id, username }) =>
  !selective || replied?.from === id || text.includes(`@${username}`) || entities.some(({ user }) => user?.id === id);
