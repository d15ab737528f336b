"""From pointers to meaning: a tap on a control, a hold, or a drag of a strip.

A press shows at once and for a moment, a finger that wanders further than its own shake is a drag and taps
nothing, and what lies in front (later in the tuple) is what is meant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from edge.experience import Pointer

from .area import Area
from .strip import Strip
from .widgets import Control

#: A press is shown at least this long, so that the quickest tap is seen to have been felt.
_SHOWN_S: Final = 0.14
#: A finger shakes by this much, in millimetres, without meaning to drag.
_SLOP_MM: Final = 4.0
_SLOP_MIN_PX: Final = 12.0


@dataclass(frozen=True, slots=True)
class Scroll:
    """A strip and the window it is seen through. across: it runs from left to right, else downwards."""

    strip: Strip
    window: Area
    across: bool


@dataclass(frozen=True, slots=True)
class _Press:
    x_px: float
    y_px: float
    control: Control | None
    scroll: Scroll | None


class Touch:
    """One finger on one screen."""

    def __init__(self, px_per_mm: float = 2.0) -> None:
        self._slop_px = max(_SLOP_MIN_PX, _SLOP_MM * px_per_mm)
        self._press: _Press | None = None
        self._dragging = False
        self._at = (0.0, 0.0)
        self._shown: tuple[str, float] | None = None

    @property
    def down(self) -> bool:
        """Whether a finger is on the screen."""
        return self._press is not None

    @property
    def held(self) -> str | None:
        """The name of the holding control under the finger."""
        control = self._press.control if self._press else None
        return control.name if control and control.holds else None

    @property
    def dragged(self) -> tuple[str, float, float] | None:
        """The dragging control under the finger, and where the finger is, in pixels."""
        control = self._press.control if self._press else None
        return (control.name, *self._at) if control and control.drags else None

    def shown(self, now_s: float) -> str | None:
        """The control that is to look pressed."""
        if self._press and self._press.control and not self._dragging:
            return self._press.control.name
        if self._shown and now_s < self._shown[1]:
            return self._shown[0]
        return None

    def feed(
        self,
        pointers: Iterable[Pointer],
        controls: Sequence[Control],
        scrolls: Sequence[Scroll],
        now_s: float,
    ) -> tuple[str, ...]:
        """Take pointer steps in; returns the names of the controls that were tapped."""
        taps = []
        for pointer in pointers:
            self._at = (pointer.x_px, pointer.y_px)
            if pointer.kind == "down":
                self._begin(pointer, controls, scrolls, now_s)
            elif pointer.kind == "move":
                self._move(pointer, now_s)
            elif (name := self._end(pointer, now_s)) is not None:
                taps.append(name)
        return tuple(taps)

    def show(self, name: str, now_s: float) -> None:
        """Let a control look pressed for a moment (it was chosen by a switch)."""
        self._shown = (name, now_s + _SHOWN_S)

    def forget(self) -> None:
        """The screen changed under the finger: what it began means nothing any more."""
        self._press, self._dragging = None, False

    def _begin(
        self, at: Pointer, controls: Sequence[Control], scrolls: Sequence[Scroll], now_s: float
    ) -> None:
        control = next((each for each in reversed(controls) if each.visible.holds(at.x_px, at.y_px)), None)
        scroll = next((each for each in reversed(scrolls) if each.window.holds(at.x_px, at.y_px)), None)
        self._press, self._dragging = _Press(at.x_px, at.y_px, control, scroll), False
        if scroll:
            scroll.strip.grab(_along(at, scroll), now_s)
        if control:
            self.show(control.name, now_s)

    def _move(self, to: Pointer, now_s: float) -> None:
        press = self._press
        if press is None:
            return
        scroll = press.scroll
        if scroll and not self._dragging:
            start = press.x_px if scroll.across else press.y_px
            self._dragging = abs(_along(to, scroll) - start) > self._slop_px
            if self._dragging:
                self._shown = None
                scroll.strip.grab(_along(to, scroll), now_s)
        elif scroll:
            scroll.strip.drag(_along(to, scroll), now_s)

    def _end(self, at: Pointer, now_s: float) -> str | None:
        press, self._press = self._press, None
        if press is None:
            return None
        if press.scroll:
            press.scroll.strip.release(now_s)
        dragged, self._dragging = self._dragging, False
        control = press.control
        if dragged or control is None or control.holds or control.drags:
            return None
        if not self._still_on(control, at):
            return None
        self.show(control.name, now_s)
        return control.name

    def _still_on(self, control: Control, at: Pointer) -> bool:
        """Whether the finger leaves where the control is, give or take its shake."""
        return control.visible.inset(-round(self._slop_px)).holds(at.x_px, at.y_px)


def _along(pointer: Pointer, scroll: Scroll) -> float:
    return pointer.x_px if scroll.across else pointer.y_px
