"""The skin of a face at low resolution: where it is and how it is lit.

    picture ── cells ──→ low_bgr ──→ tone, likeness ─┐
    landmarks ──→ oval − eyes, brows, lips ──────────┴──→ cover

One `Skin` is made per face and frame (`subject.once(_skin.of)`) by the first effect that wants it, from
bare skin. It keeps up with the paint: what is laid on the picture is laid on its small copy as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mirror_app.effects import _cells, _likeness, _oval
from mirror_app.subject import Subject
from models.results import F32, U8

Index = npt.NDArray[np.intp]
Point = Sequence[float]
#: Three landmarks, clockwise in a picture that is not mirrored: a piece of the face, seen or not.
Piece = tuple[int, int, int]
#: Right, down, away from the camera; length 1.
Normal = tuple[float, float, float]

#: Cells in one eye distance, at the least.
CELLS_PER_EYE: Final = 50.0
#: Top of the forehead, the subject's left ear, chin: clockwise in a picture that is not mirrored.
_ROUND: Final = np.array((10, 454, 152))
#: Where the brows are highest. What lies next to a cell.
_BROWS: Final = np.array((105, 66, 334, 296))
_NEXT: Final = np.ones((3, 3), np.uint8)


@dataclass(slots=True)
class Skin(_cells.Cells):
    """The skin of one face in one picture.

    cover: (h, w) uint8, how surely a cell is skin that may be painted. grey: (h, w) uint8 of the bare
    skin. tone: what the bare skin is like. points: (478, 2) float32 landmarks in cells, counted from a
    cell's corner. eye: cells from eye corner to eye corner. landmarks_xyz: (478, 3) in pixels of the
    picture. way: 1, or -1 where the picture is mirrored.
    """

    cover: U8
    grey: U8
    tone: _likeness.Tone
    points: F32
    eye: float
    landmarks_xyz: F32
    way: int

    @property
    def eye_px(self) -> float:
        """Distance of the outer eye corners in pixels."""
        return self.eye * self.cell_px

    def normal(self, piece: Piece) -> Normal:
        """Where a piece of the face looks: (0, 0, -1) straight at the camera."""
        return self.normals(np.array((piece,)))[0]

    def normals(self, pieces: Index) -> list[Normal]:
        """Where pieces of the face look, (k, 3) landmarks: (0, 0, -1) straight at the camera."""
        return [_normal(a, b, c, self.way) for a, b, c in self.landmarks_xyz[pieces].tolist()]


def of(subject: Subject) -> Skin | None:
    """The skin of the subject's face; None where too little of it is in the picture."""
    cell = max(round(subject.eye_px / CELLS_PER_EYE), 1)
    corners = _oval.corners(subject.xy, subject.eye_px)
    left, top, width, height = cv2.boundingRect(corners[_oval.OUTLINE])
    box = _cells.box(left, top, left + width - 1, top + height - 1, cell, subject.size_px)
    if box is None:
        return None
    low = _cells.thinned(subject.image_bgr, box, cell)
    into_cells = np.array(((1 / cell, 0.0, -box[0] / cell), (0.0, 1 / cell, -box[1] / cell)))
    points = np.asarray(cv2.transform(subject.xy[:, None], into_cells), np.float32)[:, 0]
    smooth = np.asarray(cv2.blur(low, (3, 3)), np.uint8)
    tone = _likeness.tone(smooth, points)
    if tone is None:
        return None
    grey, eye = np.asarray(cv2.cvtColor(low, cv2.COLOR_BGR2GRAY), np.uint8), subject.eye_px / cell
    hair = None if subject.hair is None else _cells.thinned(subject.hair, box, cell)
    at = _oval.fixed(np.asarray(cv2.transform(corners[:, None], into_cells), np.float32)[:, 0])
    likeness = _likeness.likeness(smooth, grey, tone, _oval.around_middle(at, eye, grey.shape))
    cover = _cover(likeness, _oval.mask(at, eye, grey.shape), points, hair)
    return Skin(box, cell, low, cover, grey, tone, points, eye, subject.face.landmarks_xyz, _way(subject))


def _cover(likeness: U8, shape: U8, points: F32, hair: U8 | None) -> U8:
    """Where skin may be painted, (h, w) uint8: soft, and clear of what is not skin."""
    if hair is not None:
        likeness = np.asarray(cv2.subtract(likeness, hair), np.uint8)
    cover = cv2.erode(likeness, _NEXT)
    # Above the brows, what is skin-like beyond hair is hair too: from there up cover only falls.
    brows = min(max(int(min(points[_BROWS, 1].tolist())), 0), len(cover))
    if brows:
        cover[:brows] = cv2.erode(cover[:brows], np.ones((brows, 1), np.uint8), anchor=(0, 0))
    # Only here the edges of brows, eyes and lips become soft.
    cover = cv2.multiply(cover, shape, dst=cover, scale=1 / 255)
    return np.asarray(cv2.blur(cover, (3, 3), dst=cover), np.uint8)


def _way(subject: Subject) -> int:
    """A mirrored picture turns every triangle of the face round; a large one in its middle tells."""
    (px, py), (qx, qy), (rx, ry) = subject.xy[_ROUND].tolist()
    return 1 if (qx - px) * (ry - py) >= (qy - py) * (rx - px) else -1


def _normal(a: Point, b: Point, c: Point, way: int) -> Normal:
    ux, uy, uz, vx, vy, vz = b[0] - a[0], b[1] - a[1], b[2] - a[2], c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = -way * max((x * x + y * y + z * z) ** 0.5, 1e-6)
    return x / length, y / length, z / length
