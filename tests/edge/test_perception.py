"""Perception with the real models: on the sample portrait, the real clips and bad input."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge import cameras
from edge.cameras import Ended
from edge.cameras.portrait import Portrait
from edge.config import Camera
from edge.perception import Perception
from edge.scene import Frame
from edge.toml_file import ConfigError
from models import store
from models.results import U8, Detections, FaceLandmarks, Roi
from tests.edge.crowd import Person, picture

SIZE = (640, 360)
FACES = frozenset({"faces"})
Look = Callable[[U8, Roi | None], Detections]


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    store.ensure()


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait(SIZE, 30)


@pytest.fixture
def eyes() -> Iterator[Perception]:
    perception = Perception(FACES, 2)
    yield perception
    perception.close()


def frame(image_bgr: U8, index: int = 0) -> Frame:
    return Frame(image_bgr, index / 30, index)


def clip(name: str, folder: Path) -> Iterator[Frame]:
    source = cameras.open_source(Camera(source=f"file:{name}", base_dir=folder))
    try:
        while (one := source.read(1)) is not None:
            yield one
    except Ended:
        return


class Counted:
    """Counts how often a detector is asked."""

    def __init__(self, perception: Perception, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        assert perception._faces is not None
        search = perception._faces._detectors
        for detector in (search._near, search._far):
            monkeypatch.setattr(detector, "detect", self._counting(detector.detect))

    def _counting(self, detect: Look) -> Look:
        def counted(image_bgr: U8, roi: Roi | None = None) -> Detections:
            self.times += 1
            return detect(image_bgr, roi)

        return counted


def test_moving_portrait_is_one_face_with_one_id(portrait: Portrait, eyes: Perception) -> None:
    tracks = set()
    for k in range(0, 90, 3):
        (face,) = eyes.see(Frame(portrait.render(k / 30), k / 30, k)).faces
        tracks.add(face.track)
        assert 45 < face.eye_distance_px < 110
        assert face.score > 0.9
    assert tracks == {1}


def test_clip_of_one_person(realdata: Path, eyes: Perception) -> None:
    scenes = [eyes.see(each) for each in clip("head-pose-man.gif", realdata / "faces")]
    assert len(scenes) == 62
    assert {tuple(face.track for face in scene.faces) for scene in scenes} == {(1,)}


def test_clip_of_two_people_keeps_who_is_who(realdata: Path, eyes: Perception) -> None:
    scenes = [eyes.see(each) for each in clip("head-pose-two.gif", realdata / "faces")]
    assert len(scenes) == 56
    for scene in scenes:
        left, right = sorted(scene.faces, key=lambda face: face.landmarks_xyz[1, 0])
        if scene.frame.index == 0:
            woman, man = left.track, right.track
        assert (left.track, right.track) == (woman, man)


def test_detector_rests_while_faces_are_followed(
    portrait: Portrait, eyes: Perception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person with room for a second: a look for others every half second, not in every frame."""
    counted = Counted(eyes, monkeypatch)
    for k in range(61):
        eyes.see(frame(portrait.render(k / 30), k))
    assert 4 <= counted.times <= 6


def test_only_the_near_detector_looks_for_passers_by_when_everybody_is_followed(
    portrait: Portrait, monkeypatch: pytest.MonkeyPatch
) -> None:
    perception = Perception(FACES, 1)
    assert perception._faces is not None
    counted = Counted(perception, monkeypatch)
    monkeypatch.delattr(perception._faces._detectors, "_far")
    for k in range(61):
        perception.see(frame(portrait.render(k / 30), k))
    perception.close()
    assert 5 <= counted.times <= 6, "once to find them, then every 0.4 s"


def test_lost_face_is_found_again_at_once(portrait: Portrait, eyes: Perception) -> None:
    image = portrait.render(0)
    assert len(eyes.see(frame(image, 0)).faces) == 1
    assert eyes.see(frame(np.zeros_like(image), 1)).faces == ()
    (face,) = eyes.see(frame(np.roll(image, 60, axis=1), 2)).faces
    assert face.track == 1


def test_person_across_the_room_is_found(eyes: Perception) -> None:
    """A face of a twentieth of the picture's width: too small for the detector that looks first."""
    room = np.full((720, 1280, 3), 128, np.uint8)
    room[300:525, 500:900] = cv2.resize(
        Portrait(SIZE, 30).render(0), (400, 225), interpolation=cv2.INTER_AREA
    )
    near, both = (eyes.see(frame(room, k)).faces for k in range(2))
    assert near == ()
    (face,) = both
    assert 600 < face.landmarks_xyz[1, 0] < 800


@pytest.mark.parametrize("x", [300, 640, 900])
@pytest.mark.parametrize("width_px", [28, 32])
def test_person_at_the_other_end_of_the_room_is_found_soon(eyes: Perception, width_px: int, x: int) -> None:
    """Smaller than the detector finds in the whole picture, even between its two squares."""
    image, _ = picture([Person(lambda _: (x, 330), width_px / 92)], 0)
    seen = [eyes.see(frame(image, k)).faces for k in range(12)]
    assert any(seen[:6])
    (face,) = seen[-1]
    assert abs(face.landmarks_xyz[:, 0].mean() - x) < width_px / 4
    assert np.ptp(face.landmarks_xyz[:, 0]) == pytest.approx(width_px, rel=0.2)


