"""Upright rectangles in pixels: the plain arithmetic of tracking. Floats, because arrays of four are slow.

Also what a tracker of faces, bodies or hands refuses: places no model can look at, and finds that are none.
"""

import math
from typing import NamedTuple, Protocol, Self

import numpy as np

from models.results import F32, Roi


class Box(NamedTuple):
    """Left, top, right and bottom edge, pixels. A tuple: made in a quarter of a frozen dataclass's time."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, points_xyz: F32) -> Self:
        """The box around points (n, 2 or more). NaN in any of them makes a NaN box."""
        (x0, y0), (x1, y1) = extremes(points_xyz[:, :2])
        return cls(x0, y0, x1, y1)

    @property
    def size(self) -> float:
        """Mean of the sides, at least 1."""
        return max(1.0, (self.x1 - self.x0 + self.y1 - self.y0) / 2)

    @property
    def area(self) -> float:
        """0 where the box is inside out."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)

    @property
    def centre(self) -> tuple[float, float]:
        """x and y of the middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def distance(self, x: float, y: float) -> float:
        """From the centre to a point."""
        return math.dist(self.centre, (x, y))

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x0 < x < self.x1 and self.y0 < y < self.y1

    def common(self, other: "Box") -> "Box":
        """What both cover; inside out (area 0) where they do not meet."""
        return Box(
            max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1)
        )

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0..1."""
        shared = self.common(other).area
        return shared / (self.area + other.area - shared) if shared else 0.0


class Found(Protocol):
    """Points (n, 2 or more) that a model saw, and how sure it is of them, 0..1."""

    @property
    def landmarks_xyz(self) -> F32: ...

    @property
    def score(self) -> float: ...


def box_of(
    found: Found | None, frame_px: tuple[int, int], score_min: float, visible_min: float
) -> Box | None:
    """The box around what was found; None unless it is sure enough, finite and to a good part in the frame.

    frame_px: width and height. visible_min: which share of the box must lie in it.
    """
    if found is None or not found.score >= score_min:
        return None
    low, high = extremes(found.landmarks_xyz)
    if not math.isfinite(sum(low) + sum(high)):
        return None
    box = Box(*low[:2], *high[:2])
    visible = box.common(Box(0, 0, *frame_px)).area
    return box if box.area > 0 and visible >= visible_min * box.area else None


def extremes(points: F32) -> tuple[list[float], list[float]]:
    """The least and the largest of each coordinate of points (n, k); what is no number is both."""
    rows = np.ascontiguousarray(points.T)  # rows reduce ten times as fast as columns
    return np.minimum.reduce(rows, axis=1).tolist(), np.maximum.reduce(rows, axis=1).tolist()


def sane(roi: Roi, smallest_px: float) -> bool:
    """Whether a place can be cut out of a picture, and has so many pixels across and down."""
    finite = math.isfinite(roi.centre_x + roi.centre_y + roi.width_px + roi.height_px + roi.angle_rad)
    return finite and min(roi.width_px, roi.height_px) >= smallest_px
