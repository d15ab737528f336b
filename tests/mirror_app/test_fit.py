"""The window of the camera picture on the glass: mirrored, filling, following."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.head import Head
from edge.scene import Face
from mirror_app.fit import Fit, fit, follow

SIDE = st.integers(1, 5000)
SIZE = st.tuples(SIDE, SIDE)
SHARE = st.floats(0, 1)
MIDDLE = (0.5, 0.5)


def face(x: float, y: float) -> Face:
    return Face(0, np.full((478, 3), (x, y, 0), np.float32), 1.0)


@given(SIZE, SIZE, SHARE, SHARE)
def test_the_window_is_inside_the_camera_picture_and_has_the_shape_of_the_glass(
    camera: tuple[int, int], glass: tuple[int, int], x: float, y: float
) -> None:
    found = fit(camera, glass, (x, y))
    (width, height), (across, down) = found.window_px, found.scale
    assert 0 <= found.x_px <= camera[0] - width
    assert 0 <= found.y_px <= camera[1] - height
    assert width == camera[0] or height == camera[1]
    if min(width, height) > 20:
        assert across == pytest.approx(down, rel=0.06)


@pytest.mark.parametrize(
    ("camera", "glass", "expected"),
    [
        ((1920, 1080), (1920, 1080), Fit(0, 0, (1920, 1080), (1920, 1080), (1920, 1080))),
        ((1280, 720), (1920, 1080), Fit(0, 0, (1280, 720), (1920, 1080), (1280, 720))),
        ((1920, 1080), (1080, 1920), Fit(656, 0, (608, 1080), (1080, 1920), (1920, 1080))),
        ((640, 480), (1920, 1080), Fit(0, 60, (640, 360), (1920, 1080), (640, 480))),
    ],
)
def test_usual_screens(camera: tuple[int, int], glass: tuple[int, int], expected: Fit) -> None:
    assert fit(camera, glass, MIDDLE) == expected


def test_points_are_mirrored_and_keep_their_order() -> None:
    fitted = fit((1280, 720), (1920, 1080), MIDDLE)
    points = np.array([[0, 0, 0], [1280, 720, 10], [320, 360, -10]], np.float32)
    assert fitted.points(points).tolist() == [[1920, 0, 0], [0, 1080, 15], [1440, 540, -15]]


def test_a_face_in_the_free_middle_does_not_move_the_window() -> None:
    camera, glass = (1920, 1080), (1080, 1920)
    assert follow(MIDDLE, (face(1000, 500),), camera, glass, 0.1) == MIDDLE


def test_the_window_glides_after_a_face_and_back_when_nobody_is_there() -> None:
    camera, glass = (1920, 1080), (1080, 1920)
    focus, way = MIDDLE, []
    for _ in range(90):
        focus = follow(focus, (face(500, 540),), camera, glass, 1 / 30)
        way.append(focus[0])
    steps = -np.diff([0.5, *way])
    assert (steps >= 0).all()
    assert steps.max() < 0.03
    window = fit(camera, glass, focus)
    assert window.x_px < 500 < window.x_px + window.window_px[0]
    for _ in range(150):
        focus = follow(focus, (), camera, glass, 1 / 30)
    assert focus[0] == pytest.approx(0.5, abs=0.01)


def test_steps_of_any_length_lead_to_the_same_place() -> None:
    camera, glass = (1920, 1080), (1080, 1920)
    one = follow(MIDDLE, (face(500, 540),), camera, glass, 0.4)
    two = follow(follow(MIDDLE, (face(500, 540),), camera, glass, 0.2), (face(500, 540),), camera, glass, 0.2)
    assert one == pytest.approx(two)


def test_the_first_picture_is_centred_on_the_face_as_far_as_the_camera_goes() -> None:
    camera, glass = (1920, 1080), (1080, 1920)
    assert follow(MIDDLE, (face(700, 540),), camera, glass, math.inf)[0] == pytest.approx(700 / 1920)
    assert fit(camera, glass, follow(MIDDLE, (face(10, 540),), camera, glass, math.inf)).x_px == 0


def test_the_head_is_mirrored_with_its_face() -> None:
    """What is drawn in millimetres on the head lands where the face's own points land."""
    fitted = fit((1280, 720), (1080, 1920), (0.4, 0.5))
    turn = np.array([[0.8, 0, 0.6], [0, 1, 0], [-0.6, 0, 0.8]], np.float32)
    origin, place = np.array([500, 300, 0], np.float32), np.array([[40, -20, 15]], np.float32)
    head = Head(turn, np.array([0, 0, 600], np.float32), origin, 2.0)
    shown = fitted.face(replace(face(500, 300), head=head)).head
    assert shown is not None
    assert shown.project(place)[0] == pytest.approx(fitted.points(head.project(place))[0], abs=0.05)
    assert shown.px_per_mm == pytest.approx(2 * fitted.scale[0])
