// The staff page: fresh figures without flicker, a code field that knows a mistyped code at once.
import { enhance, look, sending } from "./forms.js";
import { problem } from "./code.js";
import { scanning } from "./scan.js";

const FRESH_MS = 10_000;
const PARTS = ["figures", "waiting", "boxes"];
const stale = document.getElementById("stale");
const staff = () => document.getElementById("staff");
let seen = staff().dataset.clock;

/** Replace what has changed, and only that: nothing blinks, nobody loses what they are typing. */
function put(fresh) {
  for (const id of PARTS) {
    const [old, now] = [document.getElementById(id), fresh.querySelector(`#${id}`)];
    if (old.outerHTML !== now.outerHTML && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(now));
  }
  seen = fresh.dataset.clock;
}

function address() {
  return `/staff?${new URLSearchParams({ store: document.getElementById("desk").elements.store.value })}`;
}

async function refresh() {
  if (!document.hidden && !sending()) {
    try {
      const fresh = await look(address(), "staff");
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

/** Say below the field whether the code is complete, has a wrong letter, or is mistyped. */
function check(field) {
  const { dataset } = field.form;
  const help = document.getElementById("code-help");
  const found = problem(field.value, dataset.alphabet);
  help.textContent = found.letters ? dataset.letters.replace("{letters}", found.letters) : dataset[found.kind];
  help.classList.toggle("good", found.kind === "good");
  help.classList.toggle("wrong", ["letters", "mistyped"].includes(found.kind));
}

/** A scanner types like a keyboard: let it, wherever the focus is. */
function follow(event) {
  const typing = event.target.closest?.("input, select, textarea");
  if (typing || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
  document.getElementById("code").focus();
}

function failed() {
  stale.textContent = staff().dataset.offline;
  stale.hidden = false;
}

/** After a form: go on typing. What a scanner typed meanwhile is kept, unless it was just sent. */
function ready(form, old, sent) {
  const field = document.getElementById("code");
  const typed = old.querySelector("#code").value;
  if (typed !== sent.get("code")) field.value = typed;
  check(field);
  field.focus();
  stale.hidden = true;
  scanning();
}

document.addEventListener("input", (event) => event.target.id === "code" && check(event.target));
document.addEventListener("change", (event) => event.target.id === "store" && event.target.form.submit());
document.addEventListener("keydown", follow);
enhance("staff", failed, ready);
scanning();
check(document.getElementById("code")); // typed before this script was here
setTimeout(refresh, FRESH_MS);
