"""Where the lips are: smooth contours from the face mesh, and their mask.

    61 ╭─────────── outer, upper ───────────╮ 291        The corners are kept sharp; between them a
       │  78 ──────  inner, upper ────── 308 │            Catmull-Rom spline runs through the mesh's
       │  78 ──────  inner, lower ────── 308 │            points. What lies inside the inner ring is
    61 ╰─────────── outer, lower ───────────╯ 291        mouth: teeth, tongue, gap.

Indices are the face mesh's; the same point of the same person in a mirrored picture too.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.scene import LEFT_EYE_CORNER, RIGHT_EYE_CORNER, Face
from mirror_app.effects import _curves, _mouth, _sheet
from mirror_app.subject import Subject
from models.results import F32, U8

#: From the subject's right corner to the left one, eleven points each.
_OUTER_UPPER: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
_OUTER_LOWER: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
_INNER_UPPER: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
_INNER_LOWER: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_ROWS: Final = np.array((_OUTER_UPPER, _OUTER_LOWER, _INNER_UPPER, _INNER_LOWER))
_MIDDLE: Final = 5
_EYES: Final = (RIGHT_EYE_CORNER, LEFT_EYE_CORNER)

#: Points per mesh segment: a segment is at most about 20 px long at 1080p.
_SUBDIVISION: Final = 4

#: Everything below is in eye distances (33 to 263).
#: Thickness of both lips together where they are pressed together so far that the mesh guesses, and
#: where they surely are not.
_PRESSED, _RELAXED = 0.045, 0.085
_ROOM: Final = 0.06
#: Width of the mask's slope, towards the skin and towards the mouth.
_FEATHER, _FEATHER_INSIDE = 0.036, 0.022
_MIN_EYE_DISTANCE_PX: Final = 8.0
#: A face that is wider than this is no face but broken landmarks.
_MAX_LIPS_PX: Final = 8192.0


@dataclass(frozen=True, slots=True)
class Lips:
    """The lips of one face in one image.

    upper_xy, lower_xy: (2, n, 2) float32, pixels of the image: the outer and the inner edge of each lip,
        from the subject's right to their left; where the mouth is shut, the inner edges are the same.
    box_xyxy: whole pixels, inside the image, with room for the feather.
    strength: 0..1; less than 1 where lips are pressed together and the mesh only guesses.
    """

    upper_xy: F32
    lower_xy: F32
    box_xyxy: tuple[int, int, int, int]
    eye_distance_px: float
    strength: float

    def cut(self, image_bgr: U8) -> U8:
        """The lips' rectangle of the image, as a view."""
        x0, y0, x1, y1 = self.box_xyxy
        return image_bgr[y0:y1, x0:x1]

    def mask(self) -> MatLike:
        """Soft mask over the box: 128 on the contour, rising to 255 inside and falling to 0 outside.

        Soft towards the skin, where make-up is blended; less soft towards the mouth, where it ends.
        """
        whole = self._filled((np.concatenate((self.upper_xy[0], self.lower_xy[0][::-1])),), _FEATHER)
        # Each lip by itself: where they touch they join without a seam.
        both = (np.concatenate((lip[0], lip[1][::-1])) for lip in (self.upper_xy, self.lower_xy))
        return cv2.min(whole, self._filled(both, _FEATHER_INSIDE), dst=whole)

    def _filled(self, contours_xy: Iterable[F32], feather: float) -> MatLike:
        x0, y0, x1, y1 = self.box_xyxy
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        for contour in contours_xy:
            points = _curves.fine_points(contour, self.box_xyxy, 1)
            cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, _curves.SHIFT)
        size = 2 * max(round(feather * self.eye_distance_px / 2), 1) + 1
        return cv2.blur(mask, (size, size), borderType=cv2.BORDER_REPLICATE)


def of(subject: Subject) -> Lips | None:
    """The lips of a subject whose lips are still bare; shared by liner and lipstick."""
    return find(subject.face, subject.image_bgr)


#: u along the mouth, from the subject's right corner to the left one; v from the upper edge to the lower.
PLAN: Final = _sheet.Plan(
    u=(-0.15, 1.15), v=(-0.1, 1.1), y=(-0.5, 1.1), rows=(0, 0.45, 0.55, 1), map_px=(96, 64), grid_px=(28, 36)
)


