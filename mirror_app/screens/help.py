"""Help: what the mirror does, in four lines."""

from typing import ClassVar, Final

from edge.speech import mark
from edge.ui import text
from edge.ui.area import Area
from edge.ui.draw import Icon
from edge.ui.widgets import Button, IconButton, Label, Panel, Symbol, Widget

from . import _parts
from ._screen import GoTo, Move, Screen

TITLE: Final = mark("How it works")
BACK: Final = mark("Back")
START: Final = mark("Let me try")
LINES: Final[tuple[tuple[Icon, str], ...]] = (
    ("tick", mark("Touch a shade to wear it. Touch it again to take it off.")),
    ("compare", mark("Compare with and without, two shades, or two lights.")),
    ("sun", mark("See yourself by day, in the office, in the evening, by candlelight.")),
    ("camera", mark("Take a picture, or hold up your open palm. You decide where it goes.")),
    ("people", mark("Something unclear? Our staff is glad to help.")),
)


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 8.0

    def glass(self) -> Area:
        return self._split()[0]

    def tap(self, name: str, now_s: float) -> Move:  # noqa: ARG002
        return GoTo("try_on")

    def back(self) -> Move:
        return GoTo("try_on")

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, panel = self.theme, self._split()[1]
        inner = panel.inset(theme.px(64), theme.px(44))
        head, inner = inner.cut_top(theme.target_px, theme.px(24))
        back, title = head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(14))
        start, inner = inner.cut_bottom(max(theme.target_px, theme.px(92)), theme.px(28))
        privacy, inner = inner.cut_bottom(_parts.privacy_height(self.room, inner.w), theme.px(24))
        style = _parts.heading(theme, 54)
        return (
            Panel(area=panel, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
            Label(area=title, text=self.say(TITLE), style=style, max_lines=1, valign="middle", least=0.7),
            *self._lines(inner),
            _parts.privacy_line(self.room, privacy),
            Button(area=start, name="start", label=self.say(START)),
        )

    def _split(self) -> tuple[Area, Area]:
        return self.room.split(900, 980)

    def _lines(self, area: Area) -> tuple[Widget, ...]:
        theme, side = self.theme, self.theme.px(56)
        style = _parts.body(theme, 30).tinted(theme.palette.ink)
        width = area.w - side - theme.px(28)
        said = [(icon, self.say(words)) for icon, words in LINES]
        heights = [max(side, text.size(words, style, width)[1]) for _, words in said]
        gap = min(theme.px(34), max(theme.px(8), (area.h - sum(heights)) // (len(said) - 1)))
        y = area.y
        widgets: list[Widget] = []
        for (icon, words), height in zip(said, heights, strict=True):
            place = Area(area.x, y, area.w, height)
            mark_area, rest = place.cut_left(side, theme.px(28))
            widgets.append(
                Symbol(area=mark_area, icon=icon, colour=theme.palette.brass, side_px=theme.px(44))
            )
            widgets.append(Label(area=rest, text=words, style=style, valign="middle"))
            y += height + gap
        return tuple(widgets)
