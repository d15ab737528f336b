"""Where the eyes are: their openings as smooth curves, and how open and how visible they are.

                 ·  ·  · brow ·  ·  ·            Each eye has a frame of its own, in widths of the eye:
               ·  ·  · halo 3 ·  ·  ·            the origin in its outer corner, x towards the inner one,
              ·   ·  · halo 2 ·  ·   ·           y towards the brow. Left and right eye, mirrored picture
           outer ╭─── upper ───╮ inner           or not: it is always the same drawing.
                 ╰─── lower ───╯

Indices are the face mesh's; the same point of the same person in a mirrored picture too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from mirror_app.effects import _curves
from mirror_app.subject import Subject
from models.results import F32, U8

#: From the outer corner to the inner one: the subject's right eye, the left one.
_UPPER: Final = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385, 384, 398, 362))
_LOWER: Final = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (263, 249, 390, 373, 374, 380, 381, 382, 362))
_HALO_2: Final = ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414))
_HALO_3: Final = ((113, 225, 224, 223, 222, 221, 189), (342, 445, 444, 443, 442, 441, 413))
_BROW: Final = ((46, 53, 52, 65, 55), (276, 283, 282, 295, 285))
#: (2 eyes, 2 lids, 9).
_LIDS: Final = np.array((_UPPER, _LOWER)).swapaxes(0, 1)
_ABOVE: Final = np.array(
    [halo2 + halo3 + brow for halo2, halo3, brow in zip(_HALO_2, _HALO_3, _BROW, strict=True)]
)
_SPLITS: Final = (7, 14)
_MIDDLE: Final = 10
#: Outer and inner corner, cheek and brow of each eye: which way the skin around it faces. Last the tip of
#: the nose, and above and below it what it stands out from.
_FRAME: Final = np.array((33, 133, 101, 105, 263, 362, 330, 334, 1, 168, 164))

_SPLINE: Final = _curves.spline(9, 4)
#: Square to the lids' edges, about, on every face: (33, 2), in the eye's own frame.
_LEAN: Final = np.linspace(-0.75, 0.6, 33)
_FAN: Final = np.stack((np.sin(_LEAN), np.cos(_LEAN)), axis=1).astype(np.float32)
_FAN_BELOW: Final = _FAN * np.array((0.7, -1), np.float32)
#: Height of the opening over its width: shut, and open as in a friendly look.
_SHUT, _OPEN = 0.06, 0.24
#: How far the skin around an eye faces the camera (cosine): hidden, seen well.
_HIDDEN, _SEEN = 0.30, 0.55
#: How far anything around an eye reaches, in its own frame: to both sides and down; up it is the brow.
_LEFT, _RIGHT, _DOWN = -0.45, 1.12, -0.3
#: An eye of fewer pixels across is not drawn on.
_MIN_WIDTH_PX: Final = 3.0


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye of a face, in one picture.

    upper_xy, lower_xy: (33, 2) float32, pixels: the lids' edges, from the outer corner to the inner one;
        where the eye is shut they are the same.
    side: 0 the subject's right, 1 the left.
    above: (3 rows: halo 2, halo 3, lower edge of the brow; each (n, 2)) in the eye's own frame.
    axes: (2, 2) float32, pixels of one width towards the inner corner and of one width towards the brow.
    width_px: from corner to corner. openness: 0 shut, 1 open. strength: 0 turned away, 1 seen well.
    """

    side: int
    upper_xy: F32
    lower_xy: F32
    above: tuple[F32, F32, F32]
    axes: F32
    width_px: float
    openness: float
    strength: float

    @property
    def origin(self) -> F32:
        """(2,) the outer corner, pixels."""
        return np.asarray(self.upper_xy[0], np.float32)

    def to_picture(self, points: F32) -> F32:
        """Points (..., 2) of the eye's own frame in pixels."""
        return np.asarray(points @ self.axes + self.origin, np.float32)

    def from_picture(self, points_xy: F32) -> F32:
        """Points (..., 2) of the picture in the eye's own frame."""
        return np.asarray((points_xy - self.origin) @ self.axes.T / np.float32(self.width_px**2), np.float32)

    def off_upper(self, heights: F32) -> F32:
        """A curve (33, 2) in pixels above the upper lid's edge, by heights (33,) in widths of the eye."""
        off = heights[:, None] * _FAN
        off[:, 0] *= self.openness  # a shut lid's edge is nearly straight
        return np.asarray(self.upper_xy + off @ self.axes, np.float32)

    def off_lower(self, heights: F32) -> F32:
        """The same below the lower lid's edge."""
        return np.asarray(self.lower_xy + (heights[:, None] * _FAN_BELOW) @ self.axes, np.float32)

    @property
    def opening_xy(self) -> F32:
        """(66, 2) the outline of what is seen of the eyeball, pixels."""
        return np.concatenate((self.upper_xy, self.lower_xy[::-1]))


