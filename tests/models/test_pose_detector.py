"""The pose detector: its decoding without weights, and bad pictures with them."""

import numpy as np
import pytest

from models.anchors import anchors_of, decode
from models.pose_detector import BODY, PoseDetector, preprocess
from models.results import Roi
from tests.models.pictures import portrait_bgr


def test_anchors_lie_on_maps_of_three_sizes() -> None:
    anchors = anchors_of(BODY)
    assert anchors.shape == (2254, 2)
    np.testing.assert_allclose(anchors[0], [0.5 / 28] * 2)
    np.testing.assert_allclose(anchors[2 * 28 * 28], [0.5 / 14] * 2)
    np.testing.assert_allclose(anchors[-6:], [[6.5 / 7] * 2] * 6, rtol=1e-6)


def test_decodes_a_body_with_its_four_points() -> None:
    regressors, logits = np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), -20, np.float32)
    regressors[0, 100] = [0, 0, 40, 80, 1, 2, 3, -4, 5, 6, 7, 8]
    logits[0, 100] = 2.0
    found = decode((regressors, logits), Roi(112, 112, 224, 224, 0), BODY)
    anchor = anchors_of(BODY)[100] * 224
    np.testing.assert_allclose(found.boxes_xyxy[0] - np.tile(anchor, 2), [-20, -40, 20, 40], atol=1e-3)
    np.testing.assert_allclose(found.keypoints_xy[0] - anchor, [[1, 2], [3, -4], [5, 6], [7, 8]], atol=1e-3)


def test_a_wide_picture_is_seen_whole_with_black_above_and_below() -> None:
    seen = preprocess(np.full((360, 640, 3), 200, np.uint8))
    assert seen.shape == (1, 3, 224, 224)
    assert not seen[..., :48, :].any()
    assert (seen[..., 51:173, :] == 200).all()
    assert not seen[..., 176:, :].any()


def test_an_empty_picture_holds_nobody_and_a_wrong_one_is_refused(built_models: object) -> None:
    detector = PoseDetector()
    assert len(detector.detect(np.zeros((480, 640, 3), np.uint8))) == 0
    assert len(detector.detect(portrait_bgr())) == 1
    for wrong in (np.zeros((480, 640), np.uint8), np.zeros((480, 640, 3), np.uint16)):
        with pytest.raises(ValueError, match="expected"):
            detector.detect(wrong)  # type: ignore[arg-type]
