"""Where the eyes are: their openings as smooth curves, and how open and how visible they are.

                 ·  ·  · brow ·  ·  ·            Each eye has a frame of its own, in widths of the eye:
               ·  ·  · halo 3 ·  ·  ·            the origin in its outer corner, x towards the inner one,
              ·   ·  · halo 2 ·  ·   ·           y towards the brow. Left and right eye, mirrored picture
           outer ╭─── upper ───╮ inner           or not: it is always the same drawing.
                 ╰─── lower ───╯

Indices are the face mesh's; the same point of the same person in a mirrored picture too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
_LIDS: Final = np.array((_UPPER, _LOWER))
_ABOVE: Final = np.array(
    [halo2 + halo3 + brow for halo2, halo3, brow in zip(_HALO_2, _HALO_3, _BROW, strict=True)]
)
_SPLITS: Final = (7, 14)
#: Cheek and brow beside each eye, and nose tip and mouth corners: which way the skin around an eye faces.
_BELOW_ABOVE: Final = np.array(((101, 105), (330, 334)))
_NOSE, _BEHIND_NOSE = 1, np.array((33, 263, 61, 291))

_SPLINE: Final = _curves.spline(9, 4)
#: Height of the opening over its width: shut, and open as in a friendly look.
_SHUT, _OPEN = 0.06, 0.24
#: How far the skin around an eye faces the camera (cosine): hidden, seen well.
_HIDDEN, _SEEN = 0.30, 0.55
#: How far anything around an eye reaches, in its own frame.
_REACH: Final = np.array(((-0.45, -0.3), (1.12, -0.3), (1.12, 0.64), (-0.45, 0.64)), np.float32)
#: An eye of fewer pixels across is not drawn on.
_MIN_WIDTH_PX: Final = 3.0


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye of a face, in one picture.

    upper_xy, lower_xy: (33, 2) float32, pixels: the lids' edges, from the outer corner to the inner one;
        where the eye is shut they are the same.
    above: (3 rows: halo 2, halo 3, lower edge of the brow; each (n, 2)) in the eye's own frame.
    axes: (2, 2) float32, pixels of one width towards the inner corner and of one width towards the brow.
    width_px: from corner to corner. openness: 0 shut, 1 open. strength: 0 turned away, 1 seen well.
    """

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

    @property
    def opening_xy(self) -> F32:
        """(66, 2) the outline of what is seen of the eyeball, pixels."""
        return np.concatenate((self.upper_xy, self.lower_xy[::-1]))


@dataclass(frozen=True, slots=True)
class Around:
    """An eye with its surroundings, as far as powder, lines and lashes reach.

    box: whole pixels of the picture. outside: (h, w) uint8 over the box, 0 inside the opening, 255 around it.
    """

    eye: Eye
    box: _curves.Box
    outside: U8

    def lines(self, shapes_xy: Sequence[F32], soft: float = 0.0) -> U8:
        """How far shapes (pixels of the picture) cover each pixel of the box, none of the eyeball's.

        soft: how soft their edges are, in widths of the eye.
        """
        mask = _curves.covered(shapes_xy, self.box)
        if soft:
            size = 2 * max(round(soft * self.eye.width_px), 1) + 1
            mask = np.asarray(cv2.GaussianBlur(mask, (size, size), 0), np.uint8)
        return np.asarray(cv2.min(mask, self.outside, dst=mask), np.uint8)


def around(subject: Subject) -> tuple[Around, ...]:
    """The eyes that are seen and in the picture, at most two; shared by all that is drawn around them."""
    height, width = subject.image_bgr.shape[:2]
    found = []
    for eye in subject.once(of):
        box = _curves.box_around(eye.to_picture(_REACH), 1, (width, height))
        if box is not None:
            opening = _curves.covered((eye.opening_xy,), box)
            found.append(Around(eye, box, np.asarray(cv2.bitwise_not(opening, dst=opening), np.uint8)))
    return tuple(found)


def of(subject: Subject) -> tuple[Eye, ...]:
    """The eyes that can be seen, at most two; shared by all that is drawn on them."""
    landmarks = subject.face.landmarks_xyz
    eyes = (_eye(landmarks, side) for side in (0, 1))
    return tuple(eye for eye in eyes if eye is not None)


def _eye(landmarks_xyz: F32, side: int) -> Eye | None:
    """None where it is turned away or too small."""
    strength = _strength(landmarks_xyz, side)
    lids = landmarks_xyz[_LIDS[:, side], :2]
    outer, inner = lids[0, 0], lids[0, -1]
    across = inner - outer
    width_px = float(np.hypot(across[0], across[1]))
    if strength == 0 or width_px < _MIN_WIDTH_PX:
        return None
    around = landmarks_xyz[_ABOVE[side], :2]
    up = np.array((-across[1], across[0]), np.float32)
    if float((around[10] - outer) @ up) < 0:  # the picture is mirrored, or it is the other eye
        up = -up
    upper, lower, openness = _shut(_SPLINE @ lids, up / width_px**2)
    axes = np.stack((across, up))
    above = (around - outer) @ axes.T / np.float32(width_px**2)
    return Eye(
        upper_xy=upper,
        lower_xy=lower,
        above=(above[: _SPLITS[0]], above[_SPLITS[0] : _SPLITS[1]], above[_SPLITS[1] :]),
        axes=axes,
        width_px=width_px,
        openness=openness,
        strength=strength,
    )


def _shut(lids_xy: F32, up: F32) -> tuple[F32, F32, float]:
    """The lids' edges without crossing, and how open they are. up: (2,) to widths of the eye."""
    upper, lower = lids_xy
    gap = (upper - lower) @ up
    openness = (float(gap.max()) - _SHUT) / (_OPEN - _SHUT)
    crossed = np.minimum(gap, 0)[:, None] * (up / np.float32(up @ up)) / 2
    return upper - crossed, lower + crossed, min(max(openness, 0.0), 1.0)


def _strength(landmarks_xyz: F32, side: int) -> float:
    """1 where the skin around the eye faces the camera, 0 where it is turned away."""
    below, above = landmarks_xyz[_BELOW_ABOVE[side]]
    across = landmarks_xyz[_LIDS[0, side, -1]] - landmarks_xyz[_LIDS[0, side, 0]]
    nose = landmarks_xyz[_NOSE] - landmarks_xyz[_BEHIND_NOSE].mean(axis=0)
    normal = np.cross(across, above - below)
    if float(normal @ nose) < 0:
        normal = -normal
    facing = -float(normal[2]) / max(float(np.sqrt(normal @ normal)), 1e-6)
    return min(max((facing - _HIDDEN) / (_SEEN - _HIDDEN), 0.0), 1.0)
