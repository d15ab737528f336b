// Forms without a page change: send, take the page that comes back, put its part in place.
// Without script the same forms post and the same page loads.

/** The element `#id` of a fetched page; throws where the page has none. */
async function part(response, id) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById(id);
  if (!found) throw new Error(`no #${id} in ${response.url}`);
  return found;
}

/** Fetch a page and return its element `#id`, or null when it led elsewhere (signed out). */
export async function look(address, id) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (response.redirected || !response.ok) return null;
  return part(response, id);
}

/** What was sent and has no answer yet, each in the words it was sent in. */
const waiting = new Set();
let last = Promise.resolve();

/** Whether something that was sent has no answer yet. */
export const sending = () => waiting.size > 0;

/**
 * Send every form inside `#id` without leaving the page.
 * One after the other, in the order in which they were sent: an answer is a whole page, and one that comes
 * late must not cover what a later one says. The same form with the same words is sent once until it is answered.
 * `failed()` says that nothing was changed; `done(form, old, body)` runs once the new content is in place.
 */
export function enhance(id, failed, done = () => {}) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(`#${id}`) || form.dataset.plain !== undefined) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const words = `${form.action}?${body}`;
    if (waiting.has(words)) return;
    waiting.add(words);
    form.ariaBusy = "true";
    last = last.then(() => send(form, body, id, done)).catch(failed).finally(() => {
      form.ariaBusy = "false";
      waiting.delete(words);
    });
  });
}

async function send(form, body, id, done) {
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (response.status >= 500) throw new Error(String(response.status));
  const fresh = await part(response, id);
  const old = document.getElementById(id);
  old.replaceWith(document.adoptNode(fresh));
  done(form, old, body);
}
