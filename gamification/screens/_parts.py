"""Parts that several arena screens use."""

from typing import Final

from edge.ui import text
from edge.ui.area import Area
from edge.ui.typeset import Style
from edge.ui.widgets import Label, Panel, Widget
from gamification.screens.sheet import Sheet
from gamification.view import View

WORDMARK: Final = "Vitrine"
PRIVACY: Final = "No picture is kept. Only steps are counted."
DRAWN: Final = "Demonstration: a drawn figure walks here, not a person."
STEP_IN: Final = "Step back into view"


def ground(sheet: Sheet, view: View) -> tuple[Widget, ...]:
    """Paper, the place of the figure with its floor line, wordmark and the line of privacy."""
    theme, stand = sheet.theme, sheet.stand
    palette = theme.palette
    floor_y = stand.y + round(stand.h * 0.955)
    inset = theme.px(72)
    line = Area(stand.x + inset, floor_y, stand.w - 2 * inset, theme.px(3))
    return (
        Panel(area=sheet.screen, fill=palette.paper),
        Panel(area=stand, fill=palette.paper_2),
        *(() if view.at == "result" else (Panel(area=line, fill=palette.hairline),)),
        *_head(sheet),
        *_foot(sheet, view),
    )


def _head(sheet: Sheet) -> tuple[Widget, ...]:
    theme = sheet.theme
    style = Style("serif", theme.px(44), theme.palette.ink, tracking_em=0.14)
    place = sheet.stand.inset(theme.px(64), theme.px(52)).cut_top(style.line_px)[0]
    return (Label(area=place, text=WORDMARK, style=style, max_lines=1),)


def _foot(sheet: Sheet, view: View) -> tuple[Widget, ...]:
    style = sheet.body(28)
    place = sheet.words.cut_bottom(2 * style.line_px)[0]
    words = f"{DRAWN}\n{PRIVACY}" if view.drawn else PRIVACY
    return (Label(area=place, text=words, style=style, max_lines=2, valign="bottom"),)


def room(sheet: Sheet) -> Area:
    """The words' place without the lines at its foot."""
    return sheet.words.cut_bottom(2 * sheet.body(28).line_px, sheet.theme.px(24))[1]


def column(area: Area, rows: tuple[tuple[str, Style], ...], gap: int) -> tuple[tuple[Label, ...], Area]:
    """Texts one below the other from the top of an area, and the room below them."""
    labels = []
    for words, style in rows:
        height = text.size(words, style, area.w, 3)[1]
        top, area = area.cut_top(height, gap)
        labels.append(Label(area=top, text=words, style=style, max_lines=3))
    return tuple(labels), area


def stat(sheet: Sheet, area: Area, label: str, value: str, designed: float = 76) -> tuple[Widget, ...]:
    """A figure under its name."""
    name, number = sheet.label(28), sheet.heading(designed)
    top, rest = area.cut_top(name.line_px, sheet.theme.px(6))
    return (
        Label(area=top, text=label, style=name, max_lines=1),
        Label(area=rest.cut_top(number.line_px)[0], text=value, style=number, max_lines=1),
    )


def stat_px(sheet: Sheet, designed: float = 76) -> int:
    """The height of a stat."""
    return sheet.label(28).line_px + sheet.theme.px(6) + sheet.heading(designed).line_px


def bar(sheet: Sheet, area: Area, share: float, *, quiet: bool = False) -> tuple[Widget, ...]:
    """How far along, as a line."""
    palette = sheet.theme.palette
    radius = area.h // 2
    done = area.cut_left(max(area.h, round(area.w * min(1.0, max(0.0, share)))))[0]
    track = Panel(area=area, fill=palette.paper_2, radius_px=radius)
    if share <= 0:
        return (track,)
    return track, Panel(area=done, fill=palette.brass if quiet else palette.rouge, radius_px=radius)


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def middle(area: Area, height_px: int) -> Area:
    """A part of this height, a little above the middle."""
    height_px = min(height_px, area.h)
    return Area(area.x, area.y + round((area.h - height_px) * 0.42), area.w, height_px)
