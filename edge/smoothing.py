"""Smooths a face's points: a still face stands still, a moving one does not lag. Pure; time is an argument.

A One-Euro filter (Casiez, Roussel, Vogel, CHI 2012: the faster something moves, the less it is smoothed)
with three changes.

* The speed of a coordinate by itself is mostly noise, so the original must smooth a slow head for long to
  keep a still one still. Here it is taken from the motion of the whole head, an affine map fitted to all
  points at once, whose noise is a fraction; what a point moves besides (a smile, a blink) counts by its own.
* Before a new frame is taken in, everything is moved on by the head's motion: at an even speed nothing lags.
* The cutoff grows with the speed and with its square: noise is slow, so it counts little, and a movement that
  anybody would call one is followed at once.

Measured at 1080p on the portrait with sensor noise of 3 grey levels, all points. FaceMesh is MediaPipe's
`solutions.face_mesh`, which does not smooth; its newer Face Landmarker does for one face, with the original
filter at 0.05 Hz, 80 and 1 Hz:

                                        FaceMesh   those constants   this
    held still: RMS about its place, px   0.46         0.13          0.22
    held still: step per frame, px        0.78         0.10          0.25
    swaying 40 px at 0.3 Hz: lag, ms      -2           11            -2.7
    swaying 15 px at 0.15 Hz: lag, ms     -1.3         55            -3.3
    swaying 60 px at 1 Hz: lag, ms        -1.3         5             -2

(Lags are of the mesh's mean against what was drawn; its own is not quite zero.)
"""

import math
from functools import cache
from typing import Final

import cv2
import numpy as np

from models.results import F32

#: Cutoff of a face at rest, Hz.
_REST_HZ: Final = 0.05
#: By how much the cutoff grows with the head's motion and with a point's own: Hz per (size per second), and
#: per its square.
_HEAD, _HEAD_SQUARE = 50.0, 10_000.0
_POINT, _POINT_SQUARE = 40.0, 1000.0
#: The same as one square each: (speed + begin)² times the square's, and what that is too much at rest.
_HEAD_BEGIN, _POINT_BEGIN = _HEAD / _HEAD_SQUARE / 2, _POINT / _POINT_SQUARE / 2
_CUTOFF_BEGIN_HZ: Final = _REST_HZ - _HEAD_SQUARE * _HEAD_BEGIN**2 - _POINT_SQUARE * _POINT_BEGIN**2
#: Cutoff of the speeds themselves, Hz.
_HEAD_SPEED_HZ, _POINT_SPEED_HZ = 1.5, 1.0
#: Frames cannot be closer than this: clocks repeat and jump back.
_SHORTEST_S: Final = 1 / 240
#: Further ahead than this nobody goes on as before.
_LEAD_S: Final = 0.1
#: Shown so far ahead: what is left of the lag, a thirtieth of a frame, is made up for.
_AHEAD_S: Final = 0.001
#: Keeps the fit solvable when the points lie in a plane.
_RIDGE: Final = np.eye(3, dtype=np.float32) * np.float32(1e-3)


class Steady:
    """Smooths points (n, 3) that move together and a little on their own."""

    def __init__(self) -> None:
        self._time_s = 0.0
        self._raw: F32 | None = None
        self._smooth: F32 = np.zeros((0, 3), np.float32)
        self._speeds: F32 = np.zeros((0, 3), np.float32)
        self._head: F32 = np.zeros((4, 3), np.float32)

    def update(self, points_xyz: F32, time_s: float, size: float) -> F32:
        """The smoothed points at time_s.

        points_xyz: (n, 3) float32. size: the extent of the face in their unit: speeds are measured in sizes
        a second, so that a near and a far face are smoothed alike.
        """
        if self._raw is None:
            self._smooth, self._speeds, shown = points_xyz, np.zeros_like(points_xyz), points_xyz
        else:
            shown = self._moved_on(self._raw, points_xyz, max(time_s - self._time_s, _SHORTEST_S), size)
        self._raw, self._time_s = points_xyz, time_s
        return shown

    def _moved_on(self, raw: F32, points_xyz: F32, step_s: float, size: float) -> F32:
        """The smoothed points, a step after `raw`. In few calls: each costs more than what it does."""
        moved = points_xyz - raw
        moved *= np.float32(1 / (size * step_s))
        together = self._together(raw, moved, size, step_s)
        share = _share(_POINT_SPEED_HZ, step_s)
        self._speeds = _mixed(self._speeds, 1 - share, moved, share)
        expected = _ahead(self._smooth, together, size * min(step_s, _LEAD_S))
        expected -= points_xyz
        expected *= _kept(together, self._speeds - together, 1 / (math.tau * step_s))
        expected += points_xyz
        self._smooth = expected
        return _ahead(self._smooth, together, size * _AHEAD_S)

    def _together(self, raw: F32, moved: F32, size: float, step_s: float) -> F32:
        """How each point moves with the head, (n, 3) sizes a second. moved: all motion since `raw`."""
        mean = _mean(len(raw))
        places = raw - mean @ raw
        places *= np.float32(1 / size)  # their sums are 0: the mean motion stands by itself
        across = places.T
        head = np.empty((4, 3), np.float32)
        cv2.solve(across @ places + _RIDGE, across @ moved, dst=head[:3], flags=cv2.DECOMP_CHOLESKY)
        head[3] = mean @ moved
        share = _share(_HEAD_SPEED_HZ, step_s)
        self._head = _mixed(self._head, 1 - share, head, share)
        return cv2.transform(places[:, None], self._head.T)[:, 0]  # type: ignore[return-value]


def _kept(together: F32, alone: F32, frame_hz: float) -> F32:
    """How much of what was expected of each coordinate is kept, (n, 3) 0..1, by how fast it moves: with the
    head, and alone. frame_hz: the cutoff at which it is half.

    Straight and square growth of the cutoff as one square each, of a speed that begins a little further on.
    """
    head, point = np.abs(together), np.abs(alone)
    head += np.float32(_HEAD_BEGIN)
    head *= head
    point += np.float32(_POINT_BEGIN)
    point *= point
    both_hz = _mixed(head, _HEAD_SQUARE, point, _POINT_SQUARE, _CUTOFF_BEGIN_HZ + frame_hz)
    return np.divide(np.float32(frame_hz), both_hz, out=both_hz)


def _mixed(one: F32, share: float, other: F32, of_other: float, plus: float = 0.0) -> F32:
    """Both, each times its share, and a number: in one call."""
    return cv2.addWeighted(one, share, other, of_other, plus)  # type: ignore[return-value]


def _ahead(points: F32, speeds: F32, by: float) -> F32:
    """Points after that much of their speeds, in one call."""
    return cv2.scaleAdd(speeds, by, points)  # type: ignore[return-value]


@cache
def _mean(count: int) -> F32:
    """What times so many points is their mean; rows reduce ten times as slowly."""
    return np.full(count, 1 / count, np.float32)


def _share(cutoff_hz: float, step_s: float) -> float:
    """How much of a new value a low-pass of that cutoff takes in after a step: 0..1."""
    turn = math.tau * cutoff_hz * step_s
    return turn / (1 + turn)
