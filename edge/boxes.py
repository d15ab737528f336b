"""Upright rectangles in pixels: the plain arithmetic of tracking. Floats, because arrays of four are slow."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.results import F32


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, right and bottom edge, pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, points_xyz: F32) -> Self:
        """The box around points (n, 2 or more). NaN in any of them makes a NaN box."""
        across, down = np.ascontiguousarray(points_xyz[:, :2].T)  # rows reduce ten times as fast as columns
        return cls(float(across.min()), float(down.min()), float(across.max()), float(down.max()))

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
