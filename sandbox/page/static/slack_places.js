/** Where one can be in Slack and as whom, and what is unread there. */

import { make, unseen } from "./dom.js";
import { showList } from "./list.js";
import { nameOf, part, persons, signed } from "./slack_workspace.js";

const ROLES = { administrator: ", administrator", guest: ", guest", outsider: ", other company" };

const drawPlace = ({ isHere, news, calls, ...place }) =>
  make(
    "li",
    make(
      news > 0 ? "button.unread" : "button",
      { "data-channel": place.id, "data-place": "go", "aria-current": isHere && "page" },
      signed(place),
      news > 0 && unseen(", unread"),
      calls > 0 && make("b.calls", calls, unseen(" for you")),
    ),
  );

/** Show all places, `here` being where `user` is, and all people. */
export function drawPlaces(user, here, places, unread) {
  const items = places.map((place) => ({ ...place, ...unread.of(user, place), isHere: place.id === here.id }));
  showList(part("places"), items, drawPlace);
  const drawPerson = ({ id, role }) => make("option", { value: id }, nameOf(id), ROLES[role]);
  showList(part("people"), persons(), drawPerson);
  part("people").value = user;
}

/** What each person has not read of each place since the page was opened. */
export class Unread {
  #read = {};
  #counts = {};

  /** Take note of the `messages` in each of these places, one of which `user` sees now. */
  note(user, places, messages, here) {
    const whole = messages.map((roots) => roots.flatMap((root) => [root, ...root.replies]));
    const newest = whole.map((all) => all.reduce((latest, { ts }) => (ts > latest ? ts : latest), "0"));
    this.begun ??= newest.toSorted().at(-1);
    places.forEach((place, at) => {
      const key = user + place.id;
      if (place === here) this.#read[key] = newest[at];
      const since = this.#read[key] ?? this.begun;
      const news = whole[at].filter((message) => message.ts > since && message.user !== user);
      const isCall = (message) => place.kind === "direct" || JSON.stringify(message).includes(`<@${user}>`);
      this.#counts[key] = { news: news.length, calls: news.filter(isCall).length };
    });
  }

  of(user, { id }) {
    return this.#counts[user + id];
  }
}
