"""Order: reserve what is worn for pick-up here. It is reserved only once it is on disk."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from cloud_api.contract.orders import Order
from edge.experience import PlaceOrder
from edge.speech import counted, mark
from edge.ui import qr, text
from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.typeset import Style, typeset
from edge.ui.widgets import Button, Label, Panel, Picture, Widget
from mirror_app.catalog import Item
from mirror_app.session import Sent, Visit

from . import _parts, _shelf
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
TOTAL: Final = mark("Total")
SOLD_OUT: Final = mark("Not in stock here today")
ALSO: Final = counted("and {count} more", "and {count} more")

#: Draws something into a place.
Draw: TypeAlias = Callable[[Area], tuple[Widget, ...]]
#: Designed height of one of several products.
_ROW: Final = 98

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
        items = self.visit.shot.items if self.visit.shot else self.visit.items
        #: What is worn and not reserved yet; else what is, to show its code.
        self._worn = self.visit.unreserved(items) or items
        self._items = tuple(item for item in self._worn if not item.sold_out)
        order = self.visit.order_of(self._items)
        #: What failed before they came back is asked anew.
        self._past = order if order and order.failed else None

    def glass(self) -> Area | None:
        return None if self.visit.shot else self._area

    def tap(self, name: str, now_s: float) -> Move | None:  # noqa: ARG002
        if name in ("place", "retry"):
            self.visit.place(self._items)
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

    def _sent(self) -> Sent[PlaceOrder] | None:
        """The order of what would be ordered here, once it was asked for."""
        order = self.visit.order_of(self._items)
        return None if order is self._past else order

    def _back(self) -> Move:
        return GoTo("saved" if self.visit.share else "try_on")

    def _inner(self) -> Area:
        return self._panel.inset(self.theme.px(64), self.theme.px(56))

    def _row(self) -> tuple[Area, Area]:
        return self._inner().cut_bottom(max(self.theme.target_px, self.theme.px(96)), self.theme.px(28))

    def _confirm(self) -> tuple[Widget, ...]:
        theme = self.theme
        row, inner = self._row()
        left, right = row.columns(2, theme.px(16))
        style = _parts.heading(theme, 56)
        details = self._details(inner.cut_top(style.line_px, theme.px(34))[1])
        inner = _parts.block(inner, style.line_px + theme.px(34) + sum(height for _, height in details))
        head, inner = inner.cut_top(style.line_px, theme.px(34))
        widgets: list[Widget] = [Label(area=head, text=self.say(TITLE), style=style, max_lines=1, least=0.7)]
        for draw, height in details:
            place, inner = inner.cut_top(height)
            widgets += draw(place)
        return (
            *widgets,
            Button(area=left, name="back", label=self.say(BACK), kind="secondary"),
            Button(area=right, name="place", label=self.say(PLACE), enabled=bool(self._items)),
        )

    def _details(self, room: Area) -> list[tuple[Draw, int]]:
        """What stands one below the other, each with its height: the products, then where and how."""
        foot = self._foot(room.w)
        left_px = room.h - sum(height for _, height in foot)
        total = [(self._total, self.theme.px(46))] if len(self._items) > 1 else []
        return [*self._products(left_px - sum(height for _, height in total)), *total, *foot]

    def _products(self, height_px: int) -> list[tuple[Draw, int]]:
        """One product large; several in rows; those that have no room as a number."""
        theme, worn = self.theme, self._worn
        if len(worn) == 1:
            return [(functools.partial(self._product, worn[0], large=True), theme.px(190))]
        style = _parts.body(theme, 26)
        row_px, more_px = theme.px(_ROW), style.line_px + theme.px(8)
        fit = max(1, height_px // row_px)
        shown = worn if len(worn) <= fit else worn[: max(1, (height_px - more_px) // row_px)]
        rows: list[tuple[Draw, int]] = [
            (functools.partial(self._product, item, large=False), row_px) for item in shown
        ]
        if len(shown) == len(worn):
            return rows
        more = self.room.speech.count(ALSO, len(worn) - len(shown))
        return [*rows, (functools.partial(self._text, more, style), more_px)]

    def _foot(self, width_px: int) -> list[tuple[Draw, int]]:
        """Where to pick up, and how it goes; nothing where there is nothing to be put aside."""
        theme = self.theme
        if not self._items:
            return []
        style, strong = _parts.body(theme, 28), _parts.strong(theme, 31)
        how, where = self.say(HOW), self.say(WHERE, store=self.shop.store)
        return [
            (lambda place: (_parts.hairline(self.room, place.moved(0, theme.px(12))),), theme.px(34)),
            (functools.partial(self._text, where, strong), text.size(where, strong, width_px, 2)[1]),
            (lambda _: (), theme.px(8)),
            (functools.partial(self._text, how, style), text.size(how, style, width_px)[1]),
        ]

    def _total(self, place: Area) -> tuple[Widget, ...]:
        """What several products cost together."""
        cost = _parts.total(item.product.price for item in self._items)
        if cost is None:
            return ()
        left, right = place.columns(2, 0)
        strong, price = _parts.strong(self.theme, 28), _parts.strong(self.theme, 30, "right")
        return (
            Label(area=left, text=self.say(TOTAL), style=strong, max_lines=1, valign="middle"),
            Label(
                area=right,
                text=self.room.speech.money(cost),
                style=price,
                max_lines=1,
                valign="middle",
                least=0.7,
            ),
        )

    def _text(self, words: str, style: Style, place: Area) -> tuple[Widget, ...]:
        return (Label(area=place, text=words, style=style),)

    def _product(self, item: Item, place: Area, *, large: bool) -> tuple[Widget, ...]:
        """One product: its dot, its names, its price; and whether it is there at all."""
        theme, speech = self.theme, self.room.speech
        side = theme.px(150 if large else 72)
        dot, words = place.cut_left(side, theme.px(34 if large else 24))
        name, style = _parts.heading(theme, 46 if large else 34), _parts.body(theme, 28 if large else 24)
        price = Style.of(theme, "sans-semibold", 34 if large else 28, align="left" if large else "right")
        cost = self.say(SOLD_OUT) if item.sold_out else speech.money(item.product.price)
        about = f"{item.product.brand} · {item.product.name_in(speech.code)}"
        swatch = _parts.swatch(Area(dot.x, place.y + theme.px(8), side, side), item)
        if not large:
            cost_px = text.size(cost, price)[0] + theme.px(20)
            money, words = words.cut_right(min(cost_px, words.w // 2))
            first, rest = words.moved(0, theme.px(6)).cut_top(name.line_px)
            return (
                swatch,
                Label(area=first, text=item.shade.name_in(speech.code), style=name, max_lines=1, least=0.8),
                Label(area=rest.cut_top(style.line_px)[0], text=about, style=style, max_lines=1),
                Label(
                    area=money.cut_top(theme.px(88))[0],
                    text=cost,
                    style=price,
                    max_lines=2,
                    valign="middle",
                    least=0.7,
                ),
            )
        about += f" · {_shelf.finish_words(item.product, speech)}"
        first, rest = words.cut_top(name.line_px, theme.px(4))
        lines = min(2, len(typeset(about, style, words.w).lines))
        second, rest = rest.cut_top(style.line_px * lines)
        return (
            swatch,
            Label(area=first, text=item.shade.name_in(speech.code), style=name, max_lines=1, least=0.7),
            Label(area=second, text=about, style=style, max_lines=2),
            Label(area=rest.cut_top(price.line_px)[0], text=cost, style=price, max_lines=1, least=0.7),
        )

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
            return _parts.privacy_on(self.room, self._area)
        if self._shot is None:
            self._shot = _parts.fitted(self.visit.shot, self._area.size)
        return (Picture(area=self._area, surface=self._shot),)


def _code_style(theme: Theme, width_px: int) -> Style:
    """As big as fits the widest code there can be, so that every code has the same size and none is cut."""
    widest = Style.of(theme, "sans-semibold", 144, tracking_em=0.03, leading=1.1)
    fits = min(1.0, width_px / text.size(_WIDEST, widest)[0])
    return replace(widest, size_px=int(widest.size_px * fits))
