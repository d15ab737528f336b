"""The drawn walker: the real pose model sees a person in it, where the gait model has put one."""

import numpy as np

from edge import cameras
from edge.config import Camera
from edge.gait import Lens
from edge.perception import Perception
from edge.scene import Frame
from edge.synthetic.walker import WalkerSource
from gamification.steps import StepCounter

CAMERA = Camera(source="synthetic:walker?cadence=120&walk=60", width_px=640, height_px=480, fps=15)


def test_the_pose_model_sees_the_walker_and_the_counter_its_steps(built_models: object) -> None:
    source = cameras.open_source(CAMERA)
    assert isinstance(source, WalkerSource)
    perception, counter, lens = Perception(frozenset({"poses"})), StepCounter(), Lens((640, 480))
    off_px = []
    for k in range(90):
        time_s = k / 15
        scene = perception.see(Frame(source.image(time_s), time_s, k))
        (pose,) = scene.poses
        counter.feed(pose, time_s)
        truth = lens.project(source.gait.points(time_s))
        off_px.append(np.linalg.norm(pose.landmarks_xyz[[27, 28], :2] - truth[[27, 28], :2], axis=1).mean())
    perception.close()
    assert abs(counter.steps - source.gait.steps(6)) <= 2
    assert np.median(off_px) < 10


def test_frames_come_at_the_cameras_rate_and_rests_are_still() -> None:
    source = cameras.open_source(CAMERA)
    first, second = source.read(1), source.read(1)
    assert first is not None
    assert second is not None
    assert first.image_bgr.shape == (480, 640, 3)
    assert second.captured_s > first.captured_s
    assert isinstance(source, WalkerSource)
    np.testing.assert_array_equal(source.image(61.0), source.image(65.0))
    assert (source.image(1.0) != source.image(1.3)).any()
