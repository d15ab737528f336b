"""Where a head is and how it is turned: against known turns, the model's own mean face and real clips."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.head import Head, HeadSize, head_of, lens_px
from edge.head_points import IRIS_MM, MIDDLE, SIDES
from edge.perception import Perception
from models import store
from models.face_mesh import FaceMesh
from models.results import F32, Roi
from tests.edge.test_perception import clip

FRAME = (1920, 1080)
ANGLE = st.floats(-0.9, 0.9)
RIMS = ((469, (1, 0)), (470, (0, -1)), (471, (-1, 0)), (472, (0, 1)))


def turned(yaw: float, pitch: float, roll: float) -> F32:
    """The rotation whose nose goes right by yaw and down by pitch, on a head tilted clockwise by roll."""
    about_y, about_x, about_z = (0, -yaw, 0), (pitch, 0, 0), (0, 0, roll)
    matrices = [cv2.Rodrigues(np.array(axis, np.float64))[0] for axis in (about_y, about_x, about_z)]
    return (matrices[0] @ matrices[1] @ matrices[2]).astype(np.float32)


def table() -> dict[int, tuple[float, float, float]]:
    """Where the points lie, mm."""
    points = {i: (0.0, y, z) for i, y, z, _ in MIDDLE}
    for right, left, x, y, z, _ in SIDES:
        points[right], points[left] = (-x, y, z), (x, y, z)
    return points


def mesh(rotation: F32, px_per_mm: float = 2.0, at: tuple[float, float] = (960, 540)) -> F32:
    """The face of an average head as the mesh would give it; what is no bone lies at the nose."""
    points = np.zeros((478, 3), np.float32)
    points[:] = table()[4]
    for index, place in table().items():
        points[index] = place
    for centre, x in ((468, -31.0), (473, 31.0)):
        points[centre] = x, 0, 0
        for rim, (dx, dy) in RIMS:
            points[rim + centre - 468] = x + dx * IRIS_MM / 2, dy * IRIS_MM / 2, 0
    seen: F32 = (points @ rotation.T * px_per_mm + np.array([*at, 0])).astype(np.float32)
    return seen


def found(landmarks: F32, size: float = 1.0) -> Head:
    head = head_of(landmarks, FRAME, size)
    assert head is not None
    return head


@given(ANGLE, ANGLE, ANGLE)
def test_known_turns_are_found(yaw: float, pitch: float, roll: float) -> None:
    head = found(mesh(turned(yaw, pitch, roll)))
    assert (head.yaw, head.pitch, head.roll) == pytest.approx((yaw, pitch, roll), abs=2e-3)
    assert np.linalg.det(head.rotation) == pytest.approx(1, abs=1e-4)
    assert head.px_per_mm == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize(
    ("turn", "point", "goes"),
    [((0.3, 0, 0), 4, (1, 0)), ((0, 0.3, 0), 4, (0, 1)), ((0, 0, 0.3), 10, (1, 0))],
    ids=["yaw: the nose to the right", "pitch: the nose down", "roll: the forehead to the right"],
)
def test_signs(turn: tuple[float, float, float], point: int, goes: tuple[int, int]) -> None:
    moved = mesh(turned(*turn))[point, :2] - mesh(turned(0, 0, 0))[point, :2]
    assert moved @ goes > 10


def test_its_own_points_are_projected_onto_the_face() -> None:
    landmarks = mesh(turned(0.4, -0.2, 0.3), at=(500, 300))
    head = found(landmarks)
    places = np.array(list(table().values()), np.float32)
    assert np.abs(head.project(places) - landmarks[list(table())]).max() < 0.1


def test_origin_lies_between_the_eyes() -> None:
    landmarks = mesh(turned(0, 0, 0), at=(700, 400))
    corners = landmarks[[33, 133, 362, 263]].mean(axis=0)
    assert found(landmarks).project(np.zeros((1, 3), np.float32))[0] == pytest.approx(corners, abs=0.2)


def test_place_in_millimetres() -> None:
    """Twice as far away is half as large; the middle of the picture is straight ahead."""
    near, far = found(mesh(turned(0, 0, 0), 2.0)), found(mesh(turned(0, 0, 0), 1.0))
    assert near.translation_mm == pytest.approx([0, 0, lens_px(FRAME) / 2], abs=0.5)
    assert far.translation_mm[2] == pytest.approx(2 * near.translation_mm[2], rel=1e-3)
    aside = found(mesh(turned(0, 0, 0), 2.0, (1160, 440)))
    assert aside.translation_mm[:2] == pytest.approx([100, -50], abs=0.5)


def test_irises_tell_the_size_of_a_head() -> None:
    """A head of nine tenths is as large in the picture as an average one that is further away."""
    landmarks = mesh(turned(0.1, 0, 0))
    for centre in (468, 473):
        rim = slice(centre + 1, centre + 5)
        landmarks[rim] = landmarks[centre] + (landmarks[rim] - landmarks[centre]) / 0.9
    size = HeadSize()
    for _ in range(600):
        size.learn(landmarks, found(landmarks, size.value), 1 / 30)
    assert size.value == pytest.approx(0.9, abs=0.01)
    assert found(landmarks, size.value).px_per_mm == pytest.approx(2 / 0.9, rel=0.02)


@pytest.mark.parametrize(
    ("yaw", "px_per_mm", "step_s"), [(0.9, 2.0, 0.1), (0, 0.4, 0.1), (0, 2.0, 0.0), (0, 2.0, -5.0)]
)
def test_what_tells_nothing_teaches_nothing(yaw: float, px_per_mm: float, step_s: float) -> None:
    """A head turned far away, one of few pixels, a clock that stands or goes back."""
    landmarks, size = mesh(turned(yaw, 0, 0), px_per_mm), HeadSize(0.95)
    size.learn(landmarks, found(landmarks, 0.95), step_s)
    assert size.value == 0.95


def test_gaze_has_no_part_in_it() -> None:
    landmarks = mesh(turned(0.2, 0.1, 0))
    looking_aside = landmarks.copy()
    looking_aside[468:] += (14, 3, 0)
    assert np.array_equal(found(landmarks).rotation, found(looking_aside).rotation)


@pytest.mark.parametrize("value", [0.0, 500.0])
def test_a_single_point_is_no_head(value: float) -> None:
    assert head_of(np.full((478, 3), value, np.float32), FRAME) is None


def test_a_mirrored_larger_picture_shows_the_same_head() -> None:
    landmarks, places = mesh(turned(0.4, 0.2, -0.3), at=(500, 300)), np.array([[60, -20, 30]], np.float32)
    head = found(landmarks)
    placed = head.placed((-1.5, 1.5), (2880, -10))
    x, y, z = head.project(places)[0]
    assert placed.project(places)[0] == pytest.approx([2880 - 1.5 * x, 1.5 * y - 10, 1.5 * z], abs=1e-2)
    assert placed.px_per_mm == pytest.approx(1.5 * head.px_per_mm)
    assert (placed.yaw, placed.mirrored) == (head.yaw, True)
    back = placed.placed((-1 / 1.5, 1 / 1.5), (1920, 10 / 1.5))
    assert back.project(places)[0] == pytest.approx([x, y, z], abs=1e-2)
    assert not back.mirrored


def test_table_is_what_the_mesh_answers_to_an_empty_picture() -> None:
    """Where the numbers of head_points come from: round irises of 11.7 mm, a nose 19.6 mm deep."""
    store.ensure()
    grey = np.full((192, 192, 3), 128, np.uint8)
    mean = FaceMesh().landmarks(grey, Roi(96, 96, 192, 192, 0)).landmarks_xyz.astype(np.float64)
    ends = mean[[[[469, 471], [474, 476]], [[470, 472], [475, 477]]], :2]
    across, down = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=2).mean(axis=1)
    mean *= [IRIS_MM / across, IRIS_MM / down, IRIS_MM / across]
    mean[:, 2] *= 19.6 / (mean[2, 2] - mean[4, 2])
    mean -= mean[[33, 133, 362, 263]].mean(axis=0)
    for index, y, z, _ in MIDDLE:
        assert mean[index, 1:] == pytest.approx((y, z), abs=0.2)
    for right, left, x, y, z, _ in SIDES:
        both = (mean[right] * (-1, 1, 1) + mean[left]) / 2
        assert both == pytest.approx((x, y, z), abs=0.2)


def test_heads_of_the_clips(realdata: Path) -> None:
    """A man facing the camera; a man and a woman who lean to the left, she turned away to the left."""
    store.ensure()
    heads: dict[str, list[Head]] = {}
    for name in ("man", "two"):
        perception = Perception(frozenset({"faces"}), 2)
        for frame in clip(f"head-pose-{name}.gif", realdata / "faces"):
            for face in perception.see(frame).faces:
                assert face.head is not None
                side = "left" if face.head.origin_px[0] < 200 else "right"
                heads.setdefault(f"{name} {side}", []).append(face.head)
                corners = face.landmarks_xyz[[33, 133, 362, 263], :2]
                drawn = face.head.project(np.array([[s * x, 0, 0] for s in (-1, 1) for x in (44.1, 17.4)]))
                assert np.abs(drawn[[0, 1, 3, 2], :2] - corners).max() < 8 * face.head.px_per_mm
        perception.close()
    assert sorted(heads) == ["man right", "two left", "two right"]
    degrees = {
        who: np.degrees([(h.yaw, h.pitch, h.roll) for h in each]).astype(np.float32)
        for who, each in heads.items()
    }
    assert np.abs(degrees["man right"]).max() < 12
    assert np.median(degrees["two left"][:, 0]) == pytest.approx(-40, abs=8)
    assert np.median(degrees["two right"][:, 0]) == pytest.approx(5, abs=8)
    for who in ("two left", "two right"):
        assert degrees[who][20:, 2].max() < -35, "the top of the head goes to the left"
    for who, angles in degrees.items():
        assert np.median(np.abs(np.diff(angles, axis=0))) < 1, f"{who} turns smoothly"
        assert np.abs(np.diff(angles[3:], axis=0)).max() < 10, f"{who} never jumps"
    for each in heads.values():
        far = [float(h.translation_mm[2]) for h in each]
        assert 450 < min(far) <= max(far) < 1100
        assert math.isfinite(sum(far))
