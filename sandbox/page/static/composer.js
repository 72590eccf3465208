/** The line at the bottom of a chat, and the suggestions of an empty one. */

import { make } from "./dom.js";
import { button, orNotice } from "./notice.js";

const SUGGESTIONS = ["/paylink 49.90 EUR jane@example.com Invoice 12", "/paylink"];

/** Send what is typed with Enter; what is refused stays in the line. */
export function startComposer(form, send) {
  const input = form.elements.text;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    const sent = await orNotice(async () => (await send(text), true));
    if (!sent && !input.value) input.value = text;
  });
  return input;
}

/** What an empty chat shows: what to do, and buttons that do it. */
export const emptyState = (words, send) =>
  make("div.empty", make("p", words), SUGGESTIONS.map((text) => button({ class: "suggestion" }, () => send(text), text)));
