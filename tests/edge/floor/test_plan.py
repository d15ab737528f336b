"""Four clicked points map the camera to the plan, or say why they cannot."""

import numpy as np
import pytest

from edge.floor.geometry import Point
from edge.floor.plan import PlanError, view

CORNERS_PX: list[Point] = [(100, 50), (600, 60), (700, 400), (20, 420)]
CORNERS_M: list[Point] = [(0, 0), (4, 0), (4, 3), (0, 3)]


def test_the_clicked_points_land_on_their_plan_points() -> None:
    seen = view(CORNERS_PX, CORNERS_M, (768, 432))
    mapped = seen.to_plan(np.array(CORNERS_PX, np.float32), (768, 432))
    np.testing.assert_allclose(mapped, CORNERS_M, atol=1e-4)


def test_a_smaller_picture_of_the_same_shape_maps_the_same() -> None:
    seen = view(CORNERS_PX, CORNERS_M, (768, 432))
    half = seen.to_plan(np.array(CORNERS_PX, np.float32) / 2, (384, 216))
    np.testing.assert_allclose(half, CORNERS_M, atol=1e-4)


def test_there_and_back() -> None:
    seen = view(CORNERS_PX, CORNERS_M, (768, 432))
    points = np.array([[1.0, 1.0], [3.5, 2.0]])
    back = seen.to_plan(seen.to_image(points, (768, 432)).astype(np.float32), (768, 432))
    np.testing.assert_allclose(back, points, atol=1e-4)


def test_another_shape_of_picture_asks_to_click_again() -> None:
    seen = view(CORNERS_PX, CORNERS_M, (768, 432))
    with pytest.raises(PlanError, match="clicked at 768×432, but the camera gives 640×480"):
        seen.to_plan(np.array(CORNERS_PX, np.float32), (640, 480))


@pytest.mark.parametrize("which", ["points_px", "points_m"])
def test_points_on_a_line_are_refused_by_name(which: str) -> None:
    flat: list[Point] = [(0, 0), (1, 1), (2, 2), (3, 0)]
    given = (flat, CORNERS_M) if which == "points_px" else (CORNERS_PX, flat)
    with pytest.raises(PlanError, match=which):
        view(*given, (768, 432))


def test_nobody_in_view_maps_to_nobody() -> None:
    assert view(CORNERS_PX, CORNERS_M, (768, 432)).to_plan(np.zeros((0, 2), np.float32), (1, 1)).shape == (
        0,
        2,
    )
