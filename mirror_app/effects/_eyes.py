"""Where the eyes are: their openings as smooth curves, and how open and how visible they are.

                 ·  ·  · brow ·  ·  ·            Each eye has a frame of its own, in widths of the eye:
               ·  ·  · halo 3 ·  ·  ·            the origin in its outer corner, x towards the inner one,
              ·   ·  · halo 2 ·  ·   ·           y towards the brow. Left and right eye, mirrored picture
           outer ╭─── upper ───╮ inner           or not: it is always the same drawing.
                 ╰─── lower ───╯

Both eyes are one: every array has the eyes that are seen along its first axis. Indices are the face mesh's;
the same point of the same person in a mirrored picture too.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from mirror_app.effects import _curves, _tiles
from mirror_app.subject import Subject
from models.results import F32

#: From the outer corner to the inner one: the subject's right eye, the left one.
_UPPER: Final = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385, 384, 398, 362))
_LOWER: Final = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (263, 249, 390, 373, 374, 380, 381, 382, 362))
_HALO_2: Final = ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414))
_HALO_3: Final = ((113, 225, 224, 223, 222, 221, 189), (342, 445, 444, 443, 442, 441, 413))
_BROW: Final = ((46, 53, 52, 65, 55), (276, 283, 282, 295, 285))
#: Its upper edge: brows are drawn between both.
_BROW_TOP: Final = ((70, 63, 105, 66, 107), (300, 293, 334, 296, 336))
#: (2 eyes, 42): lower lid, upper lid, halo 2, halo 3, lower and upper edge of the brow.
_POINTS: Final = np.concatenate(
    [np.array(each) for each in (_LOWER, _UPPER, _HALO_2, _HALO_3, _BROW, _BROW_TOP)], axis=1
)
#: Outer and inner corner, cheek and brow of each eye: which way the skin around it faces. Last the tip of
#: the nose, and above and below it what it stands out from.
_FRAME: Final = np.array((33, 133, 101, 105, 263, 362, 330, 334, 1, 168, 164))

_SPLINE: Final = _curves.spline(9, 4)
_N: Final = len(_SPLINE)
#: Points of each row of an upper lid: lash line, halo 2, halo 3, brow.
ROWS: Final = (_N, 7, 7, 5)
#: Where things are in `Eyes.marks`: what is drawn on lids is made of the first 70, what on brows of the last.
_AXES, _BENT, _MESH = slice(0, 2), slice(2, 4), slice(4, 94)
_LOWER_PART, _UPPER_PART = slice(4, 4 + _N), slice(4 + _N, 4 + 2 * _N)
_ROWS_PART, _AXES_TOO = slice(4 + _N, 89), slice(94, 96)
LIDS, BROWS = slice(0, 4 + 2 * _N), slice(84, 96)
#: The same in what is told of the lids in the eyes' own frames.
_OWN: Final = slice(4, 89)
_OWN_LOWER, _OWN_UPPER, _OWN_ROWS = slice(0, _N), slice(_N, 2 * _N), slice(_N, 85)
#: In the rows: the brow.
_BROW_PART: Final = slice(_N + 14, _N + 19)
_ORIGIN: Final = slice(_UPPER_PART.start, _UPPER_PART.start + 1)
#: Of the marks: outer corner, inner corner, and a point that surely lies above the lid.
_SPOTS: Final = np.array((_UPPER_PART.start, _UPPER_PART.stop - 1, _UPPER_PART.stop + 10))
#: Square to the lids' edges, about, on every face: (33, 2), in the eye's own frame.
_LEAN: Final = np.linspace(-0.75, 0.6, _N)
_FAN: Final = np.stack((np.sin(_LEAN), np.cos(_LEAN)), axis=1).astype(np.float32)
_FAN_BELOW: Final = _FAN * np.array((0.7, -1), np.float32)
#: Height of the opening over its width: shut, and open as in a friendly look.
_SHUT, _OPEN = 0.06, 0.24
#: How far the skin around an eye faces the camera (cosine): hidden, seen well.
_HIDDEN, _SEEN = 0.30, 0.55
#: An eye of fewer pixels across is not drawn on.
_MIN_WIDTH_PX: Final = 3.0


def _matrix() -> F32:
    """Weights (96, 42) of the mesh's points: the marks, of which the axes are still to be filled in."""
    matrix = np.zeros((_AXES_TOO.stop, _POINTS.shape[1]), np.float32)
    matrix[_LOWER_PART, :9] = matrix[_UPPER_PART, 9:18] = _SPLINE
    matrix[_UPPER_PART.stop : _MESH.stop, 18:] = np.eye(24)
    return matrix


