"""Where the lips are: smooth contours from the face mesh, and their mask.

    61 ╭─────────── outer, upper ───────────╮ 291        The corners are kept sharp; between them a
       │  78 ──────  inner, upper ────── 308 │            Catmull-Rom spline runs through the mesh's
       │  78 ──────  inner, lower ────── 308 │            points. What lies inside the inner ring is
    61 ╰─────────── outer, lower ───────────╯ 291        mouth: teeth, tongue, gap.

Indices are the face mesh's; the same point of the same person in a mirrored picture too.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.effects import _curves, _mouth, _sheet, _tiles
from mirror_app.subject import Subject
from models.results import F32, U8

#: From the subject's right corner to the left one, eleven points each.
_OUTER_UPPER: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
_INNER_UPPER: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
_INNER_LOWER: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_OUTER_LOWER: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
_EDGES: Final = (_OUTER_UPPER, _INNER_UPPER, _INNER_LOWER, _OUTER_LOWER)
_POINTS: Final = np.array([index for edge in _EDGES for index in edge])
_EACH: Final = len(_OUTER_UPPER)
#: Of those points the middle one of each edge.
_MIDDLE: Final = slice(_EACH // 2, None, _EACH)

#: Points per mesh segment: a segment is at most about 20 px long at 1080p.
_SPLINE: Final = _curves.spline(_EACH, 4)
_N: Final = len(_SPLINE)
#: All four edges in one call.
_CURVES: Final[F32] = np.kron(np.eye(len(_EDGES)), _SPLINE).astype(np.float32)
#: One after the other round the mouth, so that each outline is a stretch of them: inner upper edge from the
#: subject's left, outer upper one, outer lower one from the left, inner lower one.
_THERE, _BACK = np.arange(_N), np.arange(_N)[::-1]
_RING: Final = np.concatenate((_N + _BACK, _THERE, 3 * _N + _BACK, 2 * _N + _THERE))
_UPPER_LIP, _WHOLE, _LOWER_LIP = (slice(k * _N, (k + 2) * _N) for k in range(3))

#: Everything below is in eye distances (33 to 263).
#: Thickness of both lips together where they are pressed together so far that the mesh guesses, and
#: where they surely are not.
_PRESSED, _RELAXED = 0.045, 0.085
#: Width of the mask's slope, towards the skin and towards the mouth.
_FEATHER, _FEATHER_INSIDE = 0.036, 0.022
#: Room around the mesh's points: half of that slope, and how far a curve may swing beyond its points.
_ROOM: Final = _FEATHER / 2 + 0.006


#: What is drawn twice as fine is a quarter of a pixel thinner all around. It grows to the right and down, and
#: is drawn as far to the left and up, in `_curves.fixed`.
_GROWN: Final = np.ones((2, 2), np.uint8)
_BEFORE: Final = np.int32(1 << _curves.BITS >> 2)


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """The lips of one face in one image.

    edges_xy: (4, n, 2) float32, pixels of the image: the upper lip's outer and inner edge, the lower lip's
        inner and outer one, from the subject's right to their left; where the mouth is shut, the inner edges
        are the same.
    tiles: one, whole pixels, inside the image, with room for the feather.
    ring: (1, 4 n, 2) int32, the edges round the mouth; see _RING and _curves.fixed.
    strength: 0..1; less than 1 where lips are pressed together and the mesh only guesses.
    """

    edges_xy: F32
    tiles: _tiles.Tiles
    ring: _curves.I32
    eye_distance_px: float
    strength: float

    def mask(self) -> MatLike:
        """Soft mask over the tile: 128 on the contour, rising to 255 inside and falling to 0 outside.

        Soft towards the skin, where make-up is blended; less soft towards the mouth, where it ends.
        """
        ring, height, width = self.ring - _BEFORE, self.tiles.height_px, self.tiles.width_px
        # Twice as fine: OpenCV fills from whole row to whole row, and an edge that crawls under the lightest
        # movement would do so by whole pixels.
        canvas = np.zeros((4 * height, 2 * width), np.uint8)
        self.tiles.fill(canvas[: 2 * height], ring, ((_WHOLE,),), line=cv2.LINE_AA)
        # Each lip by itself: where they touch they join without a seam.
        self.tiles.fill(canvas[2 * height :], ring, ((_UPPER_LIP,), (_LOWER_LIP,)), line=cv2.LINE_AA)
        cv2.dilate(canvas, _GROWN, dst=canvas)
        stack = _curves.averaged(canvas, 2)
        whole, both = stack[:height], stack[height:]
        return cv2.min(self._soft(whole, _FEATHER), self._soft(both, _FEATHER_INSIDE), dst=whole)

    def covered(self) -> U8:
        """How far both lips and what is between them cover each pixel of the tile: nothing beyond them."""
        canvas, scale = self.tiles.canvas()
        self.tiles.fill(canvas, self.ring, ((_WHOLE,),))
        return _curves.averaged(canvas, scale)

    def _soft(self, mask: U8, feather: float) -> MatLike:
        size = 2 * max(round(feather * self.eye_distance_px / 2), 1) + 1
        return cv2.blur(mask, (size, size), dst=mask, borderType=cv2.BORDER_REPLICATE)


#: u along the mouth, from the subject's right corner to the left one; v from the upper edge to the lower.
PLAN: Final = _sheet.Plan(
    u=(-0.15, 1.15), v=(-0.1, 1.1), y=(-0.5, 1.1), rows=(0, 0.45, 0.55, 1), map_px=(96, 64), grid_px=(28, 36)
)


def sheet(lips: Lips) -> _sheet.Sheets:
    """What is drawn on the lips' skin itself."""
    origin = lips.edges_xy[0, 0]
    along = lips.edges_xy[0, -1] - origin
    down = np.array((-along[1], along[0]), np.float32)
    if float((lips.edges_xy[3].mean(axis=0) - origin) @ down) < 0:
        down = -down
    axes = np.stack((along, down))
    to_own = axes.T / np.float32(max(float(along @ along), 1.0))
    rows = ((lips.edges_xy - origin) @ to_own).reshape(1, -1, 2)
    places = _sheet.places(PLAN, _sheet.heights(PLAN, rows, (_N,) * 4))
    return _sheet.Sheets.of(PLAN, lips.tiles, places, origin[None, None], axes[None])


