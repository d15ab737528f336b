"""The card's face: picture, products, QR and the house's mark on its paper.

+---------------------+
|       picture       |
+---------------------+
| products       [QR] |
| ------------------- |
| House     shop·date |
+---------------------+
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from cloud_api.contract.base import Product
from edge.speech import Speech, counted, mark, nearest
from edge.ui import logo, qr, text
from edge.ui.text import Style
from edge.ui.theme import VITRINE, Brand, Colour, colour, luminance
from models.results import U8

log = logging.getLogger(__name__)

SCAN: Final = mark("Scan for the look")
MADE: Final = mark("Virtual try-on")
MORE: Final = counted("and {count} more", "and {count} more")

WIDTH_PX: Final = 1080
_MARGIN: Final = 48
#: Width of the picture on the card.
PICTURE_PX: Final = WIDTH_PX - 2 * _MARGIN
_RADIUS: Final = 14
#: Quiet zone included; a link of a usual length gets modules of 5 px.
_QR_PX: Final = 264
#: More products than this become one line "and n more".
MOST_PRODUCTS: Final = 4

#: What the card is of, in one line beside a name of any length: the largest that fits.
_ABOUT_PX: Final = (24, 22, 20, 18)
_BETWEEN: Final = "  ·  "
#: A logo is no wider and no higher.
_LOGO_PX: Final = (360, 44)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a house writes its cards. maker: of a product; mark: the house's own name."""

    house: Brand
    maker: Style
    name: Style
    shade: Style
    row_name: Style
    row_shade: Style
    small: Style
    mark: Style

    @classmethod
    def of(cls, house: Brand) -> "_Look":
        inks = house.palette
        return cls(
            house=house,
            maker=Style("sans-medium", 25, inks.brass, tracking_em=0.04),
            name=Style("serif", 52, inks.ink, leading=1.12),
            shade=Style("sans", 30, inks.mist),
            row_name=Style("serif", 35, inks.ink, leading=1.2),
            row_shade=Style("sans", 26, inks.mist),
            small=Style("sans", 24, inks.mist),
            mark=Style("serif", 36, inks.ink, tracking_em=0.14, leading=1.2),
        )


@dataclass(slots=True)
class _Column:
    """Things one below the other: measured while they are added, drawn once the place is known."""

    width_px: int
    look: _Look
    speech: Speech
    height_px: int = 0
    _steps: list[Callable[[Image.Image, int, int], object]] = field(default_factory=list)

    def text(self, words: str, style: Style, max_lines: int, left_px: int = 0) -> None:
        """A text, wrapped and with an ellipsis where it is too long."""
        style = replace(style, language=self.speech.code)
        room_px, y = self.width_px - left_px, self.height_px
        self._steps.append(
            lambda card, x0, y0: text.paint(card, (x0 + left_px, y0 + y), words, style, room_px, max_lines)
        )
        self.height_px += text.size(words, style, room_px, max_lines)[1]

    def gap(self, height_px: int) -> None:
        """Empty space."""
        self.height_px += height_px

    def dot(self, swatch: str, side_px: int, y_px: int) -> None:
        """A shade at the left edge; takes no height of its own."""
        self._steps.append(lambda card, x0, y0: _dot(card, (x0, y0 + y_px), side_px, colour(swatch)))

    def draw(self, card: Image.Image, x_px: int, y_px: int) -> None:
        """Everything, with the top left corner here."""
        for step in self._steps:
            step(card, x_px, y_px)


def sheet(
    picture_bgr: U8,
    products: Sequence[Product],
    link: str,
    store_name: str,
    created_at: datetime,
    language: str,
    house: Brand = VITRINE,
) -> Image.Image:
    """The whole card, RGB, WIDTH_PX wide. picture_bgr: (h, PICTURE_PX, 3) uint8. house: whose card it is."""
    look, speech, inks = _Look.of(house), nearest(language), house.palette
    dark, light = sorted((inks.ink, inks.paper), key=_lightness)  # what is light on dark, phones seldom read
    code = qr.image(link, _QR_PX, dark, light)
    wares = _products(products, _Column(PICTURE_PX - code.width - 40, look, speech))
    caption, scan = replace(look.small, language=speech.code), speech.say(SCAN)
    caption_wide, caption_tall = text.size(scan, caption)
    band_top = _MARGIN + len(picture_bgr) + 44
    # Where the quiet zone of the QR is paper on paper, it may overlap the space around it.
    quiet_px = 4 * code.width // len(qr.modules(link)) if light is inks.paper else 0
    band = max(wares.height_px, code.height - 2 * quiet_px + 10 + caption_tall)
    foot_top = band_top + band + 40
    card = Image.new("RGB", (WIDTH_PX, foot_top + 96), inks.paper[:3])
    card.paste(
        Image.fromarray(np.ascontiguousarray(picture_bgr[..., ::-1])),
        (_MARGIN, _MARGIN),
        _rounded(picture_bgr),
    )
    wares.draw(card, _MARGIN, band_top)
    code_left = WIDTH_PX - _MARGIN - code.width + quiet_px
    card.paste(code, (code_left, band_top - quiet_px))
    caption_left = code_left + (code.width - caption_wide) // 2
    text.paint(card, (caption_left, band_top + code.height - 2 * quiet_px + 10), scan, caption)
    _footer(card, foot_top, look, (speech.say(MADE), store_name, speech.date(created_at)), speech)
    return card


