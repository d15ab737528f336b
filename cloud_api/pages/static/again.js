// "On its way": look again, politely. Slower each time, never while nobody looks at the page.

const page = document.getElementById("page");
let wait_s = Number(page.dataset.againS) / 2;

async function arrived() {
  const response = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
  const text = await response.text();
  return !new DOMParser().parseFromString(text, "text/html").querySelector("[data-again-s]");
}

async function again() {
  if (!document.hidden) {
    try {
      if (await arrived()) return location.reload();
    } catch {
      // No connection: keep waiting, the page already says what is happening.
    }
    wait_s = Math.min(wait_s * 1.4, 30);
  }
  setTimeout(again, wait_s * 1000);
}

document.addEventListener("visibilitychange", () => {
  wait_s = Number(page.dataset.againS) / 2;
});
setTimeout(again, wait_s * 1000);
