"""Poses in time -> steps. Pure: any walk that a camera in front sees, on the spot, across, to and fro.

While somebody walks, the legs trade places: how much lower one reaches than the other, in leg lengths, swings
once per stride, whichever way they face. Its turning points alternate, one for each step. What swings less
than the hysteresis (noise, swaying, sitting down) is none, and the slow shift of turning round is no swing.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.scene import Pose

#: Swings quicker than 3 strides a second are noise: two low-passes in a row, by the frames' own times.
_HIGH_HZ: Final = 3.0
#: The least swing from side to side that counts, in leg lengths, and as a share of the usual swing.
_SWING_MIN, _SWING_SHARE = 0.09, 0.42
#: How slowly the leg length shrinks, seconds: a bent leg is as long as it was.
_LEG_S: Final = 2.0
#: A leg is this many trunks long (Drillis and Contini), however it is bent just now.
_LEG_TRUNKS: Final = 1.7
#: How much a folded shin counts beside the ankle's height.
_SHIN: Final = 0.8
#: Nobody steps quicker; and after a longer pause the next swing is a new walk. Seconds.
_STEP_MIN_S, _PAUSE_S = 0.14, 1.6
#: Nor does anybody halve the time between steps from one to the next.
_EARLY: Final = 0.55
#: After a longer silence nothing is known of the swing any more.
_GAP_S: Final = 0.6
#: An ankle that is less likely to be seen tells nothing.
_VISIBLE_MIN: Final = 0.3
_SHOULDERS, _HIPS, _KNEES, _ANKLES = [11, 12], [23, 24], [25, 26], [27, 28]
_CADENCE_STEPS: Final = 6


@dataclass(frozen=True, slots=True)
class _Legs:
    """How much lower the left leg reaches than the right, and the length of a leg, pixels.

    The ankles' difference in height, and most of the shins' besides: to somebody walking away the foot behind
    is the nearer and looks lower just when it rises; its folded shin tells that it does.
    """

    difference_px: float
    length_px: float

    @classmethod
    def of(cls, pose: Pose) -> "_Legs | None":
        """None where an ankle is not seen."""
        if pose.visibility[_ANKLES].min() < _VISIBLE_MIN:
            return None
        points = pose.landmarks_xyz[:, :2]
        low = (1 + _SHIN) * points[_ANKLES, 1] - _SHIN * points[_KNEES, 1]
        lengths = np.linalg.norm(points[_HIPS] - points[_ANKLES], axis=1)
        trunk = float(np.linalg.norm(points[_HIPS].mean(axis=0) - points[_SHOULDERS].mean(axis=0)))
        return cls(float(low[0] - low[1]), max(*map(float, lengths), _LEG_TRUNKS * trunk))


class _Swing:
    """The smoothed difference of the legs, in leg lengths, and its turning points."""

    def __init__(self, legs: _Legs, time_s: float) -> None:
        self.time_s = time_s
        self._leg_px = max(1.0, legs.length_px)
        start = legs.difference_px / self._leg_px
        self._smooth = [start, start]
        self._low = self._high = start
        self._way = 0
        self._usual = 0.0

    def update(self, legs: _Legs, time_s: float, earliest_s: float) -> bool:
        """Take in the next pose; whether the swing has now turned. Before earliest_s it is a ripple."""
        step_s, self.time_s = time_s - self.time_s, time_s
        self._leg_px = max(legs.length_px, self._leg_px * math.exp(-step_s / _LEG_S), 1.0)
        value = legs.difference_px / self._leg_px
        for k in range(2):
            self._smooth[k] += _share(_HIGH_HZ, step_s) * (value - self._smooth[k])
            value = self._smooth[k]
        return self._turned(value, due=time_s >= earliest_s)

    def calm(self) -> None:
        """They stand: the next swing is compared with no earlier one."""
        self._usual = 0.0

    def _turned(self, value: float, *, due: bool) -> bool:
        """Whether the value has come back from its last extreme by the hysteresis."""
        self._low, self._high = min(self._low, value), max(self._high, value)
        least = max(_SWING_MIN, _SWING_SHARE * self._usual)
        up, down = value - self._low > least, self._high - value > least
        if due and ((up and self._way <= 0) or (down and self._way >= 0)):
            if self._way:
                self._usual += 0.5 * (self._high - self._low - self._usual)
            self._way = 1 if up and self._way <= 0 else -1
            if self._way > 0:
                self._high = value
            else:
                self._low = value
            return True
        return False


class StepCounter:
    """Counts the steps of one person. Feed it every pose with its time; one person at a time."""

    def __init__(self) -> None:
        self.steps = 0
        self._swing: _Swing | None = None
        self._stepped_s: deque[float] = deque(maxlen=_CADENCE_STEPS)

    def feed(self, pose: Pose, time_s: float) -> int:
        """Take in a pose; returns how many steps became known by it (0 or 1).

        A time that repeats or goes back is passed over, unless it goes so far back that the clock was set.
        """
        legs = _Legs.of(pose)
        if legs is None or not math.isfinite(legs.difference_px + legs.length_px):
            return 0
        if self._swing is None or not -_GAP_S < time_s - self._swing.time_s < _GAP_S:
            self._swing = _Swing(legs, time_s)
            return 0
        if time_s <= self._swing.time_s:
            return 0
        if self._stepped_s and not 0 <= time_s - self._stepped_s[-1] < _PAUSE_S:
            self._stepped_s.clear()
            self._swing.calm()
        if not self._swing.update(legs, time_s, self._earliest_s()):
            return 0
        self._stepped_s.append(time_s)
        self.steps += 1
        return 1

    def cadence_per_min(self, now_s: float) -> float:
        """Steps a minute lately; 0 while nobody walks."""
        times = self._stepped_s
        if len(times) < 3 or not 0 <= now_s - times[-1] < _PAUSE_S:
            return 0.0
        return 60 * (len(times) - 1) / max(times[-1] - times[0], 1e-3)

    def _earliest_s(self) -> float:
        """When the next step may come: feet keep their rhythm."""
        times = self._stepped_s
        if not times:
            return -math.inf
        usual_s = float(np.median(np.diff(times))) if len(times) > 3 else 0.0
        return times[-1] + max(_STEP_MIN_S, _EARLY * usual_s)


def _share(cutoff_hz: float, step_s: float) -> float:
    """How much of a new value a low-pass takes in after a step: exact for any step."""
    return 1 - math.exp(-math.tau * cutoff_hz * step_s)
