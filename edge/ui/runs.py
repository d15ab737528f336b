"""A line of text in runs: which font draws which characters, and in which order from left to right.

Shaping within a run (Thai marks, Arabic joining, right to left) is HarfBuzz's, through Pillow's raqm; this
file decides what goes into one run. A name in Hebrew or Arabic stands in a line that runs from left to right.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from PIL import features

from . import fonts
from .breaks import clusters

#: Scripts whose letters join or carry stacked marks: never spaced out.
_SHAPED: Final = re.compile("[\u0590-\u08ff\u0900-\u0eff\u1780-\u17ff]")


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


def line_of(text: str, face: fonts.Face, language: str, size_px: int, tracking_px: float) -> Line:
    """One line: split into runs by direction and font, each run placed after the one before."""
    runs, x_px = [], 0.0
    if _SHAPED.search(text):
        tracking_px = 0.0
    for part, font in _parts(text, face, language):
        for piece in clusters(part) if tracking_px else (part,):
            runs.append(Run(piece, font, x_px))
            advance = _advance(piece, font, size_px) if tracking_px else font.at(size_px).getlength(piece)
            x_px += advance + tracking_px
    return Line(tuple(runs), max(0.0, x_px - tracking_px) if runs else 0.0)


def drawn(text: str, face: fonts.Face, language: str) -> str:
    """The text without what no font draws, such as an emoji, and without the blank that parted it."""
    if fonts.chain(face, language)[0].covers_all(text):
        return text
    kept: list[str] = []
    dropped = False
    for cluster in clusters(text):
        if not fonts.invisible(cluster[0]) and fonts.font_for(cluster[0], face, language) is None:
            dropped = True
            continue
        if dropped and cluster == " " and (not kept or kept[-1].isspace()):
            continue
        dropped = dropped and cluster == " "
        kept.append(cluster)
    return "".join(kept).rstrip(" ") if dropped else "".join(kept)


@functools.lru_cache(maxsize=8192)
def _advance(piece: str, font: fonts.FontFile, size_px: int) -> float:
    """Of one character: spaced out, the same few come again and again."""
    return font.at(size_px).getlength(piece)


def _parts(text: str, face: fonts.Face, language: str) -> Iterator[tuple[str, fonts.FontFile]]:
    first = fonts.chain(face, language)[0]
    if first.covers_all(text):
        if text:
            yield text, first
        return
    for stretch, to_left in _directed(text):
        if to_left:
            parts = [*_by_font(stretch, face, language, stays=True)][::-1]
            yield from parts if _raqm() else ((_reversed(part), font) for part, font in parts)
        else:
            yield from _by_font(stretch, face, language, stays=False)


def _by_font(
    text: str, face: fonts.Face, language: str, *, stays: bool
) -> Iterator[tuple[str, fonts.FontFile]]:
    """Neighbouring characters of one font together; what no font draws is left out (see fonts.missing).

    stays: a font is kept for as long as it has the characters.
    """
    current, font = "", fonts.chain(face, language)[0]
    for cluster in clusters(text):
        wanted = _font(cluster, face, language, font if stays or fonts.invisible(cluster[0]) else None)
        if wanted is None:
            continue
        if wanted != font and current:
            yield current, font
            current = ""
        font = wanted
        current += "".join(shown for char in cluster if (shown := _shown(char, font)))
    if current:
        yield current, font


def _font(
    cluster: str, face: fonts.Face, language: str, current: fonts.FontFile | None
) -> fonts.FontFile | None:
    if current is not None and (fonts.invisible(cluster[0]) or current.covers(cluster[0])):
        return current
    return fonts.font_for(cluster[0], face, language)


def _shown(char: str, font: fonts.FontFile) -> str:
    """A character as the font can draw it: rare blanks as plain ones, what it lacks not at all."""
    if char.isspace():
        return char if font.covers(char) else " "
    return char if font.covers(char) and not fonts.invisible(char) else ""


def _directed(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches from left to right, each with whether it runs to the left within itself."""
    sides = [unicodedata.bidirectional(char) for char in text]
    if not any(side in ("R", "AL") for side in sides):
        yield text, False
        return
    left = [False] * len(text)
    last: int | None = None  # the last letter of a script that runs to the left, and none of another since
    for at, side in enumerate(sides):
        if side in ("R", "AL"):
            for between in range(at if last is None else last, at + 1):
                left[between] = True
            last = at
        elif side == "NSM" and last == at - 1:
            left[at], last = True, at
        elif side == "L":
            last = None
    start = 0
    for to_left, group in groupby(left):
        length = len([*group])
        yield text[start : start + length], to_left
        start += length


@functools.cache
def _raqm() -> bool:
    return bool(features.check("raqm"))


def _reversed(text: str) -> str:
    return "".join(reversed(clusters(text)))
