"""A face as a small square picture, always in the same pose: the frame sampled through the face's mesh.

      frame                    atlas (48 x 48 texels)
     ╭─────╮                  ┌───────────┐
     │ ◦ ◦ │    mesh          │  ◦     ◦  │    one texel is the same spot of the face
     │  ‸  │  ─────────→      │     ‸     │    in every frame, however the head turns
     ╰─────╯                  │   ╰───╯   │
                              └───────────┘

Pure geometry; what the texels say is decided in `cover_look` and `cover_evidence`.
"""

import cmath
import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.boxes import extremes
from edge.cover_layout import layout
from models.results import F32, U8, CloseUp

#: Texels per side: a lock of hair is one wide; with 64 everything costs almost twice as much.
SIDE: Final = 48
#: Points of the mesh without the irises.
POINTS: Final = 468
#: The frame's part under a face is halved until it is no larger than this, so that a texel skips no detail.
_SMALL_PX: Final = 110
#: From a pixel's corner, from which places are counted, to its middle.
_HALF: Final = 0.5 + 0.5j
#: A face of fewer pixels shows nothing.
_SMALLEST_PX: Final = 16
#: A texel seen at so flat an angle that it is smaller than this, of the median, tells nothing.
_FLAT: Final = 0.12

Bool = npt.NDArray[np.bool_]
Complex = npt.NDArray[np.complex64]

