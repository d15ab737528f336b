"""Palm detector and hand models: on a drawn hand against MediaPipe's Hands, on empty and on bad pictures."""

import numpy as np
import pytest

from edge.cameras.portrait import Portrait
from models import hand_landmarks, palm_detector
from models.anchors import anchors_of
from models.hand_landmarks import HandModel, roi_of_landmarks, roi_of_palm
from models.palm_detector import PalmDetector
from models.providers import CPU
from models.results import F32, U8, HandLandmarks
from tests.drawn import hand
from tests.models import mediapipe_graph

pytestmark = pytest.mark.usefixtures("built_models")

KINDS = ((palm_detector.LITE, hand_landmarks.LITE), (palm_detector.FULL, hand_landmarks.FULL))
HANDS: tuple[dict[str, float | bool], ...] = (
    {},
    {"left": True},
    {"curled": True},
    {"angle_deg": 40},
    {"angle_deg": -90},
)


@pytest.fixture(scope="module")
def room() -> U8:
    return Portrait((1280, 720), 30).render(0)


def with_hand(room: U8, **options: float | bool) -> tuple[U8, F32]:
    """The portrait with a hand beside her, and where its joints are."""
    image, drawn = room.copy(), hand.draw(260, **options)  # type: ignore[arg-type]
    half = drawn.alpha.shape[0] / 2
    corner = (330 - half, 380 - half)
    hand.lay(image, drawn, 330, 380)
    return image, drawn.joints_xyz + np.array([*corner, 0], np.float32)


def palm_length(points: F32) -> float:
    return float(np.hypot(*(points[9, :2] - points[0, :2])))


def far(ours: F32, theirs: F32) -> float:
    """Mean distance over the points, in palms from wrist to middle knuckle."""
    return float(np.hypot(*(ours - theirs)[:, :2].T).mean()) / palm_length(theirs)


def seen(model: HandModel, detector: PalmDetector, image: U8) -> HandLandmarks:
    found = detector.detect(image)
    assert len(found) == 1
    return model.landmarks(image, roi_of_palm(found.keypoints_xy[0], found.boxes_xyxy[0]))


@pytest.mark.parametrize("complexity", [0, 1], ids=["lite", "full"])
def test_a_hand_lies_where_mediapipe_puts_it(room: U8, complexity: int) -> None:
    palm, name = KINDS[complexity]
    detector, model = PalmDetector(CPU, palm), HandModel(CPU, name)
    theirs = mediapipe_graph.Hands(complexity, static=True)
    for options in HANDS:
        image, _ = with_hand(room, **options)
        ours, reference = seen(model, detector, image), theirs.landmarks(image)
        assert reference is not None
        points, right = reference
        assert far(ours.landmarks_xyz, points) < 0.01, options
        assert np.abs(ours.landmarks_xyz[:, 2] - points[:, 2]).mean() < 0.01 * palm_length(points)
        assert 1 - ours.right == pytest.approx(right, abs=0.03)  # MediaPipe takes pictures for mirrored
    theirs.close()


def test_a_followed_hand_stays_where_mediapipe_follows_it(room: U8) -> None:
    detector, model = PalmDetector(), HandModel()
    theirs = mediapipe_graph.Hands(0, static=False)
    ours = None
    for step in range(10):
        image = room.copy()
        hand.lay(image, hand.draw(240, 4 * step), 300 + 6 * step, 380 - 4 * step)
        if ours is None:
            ours = seen(model, detector, image)
        else:
            ours = model.landmarks(image, roi_of_landmarks(ours.landmarks_xyz))
        reference = theirs.landmarks(image)
        assert reference is not None
        assert far(ours.landmarks_xyz, reference[0]) < 0.02
    theirs.close()


def test_the_points_lie_on_the_drawn_joints(room: U8) -> None:
    detector, model = PalmDetector(), HandModel()
    image, joints = with_hand(room)
    assert far(seen(model, detector, image).landmarks_xyz, joints) < 0.2


def test_the_detector_has_2016_anchors() -> None:
    assert anchors_of(palm_detector.LITE).shape == (2016, 2)


def test_no_hand_where_there_is_none(room: U8) -> None:
    """The detector may take a fold of cloth for a palm: the hand model then says that it is none."""
    for kind, name in KINDS:
        wall = np.full_like(room, 90)
        assert len(PalmDetector(CPU, kind).detect(wall)) == 0
        model, roi = (
            HandModel(CPU, name),
            roi_of_palm(np.full((7, 2), (600, 300), np.float32), np.array([550, 250, 650, 350], np.float32)),
        )
        assert model.landmarks(wall, roi).score < 0.5
        folds = PalmDetector(CPU, kind).detect(room)
        for keypoints, box in zip(folds.keypoints_xy, folds.boxes_xyxy, strict=True):
            assert model.landmarks(room, roi_of_palm(keypoints, box)).score < 0.5


def test_bad_pictures_are_named() -> None:
    for wrong in (
        np.zeros((10, 10), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ):
        with pytest.raises(ValueError, match="uint8 BGR"):
            PalmDetector().detect(wrong)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="uint8 BGR"):
            HandModel().landmarks(wrong, roi_of_landmarks(np.ones((21, 3), np.float32)))  # type: ignore[arg-type]


@pytest.mark.parametrize("angle_deg", [0, 30, -120, 180])
def test_a_region_turns_with_the_hand_and_grows_with_it(angle_deg: float) -> None:
    """Both regions, of a palm and of a hand, are upright in the hand's own frame."""
    near, far_away = hand.draw(200, angle_deg).joints_xyz, hand.draw(400, angle_deg).joints_xyz
    for points in (near, far_away):
        turned = np.degrees(roi_of_landmarks(points).angle_rad) - angle_deg
        assert abs((turned + 180) % 360 - 180) < 8
    ratio = roi_of_landmarks(far_away).width_px / roi_of_landmarks(near).width_px
    assert ratio == pytest.approx(2, rel=0.01)