@pytest.mark.parametrize("image", [np.zeros((360, 640, 3), np.uint8), np.full((1, 1, 3), 90, np.uint8)])
def test_no_face(image: U8, eyes: Perception) -> None:
    for k in range(3):
        assert eyes.see(frame(image, k)).faces == ()


def test_noise_has_no_face(eyes: Perception) -> None:
    noise = np.random.default_rng(0)
    for k in range(3):
        assert eyes.see(frame(noise.integers(0, 255, (360, 640, 3), np.uint8), k)).faces == ()


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
def test_face_half_out_of_the_frame(portrait: Portrait, eyes: Perception, edge: str) -> None:
    """It slides out almost to half: kept, with points beyond the edge, the visible ones where they were."""
    image = portrait.render(0)
    (face,) = eyes.see(frame(image, 0)).faces
    x, y = face.landmarks_xyz[:, :2].mean(axis=0)
    whole = {"left": (-x, 0), "right": (640 - x, 0), "top": (0, -y), "bottom": (0, 360 - y)}[edge]
    gone = 0.92 * np.array(whole, np.float32)
    for k in range(1, 16):
        shift = np.array([[1, 0, gone[0] * k / 15], [0, 1, gone[1] * k / 15]], np.float32)
        moved = cv2.warpAffine(image, shift, SIZE).astype(np.uint8)
        (slid,) = eyes.see(frame(moved, k)).faces
    assert slid.track == face.track
    assert np.isfinite(slid.landmarks_xyz).all()
    expected = face.landmarks_xyz[:, :2] + gone
    inside = ((expected > 4) & (expected < np.array(SIZE) - 4)).all(axis=1)
    assert 0.4 < inside.mean() < 0.85
    off = np.hypot(*(slid.landmarks_xyz[inside, :2] - expected[inside]).T)
    assert np.median(off) < 0.08 * face.eye_distance_px


def test_nan_from_the_model_is_a_lost_face(
    portrait: Portrait, eyes: Perception, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = portrait.render(0)
    eyes.see(frame(image, 0))
    assert eyes._faces is not None
    broken = FaceLandmarks(np.full((478, 3), np.nan, np.float32), 0.99)
    with monkeypatch.context() as patch:
        patch.setattr(eyes._faces._mesh, "landmarks", lambda image_bgr, roi: broken)
        assert eyes.see(frame(image, 1)).faces == ()
    assert [face.track for face in eyes.see(frame(image, 2)).faces] == [1]


def test_times_that_stand_still_or_jump(portrait: Portrait, eyes: Perception) -> None:
    """A clip that starts again is a new beginning: new ids; a repeated time is not."""
    image = portrait.render(0)
    tracks = []
    for time_s in (10.0, 10.0, 9.99, 10.03, 3.0, 3.03):
        (face,) = eyes.see(Frame(image, time_s, 0)).faces
        assert np.isfinite(face.landmarks_xyz).all()
        tracks.append(face.track)
    assert tracks == [1, 1, 1, 1, 2, 2]


def test_memory_stays_flat(portrait: Portrait) -> None:
    """2000 frames in which somebody is followed, lost and met anew: what Python holds does not grow."""
    pictures = [cv2.resize(portrait.render(k / 10), (320, 180)).astype(np.uint8) for k in range(8)]
    nobody, eyes = np.full_like(pictures[0], 90), Perception(FACES, 1)

    def watch(first: int, last: int) -> None:
        for k in range(first, last):
            eyes.see(frame(nobody if k % 100 == 0 else pictures[k // 3 % 8], 70 * (k // 100) + k))

    tracemalloc.start()
    watch(0, 300)
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    watch(300, 2000)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    eyes.close()
    assert after - before < 50_000


def test_still_face_under_sensor_noise_stays_put(portrait: Portrait, eyes: Perception) -> None:
    """What a shopper sees as flicker: the lips of a still head move by less than a tenth of a pixel."""
    noise = np.random.default_rng(0)
    image, seen = portrait.render(0).astype(np.int16), []
    for k in range(45):
        grain = noise.normal(0, 3, image.shape)
        noisy = np.clip(image + grain, 0, 255).astype(np.uint8)
        seen.append(eyes.see(frame(noisy, k)).faces[0].landmarks_xyz[[61, 291, 0, 17], :2])
    assert np.array(seen[15:]).std(axis=0).mean() < 0.1


def test_unknown_need_names_the_known() -> None:
    with pytest.raises(ConfigError, match="faces"):
        Perception(frozenset({"tails"}))


def test_nothing_needed_nothing_loaded() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    assert Perception(frozenset()).see(frame(image)).faces == ()
