"""A face as a small square picture, always in the same pose: the frame sampled through the face's mesh.

      frame                    atlas (48 x 48 texels)
     ╭─────╮                  ┌───────────┐
     │ ◦ ◦ │    mesh          │  ◦     ◦  │    one texel is the same spot of the face
     │  ‸  │  ─────────→      │     ‸     │    in every frame, however the head turns
     ╰─────╯                  │   ╰───╯   │
                              └───────────┘

Pure geometry; what the texels say is decided in `cover_look` and `cover_evidence`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.spatial import Delaunay

from edge.cover_layout import layout
from models.results import F32, U8

#: Texels per side: a lock of hair is one wide; with 64 everything costs almost twice as much.
SIDE: Final = 48
#: Points of the mesh without the irises.
POINTS: Final = 468
#: The frame's part under a face is halved until it is no larger than this, so that a texel skips no detail.
_SMALL_PX: Final = 110
#: A face of fewer pixels shows nothing.
_SMALLEST_PX: Final = 16
#: A texel seen at so flat an angle that it is smaller than this, of the median, tells nothing.
_FLAT: Final = 0.12

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Geometry:
    """What never changes. weights: (SIDE * SIDE, POINTS) sparse, from points to texels; rows beside the face
    are empty. inside: (SIDE, SIDE), whether a texel is on the face."""

    weights: csr_matrix
    inside: Bool


@cache
def geometry() -> Geometry:
    """The triangles between the points, by Delaunay, and which of them every texel lies in."""
    mesh = Delaunay(layout().astype(np.float64))
    rows, columns = np.mgrid[:SIDE, :SIDE]
    texels = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / SIDE
    found = mesh.find_simplex(texels)
    on_face = found >= 0
    to_corners = mesh.transform[found[on_face]]
    two = np.einsum("nij,nj->ni", to_corners[:, :2], texels[on_face] - to_corners[:, 2])
    shares = np.hstack([two, 1 - two.sum(axis=1, keepdims=True)]).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(3 * on_face)])
    corners = mesh.simplices[found[on_face]]
    weights = csr_matrix((shares.ravel(), corners.ravel(), starts), (SIDE * SIDE, POINTS))
    return Geometry(weights, on_face.reshape(SIDE, SIDE))


@cache
def region(points: tuple[int, ...], grow: int = 0) -> Bool:
    """(SIDE, SIDE) within the polygon through those points of the mesh, grown by so many texels."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    corners = layout()[list(points)] * SIDE * 16 - 8
    cv2.fillPoly(mask, [corners.round().astype(np.int32)], (1,), shift=4)
    grown: Bool = cv2.dilate(mask, np.ones((2 * grow + 1, 2 * grow + 1), np.uint8)) > 0
    return grown


@cache
def rim(width: int) -> Bool:
    """(SIDE, SIDE) within so many texels of the face's edge or beside the face."""
    inside = cv2.copyMakeBorder(geometry().inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    left = cv2.erode(inside, np.ones((2 * width + 1, 2 * width + 1), np.uint8))[1:-1, 1:-1]
    return np.asarray(left == 0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One face in one frame.

    bgr: (SIDE, SIDE, 3) uint8. seen: (SIDE, SIDE), whether the texel faces the camera. xy: (SIDE, SIDE, 2)
    frame pixels of the texels; 0 beside the face. rect: x, y, width, height around the face, whole pixels of
    the frame, within it.
    """

    bgr: U8
    seen: Bool
    xy: F32
    rect: tuple[int, int, int, int]


def sample(image_bgr: U8, landmarks_xyz: F32) -> Sample | None:
    """The face in a frame; None where it is too small or too far out. landmarks_xyz: (>= 468, 3) pixels."""
    points = np.ascontiguousarray(landmarks_xyz[:POINTS, :2], np.float32)
    whole = bool(np.isfinite(points).all())
    rect = _rect(points, image_bgr.shape[1], image_bgr.shape[0]) if whole else None
    if rect is None:
        return None
    x, y, width, height = rect
    small, halvings = _shrunk(image_bgr[y : y + height, x : x + width])
    xy = np.asarray(geometry().weights @ points, np.float32).reshape(SIDE, SIDE, 2)
    across, down = np.asarray(xy[..., 0]), np.asarray(xy[..., 1])
    scale = 0.5**halvings
    columns = (across - np.float32(x)) * np.float32(scale) - np.float32(0.5)
    rows = (down - np.float32(y)) * np.float32(scale) - np.float32(0.5)
    bgr = cv2.remap(small, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Sample(np.asarray(bgr, np.uint8), _facing(columns, rows), xy, rect)


def _shrunk(part_bgr: U8) -> tuple[U8, int]:
    """A picture halved so often that it is small, and how often."""
    halvings = 0
    while max(part_bgr.shape[:2]) > _SMALL_PX * 1.5:
        height, width = part_bgr.shape[0] // 2, part_bgr.shape[1] // 2
        part_bgr = cv2.resize(  # type: ignore[assignment]
            part_bgr[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
        )
        halvings += 1
    return part_bgr, halvings


def _rect(points: F32, frame_width: int, frame_height: int) -> tuple[int, int, int, int] | None:
    across, down = np.ascontiguousarray(points.T)
    x0, y0 = max(0, int(across.min())), max(0, int(down.min()))
    x1, y1 = min(frame_width, int(across.max()) + 2), min(frame_height, int(down.max()) + 2)
    return (x0, y0, x1 - x0, y1 - y0) if min(x1 - x0, y1 - y0) >= _SMALLEST_PX else None


def _facing(columns: F32, rows: F32) -> Bool:
    """Whether texels keep the order they have on a face from the front, and are not seen too flat."""
    right, below = (slice(1, -1), slice(2, None)), (slice(2, None), slice(1, -1))
    left, above = (slice(1, -1), slice(None, -2)), (slice(None, -2), slice(1, -1))
    area = (columns[right] - columns[left]) * (rows[below] - rows[above])
    area -= (rows[right] - rows[left]) * (columns[below] - columns[above])
    facing = np.zeros((SIDE, SIDE), np.bool_)
    inside = geometry().inside[1:-1, 1:-1]
    facing[1:-1, 1:-1] = (area > _FLAT * float(area.mean())) & inside
    return facing
