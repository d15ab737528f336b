"""The skin of a face at low resolution: where it is, how it is lit, and how soft paint gets onto it.

Whatever is soft is computed small, about fifty cells from eye corner to eye corner, and only the change is
enlarged and added to the picture. So pores, hairs and noise stay exactly as they are, and a cheek costs a
few thousand cells instead of a hundred thousand pixels.

    picture ── thinned out ──→ low_bgr ── effect ──→ change ── enlarged, times cover ──→ added to picture
                                  └── oval − eyes, brows, lips, hair, frames ──→ cover

One `Skin` is made per face and frame (`subject.once(_skin.of)`) by the first effect that wants it, from
bare skin. It keeps up with the paint: what is laid on the picture is laid on its small copy as well.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from mirror_app.effects import _likeness, _oval
from mirror_app.subject import Subject
from models.results import F32, U8

#: Cells of the low resolution in one eye distance.
CELLS_PER_EYE: Final = 50.0
_MAX_CELLS: Final = 1024
#: A change up to this fits into a byte with its sign.
_FITS: Final = 127.0


@dataclass(slots=True)
class Skin:
    """The skin of one face in one picture.

    box_xyxy: whole pixels, inside the picture, around all of the mesh. cell_px: side of a cell in pixels.
    low_bgr: (h, w, 3) uint8, the picture in cells, with the paint so far. cover: (h, w) float32 0..1, how
    surely a cell is skin that may be painted. grey: (h, w) uint8 of the bare skin. tone: what the bare skin
    is like. points: (478, 2) float32 landmarks in cells, counted from a cell's corner. eye: cells from eye
    corner to eye corner. landmarks_xyz: (478, 3) in pixels of the picture.
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

    def lay(self, image_bgr: U8, change: F32, at: tuple[int, int] = (0, 0)) -> None:
        """Add a change to the picture and to the small copy of it.

        change: (h, w, 3) float32, grey levels for each cell of a part of the skin whose first cell, x and y,
        is `at`; 0 along the edges of the part.
        """
        largest = cv2.norm(change, cv2.NORM_INF)
        if largest < 0.5:
            return
        unit = 1 if largest <= _FITS else 2
        coded = cv2.convertScaleAbs(change, alpha=1 / unit, beta=128)
        height, width = coded.shape[:2]
        low = self.low_bgr[at[1] : at[1] + height, at[0] : at[0] + width]
        low[:] = cv2.addWeighted(low, 1, coded, unit, -128 * unit)
        self._add(image_bgr, coded, unit, at)

    def _add(self, image_bgr: U8, coded: MatLike, unit: int, at: tuple[int, int]) -> None:
        cell = self.cell_px
        x0, y0 = self.box_xyxy[0] + at[0] * cell, self.box_xyxy[1] + at[1] * cell
        height, width = coded.shape[:2]
        patch = image_bgr[
            y0 : min(y0 + height * cell, self.box_xyxy[3]), x0 : min(x0 + width * cell, self.box_xyxy[2])
        ]
        large = coded if cell == 1 else cv2.resize(coded, (width * cell, height * cell))
        large = large[: patch.shape[0], : patch.shape[1]]
        cv2.addWeighted(patch, 1, large, unit, -128 * unit, dst=patch)


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
    cover = np.asarray(cv2.blur(np.maximum(cover, 0), (3, 3)), np.float32)
    cover *= _oval.mask(points, eye, (rows, columns)) * np.float32(1 / 255)
    return Skin(box, cell, low, cover, grey, tone, points, eye, subject.face.landmarks_xyz)


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
