"""The staff's side of a mirror: the lock of their corner, and what they want to know of the screen. Pure.

The PIN keeps shoppers out. After a wrong one nobody can try for a while, and longer after each further one.
"""

import hmac
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from edge.scene import Scene

#: Pause after a wrong PIN; doubles with each.
_FIRST_PAUSE_S: Final = 2.0
_LONGEST_PAUSE_S: Final = 60.0
#: Pictures whose times are remembered.
_TIMES: Final = 240


class Lock:
    """A PIN and the pauses after wrong ones. An empty PIN opens for nobody."""

    def __init__(self, pin: str) -> None:
        self._pin = pin
        self._pause_s = _FIRST_PAUSE_S
        self._until_s = 0.0

    @property
    def exists(self) -> bool:
        """Whether there is a staff corner at all."""
        return bool(self._pin)

    def wait_s(self, now_s: float) -> float:
        """How long nobody can try now."""
        return max(0.0, self._until_s - now_s)

    def opens(self, pin: str, now_s: float) -> bool:
        """Try a PIN; while there is a pause, none opens."""
        if not self._pin or self.wait_s(now_s) > 0:
            return False
        if hmac.compare_digest(pin.encode(), self._pin.encode()):
            self._pause_s = _FIRST_PAUSE_S
            return True
        self._until_s = now_s + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        return False


@dataclass(slots=True)
class Staff:
    """What the screens of the staff know. words: what became of the last thing they asked for."""

    lock: Lock = field(default_factory=lambda: Lock(""))
    times: "FrameLog" = field(default_factory=lambda: FrameLog())
    words: str = ""


class FrameLog:
    """How often the screen is painted and how old its pictures are; the last few seconds."""

    def __init__(self) -> None:
        self._painted_s: deque[float] = deque(maxlen=_TIMES)
        self._ages_s: deque[float] = deque(maxlen=_TIMES)
        self.camera_px = (0, 0)
        self.faces = 0

    def add(self, scene: Scene | None, now_s: float) -> None:
        """The screen is painted with this scene now."""
        self._painted_s.append(now_s)
        if scene is not None:
            self._ages_s.append(max(0.0, now_s - scene.frame.captured_s))
            self.camera_px, self.faces = scene.frame.size_px, len(scene.faces)

    @property
    def fps(self) -> float:
        """Pictures painted a second."""
        times = self._painted_s
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 and times[-1] > times[0] else 0.0

    @property
    def slowest_ms(self) -> float:
        """The longest pause between two paintings, of twenty."""
        pauses = sorted(b - a for a, b in zip(self._painted_s, list(self._painted_s)[1:], strict=False))
        return 1000 * pauses[min(len(pauses) - 1, round(0.95 * len(pauses)))] if pauses else 0.0

    @property
    def age_ms(self) -> float:
        """How old pictures are when they are painted, on average."""
        return 1000 * sum(self._ages_s) / len(self._ages_s) if self._ages_s else 0.0
