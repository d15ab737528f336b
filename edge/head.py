"""Where a head is and how it is turned, in millimetres: fitted to the points of its face. Pure.

    the head's own frame             the camera's frame
                                      z  away from the lens
       ┌───────────┐                 ╱
       │  ●  + → x │                ┌───→ x  right in the picture
       │     ↓     │                │
       │     y     │                ↓ y  down
       └───────────┘

The origin of the head's frame lies between the eyes, in the middle of their four corners. Its axes are the
camera's for somebody who faces it: x goes to the subject's left, y down, z into the head.

The eyes' gaze has no part in it. The irises only tell how large this head is, because they are nearly the
same size in every adult; a person's size does not change, so `HeadSize` averages it.

The mesh shows every face as if it stood in the middle of the picture and far away: turned as seen along the
ray from the lens to it, without perspective. So is the fit: with perspective as MediaPipe's face geometry
assumes it, the same points lay 2 to 8 mm from the mesh on the real clips instead of 1.4 to 3, the more the
further from the middle of the picture. Only the distance from the camera needs a lens, and an ordinary one
is assumed (`lens_px`): with another it is off by a factor, while what is drawn on the face still lies right.
"""

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import cv2
import numpy as np

from edge.head_points import IRIS_MM, MIDDLE, SIDES
from models.results import F32, expect

#: Angle of view along the diagonal of the picture: 78 degrees, as common webcams have (Logitech's C920).
_DIAGONAL_RAD: Final = math.radians(78)
#: Sizes of heads that are believed, of the average adult's: from a young child's to the largest.
_SIZES: Final = (0.8, 1.2)
#: The average head counts as much as this many seconds of looking; then what is seen wins.
_PRIOR_S: Final = 1.0
#: After so much looking the value hardly moves any more.
_MEMORY_S: Final = 20.0
#: One frame counts as this much looking at most, however long the pause before it.
_STEP_S: Final = 0.1
#: An iris of fewer pixels says nothing, one of twice as many counts fully.
_IRIS_MIN_PX: Final = 6.0
#: A fit with fewer pixels per millimetre is none.
_SMALLEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Head:
    """One head.

    rotation: (3, 3) float32, from the head's frame to the camera's as it would be if the camera looked
    straight at the head. translation_mm: (3,) float32, the origin of the head's frame in the camera's.
    origin_px: (3,) float32, that origin in the picture, z as in the face's landmarks. px_per_mm: of the
    picture, at the eyes. size: of the average adult's head, 1 is that. mirrored: the picture is; rotation and
    translation stay the unmirrored camera's.
    """

    rotation: F32
    translation_mm: F32
    origin_px: F32
    px_per_mm: float
    size: float = 1.0
    mirrored: bool = False

    def __post_init__(self) -> None:
        expect("rotation", self.rotation, (3, 3))
        expect("translation_mm", self.translation_mm, (3,))
        expect("origin_px", self.origin_px, (3,))

    @property
    def yaw(self) -> float:
        """Turned towards the right of the camera's picture (the subject's left), radians."""
        return math.atan2(-self.rotation[0, 2], self.rotation[2, 2])

    @property
    def pitch(self) -> float:
        """Looking down, radians."""
        return math.asin(min(max(-float(self.rotation[1, 2]), -1.0), 1.0))

    @property
    def roll(self) -> float:
        """Tilted clockwise in the camera's picture, radians."""
        return math.atan2(self.rotation[1, 0], self.rotation[1, 1])

    def project(self, points_mm: F32) -> F32:
        """Points of the head's frame (n, 3), mm, in the picture, pixels; z in the scale of x, smaller is
        nearer, as in a face's landmarks."""
        axes = self.rotation * np.float32(self.px_per_mm)
        if self.mirrored:
            axes[0] *= -1
        return np.asarray(points_mm, np.float32) @ axes.T + self.origin_px

    def placed(self, scale: tuple[float, float], shift_px: tuple[float, float]) -> "Head":
        """The same head for a picture whose pixels are scale * pixels + shift, x and y.

        A negative x scale mirrors; but for its sign, and a rounding, x and y have the same scale.
        """
        (across, down), (x, y) = scale, shift_px
        factor, shift = np.array((across, down, abs(across)), np.float32), np.array((x, y, 0), np.float32)
        return replace(
            self,
            origin_px=self.origin_px * factor + shift,
            px_per_mm=self.px_per_mm * abs(across),
            mirrored=self.mirrored != (across < 0),
        )


@cache
def lens_px(frame_px: tuple[int, int]) -> float:
    """Focal length of an ordinary webcam in pixels of its picture (width, height)."""
    return math.hypot(*frame_px) / 2 / math.tan(_DIAGONAL_RAD / 2)


