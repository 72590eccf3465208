/** Calls to the stand-ins' controls. */

class Refused extends Error {}

async function answer(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const body = await response.json().catch(() => ({ ok: false, error: `${response.status} from ${path}` }));
  if (!body.ok) throw new Refused(body.error);
  return body;
}

/** GET a reading; throws Refused with the control's words. */
export const read = (path, query = {}) => answer(`${path}?${new URLSearchParams(query)}`);

/** POST to a control; throws Refused with the control's words. */
export const act = (path, body) =>
  answer(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
