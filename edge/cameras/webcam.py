"""`webcam:0`, `webcam:/dev/v4l/by-id/…`: a camera on this computer, through OpenCV and Video4Linux."""

import os
import sys
import time
from pathlib import Path
from typing import Final, cast

# Seconds that a dead camera may block a read; OpenCV's own default is 10. Read at its first use.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

import cv2

from edge import pixels
from edge.cameras import Address, CameraLost
from edge.config import Camera
from edge.scene import Frame
from models.results import U8

#: One buffer is filled while the other is decoded; with a single one, USB cameras lose every second frame.
_BUFFERS: Final = 2
#: A sensor always has noise: the very same picture for so long means that camera or driver hangs.
_FROZEN_S: Final = 5.0
#: A driver's timestamp older than this is counted from something else than the capture.
_OLDEST_S: Final = 1.0


def open(address: Address, camera: Camera) -> "Webcam":  # noqa: A001 - the name every source file has
    """Open a device by number or path at the camera's size and rate; CameraLost where it does not answer."""
    address.options()
    device = Path(f"/dev/video{address.rest}" if address.rest.isdigit() else address.rest)
    if sys.platform == "linux" and not device.exists():
        raise CameraLost(f"no camera at {device}: is it plugged in?")
    if sys.platform == "linux":
        capture = cv2.VideoCapture(str(device), cv2.CAP_V4L2)
    else:
        capture = cv2.VideoCapture(int(address.rest or 0))
    if not capture.isOpened():
        raise CameraLost(f"the camera at {device} does not open: is another program using it?")
    for key, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),  # raw video is too slow for USB 2
        (cv2.CAP_PROP_FRAME_WIDTH, camera.width_px),
        (cv2.CAP_PROP_FRAME_HEIGHT, camera.height_px),
        (cv2.CAP_PROP_FPS, camera.fps),
        (cv2.CAP_PROP_BUFFERSIZE, _BUFFERS),
    ):
        capture.set(key, value)
    return Webcam(capture, str(device))


class Webcam:
    """An open Video4Linux device."""

    live = True

    def __init__(self, capture: cv2.VideoCapture, name: str) -> None:
        self._capture, self._name = capture, name
        self._index = 0
        #: Of the frame before: into memory of that size the next one is unpacked at once.
        self._shape: tuple[int, ...] = (1, 1, 3)
        self._still = _Stillness()

    def read(self, timeout_s: float) -> Frame | None:  # noqa: ARG002 - the driver has its own timeout
        """The next frame; blocks until the driver has one or gives up."""
        if not self._capture.grab():
            raise CameraLost(f"the camera at {self._name} gives no picture: was it unplugged?")
        captured_s = capture_time(self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        good, image = self._capture.retrieve(pixels.empty(self._shape))
        if not good or image is None or image.size == 0:
            return None  # a broken JPEG on the wire; the next frame is as good
        self._shape = image.shape
        if self._still.since(cast("U8", image), captured_s) > _FROZEN_S:
            raise CameraLost(f"the camera at {self._name} has frozen: the same picture for {_FROZEN_S:.0f} s")
        self._index += 1
        return Frame(cast("U8", image), captured_s, self._index - 1)

    def close(self) -> None:
        """Release the device."""
        self._capture.release()


def capture_time(stamp_s: float) -> float:
    """The driver's timestamp in monotonic seconds; the present where the driver has no usable one.

    UVC drivers stamp with the monotonic clock, some others with the wall clock.
    """
    now_s = time.monotonic()
    for clock_s in (now_s, time.time()):
        if 0 <= (age_s := clock_s - stamp_s) < _OLDEST_S:
            return now_s - age_s
    return now_s


class _Stillness:
    """Since when the picture has not changed by a single bit, looked at on a coarse grid of pixels."""

    def __init__(self) -> None:
        self._sample = b""
        self._since_s = 0.0

    def since(self, image_bgr: U8, now_s: float) -> float:
        sample = image_bgr[::37, ::41].tobytes()
        if sample != self._sample:
            self._sample, self._since_s = sample, now_s
        return now_s - self._since_s
