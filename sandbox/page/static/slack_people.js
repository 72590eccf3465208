/** Who writes in Slack, and how their pictures look. */

import { make } from "./dom.js";

export const CHANNEL = "C0SALES";
export const CHANNELS = { C0SALES: "sales", C0QUIET: "quiet" };

const NAMES = {
  U0ALICE: "Alice",
  U0BOB: "Bob",
  U0GUEST: "Gina",
  U0PAYLINK: "Paylink",
  USLACKBOT: "Slackbot",
};
const APPS = new Set(["U0PAYLINK", "USLACKBOT"]);

export const nameOf = (user) => NAMES[user] ?? user;

export const isApp = (user) => APPS.has(user);

/** A square with the first letter of a name. */
export function avatar(user) {
  return make("span", { class: "avatar", "data-who": user, "aria-hidden": "true" }, nameOf(user)[0]);
}
