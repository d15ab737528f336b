"""Steadier and no later than MediaPipe's FaceMesh, on the same noisy 1080p pictures of the portrait."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from edge.cameras.portrait import Portrait
from edge.perception import Perception
from edge.scene import Frame
from models import store
from models.results import F32, U8
from tests.models import mediapipe_graph

SIZE = (1920, 1080)
FPS = 30
SIGMA = 3
#: Filters and trackers settle in this time.
SETTLED = 20


@dataclass(frozen=True)
class Seen:
    """What both saw, (frames, 478, 2) pixels, and where the portrait was drawn."""

    ours: F32
    theirs: F32
    drawn_px: list[float]


class Camera:
    """A noisy camera before the still portrait, which is shifted sideways by whole parts of a pixel."""

    def __init__(self) -> None:
        portrait = Portrait(SIZE, FPS)
        portrait.moves = False
        self._picture = portrait.render(0)
        self._random = np.random.default_rng(0)
        noise = self._random.normal(0, SIGMA, (SIZE[1] + 200, SIZE[0] + 200, 3))
        self._noise = noise.round().astype(np.int16)

    def picture(self, shift_px: float) -> U8:
        """Another moment's noise is another piece of the same large plate."""
        shift = np.array([[1, 0, shift_px], [0, 1, 0]], np.float64)
        moved = cv2.warpAffine(self._picture, shift, SIZE, borderMode=cv2.BORDER_REPLICATE)
        x, y = self._random.integers(0, 200, 2)
        noisy = cv2.add(moved, self._noise[y : y + SIZE[1], x : x + SIZE[0]], dtype=cv2.CV_8U)
        return noisy.astype(np.uint8, copy=False)


@pytest.fixture(scope="module")
def camera() -> Camera:
    store.ensure()
    return Camera()


@pytest.fixture
def eyes() -> Iterator[Perception]:
    perception = Perception(frozenset({"faces"}), 1)
    yield perception
    perception.close()


def watch(camera: Camera, eyes: Perception, drawn_px: list[float]) -> Seen:
    reference = mediapipe_graph.FaceMesh(1, static=False)
    ours, theirs = [], []
    for k, shift_px in enumerate(drawn_px):
        picture = camera.picture(shift_px)
        (face,) = eyes.see(Frame(picture, k / FPS, k)).faces
        ours.append(face.landmarks_xyz[:, :2])
        theirs.append(reference.landmarks(picture)[0][:, :2])
    reference.close()
    return Seen(np.array(ours), np.array(theirs, np.float32), drawn_px)


def jitter_px(seen: F32) -> float:
    """RMS distance of the points from their own mean places."""
    settled = seen[SETTLED:]
    return float(np.sqrt(((settled - settled.mean(axis=0)) ** 2).sum(axis=-1).mean()))


def lag_ms(seen: F32, drawn_px: list[float]) -> float:
    """The shift in time at which the mesh's mean correlates best with what was drawn."""
    at, times = seen[SETTLED:, :, 0].mean(axis=1), np.arange(len(drawn_px))
    shifts = np.arange(-2, 5, 0.01)
    alike = [np.corrcoef(at, np.interp(times[SETTLED:] - s, times, drawn_px))[0, 1] for s in shifts]
    return float(shifts[int(np.argmax(alike))]) / FPS * 1000


def test_a_still_face_under_sensor_noise_moves_less_than_mediapipes(camera: Camera, eyes: Perception) -> None:
    seen = watch(camera, eyes, [0.0] * (SETTLED + 50))
    assert jitter_px(seen.theirs) > 0.2, "the noise is there"
    assert jitter_px(seen.ours) < 0.75 * jitter_px(seen.theirs)


@pytest.mark.parametrize(("reach_px", "hz"), [(40, 0.5), (60, 1.0)])
def test_a_swaying_face_is_followed_no_later(
    camera: Camera, eyes: Perception, reach_px: float, hz: float
) -> None:
    frames = range(SETTLED + round(2 * FPS / hz))
    seen = watch(camera, eyes, [reach_px * math.sin(math.tau * hz * k / FPS) for k in frames])
    ours, theirs = (lag_ms(each, seen.drawn_px) for each in (seen.ours, seen.theirs))
    assert abs(theirs) < 10
    assert abs(ours) < 10
    assert ours <= theirs
