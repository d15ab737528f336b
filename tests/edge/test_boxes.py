"""What trackers of faces, bodies and hands refuse alike."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge.boxes import Box, box_of, sane
from models.results import FaceLandmarks, Roi

PLACE = Roi(50, 50, 30, 40, 0.1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", ["centre_x", "centre_y", "width_px", "height_px", "angle_rad"])
def test_a_place_of_no_numbers_is_none(field: str, bad: float) -> None:
    assert sane(PLACE, 24)
    assert not sane(replace(PLACE, **{field: bad}), 24)


@pytest.mark.parametrize("field", ["width_px", "height_px"])
def test_a_place_of_too_few_pixels_is_none(field: str) -> None:
    assert not sane(replace(PLACE, **{field: 23}), 24)


def found(x: float, score: float = 0.9) -> FaceLandmarks:
    """Points from x to x + 100, and 0 to 100 down."""
    points = np.zeros((478, 3), np.float32)
    points[0], points[1:] = (x, 0, 0), (x + 100, 100, 0)
    return FaceLandmarks(points, score)


def test_the_box_of_what_was_found() -> None:
    assert box_of(found(10), (640, 360), 0.5, 0.25) == Box(10, 0, 110, 100)
    assert box_of(found(-70), (640, 360), 0.5, 0.25) == Box(-70, 0, 30, 100)


@pytest.mark.parametrize(
    "bad", [None, found(10, 0.4), found(10, math.nan), found(math.nan), found(math.inf), found(-80)]
)
def test_what_is_no_find_has_no_box(bad: FaceLandmarks | None) -> None:
    assert box_of(bad, (640, 360), 0.5, 0.25) is None
