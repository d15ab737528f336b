"""Which font file draws which character: our two families first, then what the system has.

Source Serif and Hanken Grotesk come as packages; Chinese, Japanese, Korean, Thai and the rest are found
in the system's font folders. `missing` says what no font can draw, for `vitrine check`.
"""

import functools
import importlib.util
import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import ImageFont

from . import cmap

Face = Literal["serif-light", "serif", "serif-semibold", "sans", "sans-medium", "sans-semibold"]

_PACKAGED: Final[dict[Face, tuple[str, str]]] = {
    "serif-light": ("font_source_serif_pro", "SourceSerifPro-Light.otf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    "serif-semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold.otf"),
    "sans": ("font_hanken_grotesk", "HankenGrotesk-Regular.otf"),
    "sans-medium": ("font_hanken_grotesk", "HankenGrotesk-Medium.otf"),
    "sans-semibold": ("font_hanken_grotesk", "HankenGrotesk-SemiBold.otf"),
}

#: Files to look for, best first; `{style}` is Sans or Serif, `{weight}` Regular or Bold.
_SYSTEM: Final = (
    "Noto{style}CJK-{weight}.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-VF.otf.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansCJKsc-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "msyh.ttc",
    "Noto{style}Thai-{weight}.ttf",
    "NotoSansThai-Regular.ttf",
    "Laksaman-{weight}.ttf",
    "Loma-{weight}.ttf",
    "Loma.otf",
    "Loma.ttf",
    "Thonburi.ttc",
    "LeelawUI.ttf",
    "Noto{style}-{weight}.ttf",
    "Noto{style}Hebrew-{weight}.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-{weight}.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansDevanagari-{weight}.ttf",
    "NotoSansSymbols2-Regular.ttf",
    "NotoSansSymbols-Regular.ttf",
    "DejaVuSans.ttf",
    "FreeSans.ttf",
)

#: Which regional forms of Han characters a language wants (the default is simplified Chinese).
_REGION: Final = {"ja": "JP", "ko": "KR", "zh-Hant": "TC", "zh-TW": "TC", "zh-HK": "HK"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of one font file; `index` counts the faces of a collection (.ttc)."""

    path: Path
    index: int = 0

    def covers(self, char: str) -> bool:
        """Whether the face has a glyph for this character."""
        return ord(char) in _covered(self)

    def covers_all(self, text: str) -> bool:
        """Whether the face has a glyph for every character of a text in a simple script (up to Cyrillic)."""
        return text.isprintable() and (not text or max(text) < "\u0530") and _covered(self).all_of(text)

    def at(self, size_px: int) -> ImageFont.FreeTypeFont:
        """The face at a size, cached."""
        return _opened(self, size_px)


_BRAND: dict[Face, FontFile] = {}


def wear(faces: Mapping[Face, FontFile]) -> None:
    """Draw these faces with a brand's own fonts from now on; one screen runs per process."""
    _BRAND.clear()
    _BRAND.update(faces)
    chain.cache_clear()


def close() -> None:
    """Close what is open: the next shopper may speak a language of smaller fonts."""
    _opened.cache_clear()


def packaged(face: Face) -> FontFile:
    """The font of a face: the brand's, else our own; FileNotFoundError says which package is missing."""
    return _BRAND.get(face) or _own(face)


def _own(face: Face) -> FontFile:
    package, name = _PACKAGED[face]
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / "files" / name).is_file():
            return FontFile(path)
    raise FileNotFoundError(
        f"the font {name} is missing: install the box's extra, which brings {package.replace('_', '-')}"
    )


@functools.lru_cache(maxsize=64)
def chain(face: Face, language: str = "en") -> tuple[FontFile, ...]:
    """The fonts to ask for a glyph, in order."""
    own = _own(face)
    first = () if packaged(face) == own else (packaged(face),)
    return (*first, own, *_system(face, _REGION.get(language, "SC")))


def font_for(char: str, face: Face, language: str = "en") -> FontFile | None:
    """The first font of the chain that has the character; None where none has."""
    return next((font for font in chain(face, language) if font.covers(char)), None)


def missing(text: str, face: Face = "sans", language: str = "en") -> str:
    """The characters of a text that no font on this system draws, each once, in order."""
    shown = (char for char in dict.fromkeys(text) if not invisible(char))
    return "".join(char for char in shown if font_for(char, face, language) is None)


def invisible(char: str) -> bool:
    """Controls, joiners, variation selectors and blanks: nothing to draw."""
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f"


def _system(face: Face, region: str) -> Iterator[FontFile]:
    style = "Serif" if face.startswith("serif") else "Sans"
    weight = "Bold" if face.endswith("semibold") else "Regular"
    there = _installed()
    for name in dict.fromkeys(pattern.format(style=style, weight=weight) for pattern in _SYSTEM):
        if (path := there.get(name.lower())) is not None:
            yield FontFile(path, _face_of_region(path, region))


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    else:
        yield from (home / ".local/share/fonts", home / ".fonts")
        yield from (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


@functools.cache
def _installed() -> dict[str, Path]:
    """Font files of the system by lower-case name; the user's own win."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                found.setdefault(path.name.lower(), path)
    return found


@functools.cache
def _face_of_region(path: Path, region: str) -> int:
    """In a collection of regional faces ("Noto Sans CJK SC"), the place of the wanted one; else 0."""
    if path.suffix.lower() != ".ttc":
        return 0
    for index in range(64):
        try:
            name = ImageFont.truetype(path, 10, index=index).getname()[0] or ""
        except OSError:
            return 0
        if name.endswith(f" {region}") and "Mono" not in name:
            return index
    return 0


@functools.cache
def _covered(font: FontFile) -> cmap.Characters:
    try:
        return cmap.covered(font.path, font.index)
    except (ValueError, OSError):
        return cmap.NONE  # a broken system font is as good as none


@functools.lru_cache(maxsize=32)
def _opened(font: FontFile, size_px: int) -> ImageFont.FreeTypeFont:
    """Those of one screen: a Chinese face of one size holds megabytes, and opens within a millisecond."""
    return ImageFont.truetype(font.path, size_px, index=font.index)
