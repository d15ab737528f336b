"""The same screen without touch: keys or switches move a focus over the controls and choose.

tab goes on, arrows go to the nearest in their direction, return or space chooses.
"""

import math
from collections.abc import Sequence
from typing import Final

from .widgets import Control

_DIRECTIONS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
CHOOSE: Final = frozenset({"return", "enter", "space", "keypad enter"})


class Focus:
    """Which control has the focus; none until a key is pressed, none again after a touch."""

    def __init__(self) -> None:
        self.name: str | None = None

    def clear(self) -> None:
        """Touch took over."""
        self.name = None

    def press(self, key: str, controls: Sequence[Control]) -> str | None:
        """Take a key in; returns the name of the control that was chosen."""
        if not controls:
            self.name = None
            return None
        current = next((each for each in controls if each.name == self.name), None)
        if key in CHOOSE:
            if current is None:
                self.name = controls[0].name  # choosing without a focus only shows where it is
            return current.name if current else None
        if key == "tab":
            place = controls.index(current) + 1 if current else 0
            self.name = controls[place % len(controls)].name
        elif key in _DIRECTIONS:
            self.name = (_nearest(current, controls, _DIRECTIONS[key]) if current else controls[0]).name
        return None


def _nearest(current: Control, controls: Sequence[Control], direction: tuple[int, int]) -> Control:
    """The control that lies best in a direction; the same where nothing does."""

    def cost(other: Control) -> float:
        (ax, ay), (bx, by) = current.visible.centre, other.visible.centre
        ahead = (bx - ax) * direction[0] + (by - ay) * direction[1]
        aside = abs((bx - ax) * direction[1]) + abs((by - ay) * direction[0])
        return ahead + 2.5 * aside if ahead > 1 else math.inf

    best = min(controls, key=cost)
    return best if cost(best) < math.inf else current