_CURVES: Final = _matrix()


def _weights() -> tuple[F32, F32, F32, F32]:
    single = np.eye(LIDS.stop, dtype=np.float32)
    return single[_UPPER_PART], single[_LOWER_PART], single[_AXES], single[_BENT]


#: Weights (points, 70) for `Eyes.points`: the lids' edges from the outer corner to the inner one, (33, 70);
#: the axes, (2, 70), and the bent ones.
UPPER, LOWER, AXES, BENT = _weights()
#: The outline of what is seen of the eyeball, (66, 70).
OPENING: Final = np.concatenate((UPPER, LOWER[::-1]))


def off_upper(heights: F32) -> F32:
    """Weights (33, 70) of a curve above the upper lid's edge, by heights (33,) in widths of the eye."""
    return np.asarray(UPPER + (heights[:, None] * _FAN) @ BENT, np.float32)


def off_lower(heights: F32) -> F32:
    """The same below the lower lid's edge."""
    return np.asarray(LOWER + (heights[:, None] * _FAN_BELOW) @ AXES, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """The eyes of a face that are seen in one picture, n of them, at most two.

    sides: of each 0 the subject's right, 1 the left.
    marks: (n, 96, 2) float32, pixels: what all that is drawn on eyes and brows is made of, by fixed weights
        that depend on the product only. Axes of one width towards the inner corner and of one width towards
        the brow; `bent` ones of what stands on the upper lid, as a shut lid's edge is nearly straight; the
        edges of both lids, which are the same where the eye is shut; the rows above; the brow; axes again.
    rows: (n, 52, 2) in the eyes' own frames: lash line, halo 2, halo 3 and lower edge of the brow; see ROWS.
    width_px: from corner to corner. openness: 0 shut, 1 open. strength: 0 turned away, 1 seen well.
    """

    sides: tuple[int, ...]
    marks: F32
    rows: F32
    width_px: tuple[float, ...]
    openness: tuple[float, ...]
    strength: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.sides)

    def points(self, weights: F32, of: slice = LIDS) -> F32:
        """(n, points, 2) pixels: what is made of the marks by weights (points, marks)."""
        return np.asarray(weights @ self.marks[:, of], np.float32)

    @property
    def axes(self) -> F32:
        """(n, 2, 2) pixels of one width towards the inner corner and of one width towards the brow."""
        return self.marks[:, _AXES]

    @property
    def origin(self) -> F32:
        """(n, 1, 2) the outer corners, pixels."""
        return self.marks[:, _ORIGIN]

    @property
    def widest_px(self) -> float:
        """Width of the larger one: how soft and how wide anything is on both."""
        return max(self.width_px)

    @property
    def opening_xy(self) -> F32:
        """(n, 66, 2) the outline of what is seen of the eyeball, pixels."""
        return self.points(OPENING)

    def reach(self, sides: tuple[float, float], down: float) -> list[_tiles.Edges]:
        """Boxes around the eyes up to their brows, pixels. sides, down: in their own frames."""
        tops = [max(heights) for heights in self.rows[:, _BROW_PART, 1].tolist()]
        left, right = sides
        found = []
        for ((x, y),), ((ax, ay), (bx, by)), top in zip(
            self.origin.tolist(), self.axes.tolist(), tops, strict=True
        ):
            top = max(top, 0.4)
            # Plain numbers: the same with arrays takes four times as long.
            xs, ys = (
                (left * ax, right * ax, down * bx, top * bx),
                (left * ay, right * ay, down * by, top * by),
            )
            found.append(
                (
                    x + min(xs[:2]) + min(xs[2:]) - 1,
                    y + min(ys[:2]) + min(ys[2:]) - 1,
                    x + max(xs[:2]) + max(xs[2:]) + 1,
                    y + max(ys[:2]) + max(ys[2:]) + 1,
                )
            )
        return found


def of(subject: Subject) -> Eyes:
    """The eyes that can be seen; shared by all that is drawn on them."""
    marks = _CURVES @ subject.xy.take(_POINTS, axis=0)
    facing = _facing(subject.face.landmarks_xyz.take(_FRAME, axis=0).tolist())
    spots = marks.take(_SPOTS, axis=1).tolist()
    frames = [_frame(side, spots[side], facing[side]) for side in (0, 1)]
    seen = [frame for frame in frames if frame.strength > 0 and frame.width_px >= _MIN_WIDTH_PX]
    if not seen:
        return _NONE
    return _eyes(seen, marks if len(seen) == len(frames) else marks[[frame.side for frame in seen]])