def head_of(landmarks_xyz: F32, frame_px: tuple[int, int], size: float = 1.0) -> Head | None:
    """The head behind the points of a face; None where they are no face's.

    landmarks_xyz: (478, 3) float32, pixels of a frame of that width and height. size: of the head, if known.
    Least squares over rotation, scale and place (Umeyama, PAMI 1991).
    """
    fitted = _FIT @ landmarks_xyz.take(_INDICES, axis=0)
    stretch, u, vt = cv2.SVDecomp(fitted[:3])
    rotation: F32 = vt.T @ u.T
    rows, (across, down, deep) = rotation.tolist(), stretch.ravel().tolist()
    if _mirrors(*rows):
        u[:, 2] *= -1
        rotation, deep = vt.T @ u.T, -deep
        rows = rotation.tolist()
    scale = (across + down + deep) / _SPREAD
    if not scale > _SMALLEST:
        return None
    # Number by number: arrays of three take three times as long.
    to_x, to_y, to_z = _MEAN
    x, y, z = (
        mean - scale * (a * to_x + b * to_y + c * to_z)
        for mean, (a, b, c) in zip(fitted[3].tolist(), rows, strict=True)
    )
    px_per_mm, focal_px = scale / size, lens_px(frame_px)
    ray = ((x - frame_px[0] / 2) / px_per_mm, (y - frame_px[1] / 2) / px_per_mm, focal_px / px_per_mm)
    return Head(rotation, np.array(ray, np.float32), np.array((x, y, z), np.float32), px_per_mm, size)


def _mirrors(one: list[float], two: list[float], three: list[float]) -> bool:
    """Whether the rows of a matrix (3, 3) turn right into left: its determinant is negative."""
    (a, b, c), (d, e, f), (g, h, i) = one, two, three
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0


@dataclass(slots=True)
class HeadSize:
    """How large one person's head is, learnt while they are seen. Changed only by `learn`.

    value: of the average adult's head.
    """

    value: float = 1.0
    _weight_s: float = _PRIOR_S

    def learn(self, landmarks_xyz: F32, head: Head, step_s: float) -> None:
        """Take in what the irises say in a frame, step_s after the one before.

        landmarks_xyz: (478, 3), the points that `head` was fitted to. An iris is as wide as the longer of its
        axes: gaze shortens the other.
        """
        facing = max(float(head.rotation[2, 2]), 0.0) ** 4
        if facing < _FACING_MIN:
            return
        rims = landmarks_xyz.take(_IRIS_RIMS, axis=0)[:, :2].tolist()
        one, two, three, four = map(math.dist, rims[:4], rims[4:])
        iris_px = (max(one, two) + max(three, four)) / 2
        sharp = min(max(iris_px / _IRIS_MIN_PX - 1, 0.0), 1.0)
        weight_s = sharp * facing * min(max(step_s, 0.0), _STEP_S)
        if weight_s:
            seen = head.size * head.px_per_mm * IRIS_MM / iris_px
            share = weight_s / (self._weight_s + weight_s)
            self.value += share * (min(max(seen, _SIZES[0]), _SIZES[1]) - self.value)
            self._weight_s = min(self._weight_s + weight_s, _MEMORY_S)


#: A face turned further than about 40 degrees says nothing about its irises.
_FACING_MIN: Final = 0.35
#: Points of the irises' rims, two of each eye, then those opposite; see models.face_mesh.
_IRIS_RIMS: Final = np.array([469, 470, 474, 475, 471, 472, 476, 477])

_INDICES: Final = np.array([i for i, *_ in MIDDLE] + [i for pair in SIDES for i in pair[:2]])
#: The same points in the head's frame, mm.
_POINTS_MM: Final = np.array(
    [(0.0, y, z) for _, y, z, _ in MIDDLE] + [(s * x, y, z) for _, _, x, y, z, _ in SIDES for s in (-1, 1)],
    np.float32,
)
_COUNTS: Final = np.array([w for *_, w in MIDDLE] + [w for *_, w in SIDES for _ in (0, 1)], np.float32)
_WEIGHTS: Final = _COUNTS / _COUNTS.sum()
_MEAN_MM: Final = _WEIGHTS @ _POINTS_MM
_MEAN: Final[tuple[float, float, float]] = tuple(_MEAN_MM.tolist())
#: (4, n): times the points of a mesh, what the fit is made of, and their weighted mean.
_FIT: Final = np.vstack([(_WEIGHTS[:, None] * (_POINTS_MM - _MEAN_MM)).T, _WEIGHTS])
_SPREAD: Final = float((_WEIGHTS[:, None] * (_POINTS_MM - _MEAN_MM) ** 2).sum())
