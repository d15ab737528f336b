// Scanning with the tablet's camera, where the browser can read QR codes by itself; else no button.

const LOOK_MS = 150;
let stream = null;

async function able() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  return formats.includes("qr_code") && Boolean(navigator.mediaDevices?.getUserMedia);
}

function stop(button, video) {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.hidden = true;
  button.textContent = button.dataset.start;
}

async function read(button, video) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (stream && video.isConnected) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found && stream) {
      stop(button, video);
      button.form.code.value = found.rawValue.slice(0, 20);
      return button.form.requestSubmit();
    }
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
  }
  stop(button, video);
}

async function start(button, video) {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = button.dataset.stop;
  } catch {
    stop(button, video);
    document.getElementById("code-help").textContent = button.dataset.failed;
    return;
  }
  read(button, video);
}

/** Show the button where the browser can scan. */
export async function scanning() {
  const button = document.getElementById("scan");
  const video = document.getElementById("camera");
  if (!button || button.dataset.start || !(await able())) return;
  button.dataset.start = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => (stream ? stop(button, video) : start(button, video)));
}
