"""Following bodies: who, where next, as whom; and perception with the real models on the real clip."""

from pathlib import Path

import numpy as np
import pytest

from edge import cameras
from edge.bodies import Bodies
from edge.body_tracking import Tracker, places
from edge.cameras import Ended
from edge.config import Camera
from edge.perception import Perception
from edge.scene import Frame, Pose
from models.pose_detector import PoseDetector
from models.pose_landmarks import PoseModel
from models.providers import CPU
from models.results import U8, Detections, PoseLandmarks

FRAME = (640, 480)


def body(x: float = 320, y: float = 240, score: float = 0.9, height: float = 300) -> PoseLandmarks:
    """Points on an ellipse around (x, y)."""
    turn = np.linspace(0, 2 * np.pi, 33, endpoint=False)
    points = np.stack([x + height / 4 * np.cos(turn), y + height / 2 * np.sin(turn), 0 * turn], axis=1)
    circle = np.array([[x, y], [x, y - height / 2]], np.float32)
    return PoseLandmarks(points.astype(np.float32), np.ones(33, np.float32), circle, score)


def detections(*bodies: tuple[float, float]) -> Detections:
    """Bodies at x with a radius in pixels, in the middle of the picture's height."""
    points = [[[x, 240], [x, 240 - radius], [x, 200], [x, 180]] for x, radius in bodies]
    n = len(bodies)
    return Detections(
        np.zeros((n, 4), np.float32),
        np.array(points, np.float32).reshape(n, 4, 2),
        np.linspace(0.9, 0.6, n, dtype=np.float32),
    )


def ids(tracker: Tracker) -> list[int]:
    return [pose.track for pose in tracker.poses(FRAME)]


def met(*found: PoseLandmarks, time_s: float = 0.0) -> Tracker:
    """A tracker that has just met these bodies."""
    tracker = Tracker()
    for each in found:
        tracker.meet(each, time_s, FRAME)
    return tracker


def test_looks_next_where_the_body_says() -> None:
    (one,) = met(body(200, 250)).bodies
    assert (one.roi.centre_x, one.roi.centre_y) == (200, 250)
    assert one.roi.width_px == pytest.approx(300 * 1.25)


def test_a_body_keeps_its_id_over_a_missed_frame_and_somebody_elsewhere_is_new() -> None:
    tracker = met(body())
    tracker.follow([None], 0.1, FRAME)
    assert ids(tracker) == []
    assert tracker.misses
    tracker.meet(body(330), 0.2, FRAME)
    assert ids(tracker) == [1]
    assert not tracker.misses
    tracker.follow([None], 0.3, FRAME)
    tracker.meet(body(80), 0.4, FRAME)
    assert ids(tracker) == [2]
    tracker.follow([None], 0.5, FRAME)
    tracker.follow([], 9.0, FRAME)
    assert not tracker.misses
    tracker.meet(body(80), 9.0, FRAME)
    assert ids(tracker) == [3]


def test_somebody_of_another_size_is_not_who_was_lost() -> None:
    tracker = met(body(height=300))
    tracker.follow([None], 0.1, FRAME)
    tracker.meet(body(height=120), 0.2, FRAME)
    assert ids(tracker) == [2]


def test_what_is_no_body_is_not_followed() -> None:
    broken = body()
    broken.landmarks_xyz[3] = np.nan
    for wrong in (body(score=0.3), body(score=float("nan")), body(x=-400), broken, None):
        tracker = Tracker()
        assert not tracker.meet(wrong, 0.0, FRAME)
        assert ids(tracker) == []
        tracker = met(body())
        tracker.follow([wrong], 0.1, FRAME)
        assert ids(tracker) == []


def test_a_body_is_met_once() -> None:
    tracker = met(body(), body(325), body(330, height=310))
    assert ids(tracker) == [1]
    assert tracker.follows(320, 240)
    assert tracker.follows(350, 250)
    assert not tracker.follows(420, 240)


def test_people_side_by_side_have_an_id_each() -> None:
    tracker = met(body(260), body(340))
    for k in range(1, 30):
        tracker.follow([body(260), body(340)], k / 15, FRAME)
    assert sorted(ids(tracker)) == [1, 2]


def test_where_two_tracks_see_the_one_in_front_the_one_that_jumped_is_lost_and_comes_back() -> None:
    """Body 1 walks to the right behind body 2, which walks to the left; for half a second it is hidden."""
    tracker = met(body(100), body(540))
    at = [(100 + 16 * k, 540 - 16 * k) for k in range(28)]
    for k, (right, left) in enumerate(at[1:], 1):
        hidden = abs(right - left) < 120
        found = [body(left if hidden or each.id == 2 else right) for each in tracker.bodies]
        tracker.follow(found, k / 15, FRAME)
        if hidden:
            assert ids(tracker) == [2]
        elif len(tracker.bodies) == 1:
            assert tracker.meet(body(right), k / 15, FRAME)
    where = {each.id: each.box.centre[0] for each in tracker.bodies}
    assert where == {1: pytest.approx(at[-1][0], abs=1), 2: pytest.approx(at[-1][1], abs=1)}


