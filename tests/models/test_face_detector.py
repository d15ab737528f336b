"""The detector: its decoding without weights, and real and bad pictures with them."""

from pathlib import Path

import numpy as np
import pytest

from models.anchors import Range, anchors_of, decode, letterbox, merge, overlaps, preprocess
from models.face_detector import FULL, SHORT, FaceDetector, join
from models.results import F32, Detections, Roi
from tests.edge.crowd import Person, picture
from tests.models import mediapipe_graph
from tests.models.pictures import clip_bgr, portrait_bgr, stretched

WHOLE = Roi(64, 64, 128, 128, 0)
_ANCHORS = anchors_of(SHORT)


def _outputs(*faces: tuple[int, float, float]) -> tuple[F32, F32]:
    """Raw outputs in which the given anchors say: a face of this side (pixels), with this logit."""
    regressors, logits = np.zeros((1, 896, 16), np.float32), np.full((1, 896, 1), -20, np.float32)
    for anchor, side, logit in faces:
        regressors[0, anchor, 2:4] = side
        logits[0, anchor] = logit
    return regressors, logits


def test_anchors_are_the_cells_centres() -> None:
    assert _ANCHORS.shape == (896, 2)
    np.testing.assert_allclose(_ANCHORS[0], [1 / 32, 1 / 32])
    np.testing.assert_allclose(_ANCHORS[1], _ANCHORS[0])  # two per cell of the fine map
    np.testing.assert_allclose(_ANCHORS[2], [3 / 32, 1 / 32])  # along the row first
    np.testing.assert_allclose(_ANCHORS[-1], [15 / 16, 15 / 16])


def test_decodes_a_box_around_its_anchor() -> None:
    found = decode(_outputs((512, 32, 5.0)), WHOLE, SHORT)
    centre = _ANCHORS[512] * SHORT.side_px
    np.testing.assert_allclose(found.boxes_xyxy, [[*(centre - 16), *(centre + 16)]], atol=1e-4)
    np.testing.assert_allclose(found.keypoints_xy[0], np.tile(centre, (6, 1)), atol=1e-4)
    assert found.scores[0] == pytest.approx(1 / (1 + np.exp(-5)))


def test_decodes_into_the_pictures_pixels() -> None:
    """A 1920 x 1080 picture in its letterbox: the middle of the model's picture is the picture's."""
    regressors, logits = _outputs((512, 32, 5.0))
    regressors[0, 512, :2] = 64 - _ANCHORS[512] * SHORT.side_px
    box = decode((regressors, logits), letterbox(1920, 1080), SHORT).boxes_xyxy[0]
    np.testing.assert_allclose((box[:2] + box[2:]) / 2, [960, 540], atol=1e-3)
    assert box[2] - box[0] == pytest.approx(32 * 15, rel=1e-4)


def test_what_is_below_the_threshold_is_no_face() -> None:
    assert len(decode(_outputs((5, 32, -0.01)), WHOLE, SHORT)) == 0
    assert len(decode(_outputs((5, 32, 0.01)), WHOLE, SHORT)) == 1


def test_huge_logits_do_not_overflow() -> None:
    assert decode(_outputs((5, 32, 1e6)), WHOLE, SHORT).scores[0] == 1


def test_boxes_of_one_face_are_averaged_by_score() -> None:
    boxes = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 60, 60]], float)
    keypoints = np.zeros((3, 6, 2))
    merged, _, scores = merge(boxes, keypoints, np.array([0.6, 0.9, 0.7]))
    np.testing.assert_allclose(merged[0], [1.2, 0, 11.2, 10])
    np.testing.assert_allclose(merged[1], boxes[2])
    np.testing.assert_allclose(scores, [0.9, 0.7])


def test_a_box_without_size_is_kept_once() -> None:
    merged, _, _ = merge(np.zeros((2, 4)), np.zeros((2, 6, 2)), np.array([0.9, 0.8]))
    assert len(merged) == 2


@pytest.mark.parametrize(
    ("other", "overlap"),
    [((0, 0, 2, 2), 1.0), ((1, 0, 3, 2), 1 / 3), ((2, 0, 4, 2), 0.0), ((9, 9, 10, 10), 0.0)],
)
def test_overlaps(other: tuple[float, ...], overlap: float) -> None:
    assert overlaps(np.array([0.0, 0, 2, 2]), np.array([other], float))[0] == pytest.approx(overlap)


def test_the_picture_is_letterboxed_in_black() -> None:
    seen = preprocess(np.full((100, 200, 3), 255, np.uint8), SHORT)
    assert seen.shape == (1, 3, 128, 128)
    assert seen[0, :, :31].max() == 0
    assert seen[0, :, 33:95].min() == 255
    assert seen[0, :, 97:].max() == 0


