"""What comes in wrong: enormous and tiny pictures, broken landmarks, crowds. The mirror goes on."""

from dataclasses import replace

import cv2
import numpy as np
import pygame
import pytest

from edge.perception import Perception
from edge.scene import Cover, Face, Frame, Scene
from mirror_app import effects, painter
from mirror_app.glass import Glass, Split, View
from mirror_app.layer import Layer
from mirror_app.light import DAYLIGHT
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


@pytest.mark.parametrize("eye_px", [8.5, 12, 20, 31, 45, 70, 110, 260, 420])
def test_faces_of_any_size_in_the_picture_and_at_its_edges(eye_px: float) -> None:
    """Everything worn at once, upright and tilted; what is far from the face stays as it was."""
    sitter = portrait().faces[0]
    assert sitter.head is not None
    scale = eye_px / sitter.eye_distance_px
    small = cv2.resize(portrait().frame.image_bgr, GLASS_PX, interpolation=cv2.INTER_AREA)
    picture = np.asarray(small, np.uint8)
    x, y = sitter.landmarks_xyz[168, :2] * scale
    for to_x, to_y in ((320, 180), (0, 180), (640, 360), (320, 5)):
        shift = to_x - float(x), to_y - float(y)
        points = sitter.landmarks_xyz * np.float32(scale) + np.array((*shift, 0), np.float32)
        face = replace(sitter, landmarks_xyz=points, head=sitter.head.placed((scale, scale), shift))
        for tilted in (face, _on_its_side(face)):
            worn = picture.copy()
            painter.paint(worn, tilted, everything(), DAYLIGHT)
            changed = np.argwhere((worn != picture).any(axis=2))
            assert len(changed)
            assert np.abs(changed - (to_y, to_x)).max() < max(5 * eye_px, 30)


def _on_its_side(face: Face) -> Face:
    """The face, turned by a right angle about the root of the nose."""
    assert face.head is not None
    turn = np.array(((0, -1, 0), (1, 0, 0), (0, 0, 1)), np.float32)
    middle = face.landmarks_xyz[168].copy()
    middle[2] = 0
    points = np.asarray((face.landmarks_xyz - middle) @ turn.T + middle, np.float32)
    origin = np.asarray((face.head.origin_px - middle) @ turn.T + middle, np.float32)
    head = replace(face.head, rotation=turn @ face.head.rotation, origin_px=origin)
    return replace(face, landmarks_xyz=points, head=head)


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
