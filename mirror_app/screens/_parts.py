"""Parts that several screens use: type styles, wordmark, privacy line, a picture fitted into an area."""

import functools
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import cv2
import numpy as np
import pygame

from cloud_api.contract.base import Money
from edge.speech import mark
from edge.ui import logo, text
from edge.ui.area import Area
from edge.ui.theme import Theme
from edge.ui.typeset import Align, Style
from edge.ui.widgets import Fade, Label, Panel, Picture, Swatch, TouchArea, Widget
from mirror_app.catalog import Item
from mirror_app.session import Shot
from models.results import U8

from . import _shelf
from ._room import Room
from ._screen import STAFF, Shop

W = TypeVar("W", bound=Widget)

#: Length of the fade at the ends of a strip, in designed pixels.
FADE: Final = 28
#: How high a logo is in its area.
_LOGO_HIGH: Final = 0.72
#: How long the waiting line runs there and back.
_SWEEP_S: Final = 1.8

#: On the button to what is reserved already.
SHOW_CODE: Final = mark("Show my code")
PALM: Final = mark("Keep your palm up")
PRIVACY: Final = mark("Nothing is recorded. No picture is kept unless you ask.")


def heading(theme: Theme, px: float = 60, align: Align = "left") -> Style:
    """Large serif."""
    return Style.of(theme, "serif", px, leading=1.14, align=align)


def body(theme: Theme, px: float = 28, align: Align = "left") -> Style:
    """Running text on paper."""
    return Style.of(theme, "sans", px, theme.palette.mist, leading=1.42, align=align)


def small(theme: Theme, px: float = 22, align: Align = "left") -> Style:
    """Small labels in brass."""
    return Style.of(
        theme,
        "sans-semibold",
        px,
        theme.palette.brass,
        tracking_em=0.04,
        align=align,
    )


def strong(theme: Theme, px: float = 28, align: Align = "left") -> Style:
    """What must be read, on paper."""
    return Style.of(theme, "sans-semibold", px, align=align)


def wordmark(theme: Theme, area: Area, align: Align = "left") -> Widget:
    """The name of the house, or its logo."""
    if theme.brand.logo is not None:
        return _logo(theme.brand.logo, area, align)
    style = Style.of(theme, "serif", 34, tracking_em=0.14, align=align)
    return Label(area=area, text=theme.brand.name, style=style, max_lines=1, valign="middle", least=0.64)


