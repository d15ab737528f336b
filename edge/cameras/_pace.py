"""Keeps a made-up source at the rate of a camera."""

import time
from collections.abc import Callable
from typing import Final

#: Later than this, the source starts to count anew instead of racing to catch up.
_LATE_S: Final = 0.5

Clock = Callable[[], float]
Sleep = Callable[[float], None]


class Pace:
    """Says when the next frame is due, in seconds of the clock."""

    def __init__(self, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> None:
        self._clock, self._sleep = clock, sleep
        self._due_s = clock()

    def wait(self, step_s: float, timeout_s: float) -> float | None:
        """Wait for the next moment, then set the one after it `step_s` later; None if it is too far off."""
        now_s = self._clock()
        if self._due_s - now_s > timeout_s:
            self._sleep(timeout_s)
            return None
        self._sleep(max(0.0, self._due_s - now_s))
        if now_s - self._due_s > _LATE_S:
            self._due_s = now_s
        due_s = self._due_s
        self._due_s += step_s
        return due_s
