"""Following hands: who is which, when to look for more, smoothing; and perception on a drawn, moving hand."""

import math

import numpy as np
import pytest

from edge.cameras.portrait import Portrait
from edge.hand_tracking import FORGET_S, HandTracker, Mistaken
from edge.palm_search import FRAMES
from edge.perception import Perception
from edge.scene import Frame, Hand
from models.results import F32, U8, HandLandmarks, Roi
from tests.drawn import hand as drawn

FRAME = (640, 480)


def points(x: float, y: float = 240, length_px: float = 100) -> F32:
    """An open hand whose joints' middle is at (x, y)."""
    joints = drawn.draw(40).joints_xyz * np.float32(length_px / 40)
    placed: F32 = joints + np.array([x, y, 0], np.float32) - joints.mean(axis=0)
    return placed


def seen(x: float, y: float = 240, score: float = 0.9, right: float = 0.9) -> HandLandmarks:
    return HandLandmarks(points(x, y), score, right)


def ids(tracker: HandTracker) -> set[int]:
    return {each.track for each in tracker.hands()}


def test_two_hands_keep_their_ids_and_the_same_hand_is_not_met_twice() -> None:
    tracker = HandTracker()
    assert tracker.meet(seen(150), 0.0, FRAME)
    assert tracker.meet(seen(450), 0.0, FRAME)
    assert not tracker.meet(seen(455), 0.0, FRAME)
    for k in range(1, 20):
        assert not tracker.follow([seen(150 + 5 * k), seen(450 - 5 * k)], k / 30, FRAME)
    left, right = sorted(tracker.hands(), key=lambda each: each.landmarks_xyz[0, 0])
    assert (left.track, right.track) == (1, 2)


def test_two_tracks_on_one_hand_become_one() -> None:
    tracker = HandTracker()
    tracker.meet(seen(150), 0.0, FRAME)
    tracker.meet(seen(450), 0.0, FRAME)
    assert tracker.follow([seen(160), seen(162)], 0.03, FRAME)
    assert ids(tracker) == {1}


@pytest.mark.parametrize(("away_s", "x", "same"), [(0.2, 180, True), (0.2, 520, False), (0.8, 150, False)])
def test_a_hand_lost_for_a_moment_is_the_same(away_s: float, x: float, *, same: bool) -> None:
    assert FORGET_S < 0.8
    tracker = HandTracker()
    tracker.meet(seen(150), 1.0, FRAME)
    assert tracker.follow([None], 1.03, FRAME)
    assert tracker.hands() == ()
    tracker.follow([], 1.0 + away_s, FRAME)
    tracker.meet(seen(x), 1.0 + away_s, FRAME)
    assert (ids(tracker) == {1}) is same


def test_what_is_no_hand_is_not_followed() -> None:
    broken = HandLandmarks(points(200) * np.float32(math.nan), 0.9, 0.5)
    for wrong in (seen(200, score=0.3), seen(200, score=math.nan), seen(-300), broken):
        tracker = HandTracker()
        assert not tracker.meet(wrong, 0.0, FRAME)
        tracker.meet(seen(200), 0.0, FRAME)
        assert tracker.follow([wrong], 0.03, FRAME)
        assert tracker.hands() == ()


def test_a_hand_of_a_point_is_no_place_to_look() -> None:
    tracker = HandTracker()
    spot = HandLandmarks(points(200, length_px=0.5), 0.9, 0.5)
    tracker.meet(spot, 0.0, FRAME)
    assert tracker.rois() == [None] * len(tracker)


def test_a_still_hand_stands_still_and_its_side_does_not_flicker() -> None:
    rng = np.random.default_rng(2)
    tracker, shown, sides = HandTracker(), [], set()
    tracker.meet(seen(300), 0.0, FRAME)
    for k in range(1, 60):
        noisy = points(300, length_px=300)
        noisy[:, :2] += rng.normal(0, 0.4, (21, 2))
        tracker.follow([HandLandmarks(noisy, 0.9, 0.9 if k % 4 else 0.2)], k / 30, FRAME)
        (one,) = tracker.hands()
        shown.append(one.landmarks_xyz)
        sides.add(one.right)
    assert np.std(np.array(shown[30:])[..., :2], axis=0).mean() < 0.25
    assert sides == {True}


FOLD = Roi(300, 400, 100, 100, 1.0)


@pytest.mark.parametrize(
    ("place", "palm", "after_s", "known"),
    [
        (Roi(310, 395, 95, 95, 2.0), 0.6, 1.0, True),
        (Roi(340, 400, 100, 100, 1.0), 0.6, 1.0, False),
        (Roi(300, 400, 160, 160, 1.0), 0.6, 1.0, False),
        (FOLD, 0.9, 1.0, False),
        (FOLD, 0.6, 6.0, False),
        (FOLD, 0.6, -6.0, False),
    ],
    ids=["there", "elsewhere", "larger", "a surer palm", "long ago", "a clip that starts again"],
)
def test_what_was_no_hand_is_not_taken_for_one_again_and_again(
    place: Roi, palm: float, after_s: float, *, known: bool
) -> None:
    mistaken = Mistaken()
    mistaken.note(FOLD, 0.55, 0.01, 10.0)
    assert mistaken.known(place, palm, 10.0 + after_s) is known


