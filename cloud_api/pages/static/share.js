// The phone page: sending forms in place, and the phone's own share sheet.
import { enhance } from "./forms.js";

function say(text, wrong = false) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.toggle("wrong", wrong);
  said.hidden = false;
}

/** The picture as a file, fetched from the cache the page has just filled. */
async function picture() {
  const response = await fetch(document.getElementById("picture").src);
  const name = document.getElementById("save").download;
  return new File([await response.blob()], name, { type: "image/jpeg" });
}

async function share(button) {
  const title = button.dataset.title;
  try {
    const files = [await picture()];
    if (navigator.canShare?.({ files })) await navigator.share({ files, title });
    else {
      await navigator.clipboard.writeText(button.dataset.link);
      say(button.dataset.copied);
    }
    if (button.dataset.sent) navigator.sendBeacon(button.dataset.sent);
  } catch (error) {
    if (error.name !== "AbortError") say(button.dataset.failed, true);
  }
}

function ready() {
  const button = document.getElementById("share");
  if (!button) return;
  delete button.dataset.waiting;
  button.hidden = !(navigator.canShare || navigator.clipboard);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#share");
  if (button) share(button);
});

enhance("page", () => say(document.getElementById("page").dataset.offline, true), ready);
ready();
