/** The open modal of the person who is looked at: drawn over the channel, updated in place. */

import { byId, make } from "./dom.js";
import { showList } from "./list.js";
import { busy, button, orNotice } from "./notice.js";
import { drawInView } from "./slack_blocks.js";
import { valueOf } from "./slack_fields.js";
import { act, part } from "./slack_workspace.js";

const TROUBLE = "We had some trouble connecting. Try again?";

export class Modal {
  view = null;
  shown = 0; // how often something was shown
  #veil = part("modal");
  #behind = [...byId("slack").children].filter((node) => node !== this.#veil);
  #drafts = {}; // by view and place: what the person has touched stays, also below another view

  /** `press(view, block, element, value)` sends presses. */
  constructor(press) {
    this.press = press;
  }

  show(view) {
    this.shown += 1;
    if (view && view.id === this.view?.id && view.hash === this.view.hash) return;
    this.#keep();
    if (!view) return this.#clear();
    if (!this.view) this.opener = document.activeElement;
    const isNew = view.id !== this.view?.id;
    this.view = view;
    if (isNew) this.#open();
    this.#draw();
    if (isNew) this.#focusFirst();
  }

  #clear() {
    if (!this.view) return;
    const hadFocus = this.#veil.contains(document.activeElement) || document.activeElement === document.body;
    this.view = null;
    this.#drafts = {};
    this.#veil.replaceChildren();
    this.#cover(false);
    const isThere = this.opener.isConnected && this.opener !== document.body;
    if (hadFocus) (isThere ? this.opener : part("text")).focus({ preventScroll: true });
  }

  #cover(isOpen) {
    this.#veil.hidden = !isOpen;
    for (const node of this.#behind) node.inert = isOpen;
  }

  #open() {
    const close = () => this.#send("close");
    const quiet = (label, sign) => button({ class: "quiet", "aria-label": label }, close, sign);
    const onsubmit = (event) => (event.preventDefault(), this.#submit());
    this.title = make("h2", { id: "modal-title" });
    this.alert = make("p.alert", { role: "alert" });
    this.blocks = make("div.blocks");
    this.closing = button({ class: "button" }, close);
    this.submitting = make("button.button.primary");
    this.window = make(
      "div.window",
      { role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title" },
      make(
        "form",
        { novalidate: true, onsubmit, onkeydown: ({ key }) => key === "Escape" && close() },
        make("header", this.view.previous_view_id && quiet("Back", "←"), this.title, quiet("Close", "×")),
        this.alert,
        this.blocks,
        make("footer", this.closing, this.submitting),
      ),
    );
    this.#veil.replaceChildren(this.window);
    this.#cover(true);
  }

  #draw() {
    const { view } = this;
    this.title.textContent = view.title.text;
    this.closing.textContent = view.close?.text ?? (view.submit ? "Cancel" : "Close");
    this.submitting.textContent = view.submit?.text ?? "";
    this.submitting.hidden = !view.submit;
    this.complain({});
    const draft = ({ block_id: block, element }) => this.#drafts[[view.id, block, element.action_id]];
    const draw = drawInView(view, (...pressed) => this.press(this.view, ...pressed), draft);
    showList(this.blocks, view.blocks, draw, ({ block_id: id }) => id);
  }

  #controls() {
    return [...this.#veil.querySelectorAll(".control")];
  }

  #keep() {
    for (const control of this.#controls()) {
      const { touched, place } = control.dataset;
      if (touched) this.#drafts[[this.view.id, blockOf(control), place]] = valueOf(control);
    }
  }

  #focusFirst() {
    const elsewhere = document.activeElement?.closest(".pane:not(.slack)");
    const first = this.blocks.querySelector("[data-first]") ?? this.#controls()[0] ?? this.submitting;
    if (!elsewhere) focusIn(first.hidden ? this.closing : first);
  }

  #submit() {
    const values = this.#controls().map((control) => [blockOf(control), valueOf(control)]);
    if (!this.submitting.hidden) this.#send("submit", { values: Object.fromEntries(values) });
  }

  /** Busy until the app has answered. */
  async #send(control, more) {
    const sent = () => orNotice(() => act(control, { view: this.view.id, ...more }));
    const answer = await busy(this.window, sent);
    if (!answer) return;
    this.show(answer.view);
    this.complain(answer.errors ?? {}, answer.trouble);
  }

  /** Show errors at their fields, and whether the app did not answer. */
  complain(errors, trouble) {
    if (!this.view) return;
    this.alert.textContent = trouble ? TROUBLE : "";
    this.alert.title = trouble ?? "";
    const wrong = this.#controls().filter((control) => {
      const error = errors[blockOf(control)] ?? "";
      control.closest(".field").querySelector(".error").textContent = error;
      control.ariaInvalid = String(Boolean(error));
      return error;
    });
    if (wrong.length) focusIn(wrong[0]);
  }
}

const blockOf = (control) => control.closest(".field").dataset.block;

const focusIn = (control) => (control.querySelector("input") ?? control).focus();
