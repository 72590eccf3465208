/** Where one is in Telegram, and as whom: the chats, the topics of a forum, the members of a group. */

import { chat } from "./control.js";
import { make, unseen } from "./dom.js";
import { showList } from "./list.js";
import { button } from "./notice.js";

export const { part, read, act } = chat("telegram");
export const ALICE = 1001;
const LOOK_AROUND_MS = 300;

export class Places {
  chatId = ALICE;
  chats = [];
  topics = {}; // chosen, by chat
  actors = {}; // who one is, by chat
  messages = {}; // by chat
  seen = {}; // the number of the last one, by chat and topic

  /** `entered()` is called when somebody goes elsewhere, or becomes somebody else. */
  constructor(entered) {
    this.entered = entered;
    part("person").onchange = ({ target }) => {
      this.actors[this.chatId] = Number(target.value);
      entered();
    };
  }

  get chat() {
    return this.chats.find(({ id }) => id === this.chatId);
  }

  /** None is General, or not in a forum. */
  get topic() {
    return this.chat.topics.find(({ id }) => id === this.topics[this.chatId]);
  }

  get person() {
    return this.people.find(({ id }) => id === this.#actor(this.chat));
  }

  /** Something else once one has gone elsewhere. */
  get key() {
    return `${[this.chatId, this.topics[this.chatId], this.actors[this.chatId]]}`;
  }

  enter(chat, topic = this.topics[chat]) {
    this.chatId = chat;
    this.topics[chat] = topic;
    this.entered();
  }

  /** Read who and what there is; answers the messages where one is. */
  async refresh() {
    Object.assign(this, await read("people"));
    if (this.chat.migrated_to) this.enter(this.chat.migrated_to);
    this.timer ??= setTimeout(() => this.#lookAround().catch(() => {}), LOOK_AROUND_MS);
    const { key, chatId } = this;
    await this.#read(this.chat);
    if (key !== this.key) return null;
    this.seen[[chatId, this.topic?.id]] = this.messages[chatId].at(-1)?.message_id;
    this.#draw();
    return this.messages[chatId];
  }

  async #read({ id }) {
    this.messages[id] = (await read("messages", { chat: id })).messages;
  }

  async #lookAround() {
    this.timer = null;
    await Promise.all(this.chats.filter(({ id }) => id !== this.chatId).map((chat) => this.#read(chat)));
    this.#draw();
  }

  #actor({ id, title }) {
    return title ? (this.actors[id] ?? ALICE) : id;
  }

  #unread(chat) {
    const isNew = ({ deleted, from, message_id: number, topic }) =>
      !deleted && from !== this.#actor(chat) && !(number <= this.seen[[chat.id, topic]]);
    return (this.messages[chat.id] ?? []).filter(isNew);
  }

  #draw() {
    const { chat, people, person, topic: here } = this;
    const chats = this.chats.filter((one) => !one.migrated_to);
    const topics = chat.is_forum ? [{ name: "General" }, ...chat.topics] : [];
    const news = this.#unread(chat);
    drawPlaces(part("chats"), chats, (id) => this.enter(id), (one) => [one === chat, this.#unread(one)]);
    drawPlaces(part("topics"), topics, (id) => this.enter(chat.id, id ?? null), ({ id }) => [
      id === here?.id,
      news.filter(({ topic }) => topic == id),
    ]);
    part("title").textContent = chat.title ?? `${chat.first_name} and Paylink`;
    part("kind").textContent = `Telegram · ${chat.title ? chat.type : "bot"}`;
    part("person").hidden = !chat.title;
    showList(part("person"), people, ({ id, first_name: name }) => make("option", { value: id }, `as ${name}`));
    part("person").value = person.id;
  }
}

/** `about(place)` says whether one is there, and what is new. */
function drawPlaces(list, places, enter, about) {
  const items = places.map((place) => {
    const [isHere, news] = about(place);
    const name = `${place.title ?? place.name ?? place.first_name}${place.closed ? " 🔒" : ""}`;
    return { id: place.id, name, isHere, unread: news.length };
  });
  list.hidden = !items.length;
  showList(list, items, ({ id, name, isHere, unread }) => {
    const attributes = { "aria-current": isHere && "true", "data-place": "enter", "data-initial": name[0] };
    const badge = unread > 0 && make("b.unread", unread, unseen(" unread"));
    return make("li", button(attributes, () => enter(id), make("span", name), badge));
  });
}
