"""Light on a face: measured without flicker, followed when it changes, forgotten with the face."""

from dataclasses import replace

import numpy as np
import pytest

from mirror_app import light
from mirror_app.light import Lights
from models.results import F32, U8
from tests.mirror_app.sitting import moved, portrait

FPS = 30


def dimmed(exposure: float, noise: float = 0.0, seed: int = 0) -> U8:
    """The portrait in other light; noise: standard deviation of the camera's, in grey levels."""
    image: F32 = portrait().frame.image_bgr * np.float32(exposure)
    if noise:
        random = np.random.default_rng(seed).standard_normal(image.size, np.float32)
        image += noise * random.reshape(image.shape)
    return np.asarray(np.clip(np.rint(image), 0, 255), np.uint8)


def test_good_light_is_one_and_a_dark_room_is_less() -> None:
    face = portrait().faces[0]
    assert light.gain(dimmed(1), face) == 1
    assert light.gain(dimmed(0.45), face) == pytest.approx(0.58, abs=0.03)


def grey(of: light.Light) -> float:
    """How bright it is, whatever its colour."""
    return float(np.dot(of.gain_bgr, (0.114, 0.587, 0.299)))


@pytest.mark.parametrize("noise", [2.0, 4.0, 8.0])
def test_a_cameras_noise_is_no_light(noise: float) -> None:
    """Not in one picture either, where nothing is averaged over time."""
    face = portrait().faces[0]
    gains = [light.gain(dimmed(0.45, noise, seed), face) for seed in range(3)]
    assert gains == pytest.approx([light.gain(dimmed(0.45), face)] * 3, abs=0.015)


def test_rooms_of_almost_the_same_light_are_almost_the_same() -> None:
    face = portrait().faces[0]
    gains = [light.gain(dimmed(exposure), face) for exposure in np.arange(0.42, 0.62, 0.01)]
    assert np.abs(np.diff(gains)).max() < 0.06


def test_a_lamp_is_followed_within_half_a_second_and_without_a_jump() -> None:
    scene, lights = portrait(), Lights()
    face = scene.faces[0]
    dark, lit = dimmed(0.45), scene.frame.image_bgr
    before = grey(lights.see(dark, (face,), 0.0)[face.track])
    seen = [grey(lights.see(lit, (face,), frame / FPS)[face.track]) for frame in range(1, FPS // 2 + 1)]
    assert seen[0] - before < 0.2 * (1 - before)
    assert seen[-1] - before > 0.85 * (1 - before)
    assert seen == sorted(seen)


def test_the_rate_of_frames_makes_no_difference() -> None:
    scene = portrait()
    face = scene.faces[0]

    def after_a_third_of_a_second(fps: int) -> float:
        lights = Lights()
        lights.see(dimmed(0.45), (face,), 0.0)
        for frame in range(1, fps // 3 + 1):
            seen = lights.see(scene.frame.image_bgr, (face,), frame / fps)[face.track]
        return grey(seen)

    assert after_a_third_of_a_second(60) == pytest.approx(after_a_third_of_a_second(12))


def test_a_new_face_is_in_its_own_light_at_once() -> None:
    scene, lights = portrait(), Lights()
    face = scene.faces[0]
    newcomer = replace(face, track=face.track + 1)
    lights.see(scene.frame.image_bgr, (face,), 10.0)
    dark = dimmed(0.45)
    own = lights.see(dark, (face, newcomer), 10.01)
    assert own[newcomer.track] == light.of(dark, face)
    assert light.gain(dark, face) < grey(own[face.track])


def test_a_face_that_left_is_forgotten() -> None:
    scene, lights = portrait(), Lights()
    face, dark = scene.faces[0], dimmed(0.45)
    lights.see(scene.frame.image_bgr, (face,), 10.0)
    assert not lights.see(dark, (), 10.01)
    assert lights.see(dark, (face,), 10.02)[face.track] == light.of(dark, face)


def test_a_clock_set_back_starts_afresh() -> None:
    scene, lights = portrait(), Lights()
    face, dark = scene.faces[0], dimmed(0.45)
    lights.see(scene.frame.image_bgr, (face,), 10.0)
    assert lights.see(dark, (face,), 0.0)[face.track] == light.of(dark, face)


def test_where_there_is_no_face_to_measure_the_light_is_good() -> None:
    face, dark = portrait().faces[0], dimmed(0.45)
    nothing = replace(face, landmarks_xyz=np.full_like(face.landmarks_xyz, np.nan))
    assert light.gain(dark, moved(face, 9999)) == light.gain(dark, nothing) == 1


def test_the_darker_the_room_the_darker_the_paint() -> None:
    """Linear light from all to a thirtieth: paint follows, never the other way, and stays visible."""
    scene = portrait()
    linear = np.power(scene.frame.image_bgr / 255, 2.2)
    gains = [
        light.gain(np.rint(255 * np.power(linear * k, 1 / 2.2)).astype(np.uint8), scene.faces[0])
        for k in (1, 0.7, 0.5, 0.3, 0.2, 0.15, 0.12, 0.08, 0.05, 0.03)
    ]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] == 1
    assert gains[-1] == pytest.approx(0.03 ** (1 / 2.2), abs=0.1)


@pytest.mark.parametrize("tone", ["a07e56", "825c43", "604134", "3a312a", "292420"])
def test_a_picture_that_shows_no_room_says_nothing_of_its_light(tone: str) -> None:
    """Skin of one of Monk's tones and nothing else may be dark skin in good light."""
    flat = np.empty((1080, 1920, 3), np.uint8)
    flat[:] = [int(tone[k : k + 2], 16) for k in (4, 2, 0)]
    assert light.gain(flat, portrait().faces[0]) == 1


@pytest.mark.parametrize("grey", [0, 1, 255])
def test_a_picture_of_nothing_has_a_light(grey: int) -> None:
    nothing = np.full((1080, 1920, 3), grey, np.uint8)
    assert 0 < light.gain(nothing, portrait().faces[0]) <= 1
