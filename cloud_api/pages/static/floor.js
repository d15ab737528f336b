// The floor page: fresh figures without flicker.
import { look } from "./forms.js";

const FRESH_MS = 10_000;
const PARTS = ["figures", "funnel", "heat", "hours", "zones"];
const stale = document.getElementById("stale");
const floor = () => document.getElementById("floor");
let seen = floor().dataset.clock;

/** Replace what has changed; a page that gained or lost a part is loaded anew. */
function put(fresh) {
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), fresh.querySelector(`#${id}`)];
    if (Boolean(old) !== Boolean(now)) return location.reload();
    if (old && old.outerHTML !== now.outerHTML) old.replaceWith(document.adoptNode(now));
  }
  seen = fresh.dataset.clock;
}

async function refresh() {
  if (!document.hidden) {
    try {
      const fresh = await look(floor().dataset.address, "floor");
      if (!fresh) return location.assign("/staff/login");
      put(fresh);
      stale.hidden = true;
    } catch {
      stale.textContent = stale.dataset.text.replace("{time}", seen);
      stale.hidden = false;
    }
  }
  setTimeout(refresh, FRESH_MS);
}

document.addEventListener("change", (event) => event.target.id === "store" && event.target.form.submit());
setTimeout(refresh, FRESH_MS);
