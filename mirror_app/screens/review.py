"""Review: the frozen picture, as large as the screen. Keep it, or again."""

from dataclasses import replace
from typing import ClassVar, Final

from edge.speech import mark
from edge.ui.area import Area
from edge.ui.widgets import Button, Label, Panel, Picture, Widget
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

TITLE: Final = mark("Do you like it?")
NOTE: Final = mark("Only you see this. It is on this screen and nowhere else.")
KEEP: Final = mark("Keep it")
AGAIN: Final = mark("Again")
DISCARD: Final = mark("Delete")


class View(Screen):
    patience_s: ClassVar[float] = 8.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        assert self.visit.shot is not None
        self._picture = _parts.fitted(self.visit.shot, room.screen.size)

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name == "keep":
            return GoTo("consent")
        self.visit.discard()
        return GoTo("pose" if name == "again" else "try_on")

    def back(self) -> Move:
        self.visit.discard()
        return GoTo("try_on")

    def widgets(self, now_s: float) -> tuple[Widget, ...]:  # noqa: ARG002
        theme, room = self.theme, self.room
        card, words, row = self._lay_out()
        title, note = _parts.heading(theme, 46), _parts.body(theme, 25)
        if self._stacked:
            title, note = replace(title, align="centre"), replace(note, align="centre")
        top, rest = words.cut_top(title.line_px, theme.px(4))
        discard, again, keep = row.columns(3, theme.px(14))
        return (
            Picture(area=room.screen, surface=self._picture),
            Panel(area=card, fill=theme.palette.paper, radius_px=theme.radius_px),
            Label(area=top, text=self.say(TITLE), style=title, max_lines=1, least=0.7),
            Label(area=rest, text=self.say(NOTE), style=note, max_lines=2, least=0.8),
            Button(area=discard, name="discard", label=self.say(DISCARD), kind="quiet"),
            Button(area=again, name="again", label=self.say(AGAIN), kind="secondary"),
            Button(area=keep, name="keep", label=self.say(KEEP)),
        )

    @property
    def _stacked(self) -> bool:
        """Whether words and buttons have no room side by side."""
        return self.room.stacked or self.room.screen.w < self.theme.px(1600)

    @property
    def _words_px(self) -> int:
        """Height of title and note; the note may want two lines."""
        title, note = _parts.heading(self.theme, 46), _parts.body(self.theme, 25)
        return title.line_px + self.theme.px(4) + 2 * note.line_px

    def _lay_out(self) -> tuple[Area, Area, Area]:
        """The card at the foot, its words and its buttons; one below the other or side by side."""
        theme, room = self.theme, self.room
        foot = room.screen.inset(room.margin_px)
        buttons, words = max(theme.target_px, theme.px(92)), self._words_px
        pad = theme.px(36)
        if self._stacked:
            height = buttons + words + theme.px(20) + 2 * pad
            card = foot.cut_bottom(height)[0].middle(min(foot.w, theme.px(1000)), height)
            row, rest = card.inset(pad).cut_bottom(buttons, theme.px(20))
            return card, rest, row
        height = words + 2 * theme.px(28)
        card = foot.cut_bottom(height)[0].middle(min(foot.w, theme.px(1520)), height)
        row, rest = card.inset(theme.px(44), 0).cut_right(theme.px(720), pad)
        return card, rest.middle(rest.w, words), row.middle(row.w, buttons)
