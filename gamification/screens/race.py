"""The race: steps, seconds, and the course with the day's best as a ghost on it."""

import math
from typing import Final

from edge.ui.area import Area
from edge.ui.widgets import Label, Panel, Widget
from gamification.screens import _parts
from gamification.screens.sheet import Sheet
from gamification.view import View

#: Three digits of steps beside two of seconds.
_STEPS_SHARE: Final = 0.59

STEPS: Final = "Steps"
LEFT: Final = "Seconds left"
AHEAD, BEHIND, LEVEL = "{n} ahead of the best", "{n} behind the best", "Level with the best"
FIRST: Final = "You set the pace of the day"
YOU, GHOST = "You", "Best today"


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG001
    """The count, the clock, the course."""
    theme, room = sheet.theme, _parts.room(sheet)
    number, head, name = sheet.numeral(360), sheet.heading(64), sheet.label(36)
    course_px = theme.px(150)
    height = name.line_px + number.line_px + head.line_px + course_px + theme.px(110)
    top, rest = _parts.middle(room, height).cut_top(name.line_px)
    count, rest = rest.cut_top(number.line_px, theme.px(30))
    said, rest = rest.cut_top(head.line_px, theme.px(60))
    seconds = f"{math.ceil(view.left_s - 1e-6)}"
    clock = number.tinted(theme.palette.rouge if view.left_s <= 10 else theme.palette.ink)
    steps_px = round(room.w * _STEPS_SHARE)
    left, right = top.cut_left(steps_px, theme.px(24))
    count_left, count_right = count.cut_left(steps_px, theme.px(24))
    return (
        *_parts.ground(sheet, view),
        Label(area=left, text=STEPS, style=name, max_lines=1),
        Label(area=right, text=LEFT, style=name, max_lines=1),
        Label(area=count_left, text=str(view.steps), style=number, max_lines=1),
        Label(area=count_right, text=seconds, style=clock, max_lines=1),
        Label(area=said, text=_lead(view), style=head, max_lines=1),
        *_course(sheet, rest.cut_top(course_px)[0], view),
    )


def _lead(view: View) -> str:
    if not view.seen:
        return _parts.STEP_IN
    if view.ghost < 0:
        return FIRST
    if view.lead == 0:
        return LEVEL
    return (AHEAD if view.lead > 0 else BEHIND).format(n=abs(view.lead))


def _course(sheet: Sheet, area: Area, view: View) -> tuple[Widget, ...]:
    """Two lines with a disc each: them, and the ghost of the day's best."""
    rows: tuple[tuple[str, float, bool], ...] = ((YOU, view.share, False),)
    if view.ghost >= 0:
        rows = (*rows, (GHOST, view.ghost, True))
    style = sheet.label(28)
    names, lines = area.cut_left(sheet.theme.px(200), sheet.theme.px(20))
    made: list[Widget] = []
    for k, (name, share, quiet) in enumerate(rows):
        row = Area(lines.x, lines.y + k * area.h // 2, lines.w, area.h // 2)
        tag = Area(names.x, row.y, names.w, row.h)
        made.append(Label(area=tag, text=name, style=style, max_lines=1, valign="middle"))
        made += _parts.bar(sheet, row.middle(row.w, sheet.theme.px(16)), share, quiet=quiet)
        made.append(_disc(sheet, row, share, quiet=quiet))
    return tuple(made)


def _disc(sheet: Sheet, row: Area, share: float, *, quiet: bool) -> Panel:
    side = sheet.theme.px(44)
    palette = sheet.theme.palette
    x = row.x + round((row.w - side) * min(1.0, max(0.0, share)))
    place = Area(x, row.y + (row.h - side) // 2, side, side)
    return Panel(area=place, fill=palette.brass if quiet else palette.rouge, radius_px=side // 2)
