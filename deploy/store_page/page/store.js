// The store page: every live picture of the box, where the other pages are, and what the cameras see.
import { Live } from "/live.js";

const words = {
  opening: "Opening",
  rate: (fps) => `${Math.round(fps)} a second`,
  noCamera: "no camera picture",
  lost: "not connected",
  away: "It is not answering. It comes back by itself.",
  full: "Four people are watching already. Close another live view first.",
  phone: "Somebody has just kept a picture. This is what they see.",
};
const TOO_MANY = 1013;
const LOOK_MS = 1000;

const template = document.getElementById("picture");
const sources = document.getElementById("sources");

function show(shown) {
  const figure = template.content.cloneNode(true).firstElementChild;
  const canvas = figure.querySelector("canvas");
  const note = figure.querySelector(".note");
  const pulse = figure.querySelector(".pulse");
  figure.id = `shown-${shown.name}`;
  figure.classList.toggle("touch", shown.touch);
  figure.querySelector("h2").textContent = shown.title;
  figure.querySelector(".says").textContent = shown.says;
  canvas.setAttribute("aria-label", `${shown.title}, live`);
  document.getElementById("shown").append(figure);
  const source = tell(shown.title);

  const say = (kind, text, detail) => {
    pulse.className = `pulse ${kind}`;
    pulse.querySelector(".rate").textContent = text;
    note.textContent = detail || "";
    note.hidden = !detail;
  };
  say("", "", words.opening);
  const live = new Live(canvas, `ws://${location.host}/live/${shown.name}`, (code) => {
    say("lost", words.lost, code === TOO_MANY ? words.full : words.away);
  });

  const refresh = async () => {
    try {
      const reply = await fetch(`/state/${shown.name}`);
      if (reply.ok) {
        const state = await reply.json();
        source.textContent = state.camera.source;
        if (live.connected) say("live", state.trouble === "camera" ? words.noCamera : words.rate(state.fps));
        if (shown.kind === "mirror" && state.view && state.view.link) keep(state.view.link);
      }
    } catch {
      // The socket says it.
    }
    setTimeout(refresh, LOOK_MS);
  };
  refresh();
}

function tell(title) {
  const name = document.createElement("dt");
  const source = document.createElement("dd");
  name.textContent = title;
  sources.append(name, source);
  return source;
}

// The last picture that was kept at the mirror: what its QR code would open.
function keep(link) {
  const door = document.getElementById("phone");
  door.href = link;
  door.hidden = false;
  document.getElementById("phone-words").textContent = words.phone;
}

const told = await (await fetch("/store.json")).json();
document.title = `${told.store} · Vitrine`;
document.getElementById("name").textContent = told.staff;
document.getElementById("staff").href = `${told.cloud_url}/staff`;
document.getElementById("gallery").href = `${told.cloud_url}/gallery`;
told.shown.forEach(show);
