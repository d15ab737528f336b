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
from typing import Final

import cv2
import numpy as np

from models.results import F32

#: Cutoff of a face at rest, Hz.
_REST_HZ: Final = 0.05
#: By how much the cutoff grows with the head's motion and with a point's own: Hz per (size per second), and
#: per its square.
_HEAD, _HEAD_SQUARE = np.float32(50), np.float32(10_000)
_POINT, _POINT_SQUARE = np.float32(40), np.float32(1000)
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
        shown = points_xyz
        if self._raw is None:
            self._smooth, self._speeds = points_xyz, np.zeros_like(points_xyz)
        else:
            step_s = max(time_s - self._time_s, _SHORTEST_S)
            moved = (points_xyz - self._raw) / np.float32(size * step_s)
            together = self._together(self._raw, moved, size, step_s)
            self._speeds = self._speeds + _share(_POINT_SPEED_HZ, step_s) * (moved - self._speeds)
            turn = np.float32(math.tau * step_s) * _cutoff_hz(together, self._speeds - together)
            expected = self._smooth + np.float32(size * min(step_s, _LEAD_S)) * together
            self._smooth = expected + turn / (1 + turn) * (points_xyz - expected)
            shown = self._smooth + np.float32(size * _AHEAD_S) * together
        self._raw, self._time_s = points_xyz, time_s
        return shown

    def _together(self, raw: F32, moved: F32, size: float, step_s: float) -> F32:
        """How each point moves with the head, (n, 3) sizes a second. moved: all motion since `raw`."""
        each = np.full(len(raw), 1 / len(raw), np.float32)
        places = (raw - each @ raw) / np.float32(size)  # their sums are 0: the mean motion stands by itself
        across = places.T
        head = np.empty((4, 3), np.float32)
        cv2.solve(across @ places + _RIDGE, across @ moved, dst=head[:3], flags=cv2.DECOMP_CHOLESKY)
        head[3] = each @ moved
        self._head = self._head + _share(_HEAD_SPEED_HZ, step_s) * (head - self._head)
        return np.asarray(places @ self._head[:3] + self._head[3], np.float32)


def _cutoff_hz(together: F32, alone: F32) -> F32:
    """How quickly each coordinate may follow, (n, 3), by how fast it moves with the head and alone."""
    cutoff_hz, point = np.abs(together), np.abs(alone)
    cutoff_hz *= _HEAD + _HEAD_SQUARE * cutoff_hz
    point *= _POINT + _POINT_SQUARE * point
    cutoff_hz += point
    cutoff_hz += np.float32(_REST_HZ)
    return cutoff_hz


def _share(cutoff_hz: float, step_s: float) -> np.float32:
    """How much of a new value a low-pass of that cutoff takes in after a step: 0..1."""
    turn = math.tau * cutoff_hz * step_s
    return np.float32(turn / (1 + turn))
