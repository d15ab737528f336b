"""Visitors of a small made-up shop, seen as paths in time, so that every figure has a truth.

The shop is 8 m wide and 6 m deep; its door is in the middle of the lower side, and the camera sees one
metre of street below it. Plan coordinates in metres, origin top left, y downwards.

        0              8
      0 ┌──────────────┐
        │ mirror  bar  │
        │              │
        │      table   │
      6 └─────    ─────┘  door from x = 3 to x = 5
      7      street
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from edge.floor.geometry import Point

WIDTH_M: Final = 8.0
DEPTH_M: Final = 6.0
STREET_M: Final = 1.0
DOOR: Final = (3.0, 5.0)
#: Where people stop, by zone: spots a metre apart, so that two at one table are two.
SPOTS: Final[dict[str, tuple[Point, ...]]] = {
    "mirror": ((0.9, 1.2), (0.9, 2.3), (0.9, 3.4)),
    "bar": ((3.0, 1.0), (4.1, 1.0), (5.2, 1.0)),
    "table": ((6.9, 2.6), (6.9, 3.7), (5.7, 3.2)),
}
_SPEED_M_S: Final = 1.1
_BEHIND_S: Final = 1.3
#: The last newcomers enter this long before the end, so that the end finds some inside and some gone.
_QUIET_S: Final = 12.0


@dataclass(frozen=True)
class Visitor:
    """One person: waypoints with arrival times; stands still between equal points.

    times_s: when each waypoint is reached. points_m: the waypoints. colour: an index into the wardrobe.
    """

    times_s: tuple[float, ...]
    points_m: tuple[Point, ...]
    colour: int

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        points = np.array(self.points_m)
        return np.array(self.times_s), points[:, 0], points[:, 1]

    def at(self, time_s: float) -> Point | None:
        """Where the visitor is, None before coming and after going."""
        times, xs, ys = self._tables
        if not times[0] <= time_s <= times[-1]:
            return None
        return float(np.interp(time_s, times, xs)), float(np.interp(time_s, times, ys))

    def heading(self, time_s: float) -> float:
        """Direction of walking or, standing, of the last walk, in radians."""
        now, before = self.at(time_s), self.at(max(self.times_s[0], time_s - 0.1))
        back_s = 0.1
        while now and before and math.dist(now, before) < 0.02 and time_s - back_s > self.times_s[0]:
            back_s += 0.5
            before = self.at(max(self.times_s[0], time_s - back_s))
        if not now or not before:
            return 0.0
        return math.atan2(now[1] - before[1], now[0] - before[0])

    @property
    def entered_s(self) -> float:
        """When the visitor passes the door coming in."""
        return self._through_door(first=True)

    @property
    def left_s(self) -> float:
        """When the visitor passes the door going out."""
        return self._through_door(first=False)

    def _through_door(self, *, first: bool) -> float:
        legs = zip(self.times_s, self.points_m, self.times_s[1:], self.points_m[1:], strict=False)
        hits = [
            t0 + (t1 - t0) * (DEPTH_M - p0[1]) / (p1[1] - p0[1])
            for t0, p0, t1, p1 in legs
            if (p0[1] - DEPTH_M) * (p1[1] - DEPTH_M) < 0
        ]
        return hits[0] if first else hits[-1]


def visitors(count: int, duration_s: float, seed: int) -> tuple[Visitor, ...]:
    """`count` visitors who enter within the duration, alone or in groups of up to three."""
    rng = np.random.default_rng(seed)
    sizes = _groups(count, rng)
    gaps = rng.uniform(0.5, 1.5, len(sizes))
    starts = np.cumsum(gaps) / gaps.sum() * (duration_s - _QUIET_S - 3 * _BEHIND_S)
    room = _Room()
    return tuple(
        _visitor(float(start_s) + place * _BEHIND_S, zones, room, rng)
        for size, start_s in zip(sizes, starts, strict=True)
        for zones in [[str(zone) for zone in rng.permutation(list(SPOTS))[: rng.integers(1, 4)]]]
        for place in range(size)
    )


class _Room:
    """Who has taken which spot until when, and when somebody goes through the door: nobody walks through
    anybody there."""

    def __init__(self) -> None:
        self._until: dict[Point, float] = {}
        self._doorway: dict[str, list[float]] = {"in": [], "out": []}

    def spot(self, zone: str, time_s: float) -> Point | None:
        """A free spot of a zone."""
        return next((spot for spot in SPOTS[zone] if self._until.get(spot, 0.0) < time_s), None)

    def take(self, spot: Point, until_s: float) -> None:
        """Hold a spot, and a moment more for stepping away."""
        self._until[spot] = until_s + 2.0

    def wait(self, lane: str, time_s: float) -> float:
        """How much later than time_s the lane is free; takes it."""
        wished = time_s
        while near := [taken for taken in self._doorway[lane] if abs(taken - time_s) < _BEHIND_S]:
            time_s = max(near) + _BEHIND_S + 0.01
        self._doorway[lane].append(time_s)
        return time_s - wished


def _groups(count: int, rng: np.random.Generator) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < count:
        sizes.append(min(count - sum(sizes), int(rng.choice([1, 1, 1, 2, 2, 3]))))
    return sizes


def _visitor(start_s: float, zones: list[str], room: _Room, rng: np.random.Generator) -> Visitor:
    """In by the left half of the door, to a free spot of each zone, out by the right half."""
    lane_in, lane_out = 3.45 + rng.uniform(-0.1, 0.1), 4.55 + rng.uniform(-0.1, 0.1)
    times, points = [start_s + room.wait("in", start_s)], [(lane_in, DEPTH_M + STREET_M + 0.6)]
    _go(times, points, (lane_in, DEPTH_M - 0.9))
    for zone in zones:
        if spot := room.spot(zone, times[-1]):
            _go(times, points, spot)
            times.append(times[-1] + float(rng.uniform(4, 22)))
            points.append(spot)
            room.take(spot, times[-1])
    out = (lane_out, DEPTH_M - 0.9)
    times[-1] += room.wait("out", times[-1] + math.dist(points[-1], out) / _SPEED_M_S)
    _go(times, points, out)
    _go(times, points, (lane_out, DEPTH_M + STREET_M + 0.6))
    return Visitor(tuple(times), tuple(points), int(rng.integers(0, 1 << 16)))


def _go(times: list[float], points: list[Point], to: Point) -> None:
    times.append(times[-1] + max(0.1, math.dist(points[-1], to) / _SPEED_M_S))
    points.append(to)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a perfect counter would say."""

    entered: int
    left: int

    @property
    def inside(self) -> int:
        """How many are inside."""
        return self.entered - self.left


def truth(crowd: tuple[Visitor, ...], until_s: float) -> Truth:
    """The figures up to a moment."""
    entered = sum(visitor.entered_s <= until_s for visitor in crowd)
    return Truth(entered, sum(visitor.left_s <= until_s for visitor in crowd))
