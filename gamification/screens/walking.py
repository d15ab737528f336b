"""Walking: their steps as they make them, and how far it is to the race."""

from typing import Final

from edge.ui.area import Area
from edge.ui.widgets import Label, Widget
from gamification.screens import _parts
from gamification.screens.sheet import Sheet
from gamification.view import View

STEPS: Final = "Your steps"
CADENCE: Final = "Steps a minute"
RANK: Final = "Today"
TO_RACE: Final = "Keep walking, or raise a hand, to race."


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG001
    """The count."""
    theme, room = sheet.theme, _parts.room(sheet)
    number, note = sheet.numeral(400), sheet.body(44)
    name = sheet.label(36)
    height = name.line_px + number.line_px + _parts.stat_px(sheet) + note.line_px + theme.px(150)
    top, rest = _parts.middle(room, height).cut_top(name.line_px)
    count, rest = rest.cut_top(number.line_px, theme.px(44))
    stats, rest = rest.cut_top(_parts.stat_px(sheet), theme.px(52))
    left, right = stats.columns(2, theme.px(32))
    line, rest = rest.cut_top(theme.px(14), theme.px(24))
    words = _parts.STEP_IN if not view.seen else TO_RACE
    return (
        *_parts.ground(sheet, view),
        Label(area=top, text=STEPS, style=name, max_lines=1),
        Label(area=count, text=str(view.steps), style=number, max_lines=1),
        *_parts.stat(sheet, left, CADENCE, str(view.cadence) if view.cadence else "–"),
        *_parts.stat(sheet, right, RANK, _parts.ordinal(view.rank) if view.steps else "–"),
        *_parts.bar(sheet, Area(line.x, line.y, min(line.w, theme.px(860)), line.h), view.until_race),
        Label(area=rest.cut_top(note.line_px)[0], text=words, style=note, max_lines=1),
    )
