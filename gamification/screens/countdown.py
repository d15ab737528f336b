"""Countdown: three, two, one."""

from typing import Final

from edge.ui.widgets import Label, Widget
from gamification.screens import _parts
from gamification.screens.sheet import Sheet
from gamification.view import View

READY: Final = "Sixty seconds. As many steps as you can."
BEST: Final = "To beat today: {best} steps"
FIRST: Final = "You are the first today."


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG001
    """The number, alone."""
    theme, room = sheet.theme, _parts.room(sheet)
    number, note, head = sheet.numeral(560), sheet.body(44), sheet.heading(64)
    height = number.line_px + head.line_px * 2 + note.line_px + theme.px(60)
    top, rest = _parts.middle(room, height).cut_top(number.line_px, theme.px(24))
    best = BEST.format(best=view.best) if view.best is not None else FIRST
    labels, _ = _parts.column(rest, ((READY, head), (best, note)), theme.px(20))
    style = number.tinted(theme.palette.rouge)
    return (
        *_parts.ground(sheet, view),
        Label(area=top, text=str(view.number), style=style, max_lines=1),
        *labels,
    )
