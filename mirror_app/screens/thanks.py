"""Thanks: a moment of goodbye, then the mirror forgets."""

from typing import ClassVar, Final

from edge.speech import mark
from edge.ui.area import Area
from edge.ui.widgets import Label, Panel, TouchArea, Widget

from . import _parts
from ._screen import Leave, Move, Screen

TITLE: Final = mark("Thank you")
NOTE: Final = mark("It suits you. This mirror forgets you now.")

_STAY_S: Final = 3.0


class View(Screen):
    patience_s: ClassVar[float] = 60.0

    def tap(self, name: str, now_s: float) -> Move:  # noqa: ARG002
        return Leave("finished")

    def back(self) -> Move:
        return Leave("finished")

    def tick(self, now_s: float) -> Move | None:
        return Leave("finished") if now_s - self.since_s >= _STAY_S else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, screen = self.theme, self.room.screen
        head, style = _parts.heading(theme, 96, "centre"), _parts.body(theme, 34, "centre")
        block = screen.middle(screen.w - 2 * self.room.margin_px, theme.px(330))
        mark, rest = block.cut_top(theme.px(60), theme.px(30))
        top, rest = rest.cut_top(head.line_px, theme.px(20))
        line = Area(screen.x, screen.bottom - theme.px(90), screen.w, theme.px(40))
        return (
            Panel(area=screen, fill=theme.palette.paper),
            TouchArea(area=screen, name="done"),
            _parts.wordmark(theme, mark, "centre"),
            Label(area=top, text=self.say(TITLE), style=head, max_lines=1, least=0.7),
            Label(area=rest, text=self.say(NOTE), style=style, max_lines=2),
            _parts.privacy_line(self.room, line, "centre"),
        )