def _lightness(tone: Colour) -> float:
    return float(luminance(np.array((tone[:3],), np.float32))[0])


def _products(products: Sequence[Product], column: _Column) -> _Column:
    if len(products) == 1:
        _one(column, products[0])
        return column
    shown = products if len(products) <= MOST_PRODUCTS else products[: MOST_PRODUCTS - 1]
    for product in shown:
        _row(column, product)
    if len(shown) < len(products):
        more = column.speech.count(MORE, len(products) - len(shown))
        column.text(more, column.look.row_shade, 1, 66)
    return column


def _one(column: _Column, product: Product) -> None:
    look = column.look
    column.text(product.brand, look.maker, 1)
    column.gap(6)
    column.text(product.name, look.name, 2)
    column.gap(16)
    if product.swatch:
        column.dot(product.swatch, 38, column.height_px + 1)
    left_px = 54 if product.swatch else 0
    if product.shade:
        column.text(product.shade, look.shade, 2, left_px)
    column.text(column.speech.money(product.price), look.shade, 1, left_px)


def _row(column: _Column, product: Product) -> None:
    if product.swatch:
        column.dot(product.swatch, 44, column.height_px + 18)
    column.text(product.name, column.look.row_name, 1, 66)
    about = (column.speech.money(product.price), product.shade)
    column.text(_BETWEEN.join(filter(None, about)), column.look.row_shade, 1, 66)
    column.gap(16)


def _footer(card: Image.Image, top_px: int, look: _Look, about: tuple[str, str, str], speech: Speech) -> None:
    """A hairline, the house's mark, and what the card is of: what it is, the store, the day."""
    pen, inks = ImageDraw.Draw(card), look.house.palette
    blended = tuple(
        round(paper + (ink - paper) * inks.hairline[3] / 255)
        for paper, ink in zip(inks.paper[:3], inks.hairline[:3], strict=True)
    )
    pen.rectangle((_MARGIN, top_px, WIDTH_PX - _MARGIN - 1, top_px + 1), fill=blended)
    middle = top_px + 24 + look.mark.line_px // 2
    room_px = PICTURE_PX - _mark(card, middle, look) - 60
    sizes = [replace(look.small, size_px=px, language=speech.code) for px in _ABOUT_PX]
    words, style = _fitting(about, sizes, room_px)
    wide, tall = text.size(words, style, room_px, 1)
    text.paint(card, (WIDTH_PX - _MARGIN - wide, middle - tall // 2), words, style, room_px, 1)


def _fitting(about: tuple[str, str, str], sizes: Sequence[Style], room_px: int) -> tuple[str, Style]:
    """What the card is of in the largest size that fits; if none does, only the store's name is cut."""
    made, store, day = about
    whole = _BETWEEN.join(about)
    for style in sizes:
        if text.size(whole, style)[0] <= room_px:
            return whole, style
    cuts = (_BETWEEN.join((made, store[:end].rstrip() + "…", day)) for end in range(len(store) - 1, 0, -1))
    return next((cut for cut in cuts if text.size(cut, sizes[-1])[0] <= room_px), whole), sizes[-1]


def _mark(card: Image.Image, middle_px: int, look: _Look) -> int:
    """The house's logo, or its name, around this row; returns its width."""
    drawn = _logo(look.house)
    if drawn is None:
        return text.paint(card, (_MARGIN, middle_px - look.mark.line_px // 2), look.house.name, look.mark)[0]
    card.paste(drawn, (_MARGIN, middle_px - drawn.height // 2), drawn)
    return drawn.width


def _logo(house: Brand) -> Image.Image | None:
    """The house's logo, RGBA; None where it has none, or its file is gone: nobody loses a card for that."""
    try:
        return logo.fitted(house.logo, _LOGO_PX).convert("RGBA") if house.logo else None
    except OSError as wrong:
        log.warning(
            "a card has its house's name: the logo %s cannot be read any more (%s)", house.logo, wrong
        )
        return None


def _rounded(picture_bgr: U8) -> Image.Image:
    """Round corners as a mask, drawn four times as large for smooth edges."""
    height, width = picture_bgr.shape[:2]
    corner = Image.new("L", (4 * _RADIUS, 4 * _RADIUS), 0)
    ImageDraw.Draw(corner).pieslice((0, 0, 8 * _RADIUS - 1, 8 * _RADIUS - 1), 180, 270, fill=255)
    corner = corner.resize((_RADIUS, _RADIUS), Image.Resampling.LANCZOS)
    mask = Image.new("L", (width, height), 255)
    for turn, (x, y) in enumerate(
        ((0, 0), (0, height - _RADIUS), (width - _RADIUS, height - _RADIUS), (width - _RADIUS, 0))
    ):
        mask.paste(corner.rotate(90 * turn), (x, y))
    return mask


def _dot(card: Image.Image, xy: tuple[int, int], side_px: int, fill: Colour) -> None:
    """A shade, with a thin rim so that a light one shows on paper."""
    large = Image.new("L", (4 * side_px, 4 * side_px), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 4 * side_px - 1, 4 * side_px - 1), fill=255)
    disc = large.resize((side_px, side_px), Image.Resampling.LANCZOS)
    rim = tuple(round(value * 0.8) for value in fill[:3])
    card.paste(rim, xy, disc)
    inner = disc.resize((side_px - 4, side_px - 4), Image.Resampling.LANCZOS)
    card.paste(fill[:3], (xy[0] + 2, xy[1] + 2), inner)
