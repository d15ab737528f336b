"""Events of a counter: each with its own moment, heat in parts that add up, none too large."""

from datetime import timedelta

import numpy as np
import pytest

from cloud_api.contract.events import MAX_EVENT_BYTES
from cloud_api.contract.floor import FloorDescribed, HeatBucket, LineCrossed, OccupancyCounted, ZoneDwelled
from edge.floor.counter import Floor, FloorCounter
from edge.floor.journal import Entry, Journal
from edge.floor.watch import Watch
from models.people_motion import MotionDetector
from models.results import People
from tests.edge.floor.acting import BAR, NOON, Film, journal, told, walker, wall

VISIT = walker((3.5, 7.4), (3.5, 4.4), (4.0, 1.0), (4.0, 1.0), (4.5, 4.4), (4.5, 7.4))


def heat(entries: list[Entry]) -> float:
    events = [entry.event for entry in entries]
    return sum(cell.seconds for event in events if isinstance(event, HeatBucket) for cell in event.cells)


def test_a_visit_is_told_in_the_order_and_at_the_moments_it_happened() -> None:
    by = journal(zones=[BAR])
    entries = told(by, Film(VISIT).frames(24, fps=5)) + by.close(24.0, wall(24.0))
    kinds = [type(entry.event) for entry in entries]
    assert kinds == [LineCrossed, ZoneDwelled, LineCrossed, HeatBucket, OccupancyCounted]
    assert {entry.event.model_dump()["detector"] for entry in entries} == {"motion"}
    came, stayed, left = entries[:3]
    assert isinstance(came.event, LineCrossed)
    assert (came.event.way, came.event.inside, came.event.line) == ("in", 1, "door")
    assert isinstance(left.event, LineCrossed)
    assert (left.event.way, left.event.inside) == ("out", 0)
    assert isinstance(stayed.event, ZoneDwelled)
    door_s = VISIT.entered_s
    assert came.time_s == pytest.approx(door_s, abs=0.5)
    assert left.time_s == pytest.approx(VISIT.left_s, abs=0.5)
    assert all(entry.time == wall(entry.time_s) for entry in entries)
    assert heat(entries) == pytest.approx(VISIT.times_s[-1] - VISIT.times_s[0], abs=2.5)
    assert by.zones["bar"].dwells == 1
    assert by.lines == {"door": {"in": 1, "out": 1}}


def test_every_minute_tells_who_is_inside_and_the_heat_so_far_and_the_parts_add_up() -> None:
    about = [(2.0, 4.0), (6.0, 4.0)] * 30
    parts, whole = journal(), journal()
    frames = list(Film(walker((3.5, 7.4), *about)).frames(150, fps=2))
    entries = told(parts, frames)
    counted = [entry for entry in entries if isinstance(entry.event, OccupancyCounted)]
    assert [entry.time_s for entry in counted] == [60.0, 120.0]
    starts = {entry.event.start for entry in entries if isinstance(entry.event, HeatBucket)}
    assert starts == {NOON}
    entries += parts.close(149.5, wall(149.5))
    for frame in frames:
        whole.watch.see(frame, wall(frame.captured_s))
    (bucket,) = whole.watch.counter.close()
    assert heat(entries) == pytest.approx(float(bucket.seconds.sum()), abs=0.5)  # type: ignore[union-attr]


def test_a_plan_full_of_people_fits_the_size_of_an_event() -> None:
    seen = journal().watch.counter.view
    counter = FloorCounter(Floor(60.0, 60.0), seen)
    by = Journal("ceiling", Watch(counter, MotionDetector()))
    corners = seen.to_image(
        np.array([[x, y] for x in range(40) for y in range(30)], np.float64), seen.size_px
    )
    boxes = np.repeat(corners, 2, axis=1)[:, [0, 2, 1, 3]].astype(np.float32)
    everywhere = People(boxes, np.ones(len(boxes), np.float32))
    for tenth in range(10):
        counter.update(everywhere, seen.size_px, tenth / 5, NOON)
    entries = by.close(2.0, NOON + timedelta(seconds=2))
    buckets = [entry.event for entry in entries if isinstance(entry.event, HeatBucket)]
    assert len(buckets) == 2
    assert all(len(bucket.model_dump_json()) < MAX_EVENT_BYTES for bucket in buckets)
    assert sum(len(bucket.cells) for bucket in buckets) == 1200


def test_the_plan_says_whether_its_people_are_real() -> None:
    described = journal(zones=[BAR]).described(real=False)
    assert isinstance(described, FloorDescribed)
    assert (described.real, described.width_m, described.height_m, described.cell_m) == (False, 8, 7, 0.25)
    assert [zone.name for zone in described.zones] == ["bar"]
    assert [line.name for line in described.lines] == ["door"]
    assert (described.detector, described.detector_words) == ("motion", "motion; low in crowds")
