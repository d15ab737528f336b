"""The drawn walker: the real pose model sees a person in it, where the gait model has put one."""

from dataclasses import replace

import numpy as np
import pytest

from edge import cameras
from edge.config import Camera
from edge.gait import Gait, Lens
from edge.perception import Perception
from edge.scene import Frame
from edge.synthetic.walker import WalkerPainter, WalkerSource
from gamification.steps import StepCounter
from models.results import F32, U8

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


class Crowd:
    """Several walkers in one picture, the nearer before the farther; each slides from one x to another."""

    def __init__(self, *walkers: tuple[Gait, float, float]) -> None:
        self._walkers = sorted(walkers, key=lambda walker: -walker[0].z_m)
        self._painter, self._lens = WalkerPainter(CROWD_PX), Lens(CROWD_PX)

    def at(self, time_s: float, share: float) -> tuple[U8, list[F32]]:
        """The picture and everybody's points, share of the way, the farthest first."""
        gaits = [replace(gait, x_m=begin + share * (end - begin)) for gait, begin, end in self._walkers]
        image = None
        for gait in gaits:
            image = self._painter.paint(gait, time_s, image)
        assert image is not None
        return image, [self._lens.project(gait.points(time_s)) for gait in gaits]


CROWD_PX = (960, 540)


def followed(crowd: Crowd, seconds: float) -> list[dict[int, int]]:
    """Who each id is in every frame: track to number in the crowd, by the nearest points."""
    perception = Perception(frozenset({"poses"}), max_bodies=2)
    result = []
    for k in range(round(seconds * 15)):
        image, truth = crowd.at(k / 15, min(1.0, max(0.0, (k / 15 - 0.5) / (seconds - 1.5))))
        poses = perception.see(Frame(image, k / 15, k)).poses
        off_px = {
            pose.track: [
                float(np.linalg.norm(pose.landmarks_xyz[:, :2] - points[:, :2], axis=1).mean())
                for points in truth
            ]
            for pose in poses
        }
        result.append({track: int(np.argmin(off)) for track, off in off_px.items() if min(off) < 30})
    perception.close()
    return result


def test_two_walkers_side_by_side_are_two_in_every_frame(built_models: object) -> None:
    crowd = Crowd((Gait(z_m=3.4), 0.6, 0.6), (Gait(z_m=3.5, cadence_hz=1.5), -0.6, -0.6))
    assert followed(crowd, 2.4) == [{1: 1, 2: 0}] * 36


@pytest.mark.parametrize("seconds", [3.5, 4.5])
def test_two_walkers_who_cross_keep_their_ids(built_models: object, seconds: float) -> None:
    crowd = Crowd((Gait(z_m=3.0), -1.1, 1.1), (Gait(z_m=3.9, cadence_hz=1.5), 1.1, -1.1))
    seen = followed(crowd, seconds)
    assert seen[0] == {1: 1, 2: 0}
    assert seen[-1] == {1: 1, 2: 0}
    assert {track for each in seen for track in each} == {1, 2}, "nobody new came"
    mistaken = [each for each in seen if each.get(1, 1) != 1 or each.get(2, 0) != 0]
    assert len(mistaken) <= 2, "while one hides the other it is not told who is seen"
    assert sum(len(each) == 2 for each in seen) > len(seen) / 2


def test_somebody_before_whom_another_passes_is_the_same_afterwards(built_models: object) -> None:
    crowd = Crowd((Gait(z_m=3.0), -1.2, 1.2), (Gait(z_m=3.9, activity="stand"), 0.0, 0.0))
    seen = followed(crowd, 4.0)
    assert seen[0] == seen[-1]
    assert {track for each in seen for track in each} == {1, 2}
