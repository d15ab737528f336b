// For whoever installs a counter: where the pointer is, in pixels of the camera's picture and in metres on the
// plan, and the places clicked so far, written as a box file wants them. Nothing of it leaves the page.

const words = {
  hint: "Point at the picture to read its pixels and metres; click to keep a place. Only this computer can open this page; nothing is recorded.",
  label: "The camera's picture with everybody who is in view, and the figures beside it.",
  clear: "Clear",
};

// The place at a share (0..1) of the view's width and height; null beside the camera's picture.
function placeAt(picture, x, y) {
  const across = (x - picture.left) / (picture.right - picture.left);
  const down = (y - picture.top) / (picture.bottom - picture.top);
  if (across < 0 || across > 1 || down < 0 || down > 1) return null;
  const px = [Math.round(across * picture.width_px), Math.round(down * picture.height_px)];
  const [a, b, c, d, e, f, g, h, i] = picture.homography;
  const depth = g * px[0] + h * px[1] + i;
  const metres = [a * px[0] + b * px[1] + c, d * px[0] + e * px[1] + f];
  return { px, m: metres.map((length) => Math.round((100 * length) / depth) / 100) };
}

export class Places {
  // canvas: shows the view. hint: an element for words below it.
  constructor(canvas, hint) {
    this.picture = null;
    this.kept = [];
    this.hint = hint;
    this.canvas = canvas;
    canvas.addEventListener("pointermove", (event) => this.point(event));
    canvas.addEventListener("click", (event) => this.keep(event));
  }

  // Called with each `/state`; only a counter's says where its picture stands.
  know(state) {
    if (!state.picture) return;
    if (!this.picture) {
      this.hint.textContent = words.hint;
      this.canvas.ariaLabel = words.label;
      this.canvas.style.cursor = "crosshair";
      this.canvas.style.background = "none";
      this.line = document.createElement("p");
      this.line.id = "place";
      this.hint.after(this.line);
    }
    this.picture = state.picture;
  }

  at(event) {
    if (!this.picture) return null;
    const box = this.canvas.getBoundingClientRect();
    return placeAt(this.picture, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  point(event) {
    const place = this.at(event);
    if (this.picture) this.say(place);
  }

  keep(event) {
    const place = this.at(event);
    if (!place) return;
    this.kept.push(place);
    this.say(place);
  }

  say(place) {
    const now = place ? `[${place.px.join(", ")}] px · [${place.m.join(", ")}] m` : "";
    const list = (unit) => `[${this.kept.map((each) => `[${each[unit].join(", ")}]`).join(", ")}]`;
    const lines = this.kept.length ? [`px: ${list("px")}`, `m: ${list("m")}`] : [];
    this.line.replaceChildren(...[now, ...lines].map((text) => {
      const line = document.createElement("span");
      line.textContent = text;
      return line;
    }));
    if (this.kept.length) this.line.append(this.clearing());
  }

  clearing() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.clear;
    button.addEventListener("click", () => {
      this.kept = [];
      this.say(null);
    });
    return button;
  }
}
