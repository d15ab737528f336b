"""Our 478 points against MediaPipe's FaceMesh(refine_landmarks=True) on real faces, frame by frame.

The protocol has to compare like with like. FaceMesh does not smooth (its graph has no such step, and a test
below holds it to that; MediaPipe's newer Face Landmarker does, for exactly one face). It runs in two ways,
and both are compared on every frame:

* still: it detects in every frame and takes the region from the detection (static_image_mode=True);
* tracking: it takes the region from the points of the frame before (static_image_mode=False), as a live
  mirror does.

The measure is the mean distance over all points, in eye distances (33-263): at most 1 %.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from models.face_detector import SHORT, FaceDetector
from models.face_mesh import FaceMesh, roi_of_detection, roi_of_landmarks
from models.results import F32, U8, Roi
from tests.models import mediapipe_graph
from tests.models.pictures import clip_bgr, portrait_bgr

LIMIT = 0.01


def _eye_distance(landmarks: F32) -> float:
    return float(np.hypot(*(landmarks[33, :2] - landmarks[263, :2])))


def _distance(ours: F32, theirs: F32) -> float:
    """Mean distance in the picture, in eye distances."""
    return float(np.hypot(*(ours - theirs)[:, :2].T).mean()) / _eye_distance(theirs)


def _still(detector: FaceDetector, mesh: FaceMesh, image: U8) -> list[F32]:
    found = detector.detect(image)
    rois = (roi_of_detection(k, b) for k, b in zip(found.keypoints_xy, found.boxes_xyxy, strict=True))
    return _confident(mesh, image, rois)


def _tracked(detector: FaceDetector, mesh: FaceMesh, image: U8, before: Sequence[F32]) -> list[F32]:
    """Known faces first; a detection counts as another face where no known one is near."""
    rois = [roi_of_landmarks(landmarks) for landmarks in before]
    found = detector.detect(image)
    for keypoints, box in zip(found.keypoints_xy, found.boxes_xyxy, strict=True):
        roi = roi_of_detection(keypoints, box)
        if not any(_near(roi, known) for known in rois):
            rois.append(roi)
    return _confident(mesh, image, rois)


def _near(one: Roi, other: Roi) -> bool:
    return bool(np.hypot(one.centre_x - other.centre_x, one.centre_y - other.centre_y) < 0.3 * other.width_px)


def _confident(mesh: FaceMesh, image: U8, rois: Iterable[Roi]) -> list[F32]:
    faces = [mesh.landmarks(image, roi) for roi in rois]
    return [face.landmarks_xyz for face in faces if face.score >= 0.5]


@pytest.mark.parametrize("static", [True, False], ids=["still", "tracking"])
@pytest.mark.parametrize("clip", ["head-pose-man.gif", "head-pose-two.gif", None])
def test_landmarks_lie_where_mediapipes_do_in_every_frame(
    clip: str | None, *, static: bool, realdata: Path, built_models: Path
) -> None:
    frames = clip_bgr(realdata / "faces" / clip) if clip else (portrait_bgr(),) * 3
    detector, mesh = FaceDetector(ranges=(SHORT,)), FaceMesh()
    reference = mediapipe_graph.FaceMesh(2, static=static)
    before: list[F32] = []
    distances = []
    for image in frames:
        theirs = reference.landmarks(image)
        before = _still(detector, mesh, image) if static else _tracked(detector, mesh, image, before)
        assert len(before) == len(theirs)
        assert theirs
        distances += [min(_distance(ours, their) for ours in before) for their in theirs]
    reference.close()
    assert max(distances) <= LIMIT


def test_facemesh_does_not_smooth(realdata: Path) -> None:
    """Where one face is allowed, and MediaPipe's Face Landmarker would, it gives the same as with two."""
    one, two = (mediapipe_graph.FaceMesh(count, static=False) for count in (1, 2))
    for image in clip_bgr(realdata / "faces" / "head-pose-man.gif")[::2]:
        np.testing.assert_array_equal(one.landmarks(image), two.landmarks(image))
    one.close()
    two.close()


def test_depth_agrees_too(built_models: Path) -> None:
    reference = mediapipe_graph.FaceMesh(1, static=True)
    (theirs,) = reference.landmarks(portrait_bgr())
    reference.close()
    (ours,) = _still(FaceDetector(ranges=(SHORT,)), FaceMesh(), portrait_bgr())
    assert np.abs(ours - theirs)[:, 2].mean() <= LIMIT * _eye_distance(theirs)
