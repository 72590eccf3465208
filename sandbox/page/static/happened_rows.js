/** What happened as rows: calls of the service, and webhooks to it with every attempt. Secrets are left out. */

import { read } from "./control.js";

const FETCHED = 100;
// Telegram's addresses hold the bot's token, Slack's response addresses are a secret in themselves;
// long polls would hide everything else.
const SECRETS_OF_PATHS = [
  [/\/bot[^/]+\//, "/bot…/"],
  [/\/response\/.+/, "/response/…"],
];
const NOISE = /\/getUpdates$/;
const SECRET = /token|secret|password|authorization|card_?number|cvv|cvc|trigger_id|response_url/i;

/**
 * All rows, newest first: {key, at, who, way, method, path, status, body} and, of webhooks, `type`, `attempts`,
 * `nextAt`. `links` tell which calls are a customer's.
 */
export async function readRows(standins, links) {
  const paidAt = new Set(links.map((link) => new URL(link.url).pathname));
  const found = await Promise.all(standins.flatMap((standin) => [calls(standin, paidAt), deliveries(standin)]));
  return numbered(found.flat().sort((one, other) => (one.at < other.at ? 1 : -1)));
}

async function calls({ name }, paidAt) {
  const answer = await read(`/${name}/_control/calls`, { newest: FETCHED });
  return answer.calls
    .filter((call) => !NOISE.test(call.path))
    .map((call) => ({
      ...call,
      path: openPath(call.path),
      body: withoutSecrets(call.body),
      who: name,
      way: `${paidAt.has(call.path) ? "customer" : "service"} → ${name}`,
    }));
}

async function deliveries({ name, readings }) {
  if (!readings.includes("deliveries")) return [];
  const answer = await read(`/${name}/_control/deliveries`);
  return answer.deliveries
    .slice(-FETCHED)
    .filter(({ attempts }) => attempts.length)
    .map(({ path, type, attempts, next_at: nextAt, delivered: _, ...rest }) => ({
      ...{ method: "POST", path, type, attempts, nextAt, who: name, way: `${name} → service` },
      ...{ at: attempts.at(-1).at, begun: attempts[0].at, status: attempts.at(-1).status, body: withoutSecrets(rest) },
    }));
}

/** Rows with a key each: two of the same moment are told apart by counting. */
function numbered(rows) {
  const seen = new Map();
  return rows.map((row) => {
    const name = `${row.begun ?? row.at} ${row.way} ${row.path} ${row.type ?? ""}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return { ...row, key: `${name} ${seen.get(name)}` };
  });
}

const openPath = (path) => SECRETS_OF_PATHS.reduce((open, [secret, instead]) => open.replace(secret, instead), path);

/** A body as text for people: forms and JSON within them are taken apart. */
function withoutSecrets(body) {
  const whole = typeof body === "string" && body.includes("=") ? Object.fromEntries(new URLSearchParams(body)) : body;
  if (typeof whole === "string") return whole;
  return JSON.stringify(unpacked(whole), (name, value) => (SECRET.test(name) && value ? "…" : value), 2);
}

function unpacked(value) {
  if (typeof value === "string" && /^[[{]/.test(value)) return parsed(value);
  if (Array.isArray(value)) return value.map(unpacked);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));
}

function parsed(text) {
  try {
    return unpacked(JSON.parse(text));
  } catch {
    return text;
  }
}
