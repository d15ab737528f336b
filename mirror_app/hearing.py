"""What touches and keys mean on the screen in front: which controls were chosen, moved, or held for long."""

from collections.abc import Iterator
from typing import Final

from edge.experience import Inputs
from edge.ui.focus import Focus
from edge.ui.touch import Touch
from edge.ui.widgets import Control, controls
from mirror_app.screens._screen import STAFF, GoTo, Move, Screen

_BACK: Final = frozenset({"escape", "backspace"})
_WAYS: Final = {"left": -1, "right": 1}
#: So long the staff corner is pressed: nobody does that by chance.
_LONG_S: Final = 2.5


class Hearing:
    """Touch, focus and long presses of one screen."""

    def __init__(self, px_per_mm: float) -> None:
        self.touch, self.focus = Touch(px_per_mm), Focus()
        self._held_since_s: float | None = None

    def forget(self) -> None:
        """Another screen is in front: what was begun means nothing any more."""
        self.touch.forget()
        self.focus.clear()
        self._held_since_s = None

    def listen(self, screen: Screen, inputs: Inputs, now_s: float) -> Move | None:
        """The first move that something leads to; what comes after it in this step is not heard."""
        tappable = controls(screen.widgets(now_s))
        if inputs.pointers:
            self.focus.clear()
        taps = self.touch.feed(inputs.pointers, tappable, screen.scrolls(), now_s)
        if self.touch.dragged is not None:
            screen.drag(*self.touch.dragged)
        for name in (*taps, *self._chosen(screen, inputs.keys, tappable, now_s)):
            move = screen.back() if name in _BACK else screen.tap(name, now_s)
            if move is not None:
                return move
        return GoTo("staff") if self._held_long(now_s) else None

    def _held_long(self, now_s: float) -> bool:
        if self.touch.held != STAFF:
            self._held_since_s = None
        elif self._held_since_s is None:
            self._held_since_s = now_s
        return self._held_since_s is not None and now_s - self._held_since_s >= _LONG_S

    def _chosen(
        self, screen: Screen, keys: tuple[str, ...], tappable: tuple[Control, ...], now_s: float
    ) -> Iterator[str]:
        for key in keys:
            if key in _BACK:
                yield key
            elif key in _WAYS and (moving := self._moving(tappable)) is not None:
                screen.nudge(moving, _WAYS[key])
            else:
                yield from self._press(screen, key, tappable, now_s)

    def _press(self, screen: Screen, key: str, tappable: tuple[Control, ...], now_s: float) -> Iterator[str]:
        typed = screen.typed(key)
        name = typed or self.focus.press(key, tappable)
        if name is not None:
            self.touch.show(name, now_s)
            yield name
        if self.focus.name is not None:
            screen.focus(self.focus.name)

    def _moving(self, tappable: tuple[Control, ...]) -> str | None:
        """The dragging control that has the focus."""
        focused = (each.name for each in tappable if each.drags and each.name == self.focus.name)
        return next(focused, None)