def test_a_hand_that_was_hardly_seen_is_looked_at_again() -> None:
    mistaken = Mistaken()
    mistaken.note(FOLD, 0.55, 0.3, 10.0)
    assert not mistaken.known(FOLD, 0.55, 10.1)


def test_a_palm_that_was_met_late_may_be_a_hand_that_went_on_unless_it_is_none_twice() -> None:
    mistaken = Mistaken()
    mistaken.note(FOLD, 0.55, 0.01, 10.0, late=True)
    assert not mistaken.known(FOLD, 0.55, 11.0)
    mistaken.note(FOLD, 0.55, 0.01, 11.0, late=True)
    assert mistaken.known(FOLD, 0.55, 12.0)


# --- with the models


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait((960, 540), 30)


def scene(portrait: Portrait, at: tuple[float, float] | None, time_s: float) -> Frame:
    image = portrait.render(0).copy()
    if at is not None:
        drawn.lay(image, drawn.draw(200), *at)
    return Frame(image, time_s, round(time_s * 30))


def test_perception_follows_a_waving_hand(portrait: Portrait, built_models: object) -> None:
    perception = Perception(frozenset({"hands"}))
    found: list[tuple[Hand, ...]] = []
    for k in range(20):
        x = 220 + 60 * math.sin(k / 30 * math.tau * 0.7)
        found.append(perception.see(scene(portrait, (x, 280), k / 30)).hands)
    gone = [perception.see(scene(portrait, None, (20 + k) / 30)).hands for k in range(3)]
    perception.close()
    assert all({each.track for each in hands} == {1} for hands in found)
    assert abs(found[-1][0].landmarks_xyz[:, 0].mean() - (220 + 60 * math.sin(19 / 30 * math.tau * 0.7))) < 25
    assert gone[-1] == ()


def test_palms_are_searched_seldom_and_not_in_a_frame_in_which_faces_are(
    portrait: Portrait, built_models: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    perception = Perception(frozenset({"faces", "hands"}), 2)
    assert perception._hands is not None
    assert perception._faces is not None
    searches, together = [], []
    detector = perception._hands._search._detector
    look = detector.look

    def counted(image_bgr: U8) -> object:
        searches.append(1)
        together.append(perception._faces is not None and perception._faces.searching)
        return look(image_bgr)

    monkeypatch.setattr(detector, "look", counted)
    for k in range(61):
        perception.see(scene(portrait, None, k / 30))
    perception.close()
    assert 2 <= len(searches) <= 4
    assert sum(together) <= 1


@pytest.mark.parametrize("cores", [1, 2])
def test_a_hand_that_nothing_announced_is_found_beside_the_frames(
    cores: int, portrait: Portrait, built_models: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes into view when it is looked for: so many frames later it is known, on any computer."""
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    perception = Perception(frozenset({"hands"}))
    known = []
    for k in range(33 + FRAMES):
        frame = scene(portrait, (220, 280) if k >= 30 else None, k / 30)
        known.append(bool(perception.see(frame).hands))
        frame.image_bgr[:] = 0  # its memory holds another picture by the time the model is asked
    perception.close()
    assert known == [k >= 30 + FRAMES for k in range(33 + FRAMES)]


@pytest.mark.parametrize(("speed_px_s", "within_s"), [(300, 0.3), (700, 1.5)])
def test_a_hand_that_moves_while_it_is_looked_for_is_found_soon(
    speed_px_s: float, within_s: float, portrait: Portrait, built_models: object
) -> None:
    """A camera of 15 frames a second. It comes when it is looked for, moves on, and then is held there again:
    where it was missed once it is looked for again."""
    perception = Perception(frozenset({"hands"}))
    for k in range(15 + math.ceil(15 * within_s)):
        since_s = k / 15 - 1
        x = 200 + (min(since_s * speed_px_s, 220) if since_s < 0.6 else 0)
        hands = perception.see(scene(portrait, (x, 280) if since_s >= 0 else None, k / 15)).hands
    perception.close()
    assert hands


def test_what_was_looked_for_before_a_break_is_not_met_after_it(
    portrait: Portrait, built_models: object
) -> None:
    """The hand stays in view: only a look that should have been dropped can find it before the next one."""
    perception = Perception(frozenset({"hands"}))

    def look_beside(from_s: float) -> None:
        for k in range(31):
            perception.see(scene(portrait, (220, 280) if k == 30 else None, from_s + k / 30))

    look_beside(0)
    soon = range(FRAMES + 3)
    later = [perception.see(scene(portrait, (220, 280) if k else None, 60 + k / 30)).hands for k in soon]
    look_beside(90)
    perception.forget()
    silent = [perception.see(scene(portrait, (220, 280), 91 + (k + 1) / 30)).hands for k in soon]
    perception.close()
    assert not any(later + silent)


def test_a_clip_that_starts_again_has_new_hands(portrait: Portrait, built_models: object) -> None:
    perception = Perception(frozenset({"hands"}))
    tracks = [
        [each.track for each in perception.see(scene(portrait, (220, 280), time_s)).hands]
        for time_s in (10.0, 10.03, 2.0, 2.03)
    ]
    perception.close()
    assert tracks == [[1], [1], [2], [2]]