def _logo(path: Path, area: Area, align: Align) -> Picture:
    """A logo as high as its area allows."""
    drawn = _logo_surface(path, area.size)
    width, height = drawn.get_size()
    slack = area.w - width
    x = area.x + {"left": 0, "centre": slack // 2, "right": slack}[align]
    place = Area(x, area.y + (area.h - height) // 2, width, height)
    return Picture(area=place, surface=drawn, premultiplied=True)


@functools.lru_cache(maxsize=8)
def _logo_surface(path: Path, size_px: tuple[int, int]) -> pygame.Surface:
    drawn = logo.fitted(path, (size_px[0], round(_LOGO_HIGH * size_px[1])))
    return pygame.image.frombuffer(np.asarray(drawn).tobytes(), drawn.size, "RGBA")


def moved(widget: W, dx: int, dy: int) -> W:
    """The widget elsewhere."""
    return replace(widget, area=widget.area.moved(dx, dy))


def clipped(widget: W, window: Area) -> W:
    """The widget as it is seen through the window of a strip."""
    return replace(widget, clip=window)


def placed(widget: W, area: Area) -> W:
    """The widget in an area."""
    return replace(widget, area=area)


def staff_corner(shop: Shop, room: Room, within: Area) -> tuple[Widget, ...]:
    """Where staff press for long, unseen: an upper corner within reach; none without a PIN."""
    if not shop.staff.lock.exists:
        return ()
    side = room.theme.target_px
    upper = within.common(room.reach)
    x = upper.x if room.hand == "right" else upper.right - side
    return (TouchArea(area=Area(x, upper.y, side, side), name=STAFF, holds=True),)


def sides(room: Room, window: Area) -> tuple[Widget, ...]:
    """Paper over the margins beside a window in which something runs across."""
    fade, paper = room.theme.px(FADE), room.theme.palette.paper
    around = window.inset(-fade, 0)
    return (
        Fade(area=around.cut_left(fade)[0], fill=paper, edge="left"),
        Fade(area=around.cut_right(fade)[0], fill=paper, edge="right"),
    )


def privacy_pill_height(room: Room, width_px: int) -> int:
    """How high the privacy line over the picture is."""
    style = Style.of(room.theme, "sans-medium", 22)
    words_px = text.size(room.speech.say(PRIVACY), style, width_px - 2 * room.theme.px(24))[1]
    return words_px + room.theme.px(20)


def privacy_pill(room: Room, within: Area) -> tuple[Widget, ...]:
    """The privacy line over the picture, at the foot of `within`."""
    theme = room.theme
    style = Style.of(theme, "sans-medium", 22, theme.palette.paper, align="centre")
    notice = room.speech.say(PRIVACY)
    pad = theme.px(24)
    width, height = text.size(notice, style, within.w - 2 * pad)
    pill = within.cut_bottom(height + theme.px(20))[0].middle(width + 2 * pad, height + theme.px(20))
    label = Label(area=pill, text=notice, style=style, valign="middle")
    return Panel(area=pill, fill=theme.palette.veil, radius_px=pill.h // 2), label


def privacy_line(room: Room, area: Area, align: Align = "left") -> Label:
    """The privacy line on paper."""
    style = body(room.theme, 22, align)
    return Label(area=area, text=room.speech.say(PRIVACY), style=style, valign="middle")


def privacy_height(room: Room, width_px: int) -> int:
    """How high the privacy line on paper is, in a language that may need two lines."""
    return text.size(room.speech.say(PRIVACY), body(room.theme, 22), width_px)[1]


def privacy_on(room: Room, picture: Area) -> tuple[Widget, ...]:
    """The privacy line at the foot of a picture."""
    return privacy_pill(room, picture.inset(room.theme.px(30), room.theme.px(26)))


def palm_pill(room: Room, within: Area, share: float) -> tuple[Widget, ...]:
    """Over the picture: a palm was seen, and how much of its second is over."""
    theme, words = room.theme, room.speech.say(PALM)
    style = Style.of(theme, "sans-semibold", 30, theme.palette.paper, align="centre")
    width = text.size(words, style)[0] + 2 * theme.px(40)
    pill = Area(within.x, within.y + room.margin_px, within.w, theme.px(96)).middle(width, theme.px(96))
    line = Area(pill.x + theme.px(40), pill.bottom - theme.px(20), width - 2 * theme.px(40), theme.px(5))
    done = line.cut_left(max(1, round(line.w * round(share, 2))))[0]
    top = pill.cut_top(theme.px(72))[0]
    return (
        Panel(area=pill, fill=theme.palette.veil, radius_px=theme.px(28)),
        Label(area=top, text=words, style=style, max_lines=1, valign="middle"),
        Panel(area=line, fill=theme.palette.veil),
        Panel(area=done, fill=theme.palette.paper),
    )


def hairline(room: Room, area: Area) -> Panel:
    """A thin line along the top of an area."""
    line = Area(area.x, area.y, area.w, room.theme.hairline_px)
    return Panel(area=line, fill=room.theme.palette.hairline)


def total(prices: Iterable[Money]) -> Money | None:
    """What they cost together; None in several currencies."""
    given = [*prices]
    if len({price.currency for price in given}) != 1:
        return None
    return Money(amount=sum(price.amount for price in given), currency=given[0].currency)


def swatch(area: Area, *items: Item) -> Swatch:
    """The dot of a shade, of a palette in all its colours; of several shades with the first of each."""
    if len(items) == 1:
        first, *more = _shelf.colours(items[0].shade)
    else:
        first, *more = (_shelf.colours(item.shade)[0] for item in items[:4])
    return Swatch(area=area, colour=first, more=tuple(more))


def block(area: Area, height_px: int) -> Area:
    """An area of this height where the eye rests: a little above the middle."""
    height_px = min(height_px, area.h)
    return Area(area.x, area.y + round((area.h - height_px) * 0.42), area.w, height_px)


def message(theme: Theme, area: Area, title: str, note: str = "") -> tuple[Widget, ...]:
    """Large words and a note below them, in the middle of an area."""
    head, style = heading(theme, 54), body(theme, 30)
    head_px = text.size(title, head, area.w, 2)[1]
    note_px = text.size(note, style, area.w, 5)[1] if note else 0
    top, rest = block(area, head_px + theme.px(22) + note_px).cut_top(head_px, theme.px(22))
    widgets = (Label(area=top, text=title, style=head, max_lines=2),)
    return (*widgets, Label(area=rest, text=note, style=style, max_lines=5)) if note else widgets


def waiting(theme: Theme, area: Area, now_s: float) -> tuple[Widget, ...]:
    """A thin line that runs along the foot of an area while something takes its time."""
    line = area.cut_bottom(theme.px(4))[0]
    part = line.w // 4
    x = line.x + round((line.w - part) * (0.5 - 0.5 * math.cos(now_s * math.tau / _SWEEP_S)))
    return (
        Panel(area=line, fill=theme.palette.paper_2),
        Panel(area=Area(x, line.y, part, line.h), fill=theme.palette.rouge),
    )


def shade_title(room: Room, area: Area, item: Item) -> tuple[Widget, ...]:
    """A shade's dot and name in one line."""
    theme, side = room.theme, min(area.h, room.theme.px(76))
    dot, rest = area.cut_left(side, theme.px(22))
    words = item.shade.name_in(room.speech.code)
    name = Label(area=rest, text=words, style=heading(theme, 38), max_lines=1, valign="middle", least=0.7)
    return swatch(dot.middle(side, side), item), name


def product_card(room: Room, area: Area, item: Item, note: str = "") -> tuple[Widget, ...]:
    """A product with its dot, shade and name (or another note), on paper."""
    theme = room.theme
    side = theme.px(80)
    dot, rest = area.cut_left(side, theme.px(24))
    first, second = heading(theme, 38), body(theme, 25)
    top, lower = rest.cut_top(first.line_px, theme.px(4))
    language = room.speech.code
    note = note or f"{item.product.brand} · {item.product.name_in(language)}"
    return (
        swatch(Area(dot.x, dot.y, side, side), item),
        Label(area=top, text=item.shade.name_in(language), style=first, max_lines=1, least=0.7),
        Label(area=lower.cut_top(second.line_px)[0], text=note, style=second, max_lines=1),
    )


def product_height(theme: Theme) -> int:
    """How high a product card must be."""
    return max(theme.px(80), heading(theme, 38).line_px + theme.px(4) + body(theme, 25).line_px)


def fitted(shot: Shot, size_px: tuple[int, int]) -> pygame.Surface:
    """A picture that fills an area of this size, cut around the faces. Not cached here: it is somebody's."""
    cut = _cover(shot, size_px)
    interpolation = cv2.INTER_AREA if cut.shape[1] > size_px[0] else cv2.INTER_LINEAR
    scaled = cv2.resize(cut, size_px, interpolation=interpolation)
    return surface_of(np.asarray(scaled, np.uint8))


def contained(image_bgr: U8, size_px: tuple[int, int]) -> pygame.Surface:
    """A whole picture as large as fits."""
    height, width = image_bgr.shape[:2]
    scale = min(size_px[0] / width, size_px[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return surface_of(np.asarray(cv2.resize(image_bgr, size, interpolation=interpolation), np.uint8))


def surface_of(image_bgr: U8) -> pygame.Surface:
    """An opaque surface of its own memory. image_bgr: (h, w, 3) uint8."""
    height, width = image_bgr.shape[:2]
    surface = pygame.Surface((width, height), depth=32)
    bgrx = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2BGRA)
    surface.get_buffer().write(bgrx.tobytes())
    return surface


def _cover(shot: Shot, size_px: tuple[int, int]) -> U8:
    """The largest part of a picture with the proportions of an area, around the faces."""
    height, width = shot.image_bgr.shape[:2]
    scale = max(size_px[0] / width, size_px[1] / height)
    cut_w = min(width, max(1, round(size_px[0] / scale)))
    cut_h = min(height, max(1, round(size_px[1] / scale)))
    left, top, right, bottom = shot.focus_xyxy or (0, 0, width, height)
    x = min(max(round((left + right - cut_w) / 2), 0), width - cut_w)
    y = min(max(round((top + bottom - cut_h) / 2), 0), height - cut_h)
    return shot.image_bgr[y : y + cut_h, x : x + cut_w]
