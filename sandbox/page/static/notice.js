/** Short messages, questions that want an answer, buttons that may be refused. */

import { byId, make } from "./dom.js";

const SHOWN_MS = 5000;

/** Say something for a few seconds, in its own `place` or where all is said. */
export function notice(text, place = byId("notices")) {
  const shown = make("p.notice", text);
  place.append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}

/** Run what may be refused, and say so if it is; answers undefined then. */
export async function orNotice(run) {
  try {
    return await run();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}

/** A button; `run(node)` may be refused. */
export const button = (attributes, run, ...children) =>
  make("button", { type: "button", ...attributes, onclick: ({ currentTarget: node }) => orNotice(() => run(node)) }, children);

/** Run it unless the node is busy with the last time; answers what it answers. */
export async function busy(node, run) {
  if (node.ariaBusy === "true") return undefined;
  node.ariaBusy = "true";
  return run().finally(() => (node.ariaBusy = "false"));
}

/** Ask in a dialogue; answers whether `yes` was chosen. Without `no` it only tells. */
export function ask({ title, text, yes, no, look = "primary", over = document.body }) {
  const { promise, resolve } = Promise.withResolvers();
  const onclose = () => (dialog.remove(), resolve(dialog.returnValue === "yes"));
  const close = make("button.quiet", { value: "no", "aria-label": "Close" }, "×");
  const yesButton = make("button", { class: `button ${look}`, value: "yes", autofocus: true }, yes);
  const form = make(
    "form",
    { method: "dialog" },
    make("header", make("h2", { id: "ask-title" }, title), close),
    make("p", text),
    make("footer", no && make("button.button", { value: "no" }, no), yesButton),
  );
  const dialog = make("dialog.window", { "aria-labelledby": "ask-title", onclose }, form);
  const { left, width } = over.getBoundingClientRect();
  const [from, to, most] = [left, innerWidth - left - width, width - 24];
  Object.assign(dialog.style, { left: `${from}px`, right: `${to}px`, maxWidth: `min(25rem, ${most}px)` });
  over.append(dialog);
  dialog.showModal();
  return promise;
}
