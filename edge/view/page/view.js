// The live view of one screen: its picture (live.js), and in words what it is that one sees.
import { Live } from "/live.js";
import { Places } from "/place.js";

const words = {
  connecting: "Connecting",
  live: (fps) => `Live · ${Math.round(fps)} pictures a second`,
  camera: "Live · no camera picture",
  lost: "Not connected",
  retry: "The screen is not answering. It comes back by itself.",
  full: "Four people are watching already. Close another live view first.",
};
const TOO_MANY = 1013;

const pulse = document.getElementById("pulse");
const rate = document.getElementById("rate");
const note = document.getElementById("note");

function say(kind, text, detail) {
  pulse.className = `pulse ${kind}`;
  rate.textContent = text;
  note.textContent = detail || "";
  note.hidden = !detail;
}

// A shared picture's page; the code on the screen leads there too, but only for phones that reach this network.
function offer(view) {
  const phone = document.getElementById("phone");
  phone.hidden = !(view && "link" in view);
  const link = phone.hidden ? null : view.link;
  const anchor = phone.querySelector("a");
  if (link && /^https?:\/\//.test(link)) anchor.href = link;
  else anchor.removeAttribute("href");
}

async function refresh() {
  try {
    const state = await (await fetch("/state")).json();
    document.getElementById("screen").textContent = state.screen;
    document.title = `${state.screen} · Vitrine`;
    document.getElementById("source").textContent = state.camera.source;
    places.know(state);
    offer(state.view);
    if (live.connected) say("live", state.trouble === "camera" ? words.camera : words.live(state.fps));
  } catch {
    // The socket says it.
  }
  setTimeout(refresh, 1000);
}

say("", words.connecting);
const places = new Places(document.getElementById("picture"), document.getElementById("hint"));
const live = new Live(document.getElementById("picture"), `ws://${location.host}/live`, (code) => {
  say("lost", words.lost, code === TOO_MANY ? words.full : words.retry);
});
refresh();
