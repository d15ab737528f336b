"""How one screen is doing: frame times while it runs, one `BoxHealth` event a minute.

The stage tells it of every picture; staff read the events on their page.
"""

import math
import shutil
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cloud_api.contract.events import BoxHealth

_EVERY_S: Final = 60.0
#: The frame rate shown is that of the last seconds; more would hide a stutter, less would flicker.
_RATE_S: Final = 2.0


class FrameTimes:
    """Frame rate and frame times of a rolling minute; the only state is two short queues."""

    def __init__(self) -> None:
        self._painted: deque[tuple[float, float]] = deque()
        self._pictures: deque[float] = deque()
        self.pictures = 0

    def add(self, now_s: float, cost_s: float, *, new_picture: bool) -> None:
        """One turn of the loop: when it ended, what it cost, whether it showed a new camera picture."""
        self._painted.append((now_s, cost_s))
        if new_picture:
            self.pictures += 1
            self._pictures.append(now_s)
        while now_s - self._painted[0][0] > _EVERY_S:
            self._painted.popleft()
        while self._pictures and now_s - self._pictures[0] > _RATE_S:
            self._pictures.popleft()

    def fps(self, now_s: float) -> float:
        """New camera pictures shown per second over the last two seconds."""
        recent = [at for at in self._pictures if now_s - at <= _RATE_S]
        if len(recent) < 2:
            return 0.0
        # Rate between first and last picture while they come; spread over the gap once they stop.
        return (len(recent) - 1) / max(recent[-1] - recent[0], now_s - recent[0] - 0.5, 1e-6)

    def p95_ms(self) -> float:
        """95th percentile of what a turn of the loop cost in the last minute, in milliseconds."""
        if not self._painted:
            return 0.0
        costs = sorted(cost for _, cost in self._painted)
        return 1000 * costs[math.ceil(0.95 * len(costs)) - 1]


@dataclass(frozen=True, slots=True)
class Camera:
    """What the stage tells of the camera. dropped: frames nobody saw, since the start."""

    ok: bool
    dropped: int


class Health:
    """Makes the event once a minute.

    screen: its name in the box file. folder: any folder of the disk that the outbox is on. depth: rows that
    the cloud has not confirmed; asked beside the loop, for it reads the disk.
    """

    def __init__(self, screen: str, folder: Path, depth: Callable[[], int], version: str) -> None:
        self._screen, self._folder, self._depth, self._version = screen, folder, depth, version[:40]
        self._due_s: float | None = None
        self._dropped_before = 0

    def due(self, now_s: float, times: FrameTimes, camera: Camera) -> Callable[[], BoxHealth] | None:
        """When a minute is over, what makes the event (it reads the disk: not for the loop); else None."""
        if self._due_s is None:
            self._due_s = now_s + _EVERY_S
        if now_s < self._due_s:
            return None
        self._due_s = now_s + _EVERY_S
        dropped = max(0, camera.dropped - self._dropped_before)
        self._dropped_before = camera.dropped
        fps, p95_ms = round(times.fps(now_s), 1), round(times.p95_ms(), 1)
        return lambda: BoxHealth(
            screen=self._screen,
            fps=fps,
            p95_frame_ms=p95_ms,
            dropped_frames=dropped,
            camera_ok=camera.ok,
            outbox_depth=self._depth(),
            disk_free_mb=_free_mb(self._folder),
            version=self._version,
        )


def _free_mb(folder: Path) -> int:
    """Free megabytes of the disk; 0 when the disk does not answer, which is what staff must see."""
    try:
        return shutil.disk_usage(folder).free // 10**6
    except OSError:
        return 0
