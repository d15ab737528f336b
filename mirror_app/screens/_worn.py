"""What is worn, said on the panel: the shade that was touched last, a whole look, or nothing yet."""

from typing import Final

from edge.speech import counted, mark
from edge.ui.area import Area
from edge.ui.widgets import IconButton, Label, Widget
from mirror_app.catalog import Item, Look
from mirror_app.session import Visit

from . import _parts, _shelf
from ._room import Room
from ._screen import Shop

BARE_TITLE: Final = mark("Bare")
BARE_HINT: Final = mark("Touch a shade to try it on")
EMPTY: Final = mark("There is nothing to try on today. Please ask our staff.")
ABOUT: Final = mark("About this product")
PRODUCTS: Final = counted("{count} product", "{count} products")


def look_worn(shop: Shop, visit: Visit) -> Look | None:
    """The look that is worn, if what is worn is just that."""
    skus = {item.shade.sku for item in visit.items}
    looks = shop.catalog.looks if len(skus) > 1 else ()
    return next((look for look in looks if {part.sku for part in look.parts} == skus), None)


def height(room: Room) -> int:
    """How high it is: below the picture in one row; beside it a row and two lines."""
    theme = room.theme
    if room.stacked:
        return max(_parts.product_height(theme), theme.target_px)
    lines = _parts.body(theme, 25).line_px + _parts.strong(theme, 27).line_px
    return max(theme.px(76), theme.target_px) + theme.px(14) + lines + theme.px(4)


def widgets(room: Room, shop: Shop, visit: Visit, area: Area) -> tuple[Widget, ...]:
    """Say it."""
    worn, look = visit.worn, look_worn(shop, visit)
    if area.h == 0:
        return ()
    if worn is None:
        return _bare(room, shop, area)
    name, about, price = _look_words(room, look, visit) if look else _words(room, worn)
    style, strong = _parts.body(room.theme, 25), _parts.strong(room.theme, 27)
    if room.stacked:
        row, rest = area.cut_top(_parts.heading(room.theme, 38).line_px, room.theme.px(4))
        dot, row = _dot(room, visit, look, area, row)
        note = Area(row.x, rest.y, row.w, style.line_px)
        about = f"{about} · {price.split('  ·  ')[-1]}"
        return (*dot, _name(room, row, name), Label(area=note, text=about, style=style, max_lines=1))
    theme = room.theme
    head, rest = area.cut_top(max(theme.px(76), theme.target_px), theme.px(14))
    info, head = head.moved(theme.px(20), 0).cut_right(theme.target_px)
    head = Area(area.x, head.y, head.right - area.x, head.h)
    dot, row = _dot(room, visit, look, head, head)
    first, second = rest.cut_top(style.line_px, theme.px(4))
    label = room.speech.say(ABOUT)
    return (
        *dot,
        _name(room, row, name),
        IconButton(area=info, name="product", icon="info", label=label, kind="quiet"),
        Label(area=first, text=about, style=style, max_lines=1),
        Label(area=second, text=price, style=strong, max_lines=1, least=0.8),
    )


def _bare(room: Room, shop: Shop, area: Area) -> tuple[Widget, ...]:
    title, hint = _parts.heading(room.theme, 38), _parts.body(room.theme, 25)
    top, rest = area.cut_top(title.line_px, room.theme.px(4))
    words = room.speech.say(BARE_HINT if shop.items else EMPTY)
    lines = 1 if room.stacked else 2
    rest = rest.cut_top(lines * hint.line_px)[0]
    return (
        Label(area=top, text=room.speech.say(BARE_TITLE), style=title, max_lines=1, least=0.7),
        Label(area=rest, text=words, style=hint, max_lines=lines, least=0.7),
    )


def _dot(
    room: Room, visit: Visit, look: Look | None, beside: Area, row: Area
) -> tuple[tuple[Widget, ...], Area]:
    """The dot of what is worn at the left, and what is left of the row."""
    side = min(room.theme.px(76), beside.h)
    place, _ = beside.cut_left(side)
    rest = Area(row.x + side + room.theme.px(22), row.y, max(0, row.w - side - room.theme.px(22)), row.h)
    items = visit.items if look else (visit.worn,) if visit.worn else ()
    return (_parts.swatch(place.middle(side, side), *items),), rest


def _name(room: Room, area: Area, name: str) -> Label:
    style = _parts.heading(room.theme, 38)
    return Label(area=area, text=name, style=style, max_lines=1, valign="middle", least=0.7)


def _words(room: Room, worn: Item) -> tuple[str, str, str]:
    """Shade, product, and finish with price."""
    code, speech = room.speech.code, room.speech
    about = f"{worn.product.brand} · {worn.product.name_in(code)}"
    finish = _shelf.finish_words(worn.product, speech)
    return worn.shade.name_in(code), about, f"{finish}  ·  {speech.money(worn.product.price)}"


def _look_words(room: Room, look: Look, visit: Visit) -> tuple[str, str, str]:
    """The look, how many products it has, and what they cost together."""
    speech, items = room.speech, visit.items
    count = speech.count(PRODUCTS, len(items))
    total = _parts.total(item.product.price for item in items)
    brands = " · ".join(dict.fromkeys(item.product.brand for item in items))
    price = f"{count}  ·  {speech.money(total)}" if total else count
    return look.name_in(speech.code), brands, price
