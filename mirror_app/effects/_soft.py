"""Soft shapes on the skin: drawn through landmarks, so that they turn with the head, and fading with a side
that turns away.

A shape is a few points on the face, each a mix of landmarks; a smooth closed curve through them is filled at
the low resolution of the skin and blurred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mirror_app.effects._skin import Skin
from models.results import F32, U8

#: Bits behind the point in polygon coordinates.
_SHIFT: Final = 4
#: Points of the curve between two given ones.
_SUBDIVISION: Final = 4


@dataclass(frozen=True, slots=True)
class Patch:
    """A soft shape over a part of the skin. at: the part's first cell, x and y. weight: (h, w) 0..1, nothing
    where there is no skin, and along the edges."""

    at: tuple[int, int]
    weight: F32

    def cut(self, cells: U8) -> U8:
        """The part of something that covers all of the skin, (h, w, ...), as a view."""
        x, y = self.at
        return cells[y : y + self.weight.shape[0], x : x + self.weight.shape[1]]


def patch(skin: Skin, outline: F32, softness: float) -> Patch | None:
    """A shape inside a closed outline, (n, 2) cells; None where nothing of it is on the skin.

    softness: how far from the outline its edge reaches in and out, in eye distances.
    """
    reach = max(round(softness * skin.eye), 1)
    rows, columns = skin.cover.shape
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    x0, y0 = max(int(left) - reach - 1, 0), max(int(top) - reach - 1, 0)
    x1, y1 = min(int(right) + reach + 2, columns), min(int(bottom) + reach + 2, rows)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    canvas: U8 = np.zeros((y1 - y0, x1 - x0), np.uint8)
    corner = np.array((x0 + 0.5, y0 + 0.5), np.float32)
    at = np.rint((outline - corner) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(canvas, [at], 255, cv2.LINE_8, _SHIFT)
    size = (2 * (reach // 2) + 1,) * 2
    soft = cv2.blur(
        cv2.blur(canvas, size, borderType=cv2.BORDER_REPLICATE), size, borderType=cv2.BORDER_REPLICATE
    )
    cover = skin.cover[y0:y1, x0:x1]
    return Patch((x0, y0), np.asarray(cv2.multiply(cover, soft, scale=1 / 255, dtype=cv2.CV_32F), np.float32))


def curve(points: F32) -> F32:
    """A smooth closed curve (m, 2) through points (n, 2): Catmull-Rom."""
    n = len(points)
    ring = np.concatenate((points[-1:], points, points[:2]))
    t = np.arange(_SUBDIVISION, dtype=np.float32)[:, None, None] / _SUBDIVISION
    a, b, c, d = ring[:n], ring[1 : n + 1], ring[2 : n + 2], ring[3 : n + 3]
    found = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.ascontiguousarray(found.transpose(1, 0, 2).reshape(-1, 2), np.float32)


def mixed(points: F32, mixes: Sequence[Sequence[tuple[int, float]]]) -> F32:
    """Points between landmarks: each a sum of landmarks with weights; (n, 2)."""
    return np.array([sum(points[i] * np.float32(w) for i, w in mix) for mix in mixes], np.float32)


def facing(landmarks_xyz: F32, three: tuple[int, int, int]) -> float:
    """How far a piece of the face looks at the camera: 1 straight, 0 sideways or away.

    three: landmarks of the piece, clockwise as the subject's face is seen in a picture that is not mirrored.
    """
    a, b, c = landmarks_xyz[list(three)]
    normal = np.cross(b - a, c - a)
    # A mirrored picture turns every triangle round; a large one in the middle of the face tells.
    p, q, r = landmarks_xyz[[10, 454, 152]]
    whole = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    length = float(np.sqrt(normal @ normal))
    towards = float(normal[2]) * (1.0 if whole > 0 else -1.0) / max(length, 1e-6)
    return max(towards, 0.0)
