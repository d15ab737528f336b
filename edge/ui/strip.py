"""A strip that scrolls along one axis: follows the finger, runs on with inertia and comes to rest where its
content begins a row, springs back at its ends.

Everything is in seconds and pixels, so it moves alike at every frame rate.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from typing import Final

#: How long a released strip runs on: time constant of its friction.
_FRICTION_S: Final = 0.33
#: How quickly it comes back from beyond an end, and goes to what is to be revealed.
_SPRING_S: Final = 0.09
#: The finger's speed is measured over its last moments.
_SPEED_OVER_S: Final = 0.1
#: Beyond an end it follows the finger by this share only.
_RUBBER: Final = 0.35
_STILL_PX_S: Final = 8.0


class Strip:
    """Where a strip stands. offset_px: how much of its content is scrolled out before the window."""

    def __init__(self) -> None:
        self.offset_px = 0.0
        self._limit_px = 0.0
        self._stops_px: Sequence[float] = ()
        self._speed_px_s = 0.0
        self._target_px: float | None = None
        self._pace_s = _SPRING_S
        self._held: deque[tuple[float, float]] | None = None
        self._ticked_s: float | None = None

    @property
    def moving(self) -> bool:
        """Whether it runs on by itself."""
        return self._speed_px_s != 0 or self._target_px is not None

    @property
    def goal_px(self) -> float:
        """Where it goes by itself, or stands."""
        return self.offset_px if self._target_px is None else self._target_px

    @property
    def hidden_px(self) -> tuple[float, float]:
        """How much of the content is out of the window at its beginning and at its end."""
        return max(0.0, self.offset_px), max(0.0, self._limit_px - self.offset_px)

    def fit(self, content_px: float, window_px: float, stops_px: Sequence[float] = ()) -> None:
        """Tell how long the content and its window are. stops_px: offsets, rising, at which it looks well; a
        released strip comes to rest at one of them. None: anywhere."""
        self._limit_px = max(0.0, content_px - window_px)
        self._stops_px = stops_px

    def grab(self, at_px: float, now_s: float) -> None:
        """A finger goes down: the strip stops."""
        self._held = deque([(now_s, at_px)], maxlen=16)
        self._speed_px_s, self._target_px = 0.0, None

    def drag(self, to_px: float, now_s: float) -> None:
        """The finger moves: the strip goes along, half-heartedly beyond its ends."""
        if self._held is None:
            return
        step = self._held[-1][1] - to_px
        outside = not 0 <= self.offset_px <= self._limit_px
        self.offset_px += step * (_RUBBER if outside else 1.0)
        self._held.append((now_s, to_px))

    def release(self, now_s: float) -> None:
        """The finger leaves: the strip runs on with its speed, or a little more or less to reach a stop."""
        held, self._held = self._held, None
        recent = [(when, where) for when, where in held or () if now_s - when <= _SPEED_OVER_S]
        if len(recent) > 1 and recent[-1][0] > recent[0][0]:
            self._speed_px_s = (recent[0][1] - recent[-1][1]) / (recent[-1][0] - recent[0][0])
        if self._stops_px and self.offset_px == self._inside(self.offset_px):
            # Friction alone would carry it there; the same curve ends at the stop next to it.
            rest = self._nearest_stop(self.offset_px + self._speed_px_s * _FRICTION_S)
            self._head_for(rest, _FRICTION_S)

    def go(self, to_px: float) -> None:
        """Go where this place is at the beginning of the window, as far as the content reaches."""
        self._head_for(to_px, _SPRING_S)

    def reveal(self, start_px: float, end_px: float, window_px: float, margin_px: float = 0.0) -> None:
        """Go where the content from start to end is in the window, if it is not."""
        target = min(max(self.offset_px, end_px + margin_px - window_px), start_px - margin_px)
        if target != self.offset_px:
            self.go(target)

    def tick(self, now_s: float) -> None:
        """Advance to now_s."""
        passed_s = 0.0 if self._ticked_s is None else max(0.0, now_s - self._ticked_s)
        self._ticked_s = now_s
        if self._held is None and passed_s > 0:
            self._run_on(passed_s)
            self._spring(passed_s)

    def _run_on(self, passed_s: float) -> None:
        kept = math.exp(-passed_s / _FRICTION_S)
        self.offset_px += self._speed_px_s * _FRICTION_S * (1 - kept)
        self._speed_px_s *= kept
        if abs(self._speed_px_s) < _STILL_PX_S or self.offset_px != self._inside(self.offset_px):
            self._speed_px_s = 0.0

    def _spring(self, passed_s: float) -> None:
        target = self._inside(self.offset_px) if self._target_px is None else self._inside(self._target_px)
        slow = self._target_px is not None and abs(self.offset_px - target) > _STILL_PX_S * _FRICTION_S
        pace_s = self._pace_s if slow else _SPRING_S  # the last pixels are not crept
        left = (self.offset_px - target) * math.exp(-passed_s / pace_s)
        if abs(left) < 0.5:
            self.offset_px, self._target_px = target, None
        else:
            self.offset_px = target + left

    def _head_for(self, target_px: float, pace_s: float) -> None:
        self._target_px, self._pace_s, self._speed_px_s = self._inside(target_px), pace_s, 0.0

    def _nearest_stop(self, offset_px: float) -> float:
        offset_px = self._inside(offset_px)
        at = bisect_left(self._stops_px, offset_px)
        near = (*self._stops_px[max(0, at - 1) : at + 1], self._limit_px)
        return min((self._inside(stop) for stop in near), key=lambda stop: abs(stop - offset_px))

    def _inside(self, offset_px: float) -> float:
        return min(max(offset_px, 0.0), self._limit_px)
