/** Calls to the stand-ins' controls. */

import { partsOf } from "./dom.js";

async function answer(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const body = await response.json().catch(() => ({ ok: false, error: `${response.status} from ${path}` }));
  if (!body.ok) throw new Error(body.error);
  return body;
}

/** GET a reading; throws with the control's words where it refuses. */
export const read = (path, query = {}) => answer(`${path}?${new URLSearchParams(query)}`);

/** POST to a control; throws with the control's words where it refuses. */
export const act = (path, body) =>
  answer(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** The parts of a chat's column by their names, and the control of its stand-in. */
export const chat = (name) => ({
  part: partsOf(name),
  read: (what, query) => read(`/${name}/_control/${what}`, query),
  act: (what, body) => act(`/${name}/_control/${what}`, body),
});