#: (SIDE, SIDE) float32 how far a texel is from the atlas's middle, -0.5..0.5.
ACROSS, DOWN = np.meshgrid(*[(np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5] * 2)


@dataclass(frozen=True, slots=True)
class Geometry:
    """What never changes.

    corners: (3, SIDE * SIDE), the points of the mesh around each texel. shares: (3, 2 * SIDE * SIDE), how
    much each counts, for x and for y, 0 beside the face. inside: (SIDE, SIDE), whether one is on the face.
    """

    corners: npt.NDArray[np.intp]
    shares: F32
    inside: Bool


@cache
def geometry() -> Geometry:
    """Which triangle between the points every texel lies in (0.1 s, once)."""
    points, triangles = layout(), _triangles()
    first, across, down = points[triangles[:, 0]], points[triangles[:, 1]], points[triangles[:, 2]]
    across, down = across - first, down - first
    area = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    off = (np.stack([columns, rows], axis=-1).reshape(-1, 1, 2) + 0.5) / SIDE - first
    second = (off[..., 0] * down[:, 1] - off[..., 1] * down[:, 0]) / area
    third = (across[:, 0] * off[..., 1] - across[:, 1] * off[..., 0]) / area
    least = np.minimum(np.minimum(second, third), 1 - second - third)
    texels, best = np.arange(SIDE * SIDE), least.argmax(axis=1)
    inside = least[texels, best] >= -1e-5
    two = np.stack([second[texels, best], third[texels, best]], axis=1)
    shares = np.hstack([1 - two.sum(axis=1, keepdims=True), two]) * inside[:, None]
    corners = np.ascontiguousarray(triangles[best].T)
    return Geometry(corners, shares.T.repeat(2, axis=1).astype(np.float32), inside.reshape(SIDE, SIDE))


def _triangles() -> npt.NDArray[np.intp]:
    """(n, 3) the points of each triangle of the flat mesh, by Delaunay."""
    places = np.round(layout() * 999).astype(int)
    plane = cv2.Subdiv2D((0, 0, 1001, 1001))
    plane.insert([(float(x), float(y)) for x, y in places])
    index = {(x, y): k for k, (x, y) in enumerate(places.tolist())}
    corners = np.asarray(plane.getTriangleList()).reshape(-1, 3, 2).round().astype(int).tolist()
    known = [[index.get((x, y), -1) for x, y in triangle] for triangle in corners]
    return np.array([triangle for triangle in known if min(triangle) >= 0], np.intp)


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


def sample(image_bgr: U8, landmarks_xyz: F32, close_up: CloseUp | None = None) -> Sample | None:
    """The face in a frame; None where it is too small or too far out.

    landmarks_xyz: (>= 468, 3) pixels. close_up: what the mesh looked at, where that is known.
    """
    points = np.ascontiguousarray(landmarks_xyz[:POINTS, :2], np.float32)
    rect = _rect(points, image_bgr.shape[1], image_bgr.shape[0])
    if rect is None:
        return None
    small, scale, shift = _small(image_bgr, rect) if close_up is None else _seen_in(close_up)
    places = _places(points)
    within = places * np.complex64(scale) + np.complex64(shift)
    # What was cut out has been softened by that: the cubic gives back what it took.
    how = cv2.INTER_LINEAR if close_up is None else cv2.INTER_CUBIC
    # No second map: the first one holds both coordinates.
    bgr = cv2.remap(small, _two(within), None, how, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    if bgr.shape[2] == 4:
        bgr = cv2.cvtColor(bgr, cv2.COLOR_BGRA2BGR)
    return Sample(np.asarray(bgr, np.uint8), _facing(within), _two(places), rect)


def _places(points_xy: F32) -> Complex:
    """(SIDE, SIDE) where the texels lie, x + iy: so both coordinates go the same way at once."""
    shape = geometry()
    corners = points_xy.view(np.complex64).ravel().take(shape.corners).view(np.float32)
    corners *= shape.shares
    places: F32 = corners[0]
    places += corners[1]  # row by row: a sum over three takes half as long again
    places += corners[2]
    return places.view(np.complex64).reshape(SIDE, SIDE)


def _two(places: Complex) -> F32:
    """The same as (SIDE, SIDE, 2), x and y."""
    return places.view(np.float32).reshape(SIDE, SIDE, 2)


def _seen_in(close_up: CloseUp) -> tuple[U8, complex, complex]:
    """A close-up, (h, w, 3 or 4), and by how much a place of the frame is scaled, turned and moved there."""
    picture, roi = close_up.picture, close_up.roi
    side = picture.shape[0]
    scale = side / roi.width_px * cmath.exp(-1j * roi.angle_rad)
    return picture, scale, _HALF * side - (complex(roi.centre_x, roi.centre_y) + _HALF) * scale


def _small(image_bgr: U8, rect: tuple[int, int, int, int]) -> tuple[U8, complex, complex]:
    """A part of a frame, halved so often that it is small, and by how much a place is scaled and moved."""
    x, y, width, height = rect
    part_bgr, scale = image_bgr[y : y + height, x : x + width], 1.0
    while max(part_bgr.shape[:2]) > _SMALL_PX * 1.5:
        height, width = part_bgr.shape[0] // 2, part_bgr.shape[1] // 2
        part_bgr = cv2.resize(  # type: ignore[assignment]
            part_bgr[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
        )
        scale /= 2
    return part_bgr, scale, -complex(x, y) * scale - _HALF


def _rect(points: F32, frame_width: int, frame_height: int) -> tuple[int, int, int, int] | None:
    """Whole pixels around points (n, 2); None where they are too few, or one of them is no number."""
    (x0, y0), (x1, y1) = extremes(points)
    if not math.isfinite(x0 + y0 + x1 + y1):
        return None
    left, top = max(0, int(x0)), max(0, int(y0))
    width, height = min(frame_width, int(x1) + 2) - left, min(frame_height, int(y1) + 2) - top
    return (left, top, width, height) if min(width, height) >= _SMALLEST_PX else None


def _facing(within: Complex) -> Bool:
    """Whether texels keep the order they have on a face from the front, and are not seen too flat."""
    across = within[1:-1, 2:] - within[1:-1, :-2]
    down = within[2:, 1:-1] - within[:-2, 1:-1]
    np.conjugate(across, out=across)
    across *= down
    area = across.imag
    facing = np.zeros((SIDE, SIDE), np.bool_)
    np.greater(area, _FLAT * float(area.sum()) / area.size, out=facing[1:-1, 1:-1])
    facing &= geometry().inside
    return facing
