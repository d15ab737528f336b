"""Smooths a face's points: a still face stands still, a moving one does not lag. Pure; time is an argument.

A One-Euro filter (Casiez, Roussel, Vogel, CHI 2012: the faster something moves, the less it is smoothed)
with one change. MediaPipe's face graphs measure the speed of every coordinate by itself; that speed is
mostly noise, so they must smooth a slow head for long to keep a still one still. Here the speed is taken
from the motion of the whole head, an affine map fitted to all points at once, whose noise is a twentieth;
what a point moves besides (a smile, a blink) counts by its own speed, as in the original.

Measured at 1080p on the portrait with sensor noise of 3 grey levels, against no smoothing at all and
against MediaPipe's constants (0.05 Hz, 80, 1 Hz):

                                        none      MediaPipe's    this
    held still: step per frame, px      0.17      0.006          0.026
    swaying 40 px at 0.3 Hz: lag, ms    1         19             2.5
    swaying 15 px at 0.15 Hz: lag, ms   -1        71             5
"""

import math
from typing import Final

import numpy as np

from models.results import F32

#: Cutoff of a face at rest, Hz.
_REST_HZ: Final = 0.05
#: By how much the cutoff grows: Hz per (size per second) of the head's motion, and of a point's own.
_BETA_HEAD, _BETA_POINT = 1000.0, 100.0
#: Cutoff of the speeds themselves, Hz.
_SPEED_HZ: Final = 1.0
#: Frames cannot be closer than this: clocks repeat and jump back.
_SHORTEST_S: Final = 1 / 240
#: Keeps the fit solvable when the points lie in a plane.
_RIDGE: Final = np.eye(4, dtype=np.float32) * np.float32(1e-3)


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
            self._smooth, self._speeds = points_xyz, np.zeros_like(points_xyz)
        else:
            step_s = max(time_s - self._time_s, _SHORTEST_S)
            moved = (points_xyz - self._raw) / np.float32(size * step_s)
            cutoff_hz = self._cutoff(self._raw, moved, size, step_s)
            turn = np.float32(math.tau * step_s) * cutoff_hz
            self._smooth = self._smooth + turn / (1 + turn) * (points_xyz - self._smooth)
        self._raw, self._time_s = points_xyz, time_s
        return self._smooth

    def _cutoff(self, raw: F32, moved: F32, size: float, step_s: float) -> F32:
        """How quickly each coordinate may follow, (n, 3) Hz. moved: sizes a second since `raw`."""
        share = np.float32(_share(_SPEED_HZ, step_s))
        basis = np.ones((len(raw), 4), np.float32)
        basis[:, :3] = (raw - raw.mean(axis=0)) / np.float32(size)
        head = np.linalg.solve(basis.T @ basis + _RIDGE, basis.T @ moved)
        self._head = self._head + share * (head - self._head)
        self._speeds = self._speeds + share * (moved - self._speeds)
        together = basis @ self._head
        alone = self._speeds - together
        cutoff_hz: F32 = _REST_HZ + _BETA_HEAD * np.abs(together) + _BETA_POINT * np.abs(alone)
        return cutoff_hz


def _share(cutoff_hz: float, step_s: float) -> float:
    """How much of a new value a low-pass of that cutoff takes in after a step: 0..1."""
    turn = math.tau * cutoff_hz * step_s
    return turn / (1 + turn)
