/** Starts the page: columns, the news that refresh them, a small screen's tabs. */

import { read } from "./control.js";
import { byId } from "./dom.js";
import { Happened } from "./happened.js";
import { Links } from "./links.js";
import { listen } from "./news.js";
import { notice } from "./notice.js";
import { closeOpen } from "./panel.js";
import { Phone } from "./phone.js";
import { Service } from "./service.js";
import { Slack } from "./slack.js";
import { Steps } from "./steps.js";
import { Telegram } from "./telegram.js";
import { Trouble } from "./trouble.js";

const CHATS = { slack: Slack, telegram: Telegram };

/** Run `refresh` for these names (none: `all`), and once more for those asked for meanwhile. */
function coalesced(refresh, all) {
  let running = false;
  const wanted = new Set();
  return async (names = all) => {
    names.forEach((name) => wanted.add(name));
    if (running) return;
    running = true;
    while (wanted.size) {
      const now = new Set(wanted);
      wanted.clear();
      await refresh(now).catch((error) => notice(error.message));
    }
    running = false;
  };
}

function showTab(name) {
  byId("stage").dataset.shown = name;
  for (const tab of byId("tabs").children) {
    const isShown = tab.dataset.tab === name;
    tab.ariaPressed = String(isShown);
    if (isShown) tab.removeAttribute("data-news");
  }
}

function markNews(name) {
  const tab = byId("tabs").querySelector(`[data-tab=${name}]`);
  if (tab.ariaPressed === "false") tab.dataset.news = "yes";
}

/** Addresses in the chats open on the customer's phone, unless a new tab or window is asked for. */
function openOnPhone(phone) {
  byId("stage").addEventListener("click", (event) => {
    const anchor = event.target.closest("a[href^=http]");
    if (!anchor || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    phone.open(anchor.href);
  });
}

function startChats(names) {
  for (const name of Object.keys(CHATS)) byId(name).hidden = byId(`tab-${name}`).hidden = !names.includes(name);
  return Object.entries(CHATS)
    .filter(([name]) => names.includes(name))
    .map(([name, Chat]) => ({ name, chat: new Chat() }));
}

async function start() {
  const { standins } = await read("/standins");
  const names = standins.map(({ name }) => name);
  const chats = startChats(names);
  const backends = standins.filter(({ chips }) => chips);
  const links = new Links(backends, chats.map(({ name }) => name));
  const clock = `/${names[0]}/_control/clock`;
  const service = new Service();
  const trouble = new Trouble({ links, service, clock });
  const happened = new Happened({ standins, links, clock });
  const steps = new Steps();
  const showPhone = () => {
    showTab("phone");
    if (matchMedia("(max-width: 1499px)").matches) closeOpen(); // it covers the phone
  };
  const phone = new Phone(showPhone, backends);
  byId("tabs").addEventListener("click", (event) => showTab(event.target.closest("[data-tab]").dataset.tab));
  showTab(chats[0]?.name ?? "phone");
  openOnPhone(phone);

  const refreshChat = async ({ name, chat }) => {
    const hasNews = await chat.refresh();
    if (hasNews) markNews(name);
    return hasNews;
  };
  const refreshWorld = async () => {
    const [all] = await Promise.all([links.refresh(), service.refresh()]);
    if (phone.follow(all)) markNews("phone");
    await happened.refresh(await trouble.refresh());
  };
  listen(
    coalesced(async (changed) => {
      const chatsChanged = chats.filter(({ name }) => changed.has(name));
      const news = await Promise.all(chatsChanged.map(refreshChat)); // before what they may tell of
      await refreshWorld();
      steps.follow(links.all, news.includes(true));
    }, names),
  );
}

start().catch((error) => notice(`The sandbox could not be read: ${error.message}`));
