"""Zones measure dwell: an interval with a begin and an end, with hysteresis in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from edge.floor.plan import Point


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the plan, in metres. A stay shorter than min_dwell_s is passing by.

    enter_s: how long inside before a stay begins to count; leave_s: how long outside (or out of view)
    before it ends. Both only decide; the interval itself runs from first to last seen inside.
    """

    name: str
    polygon_m: tuple[Point, ...]
    min_dwell_s: float = 3.0
    enter_s: float = 0.3
    leave_s: float = 1.0

    def contains(self, point_m: Point) -> bool:
        """Whether a point lies inside or on the border."""
        outline = np.asarray(self.polygon_m, np.float32)
        return cv2.pointPolygonTest(outline, (float(point_m[0]), float(point_m[1])), measureDist=False) >= 0


@dataclass(frozen=True, slots=True)
class Dwell:
    """One stay in a zone."""

    zone: str
    track: int
    begin_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end_s - self.begin_s


@dataclass(slots=True)
class _Stay:
    begin_s: float
    last_s: float


@dataclass(slots=True)
class ZoneDwell:
    """Measures one zone; per-track state goes when the stay or the track ends."""

    zone: Zone
    _stays: dict[int, _Stay] = field(default_factory=dict)

    @property
    def present(self) -> int:
        """How many are in the zone now."""
        return sum(stay.last_s - stay.begin_s >= self.zone.enter_s for stay in self._stays.values())

    def update(self, track: int, point_m: Point, time_s: float) -> Dwell | None:
        """Take a track's next position; a stay that is over comes back."""
        stay = self._stays.get(track)
        if self.zone.contains(point_m):
            if stay is None:
                self._stays[track] = _Stay(time_s, time_s)
            else:
                stay.last_s = time_s
            return None
        if stay is not None and time_s - stay.last_s > self.zone.leave_s:
            return self.close(track)
        return None

    def close(self, track: int) -> Dwell | None:
        """End a track's stay, as it left the zone or the view."""
        stay = self._stays.pop(track, None)
        if stay is None or stay.last_s - stay.begin_s < max(self.zone.min_dwell_s, self.zone.enter_s):
            return None
        return Dwell(self.zone.name, track, stay.begin_s, stay.last_s)


def outside(polygon_m: Sequence[Point], width_m: float, height_m: float) -> list[Point]:
    """The points of a polygon (or line) that lie outside the plan."""
    return [(x, y) for x, y in polygon_m if not (0 <= x <= width_m and 0 <= y <= height_m)]
