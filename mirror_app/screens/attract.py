"""Attract: a passer-by sees themselves in the mirror, already wearing a shade that changes now and then."""

import math
from collections.abc import Iterable
from typing import ClassVar, Final, TypeAlias

from edge.speech import mark
from edge.ui import lettering, text
from edge.ui.area import Area
from edge.ui.motion import ease_in_out, progress
from edge.ui.widgets import Button, Label, Panel, TouchArea, Widget
from mirror_app.catalog import Item
from mirror_app.glass import View as Shown
from mirror_app.layer import Layer
from mirror_app.session import Visit

from . import _parts
from ._room import Room
from ._screen import Move, Screen, Shop, Start

TITLE: Final = mark("See it on you")
ALONE: Final = mark("Step up to the mirror")
INVITE: Final = mark("Touch to try")

#: A shade stays this long and gives way to the next within the second time.
_STAY_S: Final = 4.5
_CHANGE_S: Final = 0.9
#: Neighbours in the catalogue look alike: the next shade is about this share of it further on.
_GOLDEN: Final = 0.382
#: Fainter than this nothing is drawn.
_LEAST: Final = 0.03

#: Products, each with how much of it.
Outfit: TypeAlias = tuple[tuple[Item, float], ...]


class View(Screen):
    live: ClassVar[bool] = True
    #: Whether somebody is in view; the mirror tells.
    seen: bool = False

    def __init__(self, shop: Shop, visit: Visit | None, room: Room, now_s: float) -> None:
        super().__init__(shop, visit, room, now_s)
        #: What is sold out is not promised to anybody.
        self._items = shop.catalog.offered
        looks = (shop.catalog.worn_in(look) for look in shop.catalog.looks)
        self._looks = tuple(look for look in looks if not any(item.sold_out for item, _ in look))

    def glass(self) -> Area:
        return self.room.screen

    def shown(self, tracks: Iterable[int], now_s: float) -> Shown:
        layers = self._layers(now_s)
        return Shown(dict.fromkeys(tracks, layers) if layers else {})

    def spoken_of(self, now_s: float) -> Item | None:
        outfit = self._outfit_at(now_s)
        return outfit[0][0] if outfit else None

    def widgets(self, now_s: float) -> tuple[Widget, ...]:
        room, theme = self.room, self.theme
        card = self._card()
        inner = card.inset(theme.px(40), theme.px(34))
        mark, inner = inner.cut_top(theme.target_px, theme.px(14))
        line, inner = inner.cut_bottom(_parts.privacy_height(room, inner.w), theme.px(20))
        button, inner = inner.cut_bottom(max(theme.target_px, theme.px(92)), theme.px(26))
        return (
            TouchArea(area=room.screen, name="start"),
            *_parts.staff_corner(self.shop, room, room.screen),
            Panel(area=card, fill=theme.palette.paper, radius_px=theme.radius_px),
            *self._head(mark),
            *self._words(inner, now_s),
            Button(area=button, name="touch", label=self.say(INVITE)),
            _parts.privacy_line(room, line),
        )

    def tap(self, name: str, now_s: float) -> Move:
        return Start(self._outfit_at(now_s), "language" if name == "language" else "try_on")

    def _card(self) -> Area:
        theme, margin = self.theme, self.room.margin_px
        foot = self.room.screen.inset(margin)
        if self.room.stacked:
            return foot.cut_bottom(self._height(foot.w))[0]
        width = min(theme.px(680), round(foot.w * 0.6))
        cut = foot.cut_left if self.room.hand == "right" else foot.cut_right
        return cut(width)[0].cut_bottom(self._height(width))[0]

    def _height(self, width_px: int) -> int:
        """Of the card: what is in it, in this language."""
        theme = self.theme
        product = 0 if self._narrow else theme.px(28) + _parts.product_height(theme)
        title = _parts.heading(theme, 58).line_px
        privacy = _parts.privacy_height(self.room, width_px - 2 * theme.px(40))
        button = max(theme.target_px, theme.px(92))
        gaps = theme.px(14) + theme.px(26) + theme.px(20) + 2 * theme.px(34)
        return theme.target_px + title + product + button + privacy + gaps

    @property
    def _narrow(self) -> bool:
        """Whether a tall card in the corner would reach the face: 4:3 and the like."""
        return not self.room.stacked and self.room.screen.w < 1.5 * self.room.screen.h

    def _head(self, row: Area) -> tuple[Widget, ...]:
        """The wordmark, and at the end of its row where the language is chosen."""
        if len(self.shop.languages) < 2:
            return (_parts.wordmark(self.theme, row),)
        theme = self.theme
        width = (
            theme.px(64) + text.size(self.room.speech.name, lettering.button_style(theme))[0] + theme.px(70)
        )
        area = row.cut_right(max(theme.target_px, width))[0].moved(theme.px(24), 0)
        label, rest = self.room.speech.name, Area(row.x, row.y, area.x - row.x, row.h)
        button = Button(area=area, name="language", label=label, kind="quiet", icon="globe")
        return _parts.wordmark(theme, rest), button

    def _words(self, area: Area, now_s: float) -> tuple[Widget, ...]:
        item = self.spoken_of(now_s)
        style = _parts.heading(self.theme, 58)
        top, rest = area.cut_top(style.line_px, self.theme.px(28))
        title = Label(
            area=top, text=self.say(TITLE if self.seen else ALONE), style=style, max_lines=1, least=0.7
        )
        if item is None or self._narrow:
            return (title,)
        return (title, *_parts.product_card(self.room, rest, item))

    def _layers(self, now_s: float) -> tuple[Layer, ...]:
        turn, within_s = divmod(max(0.0, now_s - self.since_s), _STAY_S)
        after = self._outfit(int(turn))
        if turn < 1 or within_s >= _CHANGE_S:
            return tuple(item.layer_at(strength) for item, strength in after)
        return _between(self._outfit(int(turn) - 1), after, ease_in_out(progress(within_s, 0, _CHANGE_S)))

    def _outfit_at(self, now_s: float) -> Outfit:
        """What is on, or coming on."""
        return self._outfit(int(max(0.0, now_s - self.since_s) // _STAY_S))

    def _outfit(self, turn: int) -> Outfit:
        """Shades from all over the catalogue, and between them its looks."""
        if self._looks and turn % 2:
            return self._looks[turn // 2 % len(self._looks)]
        items = self._items
        return ((items[turn * _stride(len(items)) % len(items)], 1.0),) if items else ()


def _stride(n: int) -> int:
    """A step through n things that meets all of them."""
    step = max(1, round(n * _GOLDEN))
    while math.gcd(step, n) != 1:
        step += 1
    return step


def _between(before: Outfit, after: Outfit, share: float) -> tuple[Layer, ...]:
    """On the way from one outfit to the next: what both have is mixed, the rest fades out and in."""
    goes = {item.product.effect: (item, strength) for item, strength in before}
    comes = {item.product.effect: (item, strength) for item, strength in after}
    layers = []
    for effect in dict.fromkeys((*goes, *comes)):
        if effect in goes and effect in comes:
            layers.append(_mixed(goes[effect][0], comes[effect][0], share).layer_at(comes[effect][1]))
        else:
            item, strength = goes.get(effect) or comes[effect]
            part = strength * (1 - share if effect in goes else share)
            if part >= _LEAST:
                layers.append(item.layer_at(part))
    return tuple(layers)


def _mixed(before: Item, after: Item, share: float) -> Item:
    """A shade on the way to another; palettes and things change at once."""
    a, b = before.shade, after.shade
    if a.tones or b.tones or a.fitted != b.fitted:
        return before if share < 0.5 else after
    mixed = {
        "lab": tuple(x + (y - x) * share for x, y in zip(a.lab, b.lab, strict=True)),
        "coverage": a.coverage + (b.coverage - a.coverage) * share,
    }
    product = before.product if share < 0.5 else after.product
    return Item(product, b.model_copy(update=mixed))
