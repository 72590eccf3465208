/** Hears from the sandbox that something has changed, and survives its being started again. */

import { byId } from "./dom.js";

const AGAIN_MS = 1000;

/**
 * Run `refresh(names)` at each piece of news, with the stand-ins it comes from, and `refresh()` at first: the page
 * is live once that is done. Another sandbox at this address than before: everything is new.
 */
export function listen(refresh) {
  let world = null;
  const open = () => {
    const news = new EventSource("/events");
    news.addEventListener("world", async ({ data }) => {
      if (world && world !== data) return location.reload();
      world = data;
      await refresh();
      if (news.readyState === EventSource.OPEN) showState("Live");
    });
    news.onmessage = ({ data }) => refresh(data.split(" "));
    news.onerror = () => {
      showState("Reconnecting");
      if (news.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
    };
  };
  open();
}

function showState(words) {
  byId("bar-live").dataset.live = words === "Live";
  byId("bar-live").textContent = words;
}
