"""The One-Euro filter: still things stand still, moving things do not lag. Pure; time is an argument.

Casiez, Roussel, Vogel, "1 € Filter", CHI 2012. The constants are those of MediaPipe's face graphs.
"""

import math
from typing import Final

import numpy as np

from models.results import F32

#: Below this cutoff nothing moves; and by how much the cutoff grows with speed, in Hz per (size per second).
MIN_CUTOFF_HZ, BETA = 0.05, 80.0
#: Cutoff of the speed itself.
SPEED_CUTOFF_HZ: Final = 1.0
#: Frames cannot be closer than this: clocks repeat and jump back.
_SHORTEST_S: Final = 1 / 240


class OneEuro:
    """Smooths an array of values of any shape, each by its own speed."""

    def __init__(self) -> None:
        self._time_s = -math.inf
        self._raw: F32 | None = None
        self._speed: F32 | None = None
        self._smooth: F32 | None = None

    def update(self, values: F32, time_s: float, size: float) -> F32:
        """The smoothed values at time_s.

        size: the extent of the whole thing in the unit of the values; speeds are measured in sizes a second,
        so that a near and a far face are smoothed alike.
        """
        if self._raw is None or self._speed is None or self._smooth is None:
            self._speed, self._smooth = np.zeros_like(values), values
        else:
            step_s = max(time_s - self._time_s, _SHORTEST_S)
            speed = (values - self._raw) / np.float32(size * step_s)
            self._speed = self._speed + np.float32(_weight(SPEED_CUTOFF_HZ, step_s)) * (speed - self._speed)
            cutoff_hz = MIN_CUTOFF_HZ + BETA * np.abs(self._speed)
            turn = np.float32(math.tau * step_s) * cutoff_hz
            self._smooth = self._smooth + turn / (1 + turn) * (values - self._smooth)
        self._raw, self._time_s = values, time_s
        return self._smooth


def _weight(cutoff_hz: float, step_s: float) -> float:
    """How much of the new value a low-pass of that cutoff takes in after a step: 0..1."""
    turn = math.tau * cutoff_hz * step_s
    return turn / (1 + turn)
