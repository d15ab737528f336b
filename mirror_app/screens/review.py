"""Review: the frozen picture, as large as the screen. Keep it, or again."""

from typing import ClassVar, Final

from edge.ui.widgets import Button, Label, Panel, Picture, Widget
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

TITLE: Final = "Do you like it?"
NOTE: Final = "Only you see this. It is on this screen and nowhere else."
KEEP: Final = "Keep it"
AGAIN: Final = "Again"
DISCARD: Final = "Delete"


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
        foot = room.screen.inset(room.margin_px)
        buttons = max(theme.target_px, theme.px(92))
        card = foot.cut_bottom(buttons + theme.px(206))[0]
        card = card.middle(min(card.w, theme.px(900)), card.h)
        inner = card.inset(theme.px(36), theme.px(30))
        row, inner = inner.cut_bottom(buttons, theme.px(20))
        title = _parts.heading(theme, 46, "centre")
        top, rest = inner.cut_top(title.line_px, theme.px(6))
        discard, again, keep = row.columns(3, theme.px(14))
        return (
            Picture(area=room.screen, surface=self._picture),
            Panel(area=card, fill=theme.palette.paper, radius_px=theme.radius_px),
            Label(area=top, text=TITLE, style=title, max_lines=1),
            Label(area=rest, text=NOTE, style=_parts.body(theme, 24, "centre"), max_lines=1),
            Button(area=discard, name="discard", label=DISCARD, kind="quiet"),
            Button(area=again, name="again", label=AGAIN, kind="secondary"),
            Button(area=keep, name="keep", label=KEEP),
        )
