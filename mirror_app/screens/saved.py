"""Saved: waits until the picture is safely on disk, then shows the card and the code that brings it home."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from cloud_api.contract.shares import Purpose
from edge.dispatch import SHARE_DAYS
from edge.speech import mark
from edge.ui import qr, text
from edge.ui.area import Area
from edge.ui.widgets import Button, Label, Panel, Picture, Widget
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

if TYPE_CHECKING:
    import pygame

SAVING: Final = mark("Saving…")
SAVING_NOTE: Final = mark("One moment, your picture is being put away safely.")
TITLE_PHONE: Final = mark("Your picture is ready")
TITLE_SHOP: Final = mark("Thank you for your picture")
SCAN_PHONE: Final = mark("Scan the code with your phone’s camera.")
SCAN_SHOP: Final = mark("Scan the code if you want to look at it, or take your permission back.")
EXPIRES: Final = mark("The link works until {date}.")
FAILED: Final = mark("Your picture could not be saved")
RETRY: Final = mark("Try again")
DISCARD: Final = mark("Delete it")
DONE: Final = mark("Done")
ORDER: Final = mark("Reserve what I wear")

#: Read by a phone from one metre (see edge.ui.qr); never more than this share of the panel.
_QR_MM: Final = 100.0
_QR_DESIGNED: Final = 500
#: Shown of a link's last part: enough to compare, too little to try.
_SHOWN_OF_TOKEN: Final = 6


class View(Screen):
    #: Whoever scans the code looks at their phone, often with it before their face.
    patience_s: ClassVar[float] = 30.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._area, self._panel = room.split(980, 980)
        self._card: pygame.Surface | None = None
        self._code: pygame.Surface | None = None

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name == "retry":
            self.visit.publish()
        elif name == "order":
            return GoTo("order")
        elif name == "discard":
            self.visit.discard()
            return GoTo("try_on")
        elif name == "done":
            return GoTo("thanks")
        return None

    def back(self) -> Move | None:
        return GoTo("thanks") if self.visit.share and self.visit.share.done else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        palette = self.theme.palette
        ground = (
            Panel(area=self._area, fill=palette.paper_2),
            Panel(area=self._panel, fill=palette.paper),
        )
        share = self.visit.share
        if share is None or share.receipt is None:
            return (*ground, *self._preview(), *self._waiting(now_s))
        if share.failed is not None:
            return (*ground, *self._preview(), *self._failure(share.failed))
        return (*ground, *self._card_widgets(), *self._ready())

    def _inner(self) -> Area:
        return self._panel.inset(self.theme.px(64), self.theme.px(56))

    def _waiting(self, now_s: float) -> tuple[Widget, ...]:
        inner = self._inner()
        line = _parts.waiting(self.theme, inner, now_s)
        return (*_parts.message(self.theme, inner, self.say(SAVING), self.say(SAVING_NOTE)), *line)

    def _failure(self, words: str) -> tuple[Widget, ...]:
        row, inner = self._row()
        left, right = row.columns(2, self.theme.px(16))
        return (
            *_parts.message(self.theme, inner, self.say(FAILED), self.say(words)),
            Button(area=left, name="discard", label=self.say(DISCARD), kind="secondary"),
            Button(area=right, name="retry", label=self.say(RETRY)),
        )

    def _ready(self) -> tuple[Widget, ...]:
        theme = self.theme
        phone = Purpose.PHONE in self.visit.purposes
        title = self.say(TITLE_PHONE if phone else TITLE_SHOP)
        row, inner = self._row()
        left, right = row.columns(2, theme.px(16))
        head, style = _parts.heading(theme, 56), _parts.body(theme, 29)
        words = self.say(SCAN_PHONE if phone else SCAN_SHOP)
        words_px = text.size(words, style, inner.w)[1]
        height = head.line_px + words_px + theme.px(14 + 34) + self._side_px(inner)
        top, inner = _parts.block(inner, height).cut_top(head.line_px, theme.px(14))
        scan, inner = inner.cut_top(words_px, theme.px(34))
        items = self.visit.shot.items if self.visit.shot else ()
        order = self.say(_parts.SHOW_CODE if items and self.visit.reserved(items) else ORDER)
        return (
            Label(area=top, text=title, style=head, max_lines=1, least=0.7),
            Label(area=scan, text=words, style=style),
            *self._code_widgets(inner),
            Button(area=left, name="order", label=order, kind="secondary", enabled=bool(items)),
            Button(area=right, name="done", label=self.say(DONE)),
        )

    def _code_widgets(self, area: Area) -> tuple[Widget, ...]:
        """The code, and beside it where it leads and until when."""
        theme, share = self.theme, self.visit.share
        assert share is not None
        assert share.receipt is not None
        link = share.receipt.link or ""
        if self._code is None:
            self._code = qr.surface(link, min(self._side_px(area), area.h))
        place = Area(*area.xy, *self._code.get_size())
        expires = share.request.created_at + timedelta(days=SHARE_DAYS)
        words = self.say(EXPIRES, date=self.room.speech.date(expires))
        note = Area(place.right + theme.px(36), place.y, area.right - place.right - theme.px(36), place.h)
        strong, style = _parts.strong(theme, 26), _parts.body(theme, 25)
        shown = short_link(link)
        top, rest = note.cut_top(text.size(shown, strong, note.w, 3)[1], theme.px(14))
        return (
            Picture(area=place, surface=self._code),
            Label(area=top, text=shown, style=strong, max_lines=3),
            Label(area=rest, text=words, style=style, max_lines=4),
        )

    def _side_px(self, area: Area) -> int:
        """How large the code may be: readable from a metre, and still room for words beside it."""
        return min(max(self.theme.mm(_QR_MM), self.theme.px(_QR_DESIGNED)), round(area.w * 0.64))

    def _row(self) -> tuple[Area, Area]:
        height = max(self.theme.target_px, self.theme.px(96))
        return self._inner().cut_bottom(height, self.theme.px(28))

    def _preview(self) -> tuple[Widget, ...]:
        """Their picture, while its card is being made."""
        if self._card is None and self.visit.shot is not None:
            self._card = _parts.fitted(self.visit.shot, self._area.size)
        return (Picture(area=self._area, surface=self._card),) if self._card else ()

    def _card_widgets(self) -> tuple[Widget, ...]:
        """The card as it goes to the phone."""
        receipt = self.visit.share.receipt if self.visit.share else None
        room = self._area.inset(self.theme.px(48))
        if receipt is None or receipt.card_bgr is None:
            return self._preview()
        if self._card is None or self._card.get_size() == self._area.size:
            self._card = _parts.contained(receipt.card_bgr, room.size)
        place = room.middle(*self._card.get_size())
        line = self.theme.hairline_px
        return (
            Panel(area=place.inset(-line), fill=self.theme.palette.hairline),
            Picture(area=place, surface=self._card),
        )


def short_link(link: str) -> str:
    """A link as people can compare it: host and the beginning of its last part.

    Cut by hand: urllib.parse remembers the links it takes apart, secret and all.
    """
    place = link.partition("://")[2].partition("?")[0].partition("#")[0]
    head, slash, token = place.rpartition("/")
    shown = token if len(token) <= _SHOWN_OF_TOKEN else token[:_SHOWN_OF_TOKEN] + "…"
    return head + slash + shown
