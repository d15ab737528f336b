"""The mesh: where it looks and how it joins its parts without weights; real and bad pictures with them."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.face_detector import FaceDetector
from models.face_mesh import FaceMesh, decode, roi_of_detection, roi_of_landmarks
from models.mesh_points import LEFT_EYE, LIPS, RIGHT_EYE
from models.results import F32, FaceLandmarks, Roi
from tests.models.pictures import HEAD, portrait_bgr

SELF = Roi(96, 96, 192, 192, 0)


def _outputs(flag: float = 10.0) -> list[F32]:
    """Raw outputs, every part another number: the mesh 0, lips 1, eyes 2 and 3, irises 4 and 5."""
    mesh = np.zeros((468, 3), np.float32)
    mesh[:, 2] = np.arange(468)
    sizes = (160, 142, 142, 10, 10)
    return [
        mesh,
        *(np.full(n, i, np.float32) for i, n in enumerate(sizes, start=1)),
        np.array([flag], np.float32),
    ]


def test_refined_parts_replace_the_meshs_own_points() -> None:
    points = decode(_outputs(), SELF).landmarks_xyz
    assert (points[list(LIPS), :2] == 1).all()
    assert (points[list(RIGHT_EYE), :2] == 2).all()
    assert (points[list(LEFT_EYE), :2] == 3).all()
    assert (points[468:473, :2] == 4).all()
    assert (points[473:478, :2] == 5).all()
    rest = np.setdiff1d(np.arange(468), [*LIPS, *RIGHT_EYE, *LEFT_EYE])
    assert (points[rest, :2] == 0).all()


def test_depth_stays_the_meshs_and_irises_lie_as_deep_as_their_eye() -> None:
    depth = decode(_outputs(), SELF).landmarks_xyz[:, 2]
    np.testing.assert_allclose(depth[:468], np.arange(468), rtol=1e-6)
    np.testing.assert_allclose(depth[468:473], np.mean(RIGHT_EYE[:16]), rtol=1e-6)
    np.testing.assert_allclose(depth[473:478], np.mean(LEFT_EYE[:16]), rtol=1e-6)


@pytest.mark.parametrize(("flag", "score"), [(0.0, 0.5), (-1000.0, 0.0), (1000.0, 1.0)])
def test_the_score_is_a_probability_even_for_huge_logits(flag: float, score: float) -> None:
    assert decode(_outputs(flag), SELF).score == pytest.approx(score, abs=1e-6)


def test_a_detections_roi_is_its_box_grown_by_half_and_turned_with_the_eyes() -> None:
    keypoints = np.zeros((6, 2), np.float32)
    keypoints[1] = [10, 10]
    roi = roi_of_detection(keypoints, np.array([0, 0, 20, 40], np.float32))
    assert roi == Roi(10, 20, 60, 60, math.atan2(10, 10))


def test_a_meshs_roi_is_around_all_its_points() -> None:
    points = np.zeros((478, 3), np.float32)
    points[0, :2], points[1, :2], points[263, :2] = (-10, 0), (30, 20), (5, 0)
    assert roi_of_landmarks(points) == Roi(10, 10, 60, 60, 0)


@pytest.fixture(scope="module")
def mesh(built_models: Path) -> FaceMesh:
    return FaceMesh()


@pytest.fixture(scope="module")
def face(mesh: FaceMesh) -> FaceLandmarks:
    found = FaceDetector().detect(portrait_bgr())
    return mesh.landmarks(portrait_bgr(), roi_of_detection(found.keypoints_xy[0], found.boxes_xyxy[0]))


def test_the_portraits_features_lie_in_their_order(face: FaceLandmarks) -> None:
    assert face.score > 0.99
    x, y = face.landmarks_xyz[:, 0], face.landmarks_xyz[:, 1]
    assert x[33] < x[468] < x[133] < x[362] < x[473] < x[263]  # eye corners with an iris between them
    assert y[10] < y[168] < y[1] < y[13] < y[14] < y[152]  # forehead, nose, lips, chin
    assert y[14] - y[13] > 5  # she smiles with open lips


def test_the_irises_are_dark_discs_in_the_picture(face: FaceLandmarks) -> None:
    grey = cv2.cvtColor(portrait_bgr(), cv2.COLOR_BGR2GRAY)
    for iris in (468, 473):
        x, y = face.landmarks_xyz[iris, :2].round().astype(int)
        assert grey[y - 1 : y + 2, x - 1 : x + 2].mean() < grey[y + 12 : y + 15, x - 1 : x + 2].mean() - 40


def test_looking_again_from_its_own_points_finds_the_same(mesh: FaceMesh, face: FaceLandmarks) -> None:
    again = mesh.landmarks(portrait_bgr(), roi_of_landmarks(face.landmarks_xyz))
    distance = np.hypot(*(again.landmarks_xyz - face.landmarks_xyz)[:, :2].T)
    assert distance.mean() < 1.0


@pytest.mark.parametrize("angle_rad", [0.5, math.pi / 2, -2.5])
def test_a_turned_head_gives_turned_points(mesh: FaceMesh, face: FaceLandmarks, angle_rad: float) -> None:
    centre = (HEAD.centre_x, HEAD.centre_y)
    matrix = cv2.getRotationMatrix2D(centre, -math.degrees(angle_rad), 1)
    turned = np.asarray(cv2.warpAffine(portrait_bgr(), matrix, (512, 512)), np.uint8)
    expected = face.landmarks_xyz[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    roi = Roi(*centre, HEAD.width_px, HEAD.height_px, HEAD.angle_rad + angle_rad)
    got = mesh.landmarks(turned, roi).landmarks_xyz[:, :2]
    assert np.hypot(*(got - expected).T).mean() < 1.5


def test_no_face_scores_low(mesh: FaceMesh) -> None:
    assert mesh.landmarks(portrait_bgr(), Roi(60, 300, 120, 120, 0)).score < 0.5
    assert mesh.landmarks(np.zeros((1, 1, 3), np.uint8), Roi(0, 0, 1, 1, 0)).score < 0.5


@pytest.mark.parametrize(
    "roi",
    [Roi(-900, -900, 50, 50, 0), Roi(256, 256, 0, 0, 0), Roi(math.nan, 0, 10, 10, 0), Roi(0, 0, 1e9, 1e9, 0)],
    ids=["outside", "no size", "not a number", "immense"],
)
def test_a_senseless_roi_is_no_crash(mesh: FaceMesh, roi: Roi) -> None:
    assert mesh.landmarks(portrait_bgr(), roi).landmarks_xyz.shape == (478, 3)


def test_a_face_half_out_of_the_picture_is_still_found(mesh: FaceMesh, face: FaceLandmarks) -> None:
    half = portrait_bgr()[:, 215:].copy()
    got = mesh.landmarks(
        half, Roi(HEAD.centre_x - 215, HEAD.centre_y, HEAD.width_px, HEAD.height_px, HEAD.angle_rad)
    )
    left_eye = got.landmarks_xyz[list(LEFT_EYE[:16]), :2] + [215, 0]
    assert np.hypot(*(left_eye - face.landmarks_xyz[list(LEFT_EYE[:16]), :2]).T).mean() < 5
