"""Language: each by its own name, for as long as this visit lasts."""

import math
from typing import ClassVar, Final

from edge.speech import mark
from edge.ui.area import Area
from edge.ui.widgets import Button, IconButton, Label, Panel, Symbol, Widget

from . import _parts
from ._screen import GoTo, Move, Screen, Speak

TITLE: Final = mark("Language")
BACK: Final = mark("Back")

SPEAK: Final = "speak:"


class View(Screen):
    live: ClassVar[bool] = True
    patience_s: ClassVar[float] = 6.0

    def glass(self) -> Area:
        return self._split()[0]

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name.startswith(SPEAK):
            return Speak(name.removeprefix(SPEAK))
        return GoTo("try_on")

    def back(self) -> Move:
        return GoTo("try_on")

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, panel = self.theme, self._split()[1]
        inner = panel.inset(theme.px(64), theme.px(48))
        head, rest = inner.cut_top(theme.target_px, theme.px(36))
        back, title = head.moved(-theme.px(20), 0).cut_left(theme.target_px, theme.px(14))
        globe, title = title.cut_left(theme.px(52), theme.px(20))
        return (
            Panel(area=panel, fill=theme.palette.paper),
            IconButton(area=back, name="back", icon="back", label=self.say(BACK), kind="quiet"),
            Symbol(area=globe, icon="globe", colour=theme.palette.brass, side_px=theme.px(52)),
            Label(
                area=title,
                text=self.say(TITLE),
                style=_parts.heading(theme, 54),
                max_lines=1,
                valign="middle",
            ),
            *self._buttons(rest),
            *_parts.privacy_on(self.room, self._split()[0]),
        )

    def _split(self) -> tuple[Area, Area]:
        return self.room.split(900, 900)

    def _buttons(self, area: Area) -> tuple[Widget, ...]:
        theme, languages = self.theme, self.shop.languages
        columns = 1 if len(languages) <= 4 else 2
        rows = math.ceil(len(languages) / columns)
        gap = theme.px(18)
        height = min(max(theme.target_px, theme.px(104)), (area.h - gap * (rows - 1)) // rows)
        block = _parts.block(area, rows * height + (rows - 1) * gap)
        places = [
            cell
            for row in range(rows)
            for cell in Area(block.x, block.y + row * (height + gap), block.w, height).columns(columns, gap)
        ]
        return tuple(
            Button(
                area=place,
                name=SPEAK + speech.code,
                label=speech.name,
                language=speech.code,
                kind="primary" if speech == self.room.speech else "secondary",
                icon="tick" if speech == self.room.speech else None,
            )
            for place, speech in zip(places, languages, strict=False)
        )
