"""Attract: an invitation to whoever passes, and the steps to beat."""

from typing import Final

from edge.ui import text
from edge.ui.widgets import Widget
from gamification.screens import _parts
from gamification.screens.sheet import Sheet
from gamification.view import View

TITLE: Final = "Walk with us"
NOTE: Final = "Step in front of the screen and start walking, on the spot is fine."
WELCOME: Final = "There you are"
BEST: Final = "Best in sixty seconds today"
NOBODY: Final = "Nobody has raced yet today. The first is the best."


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG001
    """The invitation."""
    room, gap = _parts.room(sheet), sheet.theme.px(28)
    title = WELCOME if view.seen else TITLE
    note, head = sheet.body(46), sheet.heading(132)
    head_px = text.size(title, head, room.w, 3)[1]
    note_px = text.size(NOTE, note, room.w, 3)[1]
    height = head_px + note_px + 2 * gap + sheet.theme.px(56) + _parts.stat_px(sheet, 150)
    labels, rest = _parts.column(_parts.middle(room, height), ((title, head), (NOTE, note)), gap)
    rest = rest.cut_top(sheet.theme.px(40))[1]
    if view.best is None:
        return (*_parts.ground(sheet, view), *labels, *_parts.column(rest, ((NOBODY, note),), gap)[0])
    steps = f"{view.best} steps"
    return (*_parts.ground(sheet, view), *labels, *_parts.stat(sheet, rest, BEST, steps, 150))
