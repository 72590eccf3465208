/** The Slack column: the workspace as one person sees it, a place at a time. */

import { emptyState } from "./composer.js";
import { byId, make } from "./dom.js";
import { notice, orNotice } from "./notice.js";
import { Scrolling } from "./scrolling.js";
import { Composer, run } from "./slack_composer.js";
import { inOrder } from "./slack_flow.js";
import { drawItem } from "./slack_message.js";
import { Modal } from "./slack_modal.js";
import { encoded, mrkdwn } from "./slack_mrkdwn.js";
import { Unread, drawPlaces } from "./slack_places.js";
import { act, avatar, learn, nameOf, part, places, read, signed } from "./slack_workspace.js";

const spoken = ({ user, text }) => `${nameOf(user)}: ${make("p", mrkdwn(text)).textContent}`;

export class Slack {
  user = "U0ALICE";
  place = { id: "C0SALES" };
  list = part("messages");
  scrolling = new Scrolling(this.list);
  composer = new Composer((text) => this.send(text));
  modal = new Modal((view, ...pressed) => this.#press({ view: view.id }, ...pressed));
  #unread = new Unread();
  #unfolded = new Set();
  #dismissed = new Set();
  #hands = {
    press: ({ ts }, ...pressed) => this.#press({ ts }, ...pressed),
    entries: (message) => this.#entries(message),
    dismiss: (ts) => {
      this.list.focus({ preventScroll: true });
      this.#toggle(this.#dismissed, ts);
    },
    fold: (ts) => this.#toggle(this.#unfolded, ts),
  };

  constructor() {
    part("people").addEventListener("change", ({ target }) => this.#go(target.value, this.place.id));
    byId("slack").addEventListener("click", (event) => {
      const way = event.target.closest("[data-channel]");
      if (!way) return;
      event.preventDefault();
      this.#go(this.user, way.dataset.channel);
    });
  }

  /** Read what this person sees now; answers whether anything has changed. */
  async refresh() {
    const { user, place: wanted } = this;
    const { shown } = this.modal;
    learn(await read("workspace"), user);
    const there = places();
    const here = there.find(({ id }) => id === wanted.id) ?? there[0];
    const [{ view }, { messages: ephemerals }, ...found] = await Promise.all([
      read("view", { user }),
      read("ephemerals", { user, channel: here.id }),
      ...there.map(({ id }) => read("messages", { user, channel: id })),
    ]);
    if (user !== this.user || wanted !== this.place) return false;
    this.#arrive(here);
    this.#unread.note(user, there, found.map(({ messages }) => messages), here);
    drawPlaces(user, here, there, this.#unread);
    if (shown === this.modal.shown) this.modal.show(view); // else an act has shown a newer one meanwhile
    return this.#draw(found[there.indexOf(here)].messages, ephemerals);
  }

  async send(text) {
    const { user, place } = this;
    const at = { channel: place.id, user };
    const thread_ts = this.composer.root ?? undefined;
    this.scrolling.toEnd();
    if (!text.startsWith("/")) return act("say", { ...at, text: encoded(text), thread_ts });
    const { view = null } = await run(text, at, thread_ts);
    return user === this.user && this.modal.show(view);
  }

  /** Name the place, if it is another one than before. */
  #arrive(place) {
    this.place = place;
    const key = JSON.stringify([this.user, place]);
    if (key === this.named) return;
    this.named = key;
    part("title").replaceChildren(make("span", signed(place)));
    part("face").replaceChildren(avatar(this.user));
    part("empty").replaceChildren(emptyState("Ask for a payment, as a sales person would:", (text) => this.send(text)));
    this.composer.at(place);
  }

  #draw(messages, ephemerals) {
    const seen = ephemerals.filter(({ ts }) => !this.#dismissed.has(ts));
    const items = inOrder(messages, seen, this.#unfolded);
    const draw = (item, isNew) => drawItem(item, this.#hands, isNew);
    const hasChanged = this.scrolling.show(items, draw);
    part("empty").hidden = items.length > 0;
    this.#tell([...messages.flatMap((message) => [message, ...message.replies]), ...seen]);
    return hasChanged;
  }

  /** Tell those who do not see it what is new, or is said differently now. */
  #tell(messages) {
    const isNews = ({ ts, user, text }) => user !== this.user && this.told.get(ts) !== text;
    const news = this.told ? messages.filter(isNews) : [];
    this.told = new Map(messages.map(({ ts, text }) => [ts, text]));
    if (news.length) part("heard").textContent = news.map(spoken).join("\n");
  }

  async #go(user, id) {
    if (user !== this.user) this.modal.show(null);
    this.user = user;
    this.place = { id };
    this.told = null;
    this.composer.answer(null);
    await this.scrolling.restart(() => this.refresh());
  }

  #toggle(set, one) {
    if (!set.delete(one)) set.add(one);
    return orNotice(() => this.refresh());
  }

  #entries(message) {
    const shortcut = async () => {
      const trouble = await this.#act("shortcut", { ts: message.ts });
      if (trouble) notice(`The shortcut did not work: ${trouble}`);
    };
    return [
      ["Payment link for this message", shortcut],
      ["Reply in thread", () => this.composer.answer(message)],
    ];
  }

  async #press(where, { block_id }, { action_id }, value) {
    const trouble = await this.#act("press", { ...where, block_id, action_id, value });
    if (trouble) this.modal.complain({}, trouble);
    return trouble;
  }

  /** Act where this person is and show the view that comes of it; answers what went wrong, if anything did. */
  async #act(control, body) {
    const { user, place } = this;
    const answer = await orNotice(() => act(control, { channel: place.id, user, ...body }));
    if (answer && user === this.user) this.modal.show(answer.view);
    return answer?.trouble;
  }
}
