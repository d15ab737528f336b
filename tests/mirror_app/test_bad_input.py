"""What comes in wrong: enormous and tiny pictures, broken landmarks, crowds. The mirror goes on."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from edge.perception import Perception
from edge.scene import Cover, Face, Frame, Scene
from mirror_app import effects
from mirror_app.glass import Glass, Split, View
from mirror_app.layer import Layer
from mirror_app.room_light import CANDLE, DAY
from models.results import U8
from tests.mirror_app.sitting import moved, portrait
from tests.mirror_app.test_things import ARTWORK, given

GLASS_PX = (640, 360)


def everything() -> tuple[Layer, ...]:
    """Every effect there is, in its first finish."""
    worn = []
    for name in effects.names():
        finish = next(iter(effects.load(name).FINISHES))
        artwork = {"glasses": "round-tortoise", "earrings": "pearl-drop", "hats": "felt-fedora"}.get(name)
        parameters = given(name, artwork=ARTWORK / f"{artwork}.png") if artwork else given(name)
        worn.append(Layer(name, finish, ((40.0, 30.0, 10.0),), 0.8, parameters))
    return tuple(worn)


def shown(image: U8, *faces: Face) -> U8:
    """The glass with everything on every face, split between day and candle."""
    screen = pygame.Surface(GLASS_PX, depth=32)
    worn = {face.track: everything() for face in faces}
    glass = Glass(GLASS_PX)
    glass.show(screen, Scene(Frame(image, 0.0, 0), faces), worn, DAY, Split(0.5, View(worn, CANDLE)))
    return glass.picture()


def test_an_8k_picture() -> None:
    sitter = portrait()
    image = np.repeat(np.repeat(sitter.frame.image_bgr, 4, axis=0), 4, axis=1)
    face = sitter.faces[0]
    assert face.head is not None
    large = replace(face, landmarks_xyz=face.landmarks_xyz * 4, head=face.head.placed((4, 4), (0, 0)))
    assert image.shape == (4320, 7680, 3)
    assert (shown(image, large) != shown(image)).any()
    perception = Perception(frozenset({"faces"}), 2)
    try:
        found = perception.see(Frame(image, 0.0, 0)).faces
    finally:
        perception.close()
    assert len(found) == 1
    assert found[0].eye_distance_px == pytest.approx(4 * face.eye_distance_px, rel=0.05)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3000), (3, 3)])
def test_a_tiny_or_odd_picture(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 90, np.uint8)
    face = portrait().faces[0]
    assert shown(image, face).shape == (360, 640, 3)
    perception = Perception(frozenset({"faces"}), 2)
    try:
        assert not perception.see(Frame(image, 0.0, 0)).faces
    finally:
        perception.close()


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 1e30])
def test_landmarks_that_are_no_numbers(broken: float) -> None:
    sitter = portrait()
    face = sitter.faces[0]
    points = face.landmarks_xyz.copy()
    points[::7] = broken
    bare = shown(sitter.frame.image_bgr)
    assert (shown(sitter.frame.image_bgr, replace(face, landmarks_xyz=points)) == bare).all()


def test_twelve_faces() -> None:
    sitter = portrait()
    face = sitter.faces[0]
    assert face.head is not None
    crowd = []
    for k in range(12):
        shift = (150.0 * (k - 6), 40.0 * (k % 3))
        there = replace(moved(face, *shift), track=k + 1, head=face.head.placed((1, 1), shift))
        crowd.append(there)
    assert (shown(sitter.frame.image_bgr, *crowd) != shown(sitter.frame.image_bgr)).any()


@pytest.mark.parametrize(
    "cover",
    [
        Cover(0, 0, 0.5, 0.5, np.full((1, 1), 255, np.uint8), 1.0),
        Cover(-1e7, -1e7, 2e7, 2e7, np.full((4, 4), 255, np.uint8), 1.0),
        Cover(1e6, 1e6, 10, 10, np.full((4, 4), 255, np.uint8), 1.0),
    ],
)
def test_covers_of_any_size(cover: Cover) -> None:
    sitter = portrait()
    shown(sitter.frame.image_bgr, replace(sitter.faces[0], cover=cover))
