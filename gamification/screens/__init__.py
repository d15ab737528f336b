"""The arena's screens: a View in, widgets out; one screen, one file, pure."""

from collections.abc import Callable
from typing import Final

from edge.ui.area import Area
from edge.ui.theme import colour
from edge.ui.widgets import Widget
from gamification.screens import attract, countdown, race, result, walking
from gamification.screens.sheet import Sheet
from gamification.view import At, View

#: The example on the attract screen: a shade of the ground it stands on, plainly nobody's.
PALE: Final = colour("#D9CDBE")

_SCREENS: Final[dict[At, Callable[[Sheet, View, float], tuple[Widget, ...]]]] = {
    "attract": attract.widgets,
    "walking": walking.widgets,
    "countdown": countdown.widgets,
    "race": race.widgets,
    "result": result.widgets,
}


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:
    """All that is to be seen but the figure, from back to front."""
    return _SCREENS[view.at](sheet, view, now_s)


def figure_area(sheet: Sheet, view: View) -> Area | None:
    """Where the figure of the walker is drawn; None: nowhere."""
    return None if view.at == "result" else sheet.stand
