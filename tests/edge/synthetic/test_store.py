"""The drawn shop: known truth, the same every time, counted exactly by the real detector and tracker."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from edge.cameras import Ended, Source, open_source
from edge.config import Camera
from edge.floor.counter import Floor, FloorCounter
from edge.floor.lines import Crossing, Line, Way
from edge.floor.plan import view
from edge.scene import Frame
from edge.synthetic._visitors import DEPTH_M, DOOR, STREET_M, WIDTH_M, truth, visitors
from edge.toml_file import ConfigError
from models.people_motion import MotionDetector, MotionSettings

SIZE_PX = (480, 420)
PLAN = [(0.0, 0.0), (WIDTH_M, 0.0), (WIDTH_M, DEPTH_M + STREET_M), (0.0, DEPTH_M + STREET_M)]
#: A person seen from above is half a metre wide in a view of seven.
OVERHEAD = MotionSettings(
    person_height=0.09, overhead=True, min_area=0.0004, min_part_area=0.0003, width_px=320
)


def camera(options: str, fps: float) -> Camera:
    return Camera(source=f"synthetic:store?{options}", width_px=SIZE_PX[0], height_px=SIZE_PX[1], fps=fps)


def overhead_counter() -> FloorCounter:
    door = Line("door", (DOOR[0], DEPTH_M), (DOOR[1], DEPTH_M), inside_m=(4.0, 3.0))
    corners = [(0.0, 0.0), (480.0, 0.0), (480.0, 420.0), (0.0, 420.0)]
    return FloorCounter(Floor(WIDTH_M, DEPTH_M + STREET_M, (door,)), view(corners, PLAN, SIZE_PX))


def frames(clip: Source) -> Iterator[Frame]:
    """Every frame of a clip."""
    with suppress(Ended):
        while frame := clip.read(1.0):
            yield frame


def test_sixty_visitors_in_ten_minutes_are_counted_in_and_out() -> None:
    source = open_source(camera("seed=2&once=1", fps=5))
    detector, counter = MotionDetector(OVERHEAD), overhead_counter()
    start = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    ways = []
    for frame in frames(source):
        people = detector.detect(frame.image_bgr, frame.captured_s)
        now = start + timedelta(seconds=frame.captured_s)
        facts = counter.update(people, frame.size_px, frame.captured_s, now)
        ways += [fact.way for fact in facts if isinstance(fact, Crossing)]
    known = truth(visitors(60, 600, seed=2), 600)
    assert abs(ways.count(Way.IN) - known.entered) <= 1
    assert abs(ways.count(Way.OUT) - known.left) <= 1
    assert counter.occupancy.inside == known.inside


def test_a_seed_draws_the_same_shop_and_another_seed_another() -> None:
    first, again, other = (visitors(20, 120, seed) for seed in (4, 4, 5))
    assert [v.points_m for v in first] == [v.points_m for v in again]
    assert [v.points_m for v in first] != [v.points_m for v in other]


def test_everybody_enters_once_within_the_episode_and_nobody_is_faster_than_a_walk() -> None:
    crowd = visitors(60, 600, seed=9)
    assert truth(crowd, 600).entered == 60
    assert truth(crowd, 3600).inside == 0
    moments = np.arange(0, 600, 0.5)
    for visitor in crowd:
        places = np.array([visitor.at(t) or (np.nan, np.nan) for t in moments])
        speed = np.linalg.norm(np.diff(places, axis=0), axis=1) / 0.5
        assert np.nanmax(speed) < 1.5


def test_a_live_shop_goes_on_after_its_first_episode() -> None:
    source = open_source(wished := camera("seed=3&minutes=1&visitors=20", fps=30))
    assert source.live
    frame = source.read(1.0)
    assert frame is not None
    assert frame.image_bgr.shape == (wished.height_px, wished.width_px, 3)


def test_an_unknown_drawing_or_option_names_the_valid_ones() -> None:
    with pytest.raises(ConfigError, match="synthetic:store"):
        open_source(Camera(source="synthetic:circus"))
    with pytest.raises(ConfigError, match="minutes"):
        open_source(camera("sead=1", fps=5))
