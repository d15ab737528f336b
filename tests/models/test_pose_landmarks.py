"""The 33 points: where to look and their refinement without weights, and their places beside MediaPipe's.

Protocol of the comparison: MediaPipe's Pose (full model) with `static_image_mode`, so that it detects in
every frame and remembers nothing, against our detector and landmarks on the same frame; its best detection
only, as MediaPipe does. Frames: the NASA portrait and every third of store-aisle.gif. A frame counts where
MediaPipe sees a person; where it sees none, ours must see none either. The limit is 2 % of the torso (mid
shoulder to mid hip), the mean over the 33 points; measured: at most
0.5 %, nearly always under 0.1 %.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from models.pose_detector import PoseDetector
from models.pose_landmarks import PoseModel, decode, refine, roi_of_circle
from models.results import F32, U8, PoseLandmarks, Roi
from tests.models import mediapipe_graph
from tests.models.pictures import clip_bgr, portrait_bgr

LIMIT = 0.02
SHOULDERS, HIPS = [11, 12], [23, 24]


def test_upright_body_needs_no_turn_and_a_lying_one_a_quarter() -> None:
    upright = roi_of_circle(np.array([[100, 200], [100, 120]], np.float32))
    assert (upright.centre_x, upright.centre_y) == (100, 200)
    assert upright.width_px == pytest.approx(200)
    assert upright.angle_rad == pytest.approx(0)
    right = roi_of_circle(np.array([[100, 200], [180, 200]], np.float32))
    assert right.angle_rad == pytest.approx(math.pi / 2)


def test_heat_moves_a_point_and_a_cold_or_outer_one_stays() -> None:
    heat = np.full((64, 64, 3), -20.0)
    heat[20:23, 30:33, 0] = 5.0
    points = np.array([[32.5 / 64, 22.5 / 64], [0.5, 0.5], [1.2, 0.5]], np.float32)
    refined = refine(points, heat)
    np.testing.assert_allclose(refined[0], [31 / 64, 21 / 64], atol=1e-4)
    np.testing.assert_allclose(refined[1:], points[1:])


def test_decodes_into_the_rois_place() -> None:
    points = np.zeros((1, 39, 5), np.float32)
    points[..., :3] = [128, 64, 10]
    outputs = (points.reshape(1, 195), np.full((1, 1), 0.75), np.full((1, 64, 64, 39), -20.0))
    found = decode(outputs, Roi(300, 200, 512, 512, math.pi / 2))
    np.testing.assert_allclose(found.landmarks_xyz, [[428, 200, 20]] * 33, atol=1e-3)
    assert found.score == 0.75
    np.testing.assert_allclose(found.visibility, 0.5)


def _ours(detector: PoseDetector, model: PoseModel, image: U8) -> PoseLandmarks | None:
    found = detector.detect(image)
    if not len(found):
        return None
    body = model.landmarks(image, roi_of_circle(found.keypoints_xy[0, :2]))
    return body if body.score >= 0.5 else None


def _error(ours: F32, theirs: F32) -> float:
    torso = np.linalg.norm(theirs[SHOULDERS, :2].mean(axis=0) - theirs[HIPS, :2].mean(axis=0))
    return float(np.linalg.norm((ours - theirs)[:, :2], axis=1).mean() / torso)


def test_landmarks_lie_where_mediapipes_do(realdata: Path, built_models: Path) -> None:
    frames = (portrait_bgr(), *clip_bgr(realdata / "footfall" / "store-aisle.gif")[::3])
    detector, model = PoseDetector(), PoseModel()
    reference = mediapipe_graph.Pose()
    errors = []
    for image in frames:
        theirs, ours = reference.landmarks(image), _ours(detector, model, image)
        assert (theirs is None) == (ours is None)
        if theirs is not None and ours is not None:
            errors.append(_error(ours.landmarks_xyz, theirs[:, :3]))
            np.testing.assert_allclose(ours.visibility, theirs[:, 3], atol=0.01)
    reference.close()
    assert len(errors) >= 12
    assert max(errors) <= LIMIT
