"""The card's face: picture, products, QR and wordmark on paper.

+---------------------+
|       picture       |
+---------------------+
| products       [QR] |
| ------------------- |
| Vitrine   shop·date |
+---------------------+
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from cloud_api.contract.base import Product
from edge.speech import Speech, counted, mark, nearest
from edge.ui import qr, text
from edge.ui.text import Style
from edge.ui.theme import Colour, Palette, colour
from models.results import U8

WORDMARK: Final = "Vitrine"
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

_INK: Final = Palette()
_BRAND: Final = Style("sans-medium", 25, _INK.brass, tracking_em=0.04)
_NAME: Final = Style("serif", 52, _INK.ink, leading=1.12)
_SHADE: Final = Style("sans", 30, _INK.mist)
_ROW_NAME: Final = Style("serif", 35, _INK.ink, leading=1.2)
_ROW_SHADE: Final = Style("sans", 26, _INK.mist)
_SMALL: Final = Style("sans", 24, _INK.mist)
_MARK: Final = Style("serif", 36, _INK.ink, tracking_em=0.14, leading=1.2)


@dataclass(slots=True)
class _Column:
    """Things one below the other: measured while they are added, drawn once the place is known."""

    width_px: int
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
) -> Image.Image:
    """The whole card, RGB, WIDTH_PX wide. picture_bgr: (h, PICTURE_PX, 3) uint8."""
    code = qr.image(link, _QR_PX, _INK.ink, _INK.paper)
    speech = nearest(language)
    wares = _products(products, PICTURE_PX - code.width - 40, speech)
    caption, scan = replace(_SMALL, language=speech.code), speech.say(SCAN)
    caption_wide, caption_tall = text.size(scan, caption)
    band_top = _MARGIN + len(picture_bgr) + 44
    # The quiet zone of the QR is paper on paper: it may overlap the space around it.
    quiet_px = 4 * code.width // len(qr.modules(link))
    band = max(wares.height_px, code.height - 2 * quiet_px + 10 + caption_tall)
    foot_top = band_top + band + 40
    card = Image.new("RGB", (WIDTH_PX, foot_top + 96), _INK.paper[:3])
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
    _footer(card, foot_top, store_name, created_at, speech)
    return card


def _products(products: Sequence[Product], width_px: int, speech: Speech) -> _Column:
    column = _Column(width_px, speech)
    if len(products) == 1:
        _one(column, products[0])
        return column
    shown = products if len(products) <= MOST_PRODUCTS else products[: MOST_PRODUCTS - 1]
    for product in shown:
        _row(column, product)
    if len(shown) < len(products):
        column.text(speech.count(MORE, len(products) - len(shown)), _ROW_SHADE, 1, 66)
    return column


def _one(column: _Column, product: Product) -> None:
    column.text(product.brand, _BRAND, 1)
    column.gap(6)
    column.text(product.name, _NAME, 2)
    column.gap(16)
    if product.swatch:
        column.dot(product.swatch, 38, column.height_px + 1)
    left_px = 54 if product.swatch else 0
    if product.shade:
        column.text(product.shade, _SHADE, 2, left_px)
    column.text(column.speech.money(product.price), _SHADE, 1, left_px)


def _row(column: _Column, product: Product) -> None:
    if product.swatch:
        column.dot(product.swatch, 44, column.height_px + 18)
    column.text(product.name, _ROW_NAME, 1, 66)
    about = (column.speech.money(product.price), product.shade)
    column.text("  ·  ".join(filter(None, about)), _ROW_SHADE, 1, 66)
    column.gap(16)


def _footer(card: Image.Image, top_px: int, store_name: str, created_at: datetime, speech: Speech) -> None:
    """A hairline, the wordmark, and where and when."""
    pen = ImageDraw.Draw(card)
    blended = tuple(
        round(paper + (ink - paper) * _INK.hairline[3] / 255)
        for paper, ink in zip(_INK.paper[:3], _INK.hairline[:3], strict=True)
    )
    pen.rectangle((_MARGIN, top_px, WIDTH_PX - _MARGIN - 1, top_px + 1), fill=blended)
    mark_wide, _ = text.paint(card, (_MARGIN, top_px + 24), WORDMARK, _MARK)
    about = "  ·  ".join((speech.say(MADE), store_name, speech.date(created_at)))
    room_px = PICTURE_PX - mark_wide - 60
    style = replace(_SMALL, language=speech.code)
    wide, tall = text.size(about, style, room_px, 1)
    middle = top_px + 24 + _MARK.line_px // 2
    text.paint(card, (WIDTH_PX - _MARGIN - wide, middle - tall // 2), about, style, room_px, 1)


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
