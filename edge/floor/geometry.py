"""Points of the plan, in plain numbers: what a box file is checked with before any vision library loads."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

Point = tuple[float, float]

#: Three of four points this close to one line (as a share of the points' extent) map nothing reliably.
_FLAT: Final = 0.02


def outside(points_m: Sequence[Point], width_m: float, height_m: float) -> list[Point]:
    """The points of a polygon or line that lie outside the plan."""
    return [(x, y) for x, y in points_m if not (0 <= x <= width_m and 0 <= y <= height_m)]


def flat(points: Sequence[Point]) -> bool:
    """Whether three of the points lie (almost) on a line: the smallest triangle over the squared extent."""
    extent = max(max(each) - min(each) for each in zip(*points, strict=True)) or 1.0
    return min(map(_area, combinations(points, 3))) / extent**2 < _FLAT


def _area(triangle: Sequence[Point]) -> float:
    (ax, ay), (bx, by), (cx, cy) = triangle
    return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2