@dataclass(frozen=True)
class Around:
    """An eye with its surroundings, as far as powder, lines and lashes reach: whole pixels of the picture."""

    eye: Eye
    box: _curves.Box

    @cached_property
    def outside(self) -> U8:
        """(h, w) uint8 over the box, 0 inside the opening, 255 around it."""
        box = self.box
        outside: U8 = np.full((box[3] - box[1], box[2] - box[0]), 255, np.uint8)
        opening = self.eye.opening_xy
        if (inner := _curves.box_around(opening, 1, box)) is not None:
            cv2.bitwise_not(_curves.covered((opening,), inner), dst=_curves.cut(outside, inner, box))
        return outside

    def lines(self, shapes_xy: Sequence[F32], soft: float = 0.0) -> "tuple[_curves.Box, U8] | None":
        """What shapes (each (n, 2), pixels of the picture) cover around the eyeball: a box and its mask.

        soft: how soft their edges are, in widths of the eye. None where nothing is in the picture.
        """
        radius = max(round(soft * self.eye.width_px), 1) if soft else 0
        box = _curves.box_around(np.concatenate(shapes_xy), radius + 1, self.box)
        if box is None:
            return None
        mask = _curves.covered(shapes_xy, box)
        if radius:
            mask = np.asarray(cv2.GaussianBlur(mask, (2 * radius + 1,) * 2, 0), np.uint8)
        return box, self.spared(mask, box)

    def spared(self, mask: U8, box: _curves.Box) -> U8:
        """A mask of a box inside this one's, without the eyeball; in place."""
        outside = _curves.cut(self.outside, box, self.box)
        return np.asarray(cv2.min(mask, outside, dst=mask), np.uint8)


def around(subject: Subject) -> tuple[Around, ...]:
    """The eyes that are seen and in the picture, at most two; shared by all that is drawn around them."""
    height, width = subject.image_bgr.shape[:2]
    found = []
    for eye in subject.once(of):
        box = reach(eye, (_LEFT, _RIGHT), _DOWN, (0, 0, width, height))
        if box is not None:
            found.append(Around(eye, box))
    return tuple(found)


def reach(eye: Eye, sides: tuple[float, float], down: float, within: _curves.Box) -> _curves.Box | None:
    """The pixels of the eye's surroundings up to its brow. sides, down: in its own frame."""
    up = max(float(eye.above[2][:, 1].max()), 0.4)
    (ax, ay), (bx, by) = eye.axes.tolist()
    x, y = eye.origin.tolist()
    # Plain numbers: the same with arrays takes four times as long.
    xs = [x + along * ax + across * bx for along in sides for across in (down, up)]
    ys = [y + along * ay + across * by for along in sides for across in (down, up)]
    return _curves.box((min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1), within)


def of(subject: Subject) -> tuple[Eye, ...]:
    """The eyes that can be seen, at most two; shared by all that is drawn on them."""
    landmarks = subject.face.landmarks_xyz
    lids_xy = landmarks[_LIDS, :2]
    curves = _SPLINE @ lids_xy
    facing = _facing(landmarks[_FRAME].tolist())
    eyes = (_eye(landmarks, curves[side], side, facing[side]) for side in (0, 1))
    return tuple(eye for eye in eyes if eye is not None)


def _eye(landmarks_xyz: F32, curves_xy: F32, side: int, facing: float) -> Eye | None:
    """None where it is turned away or too small."""
    strength = (facing - _HIDDEN) / (_SEEN - _HIDDEN)
    upper, lower = curves_xy
    outer = upper[0]
    dx, dy = (upper[-1] - outer).tolist()
    square = dx * dx + dy * dy
    if strength <= 0 or square < _MIN_WIDTH_PX**2:
        return None
    above_xy = landmarks_xyz[_ABOVE[side], :2] - outer
    axes = np.array(((dx, dy), (-dy, dx)), np.float32)
    above = above_xy @ (axes.T / np.float32(square))
    if above[_MIDDLE, 1] < 0:  # the picture is mirrored, or it is the other eye
        axes[1], above[:, 1] = -axes[1], -above[:, 1]
    upper, lower, openness = _shut(upper, lower, axes[1] / np.float32(square))
    return Eye(
        side=side,
        upper_xy=upper,
        lower_xy=lower,
        above=(above[: _SPLITS[0]], above[_SPLITS[0] : _SPLITS[1]], above[_SPLITS[1] :]),
        axes=axes,
        width_px=math.sqrt(square),
        openness=openness,
        strength=min(strength, 1.0),
    )


def _shut(upper: F32, lower: F32, up: F32) -> tuple[F32, F32, float]:
    """The lids' edges without crossing, and how open they are. up: (2,) to widths of the eye."""
    gap = (upper - lower) @ up
    gaps = gap.tolist()
    openness = (max(gaps) - _SHUT) / (_OPEN - _SHUT)
    if min(gaps) < 0:
        crossed = np.minimum(gap, 0)[:, None] * (up / np.float32(2 * (up @ up)))
        upper, lower = upper - crossed, lower + crossed
    return upper, lower, min(max(openness, 0.0), 1.0)


def _facing(frame: list[list[float]]) -> list[float]:
    """How far the skin around each eye faces the camera: the cosine, negative where it is turned away.

    frame: the points of _FRAME. Plain numbers: NumPy's cross product of three takes thirty times as long.
    """
    nose = [2 * tip - above - below for tip, above, below in zip(*frame[8:], strict=True)]
    found = []
    for outer, inner, below, above in (frame[:4], frame[4:8]):
        ax, ay, az = (b - a for a, b in zip(outer, inner, strict=True))
        bx, by, bz = (b - a for a, b in zip(below, above, strict=True))
        x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        way = math.copysign(1, x * nose[0] + y * nose[1] + z * nose[2])
        found.append(-way * z / max(math.sqrt(x * x + y * y + z * z), 1e-6))
    return found