def _found(*boxes: tuple[float, ...]) -> Detections:
    scores = np.linspace(0.9, 0.6, len(boxes), dtype=np.float32)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4), np.zeros((len(boxes), 6, 2), np.float32), scores
    )


def test_a_face_found_by_both_detectors_is_the_first_ones() -> None:
    near, far = _found((0, 0, 100, 100)), _found((300, 0, 320, 20), (5, 5, 105, 105))
    joined = join([near, far])
    np.testing.assert_allclose(joined.boxes_xyxy, [[0, 0, 100, 100], [300, 0, 320, 20]])
    assert len(join([_found(), _found()])) == 0


@pytest.fixture(scope="module")
def detector(built_models: Path) -> FaceDetector:
    return FaceDetector()


def test_finds_the_face_of_the_portrait(detector: FaceDetector) -> None:
    found = detector.detect(portrait_bgr())
    assert len(found) == 1
    right_eye, left_eye, nose, mouth = found.keypoints_xy[0, :4]
    assert right_eye[0] < nose[0] < left_eye[0]  # the subject's right is on the picture's left
    assert right_eye[1] < nose[1] < mouth[1]
    assert found.scores[0] > 0.8


def test_finds_it_in_a_portrait_screens_picture_and_in_8k(detector: FaceDetector) -> None:
    tall = np.zeros((1920, 1080, 3), np.uint8)
    tall[200:1280] = stretched(portrait_bgr(), 1080, 1080)
    huge = np.zeros((4320, 7680, 3), np.uint8)
    huge[:, :4320] = stretched(portrait_bgr(), 4320, 4320)
    expected = detector.detect(portrait_bgr()).boxes_xyxy[0]
    for image, scale, top in ((tall, 1080 / 512, 200), (huge, 4320 / 512, 0)):
        box = detector.detect(image).boxes_xyxy[0]
        np.testing.assert_allclose(box, expected * scale + [0, top, 0, top], atol=14 * scale)


def test_finds_nobody_where_nobody_is(detector: FaceDetector) -> None:
    dim = np.random.default_rng(0).integers(0, 40, (480, 640, 3), dtype=np.uint8)  # a sensor in the dark
    for image in (np.zeros((1, 1, 3), np.uint8), np.zeros((480, 640, 3), np.uint8), dim):
        assert len(detector.detect(image)) == 0


def test_refuses_a_16_bit_picture(detector: FaceDetector) -> None:
    with pytest.raises(ValueError, match="uint16"):
        detector.detect(np.zeros((4, 4, 3), np.uint16))


@pytest.mark.parametrize(("kind", "selection"), [(SHORT, 0), (FULL, 1)], ids=["short", "full"])
def test_finds_what_mediapipes_detector_finds(
    built_models: Path, realdata: Path, kind: Range, selection: int
) -> None:
    detector = FaceDetector(ranges=(kind,))
    reference = mediapipe_graph.FaceDetection(selection, kind.score_min)
    clip = clip_bgr(realdata / "faces" / "head-pose-two.gif")
    for image in (portrait_bgr(), *clip[::5]):
        ours, theirs = detector.detect(image), reference.boxes_xyxy(image)
        assert len(ours) == len(theirs)
        for box in theirs:
            nearest = ours.boxes_xyxy[overlaps(box, ours.boxes_xyxy).argmax()]
            np.testing.assert_allclose(nearest, box, atol=0.02 * (box[2] - box[0]))
    reference.close()


def test_a_person_two_metres_away_is_found_by_the_full_range(built_models: Path) -> None:
    """A face of 130 pixels in a wide picture: the short range alone is blind to it."""
    room = np.full((1080, 1920, 3), (120, 118, 110), np.uint8)
    room[100:820, 600:1320] = stretched(portrait_bgr(), 720, 720)
    assert len(FaceDetector(ranges=(SHORT,)).detect(room)) == 0
    (box,) = FaceDetector().detect(room).boxes_xyxy
    assert abs((box[0] + box[2]) / 2 - (600 + 225 * 720 / 512)) < 20


def test_a_square_of_the_picture_is_looked_at_closer(built_models: Path) -> None:
    """Found in its square, at its place in the picture; not in the whole, nor in a square without it."""
    image, _ = picture([Person(lambda _: (960, 330), 0.9)], 0)
    detector = FaceDetector(ranges=(SHORT,))
    assert len(detector.detect(image)) == 0
    assert len(detector.detect(image, Roi(360, 360, 720, 720, 0))) == 0
    for x in (920, 1100):
        (box,) = detector.detect(image, Roi(x, 360, 720, 720, 0)).boxes_xyxy
        assert abs((box[0] + box[2]) / 2 - 960) < 10
