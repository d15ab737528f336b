"""Every effect that exists: draws on a face, and nothing where there is none to draw on."""

from dataclasses import replace

import numpy as np
import pytest

from edge.plugins import UnknownPlugin
from edge.scene import Face
from mirror_app import effects, painter
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
from models.results import U8
from tests.mirror_app.sitting import SIZE_PX, moved, portrait
from tests.mirror_app.wearing import BLUE, EVERY


def worn(name: str, finish: str, image_bgr: U8, face: Face) -> U8:
    image = image_bgr.copy()
    painter.paint(image, face, (Layer(name, finish, (BLUE,)),), DAYLIGHT)
    return image


def test_there_are_some() -> None:
    assert "lipstick" in effects.names()
    with pytest.raises(UnknownPlugin, match="lipstick"):
        effects.load("lip-stick")


@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_it_shows_on_a_face_and_changes_little_of_the_picture(name: str, finish: str) -> None:
    scene = portrait()
    image = worn(name, finish, scene.frame.image_bgr, scene.faces[0])
    changed = (image != scene.frame.image_bgr).any(axis=2)
    assert 500 < changed.sum() < 0.2 * changed.size


@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_it_draws_nothing_without_sound_landmarks(name: str, finish: str) -> None:
    scene = portrait()
    face, bare = scene.faces[0], scene.frame.image_bgr
    one = face.landmarks_xyz.copy()
    one[[13, 33, 159, 50]] = np.nan
    nowhere = [
        np.full_like(one, np.nan),
        np.full_like(one, np.inf),
        one,
        one * 0,
        np.full_like(one, 7.0),
        one * 1e9,
    ]
    for landmarks in nowhere:
        image = worn(name, finish, bare, replace(face, landmarks_xyz=landmarks))
        assert (image == bare).all()


@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_a_face_partly_or_wholly_outside_is_painted_where_it_is_inside(name: str, finish: str) -> None:
    scene = portrait()
    face, sitter = scene.faces[0], scene.frame.image_bgr
    # The middle of what the effect draws: a mouth in the corner says nothing of the eyes.
    drawn = np.argwhere((worn(name, finish, sitter, face) != sitter).any(axis=2))
    y, x = drawn.mean(axis=0).tolist()
    width, height = SIZE_PX
    bare = np.random.default_rng(1).integers(60, 200, (height, width, 3), np.uint8)
    for at_x, at_y in ((0, y), (width, y), (x, 0), (x, height), (0, 0), (width, height)):
        there = moved(face, at_x - x, at_y - y)
        image = worn(name, finish, bare, there)
        assert (image != bare).any()
    for far in (-2 * width, 2 * width):
        assert (worn(name, finish, bare, moved(face, far)) == bare).all()


@pytest.mark.parametrize(("name", "finish"), EVERY)
@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (3, 5), (20, 20)])
def test_a_tiny_image_is_survived(name: str, finish: str, shape: tuple[int, int]) -> None:
    face = portrait().faces[0]
    middle = face.landmarks_xyz[13, :2] - np.array((shape[1] / 2, shape[0] / 2))
    bare: U8 = np.full((*shape, 3), 120, np.uint8)
    here = moved(face, *(-middle).tolist())
    for one in (face, here, moved(face, scale=0.01), moved(here, scale=30)):
        assert worn(name, finish, bare, one).shape == bare.shape


@pytest.mark.parametrize(("name", "finish"), EVERY)
def test_a_close_up_on_a_huge_picture(name: str, finish: str) -> None:
    large: U8 = np.full((4320, 7680, 3), 120, np.uint8)
    face = moved(portrait().faces[0], scale=4)
    assert (worn(name, finish, large, face) != large).any()