class _Frame(NamedTuple):
    """An eye's own frame in plain numbers. along, up: its axes in pixels."""

    side: int
    width_px: float
    strength: float
    along: tuple[float, float]
    up: tuple[float, float]


def _frame(side: int, spots_xy: list[list[float]], facing: float) -> _Frame:
    (x, y), (inner_x, inner_y), (above_x, above_y) = spots_xy
    dx, dy = inner_x - x, inner_y - y
    # Up is where the brow is: the picture may be mirrored, or it is the other eye.
    way = math.copysign(1, (above_y - y) * dx - (above_x - x) * dy)
    strength = min((facing - _HIDDEN) / (_SEEN - _HIDDEN), 1.0)
    return _Frame(side, math.hypot(dx, dy), strength, (dx, dy), (-way * dy, way * dx))


def _eyes(seen: list[_Frame], marks: F32) -> Eyes:
    """marks: with the axes still to be filled in."""
    widths = tuple([frame.width_px for frame in seen])
    inverse = np.array([_inverse(frame) for frame in seen], np.float32)
    own = np.asarray((marks[:, _OWN] - marks[:, _ORIGIN]) @ inverse, np.float32)
    openness = _shut(marks, own, seen)
    axes = [_axes(frame, gap) for frame, gap in zip(seen, openness, strict=True)]
    marks[:, : _MESH.start] = np.array(axes, np.float32)
    marks[:, _AXES_TOO] = marks[:, _AXES]
    strength = tuple([frame.strength for frame in seen])
    sides = tuple([frame.side for frame in seen])
    return Eyes(sides, marks, own[:, _OWN_ROWS], widths, openness, strength)


def _inverse(frame: _Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """From pixels to the eye's own frame."""
    (ax, ay), (bx, by), per = frame.along, frame.up, 1 / (frame.width_px * frame.width_px)
    return (ax * per, bx * per), (ay * per, by * per)


def _axes(frame: _Frame, openness: float) -> tuple[tuple[float, float], ...]:
    """The first of the marks."""
    (ax, ay), up = frame.along, frame.up
    return frame.along, up, (ax * openness, ay * openness), up


def _shut(marks: F32, own: F32, seen: list[_Frame]) -> tuple[float, ...]:
    """How open the eyes are. Lids that cross, in the mesh's guess, are made to meet; in place."""
    gap = own[:, _OWN_UPPER, 1] - own[:, _OWN_LOWER, 1]
    gaps = gap.tolist()
    if min(map(min, gaps)) < 0:
        crossed = np.minimum(gap, 0) / 2
        own[:, _OWN_UPPER, 1] -= crossed
        own[:, _OWN_LOWER, 1] += crossed
        crossed_xy = crossed[:, :, None] * np.array([[frame.up] for frame in seen], np.float32)
        marks[:, _UPPER_PART] -= crossed_xy
        marks[:, _LOWER_PART] += crossed_xy
    return tuple([min(max((max(each) - _SHUT) / (_OPEN - _SHUT), 0.0), 1.0) for each in gaps])


#: Of a face that shows none.
_NO_POINTS: Final = np.empty((0, _AXES_TOO.stop, 2), np.float32)
_NONE: Final = Eyes((), _NO_POINTS, _NO_POINTS[:, _ROWS_PART], (), (), ())


def _facing(frame: list[list[float]]) -> list[float]:
    """How far the skin around each eye faces the camera: the cosine, negative where it is turned away.

    frame: the points of _FRAME. Plain numbers: NumPy's cross product of three takes thirty times as long.
    """
    (x, y, z), (above_x, above_y, above_z), (below_x, below_y, below_z) = frame[8:]
    nose_x, nose_y, nose_z = 2 * x - above_x - below_x, 2 * y - above_y - below_y, 2 * z - above_z - below_z
    found = []
    for (outer_x, outer_y, outer_z), (x, y, z), below, above in (frame[:4], frame[4:8]):
        ax, ay, az = x - outer_x, y - outer_y, z - outer_z
        bx, by, bz = above[0] - below[0], above[1] - below[1], above[2] - below[2]
        x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        way = math.copysign(1, x * nose_x + y * nose_y + z * nose_z)
        found.append(-way * z / max(math.sqrt(x * x + y * y + z * z), 1e-6))
    return found