def of(subject: Subject) -> Lips | None:
    """The lips of a subject whose lips are still bare; None where they are not in the picture.

    The bare picture tells whether the mouth is open. Shared by liner and lipstick.
    """
    eye_px, points = subject.eye_px, subject.xy.take(_POINTS, axis=0)
    (width, height), room = subject.size_px, eye_px * _ROOM + 2
    ((left, top, right, bottom),) = boxes = _tiles.around(points[None], room)
    if right <= 0 or bottom <= 0 or left >= width or top >= height:
        return None
    (x, y), thick = _across(points[_MIDDLE].tolist())
    curves: F32 = _CURVES @ points
    edges = curves.reshape(len(_EDGES), _N, 2)
    _close(subject.image_bgr, edges, np.array((x / eye_px, y / eye_px), np.float32))
    tiles = _tiles.Tiles.around(boxes, (width, height))
    ring = _curves.fixed(curves.take(_RING, axis=0))
    return Lips(edges, tiles, ring[None], eye_px, _strength(thick / eye_px))


def _close(image_bgr: U8, edges: F32, down: F32) -> None:
    """Shut the inner ones of edges (4, n, 2) where the lips touch, in place. down: in eye distances.

    There the mesh's two inner rows cross or leave a slit, through which bare lip would show.
    """
    gap = edges[2] - edges[1]
    opened = _mouth.openness(image_bgr, edges, gap @ down)
    gap *= (0.5 - 0.5 * opened)[:, None]
    edges[1] += gap
    edges[2] -= gap


def _across(points_xy: list[list[float]]) -> tuple[tuple[float, float], float]:
    """Unit vector from the upper lip to the lower one, and how thick both are together, pixels.

    points_xy: (4, 2) the middle of each edge.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points_xy
    length = max(math.hypot(x3 - x0, y3 - y0), 1e-6)
    x, y = (x3 - x0) / length, (y3 - y0) / length
    return (x, y), (x1 - x0 + x3 - x2) * x + (y1 - y0 + y3 - y2) * y


def _strength(thick: float) -> float:
    """Full for lips that show, none for lips pressed in. thick: both together, in eye distances."""
    return min(max((thick - _PRESSED) / (_RELAXED - _PRESSED), 0.0), 1.0)
