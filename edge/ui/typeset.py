"""Text to lines of runs: which font draws what, where lines break, what is cut off. No pixels yet.

A line may break after a space or hyphen, and between Chinese and Japanese characters except before
closing and after opening punctuation (kinsoku, JIS X 4051). A word wider than the line breaks anywhere.
"""

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from . import fonts
from .theme import Colour, Palette

Align = Literal["left", "centre", "right"]

_ELLIPSIS: Final = "…"
_NOT_FIRST: Final = set(
    "、。，．,.!?:;！？：；）」』】》〉〕］｝)]}”’…ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ％%"
)
_NOT_LAST: Final = set("（「『【《〈〔［｛([{“‘￥$€£")
#: Han, kana and full-width forms; Hangul breaks at spaces.
_IDEOGRAPHIC: Final = (
    (0x2E80, 0x30FF),
    (0x31C0, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. tracking_em: extra space between letters, in ems; leading: line height in ems."""

    face: fonts.Face = "sans"
    size_px: int = 28
    colour: Colour = Palette().ink
    tracking_em: float = 0.0
    leading: float = 1.3
    align: Align = "left"
    language: str = "en"

    @property
    def line_px(self) -> int:
        """Height of one line in pixels."""
        return round(self.size_px * self.leading)

    def tinted(self, colour: Colour) -> "Style":
        """The same style in another colour."""
        return replace(self, colour=colour)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font draws. x_px: from the line's left edge."""

    text: str
    font: fonts.FontFile
    x_px: float


@dataclass(frozen=True, slots=True)
class Line:
    runs: tuple[Run, ...]
    width_px: float


@dataclass(frozen=True, slots=True)
class Block:
    """A text set in lines. cut: whether something did not fit and an ellipsis stands for it."""

    lines: tuple[Line, ...]
    width_px: int
    height_px: int
    cut: bool


@functools.lru_cache(maxsize=2048)
def typeset(text: str, style: Style, max_width_px: int | None = None, max_lines: int | None = None) -> Block:
    """Set a text. Newlines break; without a width nothing else does."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap(paragraph.rstrip(), style, max_width_px)
    cut = max_lines is not None and len(lines) > max_lines
    if cut:
        lines = lines[:max_lines]
        lines[-1] = _shortened(lines[-1], style, max_width_px)
    shaped = tuple(_line(line, style) for line in lines)
    width = max((line.width_px for line in shaped), default=0.0)
    return Block(shaped, int(width + 0.999), style.line_px * len(shaped), cut)


def _wrap(text: str, style: Style, max_width_px: int | None) -> list[str]:
    if max_width_px is None or _width(text, style) <= max_width_px:
        return [text]
    lines, current = [], ""
    for piece in _pieces(text):
        if _width((current + piece).rstrip(), style) <= max_width_px:
            current += piece
            continue
        if current.strip():
            lines.append(current.rstrip())
        *full, current = _chopped(piece.lstrip(), style, max_width_px)
        lines += full
    return [*lines, current.rstrip()] if current.strip() else lines or [""]


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces between which a line may break."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if (before.isspace() and before != "\u00a0") or before in "-–—/":
        return True
    return _ideographic(before) or _ideographic(after)


def _ideographic(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _IDEOGRAPHIC)


def _chopped(piece: str, style: Style, max_width_px: int) -> list[str]:
    """A piece that is wider than a line, broken between characters; the last part may still grow."""
    parts, current = [], ""
    for cluster in clusters(piece):
        if current and _width((current + cluster).rstrip(), style) > max_width_px:
            parts.append(current)
            current = ""
        current += cluster
    return [*parts, current]


def clusters(text: str) -> list[str]:
    """Characters with the marks and joiners that belong to them."""
    found: list[str] = []
    for char in text:
        joins = unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or "\ufe00" <= char <= "\ufe0f"
        if joins and found:
            found[-1] += char
        else:
            found.append(char)
    return found


def _shortened(line: str, style: Style, max_width_px: int | None) -> str:
    """The line with an ellipsis that fits."""
    parts = clusters(line)
    while (
        max_width_px is not None
        and parts
        and _width("".join(parts).rstrip() + _ELLIPSIS, style) > max_width_px
    ):
        parts.pop()
    return "".join(parts).rstrip() + _ELLIPSIS


def _width(text: str, style: Style) -> float:
    return _line(text, style).width_px


@functools.lru_cache(maxsize=4096)
def _line(text: str, style: Style) -> Line:
    """One line: split into runs by font, each run placed after the one before."""
    runs, x_px = [], 0.0
    tracking_px = style.tracking_em * style.size_px
    for part, font in _runs(text, style):
        for piece in clusters(part) if tracking_px else (part,):
            runs.append(Run(piece, font, x_px))
            x_px += font.at(style.size_px).getlength(piece) + tracking_px
    return Line(tuple(runs), max(0.0, x_px - tracking_px) if runs else 0.0)


def _runs(text: str, style: Style) -> Iterator[tuple[str, fonts.FontFile]]:
    """Neighbouring characters of one font together; what no font draws is left out (see fonts.missing)."""
    current, font = "", fonts.packaged(style.face)
    for cluster in clusters(text):
        wanted = (
            font if fonts.invisible(cluster[0]) else fonts.font_for(cluster[0], style.face, style.language)
        )
        if wanted is None:
            continue
        if wanted != font and current:
            yield current, font
            current = ""
        font = wanted
        current += "".join(char for char in cluster if not fonts.invisible(char) or char.isspace())
    if current:
        yield current, font
