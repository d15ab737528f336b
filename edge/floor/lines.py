"""Lines count crossings in and out.

A crossing is a change of the side on which somebody settled: live, with hysteresis in seconds and metres,
so that a person hesitating on the threshold is counted once or not at all.

          outside   │   inside
       o ─ ─ ─ ─ ─ ─┼─ ─ ─ ─> o        in
                  a ┴ b                 only between the line's ends
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from edge.floor.geometry import Point


class Way(StrEnum):
    """Which way somebody crossed."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Line:
    """A line on the plan, in metres. inside_m: any point on its inner side.

    band_m: how far from the line a camera's view may begin or end; who appears in the band entered, and
        who walks out of view in it left. 0 where the camera sees well past both sides.
    """

    name: str
    a_m: Point
    b_m: Point
    inside_m: Point
    band_m: float = 0.0
    margin_m: float = 0.15
    hold_s: float = 0.3

    def signed_m(self, point_m: Point) -> float:
        """Distance from the endless line, positive inside."""
        (ax, ay), (bx, by) = self.a_m, self.b_m
        length = math.hypot(bx - ax, by - ay)
        raw = ((bx - ax) * (point_m[1] - ay) - (by - ay) * (point_m[0] - ax)) / length
        (ix, iy) = self.inside_m
        return raw if (bx - ax) * (iy - ay) - (by - ay) * (ix - ax) > 0 else -raw

    def beside(self, point_m: Point) -> bool:
        """Whether the point lies between the line's ends (with the margin), seen along the line."""
        (ax, ay), (bx, by) = self.a_m, self.b_m
        length = math.hypot(bx - ax, by - ay)
        along = ((point_m[0] - ax) * (bx - ax) + (point_m[1] - ay) * (by - ay)) / length**2
        slack = self.margin_m / length
        return -slack <= along <= 1 + slack


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody crossed; time_s is when they were first seen on the other side.

    inside: how many were inside after it; a line alone does not know.
    """

    line: str
    way: Way
    track: int
    time_s: float
    inside: int = 0


@dataclass(slots=True)
class _Walker:
    """What a line remembers of one track."""

    inside: bool
    last_m: Point
    last_s: float
    #: Since when it has been seen on the other side than the one it settled on.
    other_since_s: float | None = None
    other_from_m: Point | None = None


@dataclass(slots=True)
class LineCounter:
    """Counts one line; per-track state goes when the track ends."""

    line: Line
    _walkers: dict[int, _Walker] = field(default_factory=dict)

    def update(self, track: int, point_m: Point, time_s: float, *, watched: bool = True) -> Crossing | None:
        """Take a track's next position, in the order of time.

        watched: whether the line was in view just before; who is in its band as watching begins may have
        stood there for long, and did not enter.
        """
        signed = self.line.signed_m(point_m)
        walker = self._walkers.get(track)
        if walker is None:
            inside = self._born_inside(point_m, signed) if watched else signed > 0
            self._walkers[track] = _Walker(inside, point_m, time_s)
            return self.update(track, point_m, time_s)
        before_m, walker.last_m, walker.last_s = walker.last_m, point_m, time_s
        if (signed > 0) == walker.inside:
            walker.other_since_s = None
            return None
        if walker.other_since_s is None:
            walker.other_since_s, walker.other_from_m = time_s, before_m
        if abs(signed) < self.line.margin_m and time_s - walker.other_since_s < self.line.hold_s:
            return None
        return self._cross(track, walker, point_m)

    def close(self, track: int) -> Crossing | None:
        """The track ended: who was last seen walking out in the band left."""
        walker = self._walkers.pop(track, None)
        if walker is None or not walker.inside or not self.line.band_m:
            return None
        near = abs(self.line.signed_m(walker.last_m)) <= self.line.band_m and self.line.beside(walker.last_m)
        return Crossing(self.line.name, Way.OUT, track, walker.last_s) if near else None

    def forget(self) -> None:
        """Nobody watches: whoever was followed is followed no longer, and did not leave by that."""
        self._walkers.clear()

    def _born_inside(self, point_m: Point, signed: float) -> bool:
        """Who appears in the door band came in through the door, on whichever side they are first seen."""
        in_band = abs(signed) <= self.line.band_m and self.line.beside(point_m)
        return signed > 0 and not in_band

    def _cross(self, track: int, walker: _Walker, point_m: Point) -> Crossing | None:
        assert walker.other_since_s is not None
        since_s, from_m = walker.other_since_s, walker.other_from_m or point_m
        walker.inside, walker.other_since_s = not walker.inside, None
        if not (self.line.beside(point_m) or self.line.beside(from_m)):
            return None
        return Crossing(self.line.name, Way.IN if walker.inside else Way.OUT, track, since_s)
