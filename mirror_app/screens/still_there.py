"""Still there? Nobody is in view, or nobody touched for long, and something would be lost. What was open is
hidden until somebody says that they are: a face in view may be the next person's."""

import math
from typing import ClassVar, Final

from edge.speech import counted, mark
from edge.ui.widgets import Button, Label, Panel, Widget

from . import _parts
from ._screen import Leave, Move, Resume, Screen

TITLE: Final = mark("Still there?")
NOTE: Final = counted(
    "In {count} second this mirror forgets everything.",
    "In {count} seconds this mirror forgets everything.",
)
HERE: Final = mark("I am still here")
LEAVE: Final = mark("I am done")

_COUNT_S: Final = 15.0


class View(Screen):
    patience_s: ClassVar[float] = math.inf
    idle_s: ClassVar[float] = math.inf

    def tap(self, name: str, now_s: float) -> Move:  # noqa: ARG002
        return Leave("finished") if name == "leave" else Resume()

    def back(self) -> Move:
        return Resume()

    def tick(self, now_s: float) -> Move | None:
        return Leave("left") if now_s - self.since_s >= _COUNT_S else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        theme, screen = self.theme, self.room.screen
        left = max(0, math.ceil(_COUNT_S - (now_s - self.since_s)))
        head, style = _parts.heading(theme, 92, "centre"), _parts.body(theme, 34, "centre")
        width = min(screen.w - 2 * self.room.margin_px, theme.px(820))
        block = self.room.reach.middle(width, min(theme.px(440), self.room.reach.h))
        top, rest = block.cut_top(head.line_px, theme.px(24))
        note, rest = rest.cut_top(style.line_px * 2, theme.px(30))
        row = rest.cut_top(max(theme.target_px, theme.px(100)))[0]
        first, second = row.columns(2, theme.px(18))
        return (
            Panel(area=screen, fill=theme.palette.paper),
            Label(area=top, text=self.say(TITLE), style=head, max_lines=1, least=0.7),
            Label(area=note, text=self.room.speech.count(NOTE, left), style=style, max_lines=2),
            Button(area=first, name="leave", label=self.say(LEAVE), kind="secondary"),
            Button(area=second, name="here", label=self.say(HERE)),
        )
