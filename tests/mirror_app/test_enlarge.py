"""Doubling: between two pixels stands their mean."""

import cv2
import numpy as np
import pytest

from mirror_app.enlarge import Doubler


@pytest.mark.parametrize("size_px", [(2, 2), (7, 5), (64, 49), (160, 90), (5, 60), (31, 121)])
def test_every_pixel_is_there_and_between_them_their_means(size_px: tuple[int, int]) -> None:
    width, height = size_px
    small = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    large = np.zeros((2 * height, 2 * width, 4), np.uint8)
    Doubler(size_px).double(small, large)
    assert (large[:, :, 3] == 255).all()
    large = large[:, :, :3]
    exact = small.astype(float)
    assert (large[::2, ::2] == small).all()
    assert np.abs(large[::2, 1:-1:2] - (exact[:, :-1] + exact[:, 1:]) / 2).max() <= 0.5
    assert np.abs(large[1:-1:2, ::2] - (exact[:-1] + exact[1:]) / 2).max() <= 0.5
    assert (large[:, -1] == large[:, -2]).all()
    assert (large[-1] == large[-2]).all()


def test_it_writes_into_memory_with_wider_rows() -> None:
    small = np.random.default_rng(2).integers(0, 256, (30, 40, 3), np.uint8)
    room = np.zeros((60, 100, 4), np.uint8)
    large = np.zeros((60, 80, 4), np.uint8)
    doubler = Doubler((40, 30))
    doubler.double(small, room[:, :80])
    doubler.double(small, large)
    assert (room[:, :80] == large).all()
    assert not room[:, 80:].any()


def test_a_soft_picture_looks_as_opencv_would_enlarge_it() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (90, 160, 3), np.uint8)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), 4), np.uint8)
    large = np.zeros((180, 320, 4), np.uint8)
    Doubler((160, 90)).double(soft, large)
    other = cv2.resize(soft, (320, 180), interpolation=cv2.INTER_LINEAR)
    assert cv2.absdiff(large[:, :, :3], other).mean() < 1.5
