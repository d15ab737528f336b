"""The person mask of real and bad pictures."""

from pathlib import Path

import numpy as np
import pytest

from models.results import F32, U8
from models.segmenter import Segmenter, blend, decode
from tests.models.pictures import clip_bgr, portrait_bgr


def test_the_mask_is_stretched_back_to_the_picture() -> None:
    small = np.zeros((2, 2), np.float32)
    small[:, 1] = 1
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


def _theirs(image_bgr: U8, *, landscape: bool) -> F32:
    """MediaPipe's SelfieSegmentation, the same kind."""
    pytest.importorskip("mediapipe", reason="the reference comes with the build extra, on x86-64")
    from mediapipe.python.solutions.selfie_segmentation import SelfieSegmentation

    with SelfieSegmentation(model_selection=int(landscape)) as reference:
        found = reference.process(np.ascontiguousarray(image_bgr[..., ::-1]))
    return np.asarray(found.segmentation_mask, np.float32)


def _overlap(one: F32, other: F32) -> float:
    return float(((one > 0.5) & (other > 0.5)).sum() / ((one > 0.5) | (other > 0.5)).sum())


@pytest.mark.parametrize("landscape", [False, True])
def test_the_mask_is_mediapipes(built_models: Path, realdata: Path, *, landscape: bool) -> None:
    clip = clip_bgr(realdata / "faces" / "head-pose-two.gif")
    segmenter = Segmenter(landscape=landscape)
    for image in (portrait_bgr(), clip[0], clip[20], clip[40]):
        ours, theirs = segmenter.mask(image).alpha, _theirs(image, landscape=landscape)
        assert theirs.mean() > 0.05  # somebody is there
        assert _overlap(ours, theirs) >= 0.998  # the bar is 0.98


def test_a_certain_pixel_changes_at_once_and_an_uncertain_one_slowly() -> None:
    before, now = np.array([[1, 0, 1, 0]], np.float32), np.array([[0, 1, 0.5, 0.5]], np.float32)
    np.testing.assert_allclose(blend(now, before), [[0, 1, 0.85, 0.15]], atol=1e-4)


def test_the_uncertainty_is_that_of_the_entropy() -> None:
    """What MediaPipe's polynomial stands for: the square of the entropy in bits."""
    alpha = np.linspace(0.01, 0.99, 99, dtype=np.float32)
    entropy = -(alpha * np.log2(alpha) + (1 - alpha) * np.log2(1 - alpha))
    weight = 0.7 * entropy**2
    np.testing.assert_allclose(blend(alpha, np.zeros_like(alpha)), alpha * (1 - weight), atol=0.02)


def test_seeing_steadies_the_edge_and_forgets_after_a_pause(built_models: Path) -> None:
    rng, segmenter = np.random.default_rng(0), Segmenter()
    pictures = [
        np.clip(portrait_bgr() + rng.normal(0, 12, (512, 512, 3)), 0, 255).astype(np.uint8) for _ in range(6)
    ]
    alone = [segmenter.mask(picture).alpha for picture in pictures]
    seen = [segmenter.see(picture, k / 30).alpha for k, picture in enumerate(pictures)]
    np.testing.assert_array_equal(seen[0], alone[0])
    assert np.diff(seen, axis=0).std() < 0.8 * np.diff(alone, axis=0).std()
    np.testing.assert_array_equal(segmenter.see(pictures[0], 9.0).alpha, alone[0])
