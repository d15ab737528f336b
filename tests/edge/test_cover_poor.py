"""What is hard to tell from a cover: a dim, noisy or blocky picture, and glasses that eyes look through."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.perception import Perception
from edge.scene import Frame
from models.results import U8
from tests.drawn import things
from tests.edge.covering import SIZE, bare, marked, mask_of

pytestmark = pytest.mark.usefixtures("built_models")


def poor(light: float, size: float = 1) -> Callable[[U8], U8]:
    """A cheap camera in a dim room: so much light is left, and noise of five grey levels."""
    rng = np.random.default_rng(0)

    def change(image_bgr: U8) -> U8:
        large = cv2.resize(image_bgr, None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC)
        noise = rng.normal(0, 5, large.shape)
        return np.asarray(np.clip(large.astype(np.float32) * light + noise, 0, 255), np.uint8)

    return change


def blocky(image_bgr: U8) -> U8:
    """As JPEG of quality 50 leaves it."""
    data = cv2.imencode(".jpg", image_bgr, [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize(
    "change", [poor(0.3), poor(0.4, 2), blocky], ids=["dark and noisy", "large, dark and noisy", "blocky"]
)
def test_a_poor_picture_is_nothing_before_a_face(change: Callable[[U8], U8], realdata: Path) -> None:
    shares = marked(realdata / "faces" / "head-pose-two.gif", 2, change)
    assert len(shares) >= 100
    assert np.mean(shares) < 0.02
    assert max(shares) < 0.08


def eyes_hidden(thing: things.Thing, *, before: int) -> tuple[list[float], list[float]]:
    """What share of the open eyes, and of the face, is marked while it is worn, from the third frame on."""
    perception = Perception(frozenset({"occlusion"}), 1)
    eyes, whole = [], []
    for k in range(before + 20):
        clean, points = bare(moving=False)[k % 40]
        image = clean.copy()
        if k >= before:
            thing(image, points, 0.5)
        (face,) = perception.see(Frame(image, k / 6, k)).faces
        if k >= before + 2:
            mask = mask_of(face.cover) > 0.5
            eyes.append(float(mask[things.eyes_mask(points, SIZE) > 0.5].mean()))
            whole.append(float(mask[things.face_mask(points, SIZE) > 0.5].mean()))
    perception.close()
    return eyes, whole


@pytest.mark.parametrize("rim_mm", [2.6, 3.5, 4.4, 6.2])
@pytest.mark.parametrize("before", [0, 15], ids=["worn", "put on"])
def test_eyes_are_seen_through_clear_glasses(rim_mm: float, before: int) -> None:
    """Half of the face was taken for glasses once, and the whole of both eyes."""
    eyes, whole = eyes_hidden(things.clear_glasses(rim_mm / 88), before=before)
    assert np.mean(eyes) < 0.3
    assert max(whole) < 0.38


@pytest.mark.parametrize("before", [0, 15], ids=["worn", "put on"])
def test_sunglasses_hide_the_eyes(before: int) -> None:
    eyes, _ = eyes_hidden(things.sunglasses, before=before)
    assert min(eyes) > 0.9
