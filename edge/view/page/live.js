// One live picture in a canvas: draws the JPEG pictures of a websocket, acknowledges each once it is on the
// page (the server sends the next one only then), and sends mouse and touch back as a share of the picture's
// width and height. The canvas keeps the picture's shape inside its parent's content box.

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;

export class Live {
  // lost(code): called with the websocket's close code each time the connection ends; it comes back by itself.
  constructor(canvas, address, lost) {
    this.canvas = canvas;
    this.address = address;
    this.lost = lost;
    this.brush = canvas.getContext("2d", { alpha: false });
    // Width over height, from the first picture (they come whole until their width was asked for).
    this.shape = canvas.width / canvas.height;
    this.room = { width: 0, height: 0 };
    this.retryMs = FIRST_RETRY_MS;
    new ResizeObserver(([entry]) => {
      this.room = entry.contentRect;
      this.fit();
    }).observe(canvas.parentElement);
    this.connect();
    hear(canvas, (kind, event) => this.point(kind, event));
  }

  get connected() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  connect() {
    this.socket = new WebSocket(this.address);
    this.socket.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
    };
    this.socket.onmessage = async (message) => {
      await this.show(message.data);
      this.acknowledge(message.target);
    };
    this.socket.onclose = (closed) => {
      this.canvas.classList.add("stale");
      this.lost(closed.code);
      setTimeout(() => this.connect(), this.retryMs);
      this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS);
    };
  }

  async show(blob) {
    const picture = await createImageBitmap(blob);
    if (picture.width !== this.canvas.width || picture.height !== this.canvas.height) {
      this.canvas.width = picture.width;
      this.canvas.height = picture.height;
      const seen = picture.width / picture.height;
      // A smaller picture's sides are rounded; only another shape is another screen.
      if (Math.abs(seen / this.shape - 1) > 0.02) {
        this.shape = seen;
        this.fit();
      }
    }
    this.brush.drawImage(picture, 0, 0);
    this.canvas.classList.remove("stale");
    picture.close();
  }

  acknowledge(socket) {
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ ack: true, width: Math.max(64, width) }));
    }
  }

  fit() {
    const width = Math.min(this.room.width, this.room.height * this.shape);
    this.canvas.style.width = `${Math.floor(width)}px`;
    this.canvas.style.height = `${Math.floor(width / this.shape)}px`;
  }

  point(kind, event) {
    if (!this.connected) return;
    const box = this.canvas.getBoundingClientRect();
    const share = (value, start, length) => Math.min(1, Math.max(0, (value - start) / length));
    this.socket.send(JSON.stringify({
      pointer: kind,
      x: share(event.clientX, box.left, box.width),
      y: share(event.clientY, box.top, box.height),
    }));
  }
}

// Pointers: the first finger leads until it lifts; moves are sent at most once per displayed frame.
function hear(canvas, send) {
  let leading = null;
  let moved = null;

  const flush = () => {
    if (moved) send("move", moved);
    moved = null;
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (leading !== null || event.button !== 0) return;
    leading = event.pointerId;
    canvas.setPointerCapture(leading);
    send("down", event);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (leading !== null && event.pointerId !== leading) return;
    if (!moved) requestAnimationFrame(flush);
    moved = event;
  });

  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== leading) return;
      flush();
      send("up", event);
      leading = null;
    });
  }

  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
}
