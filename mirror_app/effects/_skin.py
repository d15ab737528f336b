"""The skin of a face at low resolution: where it is, how it is lit, and how soft paint gets onto it.

Whatever is soft is computed small, about fifty cells from eye corner to eye corner, and only the change is
enlarged and added to the picture. So pores, hairs and noise stay exactly as they are, and a cheek costs a
few thousand cells instead of a hundred thousand pixels.

    picture ── thinned out ──→ low_bgr ── effect ──→ change ── enlarged, times cover ──→ added to picture
                                  └── oval − eyes, brows, lips, hair, frames ──→ cover

One `Skin` is made per face and frame (`subject.once(_skin.of)`) by the first effect that wants it, from
bare skin. It keeps up with the paint: what is laid on the picture is laid on its small copy as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from mirror_app.effects import _likeness, _oval
from mirror_app.subject import Subject
from models.results import F32, U8

Index = npt.NDArray[np.intp]
Point = Sequence[float]
#: Three landmarks, clockwise in a picture that is not mirrored: a piece of the face, seen or not.
Piece = tuple[int, int, int]
#: Right, down, away from the camera; length 1.
Normal = tuple[float, float, float]

#: Cells of the low resolution in one eye distance.
CELLS_PER_EYE: Final = 50.0
_MAX_CELLS: Final = 1024
#: Top of the forehead, the subject's left ear, chin: clockwise in a picture that is not mirrored.
_ROUND: Final = np.array((10, 454, 152))
#: Where the brows are highest. What lies next to a cell.
_BROWS: Final = np.array((105, 66, 334, 296))
_NEXT: Final = np.ones((3, 3), np.uint8)
#: A change up to this fits into a byte, in which _ZERO is no change; less than _SEEN is none.
_FITS, _ZERO, _SEEN = 127.0, 128, 0.5


@dataclass(slots=True)
class Skin:
    """The skin of one face in one picture.

    box_xyxy: whole pixels, inside the picture, around all of the mesh. cell_px: side of a cell in pixels.
    low_bgr: (h, w, 3) uint8, the picture in cells, with the paint so far. cover: (h, w) float32 0..1, how
    surely a cell is skin that may be painted. grey: (h, w) uint8 of the bare skin. tone: what the bare skin
    is like. points: (478, 2) float32 landmarks in cells, counted from a cell's corner. eye: cells from eye
    corner to eye corner. landmarks_xyz: (478, 3) in pixels of the picture. is_mirrored:
    whether the subject's left is on the left of it.
    """

    box_xyxy: tuple[int, int, int, int]
    cell_px: int
    low_bgr: U8
    cover: F32
    grey: U8
    tone: "_likeness.Tone"
    points: F32
    eye: float
    landmarks_xyz: F32
    is_mirrored: bool

    def lay(self, image_bgr: U8, change: F32, at: tuple[int, int] = (0, 0)) -> None:
        """Add a change to the picture and to the small copy of it.

        change: (h, w, 3) float32, grey levels for each cell of a part of the skin whose first cell, x and y,
        is `at`; 0 along the edges of the part.
        """
        largest = cv2.norm(change, cv2.NORM_INF)
        if largest > _FITS:
            # More than a byte with a sign holds, as a deep shade on the fairest skin: in two steps.
            first = np.clip(change, -_FITS, _FITS)
            self.lay(image_bgr, first, at)
            self.lay(image_bgr, change - first, at)
        elif largest >= _SEEN:
            coded = cv2.convertScaleAbs(change, beta=_ZERO)
            height, width = coded.shape[:2]
            _add(self.low_bgr[at[1] : at[1] + height, at[0] : at[0] + width], coded)
            if (cell := self.cell_px) > 1:
                coded = cv2.resize(coded, (width * cell, height * cell))
            patch = self.pixels(image_bgr, at, change.shape)
            _add(patch, coded[: patch.shape[0], : patch.shape[1]])

    def pixels(self, image_bgr: U8, at: tuple[int, int], shape: tuple[int, ...]) -> U8:
        """The part of the picture, a view, that cells (h, w, ...) lie on; less where the picture ends."""
        cell, (left, top, right, bottom) = self.cell_px, self.box_xyxy
        x0, y0 = left + at[0] * cell, top + at[1] * cell
        return image_bgr[y0 : min(y0 + shape[0] * cell, bottom), x0 : min(x0 + shape[1] * cell, right)]

    def normal(self, piece: Piece) -> Normal:
        """Where a piece of the face looks: (0, 0, -1) straight at the camera."""
        return self.normals(np.array((piece,)))[0]

    def normals(self, pieces: Index) -> list[Normal]:
        """Where pieces of the face look, (k, 3) landmarks: (0, 0, -1) straight at the camera."""
        corners = self.landmarks_xyz[pieces].tolist()
        way = -1 if self.is_mirrored else 1
        return [_normal(a, b, c, way) for a, b, c in corners]


def of(subject: Subject) -> Skin | None:
    """The skin of the subject's face; None where it is not in the picture."""
    cell = max(round(subject.eye_px / CELLS_PER_EYE), 1)
    box = _box(subject, cell)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    columns, rows = -(-(x1 - x0) // cell), -(-(y1 - y0) // cell)
    if max(columns, rows) > _MAX_CELLS:
        return None
    low = _thinned(subject.image_bgr[y0:y1, x0:x1], (columns, rows))
    points = (subject.xy - np.array((x0, y0), np.float32)) / np.float32(cell)
    smooth = np.asarray(cv2.blur(low, (3, 3)), np.uint8)
    tone = _likeness.tone(smooth, points)
    if tone is None:
        return None
    eye = subject.eye_px / cell
    grey = np.asarray(cv2.cvtColor(low, cv2.COLOR_BGR2GRAY), np.uint8)
    cover = _likeness.likeness(smooth, grey, tone, _oval.middle(points, eye, (rows, columns)))
    if subject.hair is not None:
        hair = _thinned(subject.hair[y0:y1, x0:x1], (columns, rows))
        cv2.subtract(cover, hair * np.float32(1 / 255), dst=cover)
    cover = np.asarray(cv2.blur(cv2.erode(np.maximum(cover, 0), _NEXT), (3, 3)), np.float32)
    _cut_off(cover, points)
    cover *= _oval.mask(points, eye, (rows, columns)) * np.float32(1 / 255)
    return Skin(
        box, cell, low, cover, grey, tone, points, eye, subject.face.landmarks_xyz, _is_mirrored(subject)
    )


def _cut_off(cover: F32, points: F32) -> None:
    """Above the brows, what is skin-like beyond hair is hair too: from there up cover only falls."""
    brows = min(max(int(points[_BROWS, 1].min()), 0), len(cover))
    upwards = cover[:brows][::-1]
    np.minimum.accumulate(upwards, axis=0, out=upwards)


def _add(patch_bgr: U8, coded: MatLike) -> None:
    """Add a change, coded around _ZERO, in place."""
    cv2.addWeighted(patch_bgr, 1, coded, 1, -_ZERO, dst=patch_bgr)


def _normal(a: Point, b: Point, c: Point, way: int) -> Normal:
    ux, uy, uz, vx, vy, vz = b[0] - a[0], b[1] - a[1], b[2] - a[2], c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = -way * max((x * x + y * y + z * z) ** 0.5, 1e-6)
    return x / length, y / length, z / length


def _is_mirrored(subject: Subject) -> bool:
    """A mirrored picture turns every triangle of the face round; a large one in its middle tells."""
    (px, py), (qx, qy), (rx, ry) = subject.xy[_ROUND].tolist()
    return bool((qx - px) * (ry - py) < (qy - py) * (rx - px))


def _thinned(patch_bgr: U8, size: tuple[int, int]) -> U8:
    """A copy with fewer pixels; the few that are looked at tell enough of what is soft."""
    if patch_bgr.shape[1::-1] == size:
        return patch_bgr.copy()
    return np.asarray(cv2.resize(patch_bgr, size), np.uint8)


def _box(subject: Subject, cell: int) -> tuple[int, int, int, int] | None:
    """The rectangle of the face in the picture; None where nothing of it is inside."""
    height, width = subject.image_bgr.shape[:2]
    outline = _oval.outline(subject.xy, subject.eye_px)
    left, top = outline.min(axis=0).tolist()
    right, bottom = outline.max(axis=0).tolist()
    # One cell around it, where nothing is painted.
    x0, y0 = max(int(left) - cell, 0), max(int(top) - cell, 0)
    x1, y1 = min(int(right) + cell + 1, width), min(int(bottom) + cell + 1, height)
    # Whole cells, so that a cell is the same pixels in both directions; cut only by the picture's edge.
    x1, y1 = min(x0 - (x0 - x1) // cell * cell, width), min(y0 - (y0 - y1) // cell * cell, height)
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
