"""A camera that is frozen, moved, dark or of another size says so and invents nothing; crowds are counted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest

from edge.floor.counter import Fact
from edge.floor.heat import Bucket
from edge.floor.steady import FROZEN_S, MOVED_S, Seeing
from edge.floor.zones import Dwell
from edge.scene import Frame
from models.results import U8
from tests.edge.floor.acting import BAR, DOOR, MIDDLE, NOON, SIZE_PX, Film, seen, turned, walker, watch, ways

STREET, HALL = (3.5, 7.4), (3.5, 4.4)
IN_AND_OUT = walker(STREET, HALL, (4.5, 4.4), (4.5, 7.4))


def test_in_and_out_through_the_door() -> None:
    above = watch()
    assert ways(seen(above, Film(IN_AND_OUT).frames(10))) == ["in", "out"]
    assert above.condition.counts
    assert above.condition.words == "counting"


def still(frame: Frame, seconds: float, fps: float = 10.0) -> Iterator[Frame]:
    """The same picture again and again."""
    for index in range(1, round(seconds * fps)):
        yield Frame(frame.image_bgr, frame.captured_s + index / fps, frame.index + index)


def person_seconds(facts: list[Fact]) -> float:
    return sum(float(fact.seconds.sum()) for fact in facts if isinstance(fact, Bucket))


def test_a_frozen_camera_says_so_and_counts_nothing() -> None:
    at_the_bar = walker((4.0, 4.0), (4.0, 1.0), (4.0, 1.0), start_s=1.0)
    above = watch(zones=[BAR])
    moving = list(Film(at_the_bar).frames(8))
    before = seen(above, moving)
    facts = seen(above, still(moving[-1], 40))
    assert above.condition.seeing is Seeing.FROZEN
    assert "frozen" in above.condition.words
    (dwell,) = [fact for fact in facts if isinstance(fact, Dwell)]
    assert dwell.end_s <= 8.0, "the stay ends with the last picture that was new"
    assert ways(before + facts) == []
    heat = above.counter.heat_so_far()
    assert heat is not None
    assert heat.seconds.sum() < 8.0, "nobody stands there while nobody sees them"


def test_a_camera_that_thaws_counts_on() -> None:
    above = watch()
    film = Film(walker(STREET, HALL, start_s=60))
    frames = list(film.frames(2))
    facts = seen(above, frames) + seen(above, still(frames[-1], 30))
    assert not above.condition.counts
    facts += seen(above, film.frames(10, begin_s=58))
    assert above.condition.counts
    assert ways(facts) == ["in"]


def test_somebody_in_the_door_as_the_camera_freezes_neither_left_nor_enters_again() -> None:
    above = watch(replace(DOOR, band_m=0.5))
    film = Film(walker(STREET, (3.5, 5.7), (3.5, 5.7), (3.5, 3.0)))
    facts = seen(above, film.frames(4))
    assert ways(facts) == ["in"]
    frozen = Frame(film.image(4.0), 4.0, 40)
    facts += seen(above, [frozen, *still(frozen, 20)])
    for index in range(40):  # and goes on as if no time had passed
        facts += above.see(Frame(film.image(4 + index / 10), 24 + index / 10, 240 + index), NOON)
    assert ways(facts) == ["in"]


def moved(film: Film, seconds: float, begin_s: float) -> Iterator[Frame]:
    for frame in film.frames(seconds, begin_s=begin_s):
        yield replace(frame, image_bgr=turned(frame.image_bgr, 60))


def test_a_camera_that_was_moved_asks_for_the_four_points_and_invents_no_crossing() -> None:
    above = watch(MIDDLE)
    film = Film(walker((2.0, 5.0), (2.0, 1.5), start_s=0.5), walker((6.0, 5.0), (6.0, 1.5), start_s=30))
    before = seen(above, film.frames(6))
    assert ways(before) == ["in"]
    after = seen(above, moved(film, 40, begin_s=6))
    assert above.condition.seeing is Seeing.MOVED
    assert above.condition.words == "the camera has moved: click the four points again"
    assert ways(after) == [], "somebody walked, but nobody knows where"


def test_a_camera_that_is_put_back_counts_on_with_a_new_background() -> None:
    above = watch(MIDDLE)
    film = Film(walker((6.0, 5.0), (6.0, 1.5), start_s=24))
    facts = seen(above, film.frames(4)) + seen(above, moved(film, 10, begin_s=4))
    facts += seen(above, film.frames(16, begin_s=14))
    assert above.condition.counts
    assert ways(facts) == ["in"]


def test_somebody_on_a_ladder_before_the_lens_is_not_a_moved_camera() -> None:
    above = watch()
    film = Film()
    seen(above, film.frames(2))
    blocked = replace(next(film.frames(1, begin_s=2)), image_bgr=turned(film.image(2.0), 150))
    seen(above, [blocked])
    assert above.condition.seeing is Seeing.CHANGED
    seen(above, film.frames(1, begin_s=2 + MOVED_S / 2))
    assert above.condition.counts


def lit(share: float) -> Callable[[U8], U8]:
    return lambda image: np.asarray(cv2.convertScaleAbs(image, alpha=share), np.uint8)


def test_light_that_changes_moves_no_camera_and_invents_nobody() -> None:
    above, film = watch(MIDDLE), Film()
    facts = seen(above, film.frames(3))
    for begin_s, share in ((3, 0.45), (6, 1.25), (9, 1.0)):
        changed = (replace(f, image_bgr=lit(share)(f.image_bgr)) for f in film.frames(3, begin_s=begin_s))
        facts += seen(above, changed)
        assert above.condition.counts
    assert ways(facts) == []
    heat = above.counter.heat_so_far()
    assert heat is None or heat.seconds.sum() < 1.0


def test_at_night_it_sees_nothing_says_so_and_counts_on_in_the_morning() -> None:
    above = watch()
    film = Film(walker(STREET, HALL, start_s=24))
    facts = seen(above, film.frames(3))
    night = (replace(f, image_bgr=lit(0.02)(f.image_bgr)) for f in film.frames(20, begin_s=3))
    facts += seen(above, night)
    assert above.condition.seeing is Seeing.BLIND
    assert "the light is off" in above.condition.words
    facts += seen(above, film.frames(8, begin_s=23))
    assert ways(facts) == ["in"]


def test_another_size_of_picture_asks_to_click_again() -> None:
    above = watch()
    above.see(Frame(np.full((480, 640, 3), 90, np.uint8), 0.0, 0), NOON)
    assert above.condition.seeing is Seeing.MISFIT
    assert above.condition.words.startswith(f"the four points were clicked at {SIZE_PX[0]}×{SIZE_PX[1]}")
    assert seen(above, Film(IN_AND_OUT).frames(1)) == []
    assert above.condition.counts, "a camera may come back in its old size"


def test_half_the_size_and_the_same_shape_counts_alike() -> None:
    above = watch()
    small = (
        replace(f, image_bgr=np.asarray(cv2.resize(f.image_bgr, None, fx=0.5, fy=0.5), np.uint8))
        for f in Film(IN_AND_OUT).frames(10)
    )
    assert ways(seen(above, small)) == ["in", "out"]


@pytest.mark.parametrize("hours", [1, -1])
def test_a_wall_clock_that_jumps_an_hour_changes_no_figure(hours: int) -> None:
    above, same = watch(zones=[BAR]), watch(zones=[BAR])
    film = Film(walker(STREET, HALL, (4.0, 1.0), (4.0, 1.0), HALL, STREET))
    facts, steady = [], []
    for frame in film.frames(22, fps=5):
        now = NOON + timedelta(seconds=frame.captured_s)
        jump = timedelta(hours=hours if 6 < frame.captured_s < 9 else 0)
        facts += above.see(frame, now + jump)
        steady += same.see(frame, now)
    assert ways(facts) == ways(steady) == ["in", "out"]
    assert [f.seconds for f in facts if isinstance(f, Dwell)] == [
        f.seconds for f in steady if isinstance(f, Dwell)
    ]
    all_heat = person_seconds(facts + above.counter.close())
    assert all_heat == pytest.approx(person_seconds(steady + same.counter.close()))


def test_twenty_walkers_at_once_are_twenty() -> None:
    crowd = [
        walker((0.7 + 0.72 * (k % 10), 4.6 + 0.8 * (k // 10)), (0.7 + 0.72 * (k % 10), 1.0 + 0.8 * (k // 10)))
        for k in range(20)
    ]
    crowd = [replace(each, colour=k) for k, each in enumerate(crowd)]
    above = watch(MIDDLE)
    facts = seen(
        above, Film(*(replace(each, times_s=tuple(t + 1 for t in each.times_s)) for each in crowd)).frames(6)
    )
    assert ways(facts) == ["in"] * 20
    assert above.counter.occupancy.inside == 20


@pytest.mark.parametrize("gap_m", [0.0, 0.25, 0.5])
def test_two_who_pass_each_other_as_one_blob_keep_their_counts(gap_m: float) -> None:
    up = walker((4.0, 5.5), (4.0, 0.9), colour=0)
    down = walker((4.0 + gap_m, 0.9), (4.0 + gap_m, 5.5), colour=2)
    above = watch(replace(MIDDLE, a_m=(0.0, 3.8), b_m=(8.0, 3.8)))
    assert sorted(ways(seen(above, Film(up, down).frames(7)))) == ["in", "out"]


def test_nobody_for_an_hour_and_then_somebody() -> None:
    above = watch()
    film = Film(walker(STREET, HALL, start_s=3601))
    facts = seen(above, film.frames(3600, fps=0.1))
    assert facts == []
    assert above.condition.counts
    assert above.counter.tracker.live == ()
    assert ways(seen(above, film.frames(5, begin_s=3600))) == ["in"]


def test_frozen_is_told_after_seconds_not_after_frames() -> None:
    above, frame = watch(), next(Film().frames(1))
    above.see(frame, NOON)
    above.see(replace(frame, captured_s=FROZEN_S - 0.1), NOON)
    assert above.condition.counts
    above.see(replace(frame, captured_s=FROZEN_S), NOON)
    assert above.condition.seeing is Seeing.FROZEN


@pytest.mark.parametrize(("count", "apart_m"), [(2, 0.5), (3, 0.5), (3, 0.7)])
def test_a_group_that_walks_in_shoulder_to_shoulder_is_as_many(count: int, apart_m: float) -> None:
    group = [walker((3.0 + k * apart_m, 5.5), (3.0 + k * apart_m, 0.9), colour=k) for k in range(count)]
    above = watch(MIDDLE)
    assert ways(seen(above, Film(*group).frames(6))) == ["in"] * count
