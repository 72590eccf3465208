/** Starts the page: its columns, the news that refresh them, and the tabs of a small screen. */

import { Bar } from "./bar.js";
import { read } from "./control.js";
import { byId } from "./dom.js";
import { Happened } from "./happened.js";
import { notice } from "./notice.js";
import { Phone } from "./phone.js";
import { Slack } from "./slack.js";
import { Telegram } from "./telegram.js";

const CHATS = { slack: Slack, telegram: Telegram };

/** Run `refresh` now, and once more if asked to while it runs. */
function coalesced(refresh) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await refresh().catch((error) => notice(error.message));
    }
    running = false;
  };
}

function showTab(name) {
  byId("stage").dataset.shown = name;
  for (const tab of byId("tabs").children) {
    const isShown = tab.dataset.tab === name;
    tab.setAttribute("aria-pressed", String(isShown));
    if (isShown) delete tab.dataset.news;
  }
}

function markNews(name) {
  const tab = byId("tabs").querySelector(`[data-tab=${name}]`);
  if (tab.getAttribute("aria-pressed") === "false") tab.dataset.news = "yes";
}

/** Addresses in the chats open on the customer's phone, unless a new tab or window is asked for. */
function openOnPhone(phone) {
  byId("stage").addEventListener("click", (event) => {
    const anchor = event.target.closest("a[href^=http]");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    phone.open(anchor.href);
  });
}

function listen(refresh) {
  const news = new EventSource("/events");
  const showState = (isLive) => {
    byId("bar-live").dataset.live = isLive;
    byId("bar-live").textContent = isLive ? "Live" : "Reconnecting";
  };
  news.onopen = () => (showState(true), refresh());
  news.onerror = () => showState(false);
  news.onmessage = refresh;
}

async function start() {
  const { standins } = await read("/standins");
  const names = standins.map((standin) => standin.name);
  const chats = Object.entries(CHATS)
    .filter(([name]) => names.includes(name))
    .map(([name, Chat]) => ({ name, chat: new Chat() }));
  for (const name of Object.keys(CHATS)) byId(name).hidden = byId(`tab-${name}`).hidden = !names.includes(name);
  const pays = standins.filter((standin) => standin.controls.includes("pay"));
  const bar = new Bar(pays.map((standin) => standin.name));
  const phone = new Phone(() => showTab("phone"));
  const happened = new Happened(standins);
  byId("tabs").addEventListener("click", (event) => showTab(event.target.closest("[data-tab]").dataset.tab));
  showTab(chats[0]?.name ?? "phone");
  openOnPhone(phone);
  listen(
    coalesced(async () => {
      const news = async ({ name, chat }) => (await chat.refresh()) && markNews(name);
      const links = async () => phone.follow(await bar.refresh());
      await Promise.all([...chats.map(news), links(), happened.refresh()]);
    }),
  );
}

start().catch((error) => notice(`The sandbox could not be read: ${error.message}`));
