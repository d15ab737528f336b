"""Camera pixels to metres on the floor plan: a homography from four points clicked at install."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.floor.geometry import Point, flat
from models.results import F32

F64 = npt.NDArray[np.float64]


class PlanError(ValueError):
    """Points that cannot map a camera to the plan; the message says which and why."""


@dataclass(frozen=True, slots=True)
class View:
    """How one camera sees the plan.

    homography: (3, 3) float64, camera pixels to metres. size_px: the picture in which the points were
    clicked.
    """

    homography: F64
    size_px: tuple[int, int]

    def check(self, size_px: tuple[int, int]) -> None:
        """Raise PlanError where pictures of size_px have another shape than the one that was clicked."""
        self._zoom(size_px)

    def to_plan(self, points_px: F32 | F64, size_px: tuple[int, int]) -> F64:
        """(n, 2) pixels of a picture of size_px to (n, 2) metres; PlanError for another shape of picture."""
        if len(points_px) == 0:
            return np.zeros((0, 2))
        return _project(self.homography, points_px * self._zoom(size_px))

    def to_image(self, points_m: F64, size_px: tuple[int, int]) -> F64:
        """(n, 2) metres to (n, 2) pixels of a picture of size_px."""
        return _project(np.asarray(np.linalg.inv(self.homography), np.float64), points_m) / self._zoom(
            size_px
        )

    def _zoom(self, size_px: tuple[int, int]) -> float:
        """Pixels of the clicked picture per pixel of this one; only the size may differ, not the shape."""
        zoom = self.size_px[0] / size_px[0]
        if abs(size_px[1] * zoom - self.size_px[1]) > 0.02 * self.size_px[1]:
            was, now = "×".join(map(str, self.size_px)), "×".join(map(str, size_px))
            raise PlanError(f"the four points were clicked at {was}, but the camera gives {now}: click again")
        return zoom


def view(points_px: Sequence[Point], points_m: Sequence[Point], size_px: tuple[int, int]) -> View:
    """The view that maps four camera points to four plan points; PlanError where three lie on one line."""
    for name, points in (("points_px", points_px), ("points_m", points_m)):
        if len(points) != 4:
            raise PlanError(f"{name}: four points are needed, found {len(points)}")
        if flat(points):
            raise PlanError(f"{name}: three of the four points lie on a line; click the corners of an area")
    matrix = cv2.getPerspectiveTransform(np.asarray(points_px, np.float32), np.asarray(points_m, np.float32))
    return View(np.asarray(matrix, np.float64), size_px)


def _project(matrix: F64, points: F32 | F64) -> F64:
    shaped = np.asarray(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(shaped, matrix), np.float64).reshape(-1, 2)
