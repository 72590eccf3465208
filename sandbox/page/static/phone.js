/**
 * The customer's phone: a small browser for pages of the sandbox and of the service.
 *
 * Hosted payment pages refuse to be framed, so the server fetches them and their HTML is drawn here.
 * Nothing in them runs: the page's policy and the one added below allow no script.
 */

import { act } from "./control.js";
import { byId, make } from "./dom.js";

const NO_SCRIPTS = "script-src 'none'; object-src 'none'; frame-src 'none'";

export class Phone {
  /** `shown()` is called when a page is opened from a chat. */
  constructor(shown) {
    this.shown = shown;
    this.frame = byId("phone-frame");
    this.visits = 0;
    this.waiting = 0;
    this.url = null;
    this.frame.addEventListener("load", () => this.#listen());
    byId("phone-reload").addEventListener("click", () => this.url && this.#visit({ url: this.url }));
  }

  /** Open the address of a link. */
  open(url) {
    this.shown();
    this.html = null;
    this.status = undefined;
    return this.#visit({ url });
  }

  /** The backends' links as they are now: the page is fetched again when its link's state has changed. */
  follow(links) {
    const address = this.url?.split("?")[0];
    const status = links.find((link) => link.url === address)?.status;
    const isOld = this.status !== undefined && status !== undefined && status !== this.status;
    this.status = status ?? this.status;
    if (isOld && !this.waiting) this.#visit({ url: this.url });
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
    this.waiting = isLoading;
    byId("phone-address").textContent = this.url.replace(/^https?:\/\//, "");
    byId("phone-address").title = this.url;
    byId("phone-screen").setAttribute("aria-busy", String(isLoading));
    byId("phone-empty").hidden = true;
    byId("phone-reload").disabled = false;
    this.frame.hidden = false;
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
  }

  #send(event) {
    event.preventDefault();
    if (this.waiting) return;
    const form = event.target;
    const url = new URL(form.getAttribute("action") || this.url, this.url);
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    const method = form.method.toUpperCase();
    if (method === "GET") url.search = new URLSearchParams(fields);
    this.html = null;
    this.#visit(method === "POST" ? { method, url: url.href, fields } : { url: url.href });
  }

  #click(event) {
    const anchor = event.target.closest?.("a[href]");
    if (!anchor || anchor.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    this.#visit({ url: anchor.href });
  }
}

function trouble(error) {
  const words = make("main", {}, make("h1", {}, "This page could not be opened"), make("p", {}, error));
  const style = "body{font:1rem/1.5 system-ui;padding:2rem 1.25rem;overflow-wrap:anywhere}h1{font-size:1.25rem}";
  return `<meta name="color-scheme" content="light dark"><style>${style}</style>${words.outerHTML}`;
}
