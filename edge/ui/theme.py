"""The look of everything a shopper sees, in one frozen value: colours, type scale, spacing, radius.

Lengths are designed on a screen whose short side is 1080 px and scale with the short side, so a portrait
kiosk and a landscape wall of any resolution look alike. Touch targets are sized in millimetres.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from models.results import F32

#: Red, green, blue, alpha, each 0..255; alpha is not premultiplied.
Colour: TypeAlias = tuple[int, int, int, int]

#: Short side of the screen the lengths are designed on, in pixels.
_DESIGN_PX: Final = 1080
#: What a finger hits without aiming: 20 mm (EN 301 549 asks for less; standing shoppers need more).
_TARGET_MM: Final = 20.0
#: Never smaller than this, whatever the display says of itself (WCAG 2.2, 2.5.5).
_TARGET_PX: Final = 44


def colour(hex_rgb: str, alpha: float = 1.0) -> Colour:
    """`#rrggbb` as a Colour; ValueError where it is not one."""
    digits = hex_rgb.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"{hex_rgb!r} is no colour: write it as #rrggbb")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue, round(255 * alpha)


def luminance(rgb: F32) -> F32:
    """Relative luminance 0..1 of sRGB colours, 0..255 in the last axis (WCAG 2.2)."""
    share = rgb / np.float32(255)
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    result: F32 = (linear @ np.array((0.2126, 0.7152, 0.0722), np.float32)).astype(np.float32)
    return result


def contrast(first: float, second: float) -> float:
    """Contrast ratio of two luminances, 1..21 (WCAG 2.2)."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


class Palette(NamedTuple):
    """The colours of “Atelier”: warm paper and ink, one red, one brass."""

    ink: Colour = colour("#1B1714")
    paper: Colour = colour("#F7F3EE")
    paper_2: Colour = colour("#EFE8DF")
    #: Accent and primary action.
    rouge: Colour = colour("#9E2B45")
    rouge_dark: Colour = colour("#7E1F35")
    #: Small labels.
    brass: Colour = colour("#80602F")
    #: Secondary text on paper.
    mist: Colour = colour("#6B625B")
    hairline: Colour = colour("#1B1714", 0.14)
    #: Over the camera picture, under light text.
    veil: Colour = colour("#1B1714", 0.66)
    positive: Colour = colour("#2F6B4F")
    danger: Colour = colour("#A3261C")
    white: Colour = colour("#FFFFFF")


#: The default colours; a brand's own are another Palette.
ATELIER: Final = Palette()


@dataclass(frozen=True, slots=True)
class Brand:
    """What a house looks like (see brand.py). logo: a picture with transparency; None: its name is written.

    fonts: files by face.
    """

    name: str = "Vitrine"
    logo: Path | None = None
    palette: Palette = ATELIER
    fonts: tuple[tuple[str, Path], ...] = ()


#: Vitrine's own.
VITRINE: Final = Brand()


@dataclass(frozen=True, slots=True)
class Theme:
    """The look at one screen size.

    scale: screen pixels per designed pixel. px_per_mm: screen pixels per millimetre of the display. language:
    of the texts, so that characters take its forms and lines break as it wants.
    """

    scale: float = 1.0
    px_per_mm: float = 2.0
    brand: Brand = VITRINE
    language: str = "en"

    @classmethod
    def of(
        cls,
        size_px: tuple[int, int],
        px_per_mm: float = 2.0,
        language: str = "en",
        brand: Brand = VITRINE,
    ) -> "Theme":
        """The theme for a screen of this width and height."""
        return cls(min(size_px) / _DESIGN_PX, px_per_mm, brand, language)

    @property
    def palette(self) -> Palette:
        """The brand's colours."""
        return self.brand.palette

    def px(self, designed: float) -> int:
        """A designed length in whole screen pixels, at least 1."""
        return max(1, round(designed * self.scale))

    def mm(self, millimetres: float) -> int:
        """A physical length in whole screen pixels."""
        return max(1, round(millimetres * self.px_per_mm))

    @property
    def target_px(self) -> int:
        """The least side of anything to tap."""
        return max(_TARGET_PX, self.mm(_TARGET_MM), self.px(72))

    @property
    def radius_px(self) -> int:
        """Corner radius of panels and tiles."""
        return self.px(18)

    @property
    def gap_px(self) -> int:
        """The unit of spacing: gaps are this, margins are two or three of it."""
        return self.px(16)

    @property
    def hairline_px(self) -> int:
        """Thickness of the thin lines."""
        return self.px(1.5)
