"""Between texels and the frame: which texels lie under a hand, and covered texels as a mask of the frame."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from edge.cover_atlas import Bool, Sample
from edge.cover_look import SMALL
from edge.scene import Cover, Hand
from models.results import F32, U8

#: Cells of a mask along its longer side.
_CELLS: Final = 56
#: A texel lies somewhere in its cell: the mask is larger than the texels by most of a cell, with a soft edge.
_CROSS: Final = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
#: Whatever is found at all is this sure.
_SURE_MIN: Final = 0.5
#: A hand is drawn along its bones, so thick, in lengths from the wrist to the middle knuckle.
_FINGER: Final = 0.26
_BONES: Final = tuple(
    (a, b)
    for first in (1, 5, 9, 13, 17)
    for a, b in ((first, first + 1), (first + 1, first + 2), (first + 2, first + 3))
)
_PALM: Final = (0, 1, 5, 9, 13, 17)
_WRIST, _MIDDLE = 0, 9


def cover_of(seen: Sample, covered: Bool, windows: Bool | None, sure: float) -> Cover | None:
    """The covered texels as a mask over the face's rectangle; None where there are none.

    windows: texels that a cover goes round, as the rim of glasses; its soft edge stays out of them.
    """
    if not covered.any():
        return None
    x, y, width, height = seen.rect
    scale = _CELLS / max(width, height)
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    alpha = _cells(seen, covered, (columns, rows))
    grown = cv2.dilate(cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, SMALL), _CROSS)
    if windows is not None:
        grown = cv2.subtract(grown, _cells(seen, windows & ~covered, (columns, rows)))
    soft = cv2.blur(grown, (3, 3))
    return Cover(x, y, width, height, np.asarray(soft, np.uint8), max(_SURE_MIN, sure))


def _cells(seen: Sample, texels: Bool, size: tuple[int, int]) -> U8:
    """(rows, columns) 255 in cells that hold one of the texels. size: columns, rows of the rectangle."""
    x, y, width, height = seen.rect
    columns, rows = size
    places = seen.xy.reshape(-1, 2)[np.flatnonzero(texels & seen.seen)]
    across = ((places[:, 0] - np.float32(x)) * np.float32(columns / width)).astype(np.int32)
    down = ((places[:, 1] - np.float32(y)) * np.float32(rows / height)).astype(np.int32)
    within = (across >= 0) & (across < columns) & (down >= 0) & (down < rows)
    cells = np.zeros((rows, columns), np.uint8)
    cells[down[within], across[within]] = 255
    return cells


def under_hands(seen: Sample, hands: Sequence[Hand]) -> Bool | None:
    """Which texels lie under a hand; None where no hand is near the face."""
    x, y, width, height = seen.rect
    near = [hand for hand in hands if _overlaps(hand.landmarks_xyz, seen.rect)]
    if not near:
        return None
    scale = _CELLS / max(width, height)
    mask = np.zeros((round(height * scale) + 1, round(width * scale) + 1), np.uint8)
    for hand in near:
        _draw(mask, (hand.landmarks_xyz[:, :2] - (x, y)) * np.float32(scale))
    places = (seen.xy - np.array([x, y], np.float32)) * np.float32(scale)
    covered = cv2.remap(mask, places, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    return np.asarray(covered > 0) & seen.seen


def _overlaps(points_xyz: F32, rect: tuple[int, int, int, int]) -> bool:
    x, y, width, height = rect
    low, high = points_xyz[:, :2].min(axis=0), points_xyz[:, :2].max(axis=0)
    return bool(low[0] < x + width and low[1] < y + height and high[0] > x and high[1] > y)


def _draw(mask: U8, points_xy: F32) -> None:
    palm = float(np.hypot(*(points_xy[_MIDDLE] - points_xy[_WRIST])))
    thick = int(np.clip(round(_FINGER * palm), 1, 255))
    whole = points_xy.round().astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(whole[list(_PALM)]), (1,))
    for a, b in _BONES:
        cv2.line(mask, tuple(whole[a].tolist()), tuple(whole[b].tolist()), (1,), thick)
