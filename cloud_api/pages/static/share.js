// The phone page: sending forms in place, and the phone's own share sheet.
import { enhance } from "./forms.js";

function say(text, wrong = false) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.toggle("wrong", wrong);
  said.hidden = false;
}

/** The picture as a file, fetched from the cache the page has just filled. */
async function picture(save) {
  const response = await fetch(save.href);
  const blob = await response.blob();
  return new File([blob], save.download, { type: "image/jpeg" });
}

async function share(button) {
  const title = button.dataset.title;
  try {
    const files = [await picture(document.getElementById("save"))];
    if (navigator.canShare?.({ files })) return await navigator.share({ files, title });
    await navigator.clipboard.writeText(location.href);
    say(button.dataset.copied);
  } catch (error) {
    if (error.name !== "AbortError") say(button.dataset.failed, true);
  }
}

function ready() {
  const button = document.getElementById("share");
  if (button && (navigator.canShare || navigator.clipboard)) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#share");
  if (button) share(button);
});

enhance("page", () => say(document.getElementById("page").dataset.offline, true), ready);
ready();
