/** Short messages to the person at the page, and questions that want an answer. */

import { byId, make } from "./dom.js";

const SHOWN_MS = 5000;

/** Say something for a few seconds. */
export function notice(text) {
  const shown = make("p", { class: "notice" }, text);
  byId("notices").append(shown);
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

/** Ask in a dialogue; answers whether `yes` was chosen. Without `no` it only tells. */
export function ask({ title, text, yes, no, danger }) {
  const dialog = make(
    "dialog",
    { class: "ask", "aria-labelledby": "ask-title" },
    make("h2", { id: "ask-title" }, title),
    make("p", {}, text),
    make(
      "form",
      { method: "dialog" },
      no && make("button", { class: "button", value: "no" }, no),
      make("button", { class: `button ${danger ? "danger" : "primary"}`, value: "yes", autofocus: true }, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
