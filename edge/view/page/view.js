// The live view: draws JPEG pictures from /live, acknowledges each once it is on the page (the server sends
// the next one only then), and sends mouse and touch back as a share of the picture's width and height.
"use strict";

const words = {
  connecting: "Connecting",
  live: (fps) => `Live · ${Math.round(fps)} pictures a second`,
  camera: "Live · no camera picture",
  lost: "Not connected",
  retry: "The screen is not answering. It comes back by itself.",
  full: "Four people are watching already. Close another live view first.",
};

const canvas = document.getElementById("picture");
const brush = canvas.getContext("2d", { alpha: false });
const pulse = document.getElementById("pulse");
const rate = document.getElementById("rate");
const note = document.getElementById("note");
let socket = null;
let retryMs = 500;

// Width over height of the screen, from the first picture (they come whole until their width was asked for).
let shape = canvas.width / canvas.height;

function say(kind, text, detail) {
  pulse.className = `pulse ${kind}`;
  rate.textContent = text;
  note.textContent = detail || "";
  note.hidden = !detail;
  canvas.classList.toggle("stale", kind === "lost");
}

function fit() {
  const room = canvas.parentElement.getBoundingClientRect();
  const margin = room.width > 640 ? 24 : 0;
  const width = Math.min(room.width - 2 * margin, (room.height - 2 * margin) * shape);
  canvas.style.width = `${Math.floor(width)}px`;
  canvas.style.height = `${Math.floor(width / shape)}px`;
}

async function show(blob) {
  const picture = await createImageBitmap(blob);
  if (picture.width !== canvas.width || picture.height !== canvas.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
    const seen = picture.width / picture.height;
    // A smaller picture's sides are rounded; only another shape is another screen.
    if (Math.abs(seen / shape - 1) > 0.02) {
      shape = seen;
      fit();
    }
  }
  brush.drawImage(picture, 0, 0);
  picture.close();
}

function acknowledge(to) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  if (to.readyState === WebSocket.OPEN) to.send(JSON.stringify({ ack: true, width: Math.max(64, width) }));
}

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.onopen = () => { retryMs = 500; };
  socket.onmessage = async (message) => {
    const from = message.target;
    await show(message.data);
    acknowledge(from);
  };
  socket.onclose = (closed) => {
    say("lost", words.lost, closed.code === 1013 ? words.full : words.retry);
    setTimeout(connect, retryMs);
    retryMs = Math.min(2 * retryMs, 5000);
  };
}

// -- pointers: the first finger leads until it lifts; moves are sent at most once per displayed frame --------

let leading = null;
let moved = null;

function send(kind, event) {
  if (!socket || socket.readyState !== WebSocket.OPEN) return;
  const box = canvas.getBoundingClientRect();
  const share = (value, start, length) => Math.min(1, Math.max(0, (value - start) / length));
  socket.send(JSON.stringify({
    pointer: kind,
    x: share(event.clientX, box.left, box.width),
    y: share(event.clientY, box.top, box.height),
  }));
}

function flushMove() {
  if (moved) send("move", moved);
  moved = null;
}

canvas.addEventListener("pointerdown", (event) => {
  if (leading !== null || event.button !== 0) return;
  leading = event.pointerId;
  canvas.setPointerCapture(leading);
  send("down", event);
});

canvas.addEventListener("pointermove", (event) => {
  if (leading !== null && event.pointerId !== leading) return;
  if (!moved) requestAnimationFrame(flushMove);
  moved = event;
});

for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    if (event.pointerId !== leading) return;
    flushMove();
    send("up", event);
    leading = null;
  });
}

canvas.addEventListener("contextmenu", (event) => event.preventDefault());

// -- what it is that one sees ---------------------------------------------------------------------------------

async function refresh() {
  try {
    const state = await (await fetch("/state")).json();
    document.getElementById("screen").textContent = state.screen;
    document.title = `${state.screen} · Vitrine`;
    document.getElementById("source").textContent = state.camera.source;
    if (socket && socket.readyState === WebSocket.OPEN) {
      say("live", state.trouble === "camera" ? words.camera : words.live(state.fps));
    }
  } catch {
    // The socket says it.
  }
  setTimeout(refresh, 1000);
}

new ResizeObserver(fit).observe(canvas.parentElement);
say("", words.connecting);
connect();
refresh();
