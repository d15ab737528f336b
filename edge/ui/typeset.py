"""Text to lines of runs: where lines break, what is cut off. No pixels yet.

breaks.py knows where a line may break, runs.py which font draws what. A word wider than the line breaks
anywhere.
"""

import functools
from dataclasses import dataclass, replace
from typing import Final, Literal

from . import breaks, fonts, runs
from .runs import Line as Line
from .runs import Run as Run
from .theme import Colour, Palette, Theme

Align = Literal["left", "centre", "right"]

_ELLIPSIS: Final = "…"
#: A last line shorter than this share of the width looks lost, in a text of no more lines than these.
_SHORT: Final = 0.3
_FEW_LINES: Final = 4
#: Line heights, in ems, below which scripts that stack marks or fill the em would look crowded.
_LEAST_LEADING: Final = {"th": 1.56, "ja": 1.25, "ko": 1.25, "zh-Hans": 1.25}


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

    @classmethod
    def of(
        cls,
        theme: Theme,
        face: fonts.Face,
        designed_px: float,
        colour: Colour | None = None,
        *,
        leading: float = 1.3,
        align: Align = "left",
        tracking_em: float = 0.0,
    ) -> "Style":
        """A style on a screen of this theme, in its language; in ink, unless another colour is given."""
        ink = colour or theme.palette.ink
        return cls(face, theme.px(designed_px), ink, tracking_em, leading, align, theme.language)

    @property
    def line_px(self) -> int:
        """Height of one line in pixels."""
        return round(self.size_px * max(self.leading, _LEAST_LEADING.get(self.language, 0.0)))

    def tinted(self, colour: Colour) -> "Style":
        """The same style in another colour."""
        return replace(self, colour=colour)


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
    for paragraph in runs.drawn(text, style.face, style.language).split("\n"):
        lines += _evened(paragraph.rstrip(), style, max_width_px)
    cut = max_lines is not None and len(lines) > max_lines
    if cut:
        lines = lines[:max_lines]
        lines[-1] = _shortened(lines[-1], style, max_width_px)
    shaped = tuple(set_line(line, style) for line in lines)
    width = max((line.width_px for line in shaped), default=0.0)
    return Block(shaped, int(width + 0.999), style.line_px * len(shaped), cut)


def _evened(text: str, style: Style, max_width_px: int | None) -> list[str]:
    """Broken into lines; of a few lines the last is not left with a single short word."""
    lines = _wrap(text, style, max_width_px)
    if max_width_px is None or not 1 < len(lines) <= _FEW_LINES:
        return lines
    for share in (1.0, 0.94, 0.88, 0.82, 0.76, 0.7):
        narrower = _wrap(text, style, round(share * max_width_px))
        if len(narrower) != len(lines):
            return lines
        if _width(narrower[-1], style) >= _SHORT * max_width_px:
            return narrower
    return lines


def _wrap(text: str, style: Style, max_width_px: int | None) -> list[str]:
    if max_width_px is None or _width(text, style) <= max_width_px:
        return [text]
    lines, current = [], ""
    for piece in breaks.pieces(text, style.language):
        if _width((current + piece).rstrip(), style) <= max_width_px:
            current += piece
            continue
        if current.strip():
            lines.append(current.rstrip())
        *full, current = _chopped(piece.lstrip(), style, max_width_px)
        lines += full
    return [*lines, current.rstrip()] if current.strip() else lines or [""]


def _chopped(piece: str, style: Style, max_width_px: int) -> list[str]:
    """A piece that is wider than a line, broken between characters; the last part may still grow."""
    parts, current = [], ""
    for bit in breaks.finer(piece):
        if current and _width((current + bit).rstrip(), style) > max_width_px:
            parts.append(current)
            current = ""
        current += bit
    return [*parts, current]


def _shortened(line: str, style: Style, max_width_px: int | None) -> str:
    """The line with an ellipsis that fits."""
    parts = breaks.clusters(line)
    while (
        max_width_px is not None
        and parts
        and _width("".join(parts).rstrip() + _ELLIPSIS, style) > max_width_px
    ):
        parts.pop()
    return "".join(parts).rstrip() + _ELLIPSIS


def _width(text: str, style: Style) -> float:
    return set_line(text, style).width_px


@functools.lru_cache(maxsize=4096)
def set_line(text: str, style: Style) -> Line:
    """One line, not broken."""
    return runs.line_of(text, style.face, style.language, style.size_px, style.tracking_em * style.size_px)