def sheet(lips: Lips) -> _sheet.Sheet:
    """What is drawn on the lips' skin itself."""
    origin = lips.upper_xy[0, 0]
    along = lips.upper_xy[0, -1] - origin
    down = np.array((-along[1], along[0]), np.float32)
    if float((lips.lower_xy[0].mean(axis=0) - origin) @ down) < 0:
        down = -down
    axes = np.stack((along, down))
    to_own = axes.T / np.float32(max(float(along @ along), 1.0))
    edges = (lips.upper_xy[0], lips.upper_xy[1], lips.lower_xy[1], lips.lower_xy[0])
    rows = _sheet.heights(PLAN, [[(edge - origin) @ to_own for edge in edges]])
    return _sheet.Sheet.of(PLAN, lips.box_xyxy, _sheet.maps_y(PLAN, rows)[0], origin, axes)


def find(face: Face, image_bgr: U8) -> Lips | None:
    """The lips of a face, or None where they are not in the image, too small, or no numbers.

    image_bgr: (h, w, 3) uint8, without anything drawn on the lips: it tells whether the mouth is open.
    """
    height_px, width_px = image_bgr.shape[:2]
    rows = face.landmarks_xyz[_ROWS, :2]
    if not (np.isfinite(rows).all() and np.isfinite(face.landmarks_xyz[_EYES, :2]).all()):
        return None
    if (eye_px := face.eye_distance_px) < _MIN_EYE_DISTANCE_PX:
        return None
    box = _box(rows, eye_px, width_px, height_px)
    if box is None:
        return None
    curves = _closed(image_bgr, _SPLINE @ rows, _down(rows) / eye_px)
    return Lips(
        upper_xy=curves[[0, 2]],
        lower_xy=curves[[1, 3]],
        box_xyxy=box,
        eye_distance_px=eye_px,
        strength=_strength(rows, eye_px),
    )


def _box(rows: F32, eye_px: float, width_px: int, height_px: int) -> tuple[int, int, int, int] | None:
    """The lips' rectangle, clipped to the image; None where nothing is left of it."""
    low, high = rows.min(axis=(0, 1)), rows.max(axis=(0, 1))
    if float((high - low).max()) > _MAX_LIPS_PX:
        return None
    room = eye_px * _ROOM + 2
    # Plain numbers: an array of two costs ten times as long.
    (left, top), (right, bottom) = low.tolist(), high.tolist()
    x0, y0 = max(math.floor(left - room), 0), max(math.floor(top - room), 0)
    x1, y1 = min(math.ceil(right + room), width_px), min(math.ceil(bottom + room), height_px)
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _closed(image_bgr: U8, curves: F32, down: F32) -> F32:
    """The curves (4, n, 2) with the inner edges shut where the lips touch. down: in eye distances.

    There the mesh's two inner rows cross or leave a slit, through which bare lip would show.
    """
    upper, lower = curves[2], curves[3]
    opened = _mouth.openness(image_bgr, curves, (lower - upper) @ down)
    middle, half = (upper + lower) / 2, (lower - upper) / 2 * opened[:, None]
    return np.stack((curves[0], curves[1], middle - half, middle + half))


def _down(rows: F32) -> F32:
    """Unit vector across the mouth, from the upper lip to the lower."""
    across = rows[1, _MIDDLE] - rows[0, _MIDDLE]
    length = float(np.hypot(across[0], across[1]))
    return np.asarray(across / max(length, 1e-6), np.float32)


def _strength(rows: F32, eye_px: float) -> float:
    """Full for lips that show, none for lips pressed in."""
    outer_upper, outer_lower, upper, lower = (rows[:, _MIDDLE] @ _down(rows)).tolist()
    thickness = (upper - outer_upper + outer_lower - lower) / eye_px
    return float(min(max((thickness - _PRESSED) / (_RELAXED - _PRESSED), 0.0), 1.0))


_SPLINE: Final = _curves.spline(_ROWS.shape[1], _SUBDIVISION)
