"""Where a line may break: after spaces and hyphens, between words of scripts that write none, never so that
punctuation stands where it must not (kinsoku shori, JIS X 4051; GB/T 15834 for Chinese).

Thai, and Chinese and Japanese in their own languages, break between words or phrases, found by BudouX's small
models; other texts break between any two ideographs. A number stays with what is counted in them (30日後,
30 天). What is wider than a line is broken finer.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import budoux

#: Never begin a line: closing and middle punctuation, small kana, marks of repetition.
NOT_FIRST: Final = frozenset(
    "、。，．,.!?:;！？：；・‥…‐゠–—〜～）」』】》〉〕］｝｠)]}”’»›·％%‰℃￠°"
    "ーヽヾゝゞ々〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "ๆฯ"
)
#: Never end a line: opening punctuation and signs before numbers.
NOT_LAST: Final = frozenset("（「『【《〈〔［｛｟([{“‘«‹￥$€£¥#＃№")
_HYPHENS: Final = "-‐–—/"
_TIED: Final = frozenset("\u00a0\u202f\u2060\ufeff")

_IDEOGRAPH: Final = "\u2e80-\u30ff\u31c0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_STRETCH: Final = re.compile(f"([\u0e00-\u0e7f]+)|([{_IDEOGRAPH}]+)")
_IS_IDEOGRAPH: Final = re.compile(f"[{_IDEOGRAPH}]")
#: A number and the unit behind it, in scripts that write no spaces between words.
_COUNTED: Final = re.compile(f"\\d ?(?=[{_IDEOGRAPH}\u0e00-\u0e7f])")


@functools.lru_cache(maxsize=1024)
def pieces(text: str, language: str) -> tuple[str, ...]:
    """The text in pieces between which a line may break."""
    return tuple(_cut(text, sorted(_breaks(text, language))))


def finer(piece: str) -> Iterator[str]:
    """A piece that is wider than a line, between any two characters that may stand apart."""
    current = ""
    for cluster in clusters(piece):
        if current and current[-1] not in NOT_LAST and cluster[0] not in NOT_FIRST:
            yield current
            current = ""
        current += cluster
    if current:
        yield current


def clusters(text: str) -> list[str]:
    """Characters with the marks and joiners that belong to them."""
    found: list[str] = []
    for char in text:
        if found and (_joins(char) or found[-1].endswith("\u200d")):
            found[-1] += char
        else:
            found.append(char)
    return found


def _joins(char: str) -> bool:
    """Marks, joiners, variation selectors, Thai sara am, skin tones."""
    if unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf"):
        return True
    return "\ufe00" <= char <= "\ufe0f" or char == "\u0e33" or "\U0001f3fb" <= char <= "\U0001f3ff"


def _breaks(text: str, language: str) -> Iterator[int]:
    """The places at which a new line may begin."""
    words = _word_starts(text, language)
    units = {number.end() for number in _COUNTED.finditer(text)}
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if at in units:
            continue
        if after.isspace() or after in NOT_FIRST or before in NOT_LAST or before in _TIED or after in _TIED:
            continue
        if before.isspace() or before in _HYPHENS or at in words or _ideographs(before, after, language):
            yield at


def _ideographs(before: str, after: str, language: str) -> bool:
    """Whether one of two neighbours is an ideograph and no phrase model says better."""
    first, second = bool(_IS_IDEOGRAPH.match(before)), bool(_IS_IDEOGRAPH.match(after))
    return first != second if language in _PARSERS else first or second


def _word_starts(text: str, language: str) -> set[int]:
    starts: set[int] = set()
    for stretch in _STRETCH.finditer(text):
        name = "th" if stretch[1] else language
        if name in _PARSERS:
            starts |= _inner(stretch.start(), _parser(name).parse(stretch[0]))
    return starts


def _inner(start: int, words: Iterable[str]) -> set[int]:
    places, at = set(), start
    for word in words:
        places.add(at)
        at += len(word)
    return places - {start}


def _cut(text: str, places: list[int]) -> Iterator[str]:
    start = 0
    for at in places:
        yield text[start:at]
        start = at
    yield text[start:]


_PARSERS: Final = {
    "th": budoux.load_default_thai_parser,
    "ja": budoux.load_default_japanese_parser,
    "zh-Hans": budoux.load_default_simplified_chinese_parser,
}


@functools.cache
def _parser(language: str) -> budoux.Parser:
    return _PARSERS[language]()
