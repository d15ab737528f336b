"""Following one body: who, where next, as whom; and perception with the real models on the real clip."""

from pathlib import Path

import numpy as np
import pytest

from edge import cameras
from edge.body_tracking import Follower, foremost
from edge.cameras import Ended
from edge.config import Camera
from edge.perception import Perception
from edge.scene import Frame, Pose
from models.results import Detections, PoseLandmarks

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


def ids(follower: Follower) -> list[int]:
    return [pose.track for pose in follower.poses()]


def test_looks_next_where_the_body_says() -> None:
    follower = Follower()
    assert follower.roi is None
    follower.take(body(200, 250), 0.0, FRAME)
    roi = follower.roi
    assert roi is not None
    assert (roi.centre_x, roi.centre_y) == (200, 250)
    assert roi.width_px == pytest.approx(300 * 1.25)


def test_a_body_keeps_its_id_over_a_missed_frame_and_somebody_elsewhere_is_new() -> None:
    follower = Follower()
    follower.take(body(), 0.0, FRAME)
    follower.take(None, 0.1, FRAME)
    assert ids(follower) == []
    follower.take(body(330), 0.2, FRAME)
    assert ids(follower) == [1]
    follower.take(None, 0.3, FRAME)
    follower.take(body(80), 0.4, FRAME)
    assert ids(follower) == [2]
    follower.take(None, 0.5, FRAME)
    follower.take(body(80), 9.0, FRAME)
    assert ids(follower) == [3]


def test_what_is_no_body_is_not_followed() -> None:
    broken = body()
    broken.landmarks_xyz[3] = np.nan
    for wrong in (body(score=0.3), body(score=float("nan")), body(x=-400), broken):
        follower = Follower()
        follower.take(wrong, 0.0, FRAME)
        assert ids(follower) == []


def test_a_still_body_stands_still_and_a_moving_one_does_not_lag() -> None:
    rng = np.random.default_rng(1)
    still, moving = Follower(), Follower()
    shown = []
    for k in range(60):
        noisy = body()
        noisy.landmarks_xyz[:, :2] += rng.normal(0, 1, (33, 2))
        still.take(noisy, k / 30, FRAME)
        shown.append(still.poses()[0].landmarks_xyz)
        moving.take(body(100 + 6 * k), k / 30, FRAME)
    assert np.std(np.array(shown[30:])[..., :2], axis=0).mean() < 0.7
    lag_px = body(100 + 6 * 59).landmarks_xyz[:, 0] - moving.poses()[0].landmarks_xyz[:, 0]
    assert abs(lag_px).max() < 6


def test_the_largest_and_most_central_body_is_foremost() -> None:
    assert foremost(detections(), FRAME) is None
    larger = foremost(detections((300, 60), (340, 120)), FRAME)
    assert larger is not None
    assert larger.centre_x == 340
    central = foremost(detections((20, 110), (320, 100)), FRAME)
    assert central is not None
    assert central.centre_x == 320


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
