"""`rtsp://user:password@host/path`: a network camera, through OpenCV and FFmpeg.

OpenCV asks for TCP by itself, which survives a busy shop network. It takes further options only from an
environment variable that would change how clips are read too, so none are set.
"""

import time
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

import cv2

from edge import pixels
from edge.cameras import Address, CameraLost
from edge.config import Camera
from edge.scene import Frame

if TYPE_CHECKING:
    from models.results import U8

_OPEN_MS: Final = 5000
_READ_MS: Final = 3000


def open(address: Address, camera: Camera) -> "Rtsp":  # noqa: A001, ARG001 - the signature of every source file
    """Connect to the camera; CameraLost where it does not answer within five seconds."""
    host = _host(address.text)
    timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
    capture = cv2.VideoCapture(address.text, cv2.CAP_FFMPEG, timeouts)
    if not capture.isOpened():
        raise CameraLost(
            f"the network camera at {host} does not answer: check its address, user and password"
        )
    return Rtsp(capture, host)


class Rtsp:
    """An open network stream.

    A frame is stamped when it arrives: the stream's own clock has an unknown offset to this computer's.
    """

    live = True

    def __init__(self, capture: cv2.VideoCapture, host: str) -> None:
        self._capture, self._host = capture, host
        self._index = 0
        #: Of the frame before: into memory of that size the next one is unpacked at once.
        self._shape: tuple[int, ...] = (1, 1, 3)

    def read(self, timeout_s: float) -> Frame | None:  # noqa: ARG002 - FFmpeg has its own timeout
        """The next frame; blocks up to three seconds."""
        good, image = self._capture.read(pixels.empty(self._shape))
        if not good or image is None:
            raise CameraLost(f"the network camera at {self._host} stopped sending")
        self._shape = image.shape
        self._index += 1
        return Frame(cast("U8", image), time.monotonic(), self._index - 1)

    def close(self) -> None:
        """Disconnect."""
        self._capture.release()


def _host(url: str) -> str:
    """The host and port alone: a message never shows the camera's password."""
    parts = urlsplit(url)
    return f"{parts.hostname or '?'}:{parts.port or 554}"
