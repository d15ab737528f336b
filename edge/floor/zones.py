"""Zones measure dwell: an interval with a begin and an end, with hysteresis in seconds."""

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from edge.floor.geometry import Point

#: Frames further apart say nothing of when the border between them was crossed.
_LONGEST_GAP_S = 1.5


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon on the plan, in metres. A stay shorter than min_dwell_s is passing by.

    enter_s: how long inside before a stay begins to count; leave_s: how long outside (or out of view)
    before it ends. Both only decide; the interval itself begins and ends half-way between the frames that
    saw the border crossed, so that it is no shorter at a low frame rate.
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
    #: When it was first seen outside again.
    out_s: float | None = None


@dataclass(slots=True)
class ZoneDwell:
    """Measures one zone; per-track state goes when the stay or the track ends."""

    zone: Zone
    _stays: dict[int, _Stay] = field(default_factory=dict)
    #: When each track was last seen outside.
    _outside_s: dict[int, float] = field(default_factory=dict)

    @property
    def present(self) -> int:
        """How many are in the zone now."""
        return sum(stay.last_s - stay.begin_s >= self.zone.enter_s for stay in self._stays.values())

    def update(self, track: int, point_m: Point, time_s: float) -> Dwell | None:
        """Take a track's next position; a stay that is over comes back."""
        stay = self._stays.get(track)
        if self.zone.contains(point_m):
            if stay is None:
                begin_s = _between(self._outside_s.get(track), time_s, time_s)
                self._stays[track] = _Stay(begin_s, time_s)
            else:
                stay.last_s, stay.out_s = time_s, None
            return None
        self._outside_s[track] = time_s
        if stay is not None and stay.out_s is None:
            stay.out_s = time_s
        if stay is not None and time_s - stay.last_s > self.zone.leave_s:
            return self._end(track)
        return None

    def close(self, track: int, until_s: float = math.inf) -> Dwell | None:
        """End a track's stay, as it left the zone or the view, or as nobody knows what came after until_s."""
        self._outside_s.pop(track, None)
        return self._end(track, until_s)

    def _end(self, track: int, until_s: float = math.inf) -> Dwell | None:
        stay = self._stays.pop(track, None)
        if stay is None:
            return None
        end_s = min(_between(stay.last_s, stay.out_s, stay.last_s), until_s)
        if end_s - stay.begin_s < max(self.zone.min_dwell_s, self.zone.enter_s):
            return None
        return Dwell(self.zone.name, track, stay.begin_s, end_s)


def _between(before_s: float | None, after_s: float | None, seen_s: float) -> float:
    """Half-way between two frames that follow each other, else the one that saw."""
    if before_s is None or after_s is None or after_s - before_s > _LONGEST_GAP_S:
        return seen_s
    return (before_s + after_s) / 2
