// The gallery: forms without leaving the page; a withdrawn picture goes by itself.
import { enhance, look } from "./forms.js";

const FRESH_MS = 20_000;
const stale = document.getElementById("stale");
const gallery = () => document.getElementById("gallery");

/** Take out what is not in the fresh page any more; nothing else moves while somebody chooses. */
function take_out(fresh) {
  for (const tile of document.querySelectorAll(".tiles > li")) {
    if (!fresh.querySelector(`#${CSS.escape(tile.id)}`)) gone(tile);
  }
}

function gone(tile) {
  const said = document.createElement("p");
  said.className = "gone";
  said.textContent = gallery().dataset.gone;
  tile.replaceChildren(said);
}

async function refresh() {
  if (!document.hidden && document.querySelector(".tiles")) {
    try {
      const fresh = await look(gallery().dataset.address, "gallery");
      if (!fresh) return location.assign("/staff/login");
      take_out(fresh);
      stale.hidden = true;
    } catch {
      failed();
    }
  }
  setTimeout(refresh, FRESH_MS);
}

function failed() {
  stale.textContent = stale.dataset.text;
  stale.hidden = false;
}

document.addEventListener("error", (event) => event.target.matches?.(".tiles img") && gone(event.target.closest("li")), true);
document.addEventListener("change", (event) => event.target.id === "store" && event.target.form.submit());
enhance("gallery", failed, () => (stale.hidden = true));
setTimeout(refresh, FRESH_MS);
