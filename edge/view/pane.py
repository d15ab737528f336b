"""Where the stage's loop and the live view's server meet: pictures one way, pointers the other.

A picture or state is made only when somebody asks, so a screen that nobody watches pays nothing; the loop
copies the pixels (about a millisecond), everything slower happens in the server's threads.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import cv2
import numpy as np
import pygame
from pydantic import BaseModel, ConfigDict, Field

from edge.experience import Pointer
from models.results import U8

T = TypeVar("T")

_JPEG_QUALITY: Final = 80
#: More than a finger can do between two frames: the rest of a flood is dropped.
_MAX_POINTERS: Final = 256


class CameraState(BaseModel):
    """How the camera is. source: what the picture comes from, in words, real or synthetic."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    words: str
    source: str


class PerceptionState(BaseModel):
    """How seeing goes."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    words: str


class State(BaseModel):
    """`/state`. frames: camera pictures shown since the start. view: what the experience says of itself."""

    model_config = ConfigDict(frozen=True)

    screen: str
    experience: str
    fps: float
    frames: int
    width_px: int
    height_px: int
    #: Why the failsafe screen is on, else None.
    trouble: str | None
    camera: CameraState
    perception: PerceptionState | None = None
    view: Any = Field(default=None)


@dataclass(frozen=True, slots=True)
class Picture:
    """A copy of the screen. pixels: rows of `pitch` bytes, four bytes (B, G, R, unused) a pixel."""

    size_px: tuple[int, int]
    pitch: int
    pixels: bytes = field(repr=False)

    @classmethod
    def of(cls, surface: pygame.Surface) -> "Picture":
        """Copy a surface."""
        width, height = surface.get_size()
        if surface.get_bytesize() == 4 and surface.get_masks()[:3] == (0xFF0000, 0xFF00, 0xFF):
            return cls((width, height), surface.get_pitch(), surface.get_buffer().raw)
        return cls((width, height), 4 * width, pygame.image.tobytes(surface, "BGRA"))

    def image_bgr(self) -> U8:
        """(h, w, 3) uint8."""
        width, height = self.size_px
        rows = np.frombuffer(self.pixels, np.uint8, self.pitch * height).reshape(height, self.pitch)
        pixels = rows[:, : 4 * width].reshape(height, width, 4)
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), np.uint8)

    def jpeg(self, width_px: int | None = None) -> bytes:
        """As JPEG, for watching; scaled down where width_px is less than its own."""
        image = self.image_bgr()
        width, height = self.size_px
        if width_px is not None and width_px < width:
            size = (width_px, max(1, round(height * width_px / width)))
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        return _encoded(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])

    def png(self) -> bytes:
        """As PNG, exact."""
        return _encoded(".png", self.image_bgr(), [cv2.IMWRITE_PNG_COMPRESSION, 3])


def _encoded(kind: str, image_bgr: U8, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, image_bgr, options)
    if not done:
        raise ValueError(f"OpenCV could not write a {kind} of {image_bgr.shape}")
    return data.tobytes()


class Asked(Generic[T]):
    """A value made only on request: `ask` waits in any thread, `answer` makes it in the loop's thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self._wanted = False
        self._closed = False
        #: Numbers of the newest value begun and of the newest one made.
        self._begun = self._made = 0
        self._value: T | None = None

    def ask(self, timeout_s: float) -> T | None:
        """A value begun after this call; None when none came in time. Several askers share one answer."""
        with self._changed:
            need, self._wanted = self._begun + 1, True
            self._waiting += 1
            self._changed.wait_for(lambda: self._made >= need or self._closed, timeout_s)
            self._waiting -= 1
            return self._value if self._made >= need else None

    def answer(self, make: Callable[[], T]) -> None:
        """Make the value if somebody waits, else forget the last one."""
        if not self._wanted:
            self._forget()
            return
        with self._changed:
            self._wanted = False
            self._begun += 1
        value = make()
        with self._changed:
            self._value, self._made = value, self._begun
            self._changed.notify_all()

    def close(self) -> None:
        """Wake everybody; nothing is made any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _forget(self) -> None:
        if self._value is not None:
            with self._changed:
                # Whoever was woken for it must still find it.
                if not self._waiting:
                    self._value = None


class Pane:
    """One screen's meeting point."""

    def __init__(self) -> None:
        self.picture: Asked[Picture] = Asked()
        self.state: Asked[BaseModel] = Asked()
        self._pointers: deque[Pointer] = deque()

    def touch(self, pointer: Pointer) -> None:
        """A watcher's pointer, x_px and y_px as a share (0..1) of width and height; any thread."""
        if len(self._pointers) < _MAX_POINTERS or pointer.kind == "up":
            self._pointers.append(pointer)

    def pointers(self, size_px: tuple[int, int]) -> tuple[Pointer, ...]:
        """What the watchers did since the last call, in pixels of the screen; the loop's thread."""
        width, height = size_px
        taken = []
        while self._pointers:
            pointer = self._pointers.popleft()
            taken.append(
                Pointer(pointer.kind, pointer.x_px * (width - 1), pointer.y_px * (height - 1)),
            )
        return tuple(taken)

    def offer(self, surface: pygame.Surface, state: Callable[[], State]) -> None:
        """After drawing: hand over what somebody asked for."""
        self.picture.answer(lambda: Picture.of(surface))
        self.state.answer(state)

    def close(self) -> None:
        """The screen ends."""
        self.picture.close()
        self.state.close()
