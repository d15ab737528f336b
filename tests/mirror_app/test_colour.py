"""Lab and sRGB: against scikit-image, there and back, and outside of sRGB."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab

from mirror_app import colour

CHANNEL = st.integers(0, 255)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_agrees_with_scikit_image_and_comes_back(blue: int, green: int, red: int) -> None:
    bgr = np.array((blue, green, red), np.uint8)
    lab = colour.lab_of_bgr(bgr)
    assert lab == pytest.approx(rgb2lab(bgr[::-1] / 255), abs=0.05)
    lightness, a, b = lab.tolist()
    assert colour.bgr_of_lab((lightness, a, b)) == pytest.approx((blue, green, red), abs=0.5)


def test_white_and_black_are_exact() -> None:
    assert colour.swatch_of_lab((100.0, 0.0, 0.0)) == "#ffffff"
    assert colour.swatch_of_lab((0.0, 0.0, 0.0)) == "#000000"


@pytest.mark.parametrize(
    "lab", [(50.0, 120.0, 20.0), (40.0, 0.0, -110.0), (90.0, 60.0, 60.0), (0.0, 90.0, 0.0)]
)
def test_a_colour_beyond_srgb_keeps_lightness_and_hue(lab: colour.Lab) -> None:
    back = colour.lab_of_bgr(np.array(colour.bgr_of_lab(lab), np.float32))
    assert back[0] == pytest.approx(lab[0], abs=1.0)
    if np.hypot(back[1], back[2]) > 3:
        assert np.arctan2(back[2], back[1]) == pytest.approx(np.arctan2(lab[2], lab[1]), abs=0.05)
