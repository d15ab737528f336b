"""Cutting a turned rectangle out of a picture, and what is refused as a picture."""

import math

import cv2
import numpy as np
import pytest

from models.images import crop, crop_matrix, planes, project, require_bgr
from models.results import Roi
from tests.models.pictures import portrait_bgr


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4, 3), np.uint16),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
    ids=["16-bit", "grey", "BGRA", "empty", "float"],
)
def test_what_is_no_bgr_picture_is_named(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match=rf"uint8 BGR.*{image.dtype}"):
        require_bgr(image)


def test_the_crop_of_an_upright_square_is_that_square() -> None:
    cut = crop(portrait_bgr(), Roi(200, 100, 64, 64, 0), (64, 64), cv2.BORDER_REPLICATE)
    np.testing.assert_array_equal(cut, planes(portrait_bgr()[68:132, 168:232]))


def test_the_crop_turns_clockwise_with_its_angle() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[50:, :] = 255  # bright below
    turned = crop(image, Roi(50, 50, 40, 40, math.pi / 2), (40, 40), cv2.BORDER_REPLICATE)[0, 0]
    # The crop's right side looks down the picture.
    assert turned[:, 30].min() == 255
    assert turned[:, 10].max() == 0


@pytest.mark.parametrize("angle_rad", [0.0, 0.4, -2.0])
def test_project_takes_points_back_to_where_the_crop_took_them(angle_rad: float) -> None:
    roi = Roi(225, 125, 150, 150, angle_rad)
    matrix = crop_matrix(roi, (192, 192))
    point = np.array([[30.0, 100.0, 19.2]], np.float32)
    there = project(point, roi, (192, 192))
    np.testing.assert_allclose(there[0, :2], matrix @ [30, 100, 1], rtol=1e-5)
    assert there[0, 2] == pytest.approx(15.0)


@pytest.mark.parametrize("side_px", [100.0, 400.0, 2500.0])
@pytest.mark.parametrize("angle_rad", [0.0, 0.7])
@pytest.mark.parametrize("centre", [(225, 125), (5, 500)])
def test_the_quick_way_for_small_crops_cuts_the_same(
    side_px: float, angle_rad: float, centre: tuple[int, int]
) -> None:
    roi = Roi(*centre, side_px, side_px, angle_rad)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for border in (cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT):
        matrix = crop_matrix(roi, (192, 192))
        plain = cv2.warpAffine(portrait_bgr(), matrix, (192, 192), flags=flags, borderMode=border)
        quick = crop(portrait_bgr(), roi, (192, 192), border)
        difference = quick.astype(int) - planes(np.asarray(plain, np.uint8))
        assert np.abs(difference).max() <= 1  # OpenCV rounds four channels in another order


@pytest.mark.parametrize(
    "roi",
    [Roi(-500, -500, 100, 100, 0), Roi(256, 256, 0, 0, 0), Roi(math.nan, 0, 1, 1, 0)],
    ids=["outside", "no size", "not a number"],
)
def test_a_senseless_roi_still_gives_a_picture(roi: Roi) -> None:
    assert crop(portrait_bgr(), roi, (192, 192), cv2.BORDER_REPLICATE).shape == (1, 3, 192, 192)


def test_planes_are_contiguous_for_the_model() -> None:
    for channels in (3, 4):
        cut = planes(np.zeros((5, 7, channels), np.uint8))
        assert cut.shape == (1, 3, 5, 7)
        assert cut.flags.c_contiguous
