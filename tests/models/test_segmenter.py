"""The person mask of real and bad pictures."""

from pathlib import Path

import numpy as np
import pytest

from models.segmenter import Segmenter, decode
from tests.models.pictures import clip_bgr, portrait_bgr


def test_the_mask_is_stretched_back_to_the_picture() -> None:
    small = np.zeros((1, 2, 2, 1), np.float32)
    small[0, :, 1] = 1
    mask = decode(small, (40, 20))
    assert mask.shape == (20, 40)
    assert mask[:, :5].max() == 0
    assert mask[:, -5:].min() == 1


@pytest.mark.parametrize("landscape", [False, True])
def test_the_astronaut_is_the_person(built_models: Path, *, landscape: bool) -> None:
    alpha = Segmenter(landscape=landscape).mask(portrait_bgr()).alpha
    assert alpha.shape == (512, 512)
    assert alpha.dtype == np.float32
    assert alpha[100:140, 200:250].min() > 0.9  # her face
    assert alpha[20:120, 330:400].max() < 0.2  # the wall beside her


def test_both_people_of_the_clip_are_found(built_models: Path, realdata: Path) -> None:
    frame = clip_bgr(realdata / "faces" / "head-pose-two.gif")[0]
    alpha = Segmenter(landscape=True).mask(frame).alpha
    assert alpha.shape == frame.shape[:2]
    assert 0.2 < alpha.mean() < 0.8


def test_one_pixel_is_a_picture_and_16_bits_are_not(built_models: Path) -> None:
    segmenter = Segmenter()
    assert segmenter.mask(np.zeros((1, 1, 3), np.uint8)).alpha.shape == (1, 1)
    with pytest.raises(ValueError, match="uint16"):
        segmenter.mask(np.zeros((4, 4, 3), np.uint16))
