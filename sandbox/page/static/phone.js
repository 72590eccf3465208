/**
 * The customer's phone: a small browser for pages of the sandbox and of the service.
 *
 * Hosted payment pages refuse to be framed, so the server fetches them and their HTML is drawn here.
 * Nothing in them runs: the page's policy and the one added below allow no script.
 */

import { Cards } from "./cards.js";
import { act } from "./control.js";
import { clockOf, make, partsOf } from "./dom.js";
import { isOpen, money } from "./links.js";

const NO_SCRIPTS = "script-src 'none'; object-src 'none'; frame-src 'none'";
const ANNOUNCED_MS = 8000;

const part = partsOf("phone");

export class Phone {
  frame = part("frame");
  past = [];
  visits = 0;
  url = null;

  /** `shown()` is called when a page is opened from a chat; `backends` see `Cards`. */
  constructor(shown, backends) {
    this.shown = shown;
    this.cards = new Cards(() => (this.frame.hidden ? null : this.frame.contentDocument), backends);
    this.frame.addEventListener("load", () => this.#listen());
    part("reload").onclick = () => this.url && this.#visit({ url: this.url });
    part("back").onclick = () => this.#back();
    part("news").onclick = () => (this.open(this.announced.url), this.frame.focus());
    const tick = () => (part("clock").textContent = clockOf());
    setInterval(tick, 10_000);
    tick();
  }

  /** Open the address of a link. */
  open(url) {
    this.shown();
    this.status = undefined;
    return this.#go({ url });
  }

  /**
   * The backends' links as they are now: the page is fetched again when its link's state has changed.
   * Answers whether a link was announced.
   */
  follow(links) {
    const address = addressOf(this.url);
    const status = links.find((link) => link.url === address)?.status;
    const isOld = this.status !== undefined && status !== undefined && status !== this.status;
    this.status = status ?? this.status;
    if (isOld && !this.waiting) this.#visit({ url: this.url });
    return this.#announce(links.at(-1), address);
  }

  /** The newest link is announced until it is opened here, or can be paid no more; over a page only for a while. */
  #announce(link, address) {
    if (link && (link.url === address || !isOpen(link))) this.known = link.id;
    const wanted = link && link.id !== this.known ? link : null;
    const isNew = wanted && wanted.id !== this.announced?.id;
    this.announced = wanted;
    part("news").hidden = !wanted;
    if (wanted && address && this.fading !== wanted.id) {
      this.fading = wanted.id;
      setTimeout(() => this.#forget(wanted), ANNOUNCED_MS);
    }
    if (isNew) part("news-text").textContent = money(link) ? `Please pay ${money(link)}` : "A payment link for you";
    return Boolean(isNew);
  }

  #forget(link) {
    this.known = link.id;
    if (this.announced?.id === link.id) part("news").hidden = true;
  }

  #go(visit) {
    if (this.url && this.url !== visit.url) this.past.push(this.url);
    this.html = null;
    return this.#visit(visit);
  }

  /** To the page before, and from the first one to where nothing is open. */
  #back() {
    if (!this.url) return;
    const url = this.past.pop();
    this.html = null;
    if (url) return void this.#visit({ url });
    this.visits += 1;
    this.url = this.status = null;
    this.frame.removeAttribute("srcdoc");
    this.#showAddress(false);
  }

  async #visit(visit) {
    this.visits += 1;
    const number = this.visits;
    this.url = visit.url;
    this.#showAddress(true);
    const answer = await act("/phone", visit).catch((error) => ({ error: error.message }));
    if (number !== this.visits) return;
    this.url = answer.url ?? visit.url;
    this.#showAddress(false);
    this.#draw(answer.html ?? trouble(answer.error));
  }

  #showAddress(isLoading) {
    const url = this.url ?? "";
    this.waiting = isLoading;
    part("address").textContent = url.replace(/^https?:\/\//, "") || "no page open";
    part("address").title = url;
    part("screen").ariaBusy = isLoading;
    part("empty").hidden = Boolean(url);
    for (const name of ["reload", "back"]) part(name).setAttribute("aria-disabled", String(!url));
    this.frame.hidden = !url;
    this.cards.refresh(this.url);
  }

  #draw(html) {
    if (html === this.html) return;
    this.html = html;
    const page = new DOMParser().parseFromString(html, "text/html");
    page.head.prepend(
      make("meta", { "http-equiv": "Content-Security-Policy", content: NO_SCRIPTS }),
      make("base", { href: this.url }),
    );
    for (const node of page.querySelectorAll("script, meta[http-equiv=refresh i]")) node.remove();
    this.frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  }

  #listen() {
    const page = this.frame.contentDocument;
    this.frame.title = `The customer's phone: ${page.title}`;
    page.addEventListener("submit", (event) => this.#send(event));
    page.addEventListener("click", (event) => this.#click(event));
    this.cards.refresh(this.url);
  }

  #send(event) {
    event.preventDefault();
    if (this.waiting) return;
    const form = event.target;
    const url = new URL(form.getAttribute("action") || this.url, this.url);
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    const method = (form.getAttribute("method") ?? "GET").toUpperCase(); // a field may be called "method"
    if (method === "GET") url.search = new URLSearchParams(fields);
    this.#go(method === "POST" ? { method, url: url.href, fields } : { url: url.href });
  }

  #click(event) {
    const anchor = event.target.closest?.("a[href]");
    if (!anchor || anchor.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    this.#go({ url: anchor.href });
  }
}

const addressOf = (url) => url?.split("?")[0];

function trouble(error) {
  const words = make("main", make("h1", "This page could not be opened"), make("p", error));
  const style = "body{font:1rem/1.5 system-ui;padding:2rem 1.25rem;overflow-wrap:anywhere}h1{font-size:1.25rem}";
  return `<html lang="en"><title>Not opened</title><meta name="color-scheme" content="light dark"><style>${style}</style>${words.outerHTML}`;
}
