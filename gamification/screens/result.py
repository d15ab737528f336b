"""The result: steps, rank of the day, and a code that takes it to a phone."""

from typing import Final

from edge.ui import qr, text
from edge.ui.widgets import Label, Panel, Picture, Widget
from gamification.screens import _parts
from gamification.screens.sheet import Sheet
from gamification.view import View

BEST: Final = "The best of the day"
RANK: Final = "{rank} of {of} today"
STEPS: Final = "Steps in sixty seconds"
POINTS: Final = "{points} points are yours. Scan to keep them: no app, no account."
SAVING: Final = "One moment, your result is being saved."
AGAIN: Final = "Walk again whenever you like."


def widgets(sheet: Sheet, view: View, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG001
    """The words beside the code."""
    theme, room = sheet.theme, _parts.room(sheet)
    number, head, name, note = sheet.numeral(400), sheet.heading(84), sheet.label(36), sheet.body(42)
    title = BEST if view.rank == 1 else RANK.format(rank=_parts.ordinal(view.rank), of=view.of)
    words = view.failed or (POINTS.format(points=view.points) if view.link else SAVING)
    words_px = text.size(words, note, room.w, 4)[1] + note.line_px
    height = head.line_px + number.line_px + name.line_px + words_px + theme.px(110)
    top, rest = _parts.middle(room, height).cut_top(head.line_px, theme.px(30))
    over, rest = rest.cut_top(name.line_px)
    count, rest = rest.cut_top(number.line_px, theme.px(44))
    labels, _ = _parts.column(rest, ((words, note), (AGAIN, note)), theme.px(10))
    return (
        *_parts.ground(sheet, view),
        Label(area=top, text=title, style=head.tinted(theme.palette.rouge), max_lines=1),
        Label(area=over, text=STEPS, style=name, max_lines=1),
        Label(area=count, text=str(view.steps), style=number, max_lines=1),
        *labels,
        *_code(sheet, view),
    )


def _code(sheet: Sheet, view: View) -> tuple[Widget, ...]:
    """The code on a white sheet in the figure's place, as large as it goes: it is read from metres away."""
    if not view.link:
        return ()
    room = sheet.stand.inset(sheet.theme.px(72), sheet.theme.px(150))
    drawn = qr.surface(view.link, min(room.w, room.h))
    place = room.middle(*drawn.get_size())
    frame = place.inset(-sheet.theme.px(20))
    radius = sheet.theme.radius_px
    return (
        Panel(area=frame, fill=sheet.theme.palette.white, radius_px=radius),
        Picture(area=place, surface=drawn),
    )
