"""Which part of a shopper's picture goes on the card: a format that people post, around the faces."""

from typing import Final

import cv2
import numpy as np

from models.results import U8

#: Width over height, the most wanted first: 4:5 fills a phone's feed; the wider ones are for groups.
RATIOS: Final = (4 / 5, 1.0, 4 / 3)
#: Where the middle of the faces goes in the crop's height: a little above its middle, as in portraits.
_EYE_LINE: Final = 0.44
#: Where faces are looked for when nobody says: people stand in the middle, their heads above it.
_USUAL: Final = (0.40, 0.14, 0.60, 0.50)
#: Room kept left and right of the faces, in their own width.
_AIR: Final = 0.15

Box = tuple[float, float, float, float]


def cropped(picture_bgr: U8, focus_xyxy: Box | None, width_px: int) -> U8:
    """The part of the picture for a card, resized to width_px; (h, width_px, 3) uint8 BGR."""
    if picture_bgr.ndim != 3 or picture_bgr.shape[2] != 3 or picture_bgr.dtype != np.uint8:
        raise ValueError(f"a picture is (h, w, 3) uint8, got {picture_bgr.shape} {picture_bgr.dtype}")
    height, width = picture_bgr.shape[:2]
    x0, y0, x1, y1 = window((width, height), focus_xyxy)
    part = picture_bgr[y0:y1, x0:x1]
    size = (width_px, round(width_px * (y1 - y0) / (x1 - x0)))
    smooth = cv2.INTER_AREA if x1 - x0 > width_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size, interpolation=smooth), np.uint8)


def window(size_px: tuple[int, int], focus_xyxy: Box | None) -> tuple[int, int, int, int]:
    """The crop as x0, y0, x1, y1 in pixels, inside the picture.

    size_px: width and height of the picture. focus_xyxy: the faces, pixels. The first ratio whose window
    holds them is taken; where none does, the widest.
    """
    width, height = size_px
    x0, y0, x1, y1 = focus_xyxy or tuple(
        share * side for share, side in zip(_USUAL, (width, height, width, height), strict=True)
    )
    needed = min((x1 - x0) * (1 + 2 * _AIR), width)
    fitting = [ratio for ratio in RATIOS if _largest(size_px, ratio)[0] >= needed]
    wide, tall = _largest(size_px, fitting[0] if fitting else RATIOS[-1])
    left = round(min(max((x0 + x1) / 2 - wide / 2, 0), width - wide))
    top = round(min(max((y0 + y1) / 2 - tall * _EYE_LINE, 0), height - tall))
    return left, top, left + wide, top + tall


def _largest(size_px: tuple[int, int], ratio: float) -> tuple[int, int]:
    """Width and height of the largest window of a ratio inside a picture."""
    width, height = size_px
    wide = min(width, round(height * ratio))
    return max(1, wide), max(1, min(height, round(wide / ratio)))