def test_who_came_first_stays_foremost_until_they_are_forgotten() -> None:
    tracker = met(body(300))
    assert ids(tracker) == [1]
    tracker.meet(body(420, height=420), 0.1, FRAME)
    assert ids(tracker) == [1, 2], "the other is larger and came later"
    tracker.follow([None, body(420, height=420)], 0.2, FRAME)
    assert ids(tracker) == [2]
    tracker.meet(body(300), 0.5, FRAME)
    assert ids(tracker) == [1, 2], "lost for a moment only"
    tracker.follow([body(420, height=420), None], 0.6, FRAME)
    tracker.follow([body(420, height=420)], 4.0, FRAME)
    tracker.meet(body(300), 4.1, FRAME)
    assert ids(tracker) == [2, 3]


def test_of_two_who_come_together_the_larger_and_more_central_is_foremost() -> None:
    assert ids(met(body(200, height=200), body(400, height=300))) == [2, 1]
    assert ids(met(body(110, height=300), body(330, height=300))) == [2, 1]


def test_a_still_body_stands_still_and_a_moving_one_does_not_lag() -> None:
    rng = np.random.default_rng(1)
    still, moving = met(body(), time_s=-1), met(body(100), time_s=-1)
    shown = []
    for k in range(60):
        noisy = body()
        noisy.landmarks_xyz[:, :2] += rng.normal(0, 1, (33, 2))
        still.follow([noisy], k / 30, FRAME)
        shown.append(still.poses(FRAME)[0].landmarks_xyz)
        moving.follow([body(100 + 6 * k)], k / 30, FRAME)
    assert np.std(np.array(shown[30:])[..., :2], axis=0).mean() < 0.7
    lag_px = body(100 + 6 * 59).landmarks_xyz[:, 0] - moving.poses(FRAME)[0].landmarks_xyz[:, 0]
    assert abs(lag_px).max() < 6


def test_the_largest_and_most_central_place_comes_first() -> None:
    assert places(detections(), FRAME) == []
    assert [roi.centre_x for roi in places(detections((300, 60), (340, 120)), FRAME)] == [340, 300]
    assert [roi.centre_x for roi in places(detections((20, 110), (320, 100)), FRAME)] == [320, 20]
    assert [roi.centre_x for roi in places(detections((20, 4), (320, float("nan"))), FRAME)] == []


@pytest.mark.parametrize(
    ("most", "there", "searches"),
    [(1, False, 17), (1, True, 1), (2, True, 5)],
    ids=["nobody in view: often", "no room for more: never again", "room for more: now and then"],
)
def test_the_detector_runs_only_when_somebody_may_be_missing(
    built_models: Path, monkeypatch: pytest.MonkeyPatch, most: int, there: bool, searches: int
) -> None:
    searched: list[U8] = []

    def detect(self: PoseDetector, image_bgr: U8) -> Detections:
        searched.append(image_bgr)
        return detections((320, 120)) if there else detections()

    monkeypatch.setattr(PoseDetector, "detect", detect)
    monkeypatch.setattr(PoseModel, "landmarks", lambda self, image_bgr, roi: body())
    bodies = Bodies(most, CPU)
    for k in range(33):
        bodies.see(Frame(np.zeros((480, 640, 3), np.uint8), k / 16, k))
    bodies.close()
    assert len(searched) == searches


def test_perception_follows_one_shopper_down_an_aisle(realdata: Path, built_models: Path) -> None:
    source = cameras.open_source(Camera(source="file:store-aisle.gif", base_dir=realdata / "footfall"))
    perception = Perception(frozenset({"poses"}))
    seen: list[tuple[Pose, ...]] = []
    try:
        while len(seen) < 40 and (frame := source.read(1)) is not None:
            seen.append(perception.see(frame).poses)
    except Ended:
        pass
    perception.close()
    assert len(seen) == 40
    assert {pose.track for poses in seen[:38] for pose in poses} == {1}
    assert all(len(poses) == 1 for poses in seen[:36])


def test_perception_forgets_whom_it_knew_when_the_clock_jumps(built_models: Path) -> None:
    perception = Perception(frozenset({"poses"}))
    black = np.zeros((480, 640, 3), np.uint8)
    for index, time_s in enumerate((0.0, 3600.0, 10.0, 10.1)):
        assert perception.see(Frame(black, time_s, index)).poses == ()
    perception.close()
