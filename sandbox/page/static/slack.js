/** The Slack column: one channel, seen by one person at a time. */

import { emptyState, startComposer } from "./composer.js";
import { act, read } from "./control.js";
import { byId } from "./dom.js";
import { showList } from "./list.js";
import { notice, orNotice } from "./notice.js";
import { Scrolling } from "./scrolling.js";
import { drawMessage, inOrder } from "./slack_message.js";
import { Modal } from "./slack_modal.js";
import { CHANNEL } from "./slack_people.js";

const COMMAND = /^\/paylink(?:\s+([\s\S]*))?$/;

export class Slack {
  constructor() {
    this.list = byId("slack-messages");
    this.scrolling = new Scrolling(this.list);
    this.user = "U0ALICE";
    this.modal = new Modal({
      veil: byId("slack-modal"),
      behind: ["slack-people", "slack-empty", "slack-messages", "slack-composer"].map(byId),
      press: (view, block, element, value) => this.#press({ view: view.id }, block, element, value),
      seen: (view) => this.modal.show(view),
    });
    startComposer(byId("slack-composer"), (text) => this.send(text));
    byId("slack-empty").append(
      emptyState("Ask for a payment, as a sales person would:", (text) => this.send(text)),
    );
    byId("slack-people").addEventListener("change", (event) => this.#become(event.target.value));
  }

  /** Read what this person sees now; answers whether anything has changed. */
  async refresh() {
    const { user } = this;
    const place = { channel: CHANNEL, user };
    const [{ messages }, ephemerals, { view }] = await Promise.all([
      read("/slack/_control/messages", place),
      read("/slack/_control/ephemerals", place),
      read("/slack/_control/view", { user }),
    ]);
    if (user !== this.user) return false;
    const items = inOrder(messages, ephemerals.messages);
    const press = (message, ...pressed) => this.#press({ ts: message.ts }, ...pressed);
    const draw = (item, isNew) => drawMessage(item, press, isNew);
    const drawn = this.scrolling.during(() => showList(this.list, items, (item) => item.ts, draw));
    byId("slack-empty").hidden = items.length > 0;
    this.modal.show(view);
    return drawn.added.length + drawn.changed.length > 0;
  }

  async send(text) {
    this.scrolling.toEnd();
    const command = text.match(COMMAND);
    const place = { channel: CHANNEL, user: this.user };
    if (command) {
      const { view } = await act("/slack/_control/command", { ...place, text: command[1] ?? "" });
      if (place.user === this.user) this.modal.show(view);
    } else if (text.startsWith("/")) {
      notice(`${text.split(/\s/)[0]} is not a command here. Try /paylink.`);
    } else {
      await act("/slack/_control/say", { ...place, text });
    }
  }

  async #become(user) {
    this.user = user;
    this.modal.show(null);
    showList(this.list, [], String, String);
    await orNotice(() => this.refresh());
    this.scrolling.toEnd();
  }

  async #press(where, block, element, value) {
    const { user } = this;
    const what = { action_id: element.action_id, block_id: block.block_id };
    const body = { channel: CHANNEL, user, ...where, ...what, ...(value === undefined ? {} : { value }) };
    const answer = await orNotice(() => act("/slack/_control/press", body));
    if (!answer || user !== this.user) return;
    this.modal.show(answer.view);
    if (answer.trouble) notice(`Slack shows a warning at this button: ${answer.trouble}`);
  }
}
