/** The Slack column: the workspace as one person sees it, a place at a time. */

import { emptyState } from "./composer.js";
import { act, read } from "./control.js";
import { byId, make } from "./dom.js";
import { showList } from "./list.js";
import { notice, orNotice } from "./notice.js";
import { Scrolling } from "./scrolling.js";
import { drawInView } from "./slack_blocks.js";
import { Composer, run } from "./slack_composer.js";
import { openMenu } from "./slack_elements.js";
import { inOrder } from "./slack_flow.js";
import { drawItem } from "./slack_message.js";
import { Modal } from "./slack_modal.js";
import { encoded, mrkdwn } from "./slack_mrkdwn.js";
import { Unread, drawPlaces } from "./slack_places.js";
import { avatar, learn, nameOf, places, signed } from "./slack_workspace.js";

const CONTROL = "/slack/_control/";
const HOME = { id: "home", name: "Home", kind: "home" };

const look = (what, query) => read(CONTROL + what, query);
const spoken = ({ user, text }) => `${nameOf(user)}: ${make("p", {}, mrkdwn(text)).textContent}`;

export class Slack {
  user = "U0ALICE";
  place = { id: "C0SALES" };
  list = byId("slack-messages");
  scrolling = new Scrolling(this.list);
  composer = new Composer((text) => this.send(text));
  modal = new Modal((view, ...pressed) => this.#press({ view: view.id }, ...pressed));
  #unread = new Unread();
  #unfolded = new Set();
  #dismissed = new Set();
  #hands = {
    press: ({ ts }, ...pressed) => this.#press({ ts }, ...pressed),
    menu: (button, message) => this.#menu(button, message),
    dismiss: (ts) => {
      this.list.focus({ preventScroll: true });
      this.#toggle(this.#dismissed, ts);
    },
    fold: (ts) => this.#toggle(this.#unfolded, ts),
  };

  constructor() {
    byId("slack-people").addEventListener("change", ({ target }) => this.#go(target.value, this.place.id));
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
    learn(await look("workspace"), user);
    const [{ view: home }, { view }] = await Promise.all([look("home", { user }), look("view", { user })]);
    const there = places();
    const all = home ? [...there, HOME] : there;
    const here = all.find(({ id }) => id === wanted.id) ?? all[0];
    const [ephemerals, ...found] = await Promise.all([
      here === HOME ? {} : look("ephemerals", { user, channel: here.id }),
      ...there.map(({ id }) => look("messages", { user, channel: id })),
    ]);
    if (user !== this.user || wanted !== this.place) return false;
    this.#arrive(here);
    this.#unread.note(user, there, found.map(({ messages }) => messages), here);
    drawPlaces(user, here, all, this.#unread);
    if (shown === this.modal.shown) this.modal.show(view); // else an act has shown a newer one meanwhile
    return here === HOME ? this.#drawHome(home) : this.#draw(found[there.indexOf(here)].messages, ephemerals.messages);
  }

  async send(text) {
    const { user, place } = this;
    const at = { channel: place.id, user };
    const thread_ts = this.composer.root ?? undefined;
    this.scrolling.toEnd();
    if (!text.startsWith("/")) return act(`${CONTROL}say`, { ...at, text: encoded(text), thread_ts });
    const { view = null } = await run(text, at, thread_ts);
    return user === this.user && this.modal.show(view);
  }

  /** Name the place, if it is another one than before. */
  #arrive(place) {
    this.place = place;
    const key = JSON.stringify([this.user, place]);
    if (key === this.named) return;
    this.named = key;
    this.list.hidden = place === HOME;
    byId("slack-home").hidden = place !== HOME;
    byId("slack-title").replaceChildren(make("span", {}, signed(place)));
    byId("slack-face").replaceChildren(avatar(this.user));
    const empty = emptyState("Ask for a payment, as a sales person would:", (text) => this.send(text));
    const openHome = { type: "button", class: "plain", onclick: () => this.#openHome() };
    if (place.kind === "direct") empty.append(make("button", openHome, "Open the app's Home"));
    byId("slack-empty").replaceChildren(empty);
    this.composer.at(place);
  }

  #draw(messages, ephemerals) {
    const seen = ephemerals.filter(({ ts }) => !this.#dismissed.has(ts));
    const items = inOrder(messages, seen, this.#unfolded);
    const draw = (item, isNew) => drawItem(item, this.#hands, isNew);
    const { added, changed } = this.scrolling.during(() => showList(this.list, items, ({ key }) => key, draw));
    byId("slack-empty").hidden = items.length > 0;
    this.#tell([...messages.flatMap((message) => [message, ...message.replies]), ...seen]);
    return added.length + changed.length > 0;
  }

  /** Tell those who do not see it what is new, or is said differently now. */
  #tell(messages) {
    const isNews = ({ ts, user, text }) => user !== this.user && this.told.get(ts) !== text;
    const news = this.told ? messages.filter(isNews) : [];
    this.told = new Map(messages.map(({ ts, text }) => [ts, text]));
    if (news.length) byId("slack-heard").textContent = news.map(spoken).join("\n");
  }

  #drawHome(view) {
    byId("slack-empty").hidden = true;
    const draw = drawInView(view, (...pressed) => this.#press({ view: view.id }, ...pressed));
    return showList(byId("slack-home"), view.blocks, ({ block_id: id }) => id, draw).added.length > 0;
  }

  async #go(user, id) {
    if (user !== this.user) this.modal.show(null);
    this.user = user;
    this.place = { id };
    this.told = null;
    this.composer.answer(null);
    showList(this.list, [], String, String);
    if (id === HOME.id) await this.#openHome();
    await orNotice(() => this.refresh());
    this.scrolling.toEnd();
  }

  #openHome() {
    return orNotice(() => act(`${CONTROL}open_home`, { user: this.user }));
  }

  #toggle(set, one) {
    if (!set.delete(one)) set.add(one);
    return orNotice(() => this.refresh());
  }

  #menu(button, message) {
    const shortcut = async () => {
      const trouble = await this.#act("shortcut", { ts: message.ts });
      if (trouble) notice(`The shortcut did not work: ${trouble}`);
    };
    openMenu(button, [
      ["Payment link for this message", shortcut],
      ["Reply in thread", () => this.composer.answer(message)],
    ]);
  }

  async #press(where, { block_id }, { action_id }, value) {
    const trouble = await this.#act("press", { ...where, block_id, action_id, value });
    if (trouble) this.modal.complain({}, trouble);
    return trouble;
  }

  /** Act where this person is and show the view that comes of it; answers what went wrong, if anything did. */
  async #act(control, body) {
    const { user, place } = this;
    const answer = await orNotice(() => act(CONTROL + control, { channel: place.id, user, ...body }));
    if (answer && user === this.user) this.modal.show(answer.view);
    return answer?.trouble;
  }
}
