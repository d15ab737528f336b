"""Pose: three, two, one, and the picture is taken."""

import math
from typing import ClassVar, Final

from edge.speech import mark
from edge.ui import text
from edge.ui.area import Area
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Label, Panel, Symbol, Widget

from . import _parts
from ._screen import GoTo, Move, Screen, TakePicture

LOOK: Final = mark("Look up here")
CANCEL: Final = mark("Not now")

_COUNT: Final = 3
_STEP_S: Final = 1.0


class View(Screen):
    live: ClassVar[bool] = True
    _said: int = 0

    def glass(self) -> Area:
        return self.room.screen

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        return GoTo("try_on") if name == "cancel" else None

    def back(self) -> Move:
        return GoTo("try_on")

    def tick(self, now_s: float) -> Move | None:
        if now_s - self.since_s >= _COUNT * _STEP_S:
            return TakePicture(then="review", otherwise="try_on")
        return None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        return (*self._look_up(), *self._number(self._left(now_s)), *self._foot())

    def counted(self, now_s: float) -> bool:
        """Whether the number is another than when this was asked last."""
        before, self._said = self._said, self._left(now_s)
        return self._said != before

    def _left(self, now_s: float) -> int:
        return max(1, _COUNT - math.floor((now_s - self.since_s) / _STEP_S))

    def _look_up(self) -> tuple[Widget, ...]:
        """The camera is above the screen: that is where to look."""
        theme = self.theme
        top = self.room.screen.inset(self.room.margin_px).cut_top(theme.px(84))[0]
        style = Style.of(theme, "sans-semibold", 30, theme.palette.paper)
        words_px = text.size(self.say(LOOK), style)[0]
        pill = top.middle(words_px + theme.px(34 + 44 + 16 + 40), theme.px(84))
        icon, words = pill.inset(theme.px(34), 0).cut_left(theme.px(44), theme.px(16))
        return (
            Panel(area=pill, fill=theme.palette.veil, radius_px=pill.h // 2),
            Symbol(area=icon, icon="up", colour=theme.palette.paper, side_px=theme.px(44)),
            Label(area=words, text=self.say(LOOK), style=style, max_lines=1, valign="middle"),
        )

    def _number(self, left: int) -> tuple[Widget, ...]:
        theme = self.theme
        side = theme.px(300)
        disc = self._beside().middle(side, side)
        style = Style.of(theme, "serif-light", 200, theme.palette.paper, leading=1.3, align="centre")
        return (
            Panel(area=disc, fill=theme.palette.veil, radius_px=side // 2),
            Label(area=disc, text=self.room.speech.number(left), style=style, max_lines=1, valign="middle"),
        )

    def _beside(self) -> Area:
        """Where the number does not stand before the face: beside it, in portrait below it."""
        screen, theme = self.room.screen, self.theme
        if self.room.stacked:
            return screen.cut_bottom(theme.px(560))[0].cut_top(theme.px(360))[0]
        third = screen.w // 3
        return (screen.cut_right if self.room.hand == "right" else screen.cut_left)(third)[0]

    def _foot(self) -> tuple[Widget, ...]:
        """The way back, and below it the privacy line."""
        theme, room = self.theme, self.room
        height = max(theme.target_px, theme.px(84))
        picture = room.screen
        above = picture.inset(room.margin_px).cut_bottom(_parts.privacy_pill_height(room, picture.w))[1]
        area = above.cut_bottom(height)[0].middle(theme.px(300), height)
        return (
            Button(area=area, name="cancel", label=self.say(CANCEL), kind="on_picture"),
            *_parts.privacy_on(room, picture),
        )
