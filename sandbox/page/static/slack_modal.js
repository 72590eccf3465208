/** The open modal of the person who is looked at: drawn over the channel, updated in place. */

import { act } from "./control.js";
import { byId, make } from "./dom.js";
import { showList } from "./list.js";
import { orNotice } from "./notice.js";
import { drawBlock } from "./slack_blocks.js";
import { drawInput, textOf, valueOf } from "./slack_inputs.js";

const TROUBLE = "Paylink could not be reached, or its answer could not be used. Please try again.";

export class Modal {
  /** `press(view, block, element, value)` sends presses; `seen(view)` hears which view is open now. */
  constructor({ veil, behind, press, seen }) {
    this.veil = veil;
    this.behind = behind;
    this.press = press;
    this.seen = seen;
    this.view = null;
  }

  show(view) {
    if (view && view.id === this.view?.id && view.hash === this.view.hash) return;
    if (!view) return this.#clear();
    const isNew = view.id !== this.view?.id;
    this.view = view;
    if (isNew) this.#open();
    this.#draw();
    if (isNew) this.#focusFirst();
  }

  #clear() {
    if (!this.view) return;
    const hadFocus = this.veil.contains(document.activeElement) || document.activeElement === document.body;
    this.view = null;
    this.veil.replaceChildren();
    this.veil.hidden = true;
    for (const node of this.behind) node.inert = false;
    if (hadFocus) byId("slack-text").focus({ preventScroll: true });
  }

  #open() {
    this.title = make("h3", { id: "modal-title" });
    this.alert = make("p", { class: "alert", role: "alert" });
    this.blocks = make("div", { class: "blocks" });
    this.closing = make("button", { type: "button", class: "button", onclick: () => this.#close() });
    this.submitting = make("button", { class: "button primary" });
    this.form = make(
      "form",
      { class: "modal", role: "dialog", "aria-labelledby": "modal-title", novalidate: true },
      make(
        "header",
        {},
        this.title,
        make("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => this.#close() }, "×"),
      ),
      this.alert,
      this.blocks,
      make("footer", {}, this.closing, this.submitting),
    );
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.form.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    this.veil.replaceChildren(this.form);
    this.veil.hidden = false;
    for (const node of this.behind) node.inert = true;
  }

  #draw() {
    const { view } = this;
    const entered = this.#entered();
    this.title.textContent = view.title.text;
    this.closing.textContent = view.close?.text ?? "Cancel";
    this.submitting.textContent = view.submit?.text ?? "";
    this.submitting.hidden = !view.submit;
    this.#complain({});
    showList(
      this.blocks,
      view.blocks,
      (block) => block.block_id,
      (block) => this.#drawBlock(block, entered),
    );
  }

  #drawBlock(block, entered) {
    const press = (...pressed) => this.press(this.view, ...pressed);
    if (block.type !== "input") return drawBlock(block, press);
    const place = `${block.block_id}/${block.element.action_id}`;
    const state = this.view.state.values[block.block_id]?.[block.element.action_id];
    return drawInput(block, entered.get(place) ?? textOf(state), press);
  }

  /** What the person has touched stays as it is when the app changes the view. */
  #entered() {
    const touched = [...this.blocks.querySelectorAll(".field .control[data-touched]")];
    return new Map(
      touched.map((control) => [`${blockOf(control)}/${control.dataset.place}`, valueOf(control)]),
    );
  }

  #focusFirst() {
    const elsewhere = document.activeElement?.closest(".pane:not(.slack)");
    const first = this.form.querySelector("[autofocus], .control") ?? this.submitting;
    if (!elsewhere) (first.hidden ? this.closing : first).focus({ preventScroll: true });
  }

  async #submit(event) {
    event.preventDefault();
    if (this.submitting.hidden || this.submitting.disabled) return;
    const controls = [...this.blocks.querySelectorAll(".field .control")];
    const values = Object.fromEntries(controls.map((control) => [blockOf(control), valueOf(control)]));
    this.submitting.disabled = true;
    const answer = await orNotice(() => act("/slack/_control/submit", { view: this.view.id, values }));
    this.submitting.disabled = false;
    if (!answer) return;
    this.seen(answer.view);
    if (this.view) this.#complain(answer.errors, answer.trouble && TROUBLE);
  }

  async #close() {
    const answer = await orNotice(() => act("/slack/_control/close", { view: this.view.id }));
    if (answer) this.seen(answer.view);
  }

  #complain(errors, trouble) {
    this.alert.textContent = trouble ?? "";
    const wrong = [...this.blocks.querySelectorAll(".field")].filter((field) => {
      const error = errors[field.dataset.block] ?? "";
      field.querySelector(".error").textContent = error;
      field.querySelector(".control").setAttribute("aria-invalid", String(Boolean(error)));
      return error;
    });
    wrong[0]?.querySelector("input, select, textarea")?.focus();
  }
}

const blockOf = (control) => control.closest(".field").dataset.block;
