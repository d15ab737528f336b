"""Lines, zones, heat and occupancy: what counts, and what must not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge.floor.heat import HeatMap
from edge.floor.lines import Crossing, Line, LineCounter, Way
from edge.floor.occupancy import Occupancy
from edge.floor.zones import Dwell, Zone, ZoneDwell

DOOR = Line("door", (2.0, 0.0), (2.0, 3.0), inside_m=(4.0, 1.0))
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def cross(line: Line, xs: list[float], y: float = 1.5) -> list[Way]:
    counter = LineCounter(line)
    found = [counter.update(1, (x, y), 0.1 * i) for i, x in enumerate(xs)]
    return [crossing.way for crossing in [*found, counter.close(1)] if crossing]


@pytest.mark.parametrize(
    ("xs", "ways"),
    [
        ([1.0, 1.5, 2.5, 3.0], [Way.IN]),
        ([3.0, 2.5, 1.5, 1.0], [Way.OUT]),
        ([1.0, 2.5, 3.0, 1.5, 1.0], [Way.IN, Way.OUT]),
        ([1.9, 2.05, 1.95, 2.05, 1.95, 1.8], []),  # hesitates on the threshold
        ([2.05, 2.1, 2.12], []),  # begins just inside, without a band
        ([1.0, 1.0, 1.0], []),
    ],
)
def test_crossings(xs: list[float], ways: list[Way]) -> None:
    assert cross(DOOR, xs) == ways


def test_the_inner_side_is_where_the_point_is() -> None:
    turned = Line("door", DOOR.b_m, DOOR.a_m, inside_m=DOOR.inside_m)
    assert cross(turned, [1.0, 1.5, 2.5, 3.0]) == [Way.IN]


def test_past_the_end_of_a_line_is_no_crossing() -> None:
    assert cross(DOOR, [1.0, 1.5, 2.5, 3.0], y=3.6) == []


def test_who_appears_in_the_band_entered_and_who_vanishes_in_it_left() -> None:
    edge = Line("edge", (2.0, 0.0), (2.0, 3.0), inside_m=(4.0, 1.0), band_m=0.4)
    assert cross(edge, [2.1, 2.3, 2.6, 3.0]) == [Way.IN]
    assert cross(edge, [3.0, 2.6, 2.3, 2.2]) == [Way.OUT]


def test_a_settled_stay_just_over_the_line_counts_after_the_hold_time() -> None:
    assert cross(DOOR, [1.5, *[2.1] * 6]) == [Way.IN]


def stay(zone: Zone, xs: list[float]) -> list[Dwell]:
    measure = ZoneDwell(zone)
    found = [measure.update(1, (x, 0.5), 0.5 * i) for i, x in enumerate(xs)]
    return [dwell for dwell in [*found, measure.close(1)] if dwell]


def test_dwell_runs_from_border_to_border_and_survives_a_step_out() -> None:
    zone = Zone("table", ((0, 0), (1, 0), (1, 1), (0, 1)), min_dwell_s=2.0)
    inside, outside = [0.5] * 6, [2.0]
    (dwell,) = stay(zone, [2.0, *inside, *outside, *inside, *outside * 6])
    assert (dwell.begin_s, dwell.end_s) == (0.25, 6.75)


def test_passing_by_is_no_dwell() -> None:
    zone = Zone("table", ((0, 0), (1, 0), (1, 1), (0, 1)), min_dwell_s=2.0)
    assert stay(zone, [2.0, 0.5, 0.5, 2.0, 2.0, 2.0, 2.0]) == []


def test_heat_is_person_seconds_per_quarter() -> None:
    heat = HeatMap(2.0, 1.0)
    two = np.array([[0.1, 0.1], [1.9, 0.9]])
    for second in range(10):
        assert heat.add(two, 1.0 if second else 0.0, NOON + timedelta(seconds=second)) is None
    bucket = heat.add(np.zeros((0, 2)), 1.0, NOON + timedelta(minutes=15))
    assert bucket is not None
    assert bucket.start == NOON
    assert bucket.seconds.shape == (4, 8)
    assert bucket.seconds[0, 0] == bucket.seconds[3, 7] == pytest.approx(9.0)
    assert bucket.seconds.sum() == pytest.approx(18.0)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_jumps_closes_the_bucket_and_loses_nothing(hours: int) -> None:
    heat = HeatMap(2.0, 1.0)
    one = np.array([[0.1, 0.1]])
    heat.add(one, 1.0, NOON)
    before = heat.add(one, 1.0, NOON + timedelta(hours=hours))
    after = heat.flush()
    assert before is not None
    assert after is not None
    assert before.seconds.sum() + after.seconds.sum() == pytest.approx(2.0)


def test_a_long_gap_between_frames_heats_nothing() -> None:
    heat = HeatMap(2.0, 1.0)
    heat.add(np.array([[0.1, 0.1]]), 3600.0, NOON)
    assert heat.flush() is None


def test_positions_beyond_the_plan_fall_into_its_border_cells() -> None:
    heat = HeatMap(2.0, 1.0)
    heat.add(np.array([[-5.0, 50.0]]), 1.0, NOON)
    bucket = heat.flush()
    assert bucket is not None
    assert bucket.seconds[3, 0] == pytest.approx(1.0)


def crossing(way: Way) -> Crossing:
    return Crossing("door", way, 1, 0.0)


def test_occupancy_survives_a_restart_and_never_goes_below_zero(tmp_path: Path) -> None:
    kept = Occupancy(tmp_path / "occupancy.json")
    kept.take(crossing(Way.IN))
    kept.take(crossing(Way.IN))
    again = Occupancy(tmp_path / "occupancy.json")
    assert again.inside == 2
    assert [again.take(crossing(Way.OUT)) for _ in range(3)] == [1, 0, 0]


def test_a_disk_that_takes_nothing_is_said_once_and_counting_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    kept = Occupancy(gone / "occupancy.json")
    gone.rmdir()
    assert [kept.take(crossing(Way.IN)) for _ in range(3)] == [1, 2, 3]
    assert [record.message for record in caplog.records if "occupancy cannot be kept" in record.message] != []
    assert len(caplog.records) == 1


def test_a_broken_occupancy_file_begins_at_zero(tmp_path: Path) -> None:
    path = tmp_path / "occupancy.json"
    path.write_text('{"inside": ')
    assert Occupancy(path).inside == 0
