"""Order: reserve what is worn for pick-up here. It is reserved only once it is on disk."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from cloud_api.contract.orders import Order
from edge.experience import PlaceOrder
from edge.speech import mark
from edge.ui import qr, text
from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.typeset import Style
from edge.ui.widgets import Button, Label, Panel, Picture, Swatch, Widget
from mirror_app.catalog import Item
from mirror_app.session import Sent, Visit

from . import _parts
from ._room import Room
from ._screen import GoTo, Move, Screen, Shop

if TYPE_CHECKING:
    import pygame

TITLE: Final = mark("Reserve for pick-up")
WHERE: Final = mark("Pick up here, at {store}")
HOW: Final = mark("We put it aside for you. You pay at the counter; nothing is paid on this screen.")
PLACE: Final = mark("Reserve now")
BACK: Final = mark("Back")
PLACING: Final = mark("Reserving…")
PLACED: Final = mark("It is reserved")
SHOW: Final = mark("Show this code at the counter. Take a photo of it, or scan it with your phone.")
FAILED: Final = mark("We cannot take orders right now")
RETRY: Final = mark("Try again")
MORE: Final = mark("Try more")
TO_PICTURE: Final = mark("Back to my picture")
DONE: Final = mark("Done")

_QR_DESIGNED: Final = 380
#: The widest letter of the alphabet of pickup codes, in every place.
_WIDEST: Final = "WWW-WWWW"


class View(Screen):
    #: Whoever writes the code down looks away.
    patience_s: ClassVar[float] = 20.0

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        self._area, self._panel = room.split(980, 980)
        self._code: pygame.Surface | None = None
        self._shot: pygame.Surface | None = None
        order = self.visit.order_of(self._item())
        #: What failed before they came back is asked anew.
        self._past = order if order and order.failed else None

    def glass(self) -> Area | None:
        return None if self.visit.shot else self._area

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        item = self._item()
        if name in ("place", "retry") and item is not None:
            self.visit.place(item)
        elif name in ("back", "more"):
            return self._back()
        elif name == "done":
            return GoTo("thanks")
        return None

    def back(self) -> Move | None:
        order = self._sent()
        return None if order and order.receipt is None else self._back()

    def order(self) -> Order | None:
        sent = self._sent()
        return sent.request.order if sent and sent.done else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        palette, order = self.theme.palette, self._sent()
        ground: tuple[Widget, ...] = (Panel(area=self._panel, fill=palette.paper),)
        if self.visit.shot is not None:
            ground = (Panel(area=self._area, fill=palette.paper_2), *ground)
        ground = (*ground, *self._picture())
        if order is None:
            return (*ground, *self._confirm())
        if order.receipt is None:
            line = _parts.waiting(self.theme, self._inner(), now_s)
            return (*ground, *_parts.message(self.theme, self._inner(), self.say(PLACING)), *line)
        if order.failed is not None:
            return (*ground, *self._failure(order.failed))
        return (*ground, *self._placed(order.request.order.code))

    def _item(self) -> Item | None:
        """What is ordered: what the picture shows, else what is worn."""
        shot = self.visit.shot
        return shot.items[0] if shot and shot.items else self.visit.worn

    def _sent(self) -> Sent[PlaceOrder] | None:
        """The order of what would be ordered here, once it was asked for."""
        order = self.visit.order_of(self._item())
        return None if order is self._past else order

    def _back(self) -> Move:
        return GoTo("saved" if self.visit.share else "try_on")

    def _inner(self) -> Area:
        return self._panel.inset(self.theme.px(64), self.theme.px(56))

    def _row(self) -> tuple[Area, Area]:
        return self._inner().cut_bottom(max(self.theme.target_px, self.theme.px(96)), self.theme.px(28))

    def _confirm(self) -> tuple[Widget, ...]:
        theme, item = self.theme, self._item()
        row, inner = self._row()
        left, right = row.columns(2, theme.px(16))
        buttons = (
            Button(area=left, name="back", label=self.say(BACK), kind="secondary"),
            Button(area=right, name="place", label=self.say(PLACE), enabled=item is not None),
        )
        style = _parts.heading(theme, 56)
        inner = _parts.block(inner, style.line_px + theme.px(34 + 190 + 26 + 30 + 48 + 8 + 120))
        head, inner = inner.cut_top(style.line_px, theme.px(34))
        title = Label(area=head, text=self.say(TITLE), style=style, max_lines=1, least=0.7)
        return (title, *self._details(inner, item), *buttons) if item else (title, *buttons)

    def _details(self, area: Area, item: Item) -> tuple[Widget, ...]:
        """The product, its price, and where and how."""
        theme = self.theme
        product, area = area.cut_top(theme.px(190), theme.px(26))
        side = theme.px(150)
        dot, words = product.cut_left(side, theme.px(34))
        name, style = _parts.heading(theme, 46), _parts.body(theme, 28)
        first, rest = words.cut_top(name.line_px, theme.px(4))
        second, rest = rest.cut_top(style.line_px * 2 if self._long(item, words.w) else style.line_px)
        price = Style.of(theme, "sans-semibold", 34)
        where, rest2 = area.inset(0, theme.px(30)).cut_top(theme.px(48), theme.px(8))
        strong = _parts.strong(theme, 31)
        return (
            Swatch(area=Area(dot.x, dot.y + theme.px(10), side, side), colour=_parts.swatch_colour(item)),
            Label(area=first, text=item.shade.name, style=name, max_lines=1),
            Label(area=second, text=self._name(item), style=style, max_lines=2),
            Label(
                area=rest.cut_top(price.line_px)[0],
                text=self.room.speech.money(item.product.price),
                style=price,
            ),
            _parts.hairline(self.room, area),
            Label(area=where, text=self.say(WHERE, store=self.shop.store), style=strong, max_lines=1),
            Label(area=rest2.cut_top(style.line_px * 3)[0], text=self.say(HOW), style=style, max_lines=3),
        )

    def _name(self, item: Item) -> str:
        return f"{item.product.brand} · {item.product.name} · {self.say(_parts.finish_of(item))}"

    def _long(self, item: Item, width_px: int) -> bool:
        return text.size(self._name(item), _parts.body(self.theme, 28))[0] > width_px

    def _failure(self, words: str) -> tuple[Widget, ...]:
        row, inner = self._row()
        left, right = row.columns(2, self.theme.px(16))
        return (
            *_parts.message(self.theme, inner, self.say(FAILED), self.say(words)),
            Button(area=left, name="back", label=self.say(BACK), kind="secondary"),
            Button(area=right, name="retry", label=self.say(RETRY)),
        )

    def _placed(self, code: str) -> tuple[Widget, ...]:
        theme = self.theme
        row, inner = self._row()
        left, right = row.columns(2, theme.px(16))
        head = _parts.heading(theme, 50)
        big = _code_style(theme, inner.w)
        height = head.line_px + big.line_px + theme.px(12 + 34 + _QR_DESIGNED)
        top, inner = _parts.block(inner, height).cut_top(head.line_px, theme.px(12))
        number, inner = inner.cut_top(big.line_px, theme.px(34))
        more = self.say(TO_PICTURE if self.visit.share else MORE)
        return (
            Label(area=top, text=self.say(PLACED), style=head, max_lines=1, least=0.7),
            Label(area=number, text=code, style=big, max_lines=1),
            *self._code_widgets(inner, code),
            Button(area=left, name="more", label=more, kind="secondary"),
            Button(area=right, name="done", label=self.say(DONE)),
        )

    def _code_widgets(self, area: Area, code: str) -> tuple[Widget, ...]:
        theme = self.theme
        if self._code is None:
            self._code = qr.surface(code, min(theme.px(_QR_DESIGNED), area.h, area.w))
        place = Area(*area.xy, *self._code.get_size())
        words = Area(place.right + theme.px(36), place.y, area.right - place.right - theme.px(36), place.h)
        strong, style = _parts.strong(theme, 30), _parts.body(theme, 27)
        where = self.say(WHERE, store=self.shop.store)
        top, rest = words.cut_top(text.size(where, strong, words.w, 2)[1], theme.px(14))
        return (
            Picture(area=place, surface=self._code),
            Label(area=top, text=where, style=strong, max_lines=2),
            Label(area=rest, text=self.say(SHOW), style=style, max_lines=6),
        )

    def _picture(self) -> tuple[Widget, ...]:
        """Their picture, where there is one; else the live mirror shows beside the panel."""
        if self.visit.shot is None:
            return ()
        if self._shot is None:
            self._shot = _parts.fitted(self.visit.shot, self._area.size)
        return (Picture(area=self._area, surface=self._shot),)


def _code_style(theme: Theme, width_px: int) -> Style:
    """As big as fits the widest code there can be, so that every code has the same size and none is cut."""
    widest = Style.of(theme, "sans-semibold", 144, tracking_em=0.03, leading=1.1)
    fits = min(1.0, width_px / text.size(_WIDEST, widest)[0])
    return replace(widest, size_px=int(widest.size_px * fits))
