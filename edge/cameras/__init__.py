"""Where frames come from: one kind of source, one file, found by the scheme of its address.

A source file has `open(address, camera) -> Source`; `webcam:0` leads to `webcam.py`. Its frames go through
`thread.CameraThread` into a mailbox.
"""

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import parse_qsl

# FFmpeg inside OpenCV writes to standard error by itself; both read these at their first use.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

import cv2

from edge import pixels, plugins
from edge.config import Camera
from edge.scene import Frame
from edge.toml_file import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

#: Files of this folder that are not sources.
_NOT_SOURCES: Final = {"thread"}
_TURNS: Final = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class CameraLost(Exception):  # noqa: N818 - read as a sentence where it is raised
    """The source gives no frames; the message says why, in words for a person at the screen."""


class Ended(CameraLost):
    """A clip has been read to its end: nothing is wrong and nothing more comes."""


class Source(Protocol):
    """One open camera, clip or picture. Used by one thread at a time."""

    #: A live source cannot wait: who is slow misses frames. One that is not live gives every frame.
    live: bool

    def read(self, timeout_s: float) -> Frame | None:
        """The next frame, None when none came in time.

        Raises CameraLost when the source is gone and Ended at the end of a clip.
        """

    def close(self) -> None:
        """Let go of the device or file."""


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme:rest?name=value`, as written in a box file."""

    text: str

    @property
    def scheme(self) -> str:
        """What stands before the first colon."""
        return self.text.partition(":")[0]

    @property
    def rest(self) -> str:
        """What stands behind the first colon, up to the question mark."""
        return self.text.partition(":")[2].partition("?")[0]

    def options(self, **defaults: float) -> dict[str, float]:
        """The numbers behind the question mark, over the defaults; ConfigError names the valid options."""
        found = dict(defaults)
        for name, value in parse_qsl(self.text.partition("?")[2], keep_blank_values=True):
            if name not in defaults:
                valid = ", ".join(sorted(defaults)) or "none"
                raise ConfigError(f"camera {self.text!r}: unknown option {name!r}; valid here: {valid}")
            try:
                found[name] = float(value)
            except ValueError:
                raise ConfigError(f"camera {self.text!r}: option {name!r} must be a number") from None
        return found


def schemes() -> list[str]:
    """The kinds of source there are."""
    return [name for name in plugins.names(__name__) if name not in _NOT_SOURCES]


def check(camera: Camera) -> None:
    """Raise ConfigError where an address has a scheme that no file answers to."""
    for text in camera.sources:
        if ":" not in text or Address(text).scheme not in schemes():
            valid = ", ".join(f"{name}:" for name in schemes())
            raise ConfigError(
                f"camera {text!r}: unknown kind of source; an address begins with one of {valid}"
            )


def open_source(camera: Camera) -> Source:
    """Open the first source of the camera that answers; CameraLost says what was wrong with each."""
    return open_first(camera)[0]


def open_first(camera: Camera) -> tuple[Source, str]:
    """`open_source`, with the address that answered."""
    check(camera)
    reasons = []
    for text in camera.sources:
        try:
            return open_address(text, camera), text
        except CameraLost as lost:
            reasons.append(str(lost))
    raise CameraLost("; ".join(reasons))


def open_address(text: str, camera: Camera) -> Source:
    """Open one address, turned as the camera is mounted; CameraLost says why it does not answer."""
    address = Address(text)
    module: ModuleType = plugins.load(__name__, address.scheme)
    source = cast("Callable[[Address, Camera], Source]", module.open)(address, camera)
    return _Turned(source, _TURNS[camera.rotate_deg]) if camera.rotate_deg else source


class _Turned:
    """A source whose camera is mounted on its side."""

    def __init__(self, source: Source, turn: int) -> None:
        self._source, self._turn = source, turn
        self.live = source.live

    def read(self, timeout_s: float) -> Frame | None:
        frame = self._source.read(timeout_s)
        if frame is None:
            return None
        (height, width), on_its_side = frame.image_bgr.shape[:2], self._turn != cv2.ROTATE_180
        upright = pixels.empty((width, height, 3) if on_its_side else (height, width, 3))
        cv2.rotate(frame.image_bgr, self._turn, dst=upright)
        return replace(frame, image_bgr=upright)

    def close(self) -> None:
        self._source.close()
