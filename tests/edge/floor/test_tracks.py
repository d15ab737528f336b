"""Who is who, at any frame rate."""

import numpy as np
import pytest

from edge.floor.tracks import FloorTracker

Walk = list[tuple[float, float] | None]


def walk(tracker: FloorTracker, paths: list[Walk], gap_s: float) -> list[set[int]]:
    """Feed paths frame by frame; the confirmed ids that moved in each frame."""
    ids = []
    for number, row in enumerate(zip(*paths, strict=True)):
        seen = np.array([point for point in row if point is not None]).reshape(-1, 2)
        ids.append({track.id for track in tracker.update(seen, number * gap_s).moved})
    return ids


@pytest.mark.parametrize("gap_s", [1 / 30, 0.1, 0.2, 0.33, 0.5])
def test_two_people_crossing_keep_their_ids(gap_s: float) -> None:
    steps = int(6 / gap_s)
    right = [(0.5 + 1.0 * i * gap_s, 2.0) for i in range(steps)]
    left = [(6.5 - 1.0 * i * gap_s, 2.3) for i in range(steps)]
    tracker = FloorTracker()
    assert set().union(*walk(tracker, [list(right), list(left)], gap_s)) == {1, 2}
    ends = {track.id: track.x_m for track in tracker.live}
    assert ends[1] > 4
    assert ends[2] < 3


def test_somebody_hidden_for_a_second_stays_the_same() -> None:
    path: Walk = [(0.1 * i, 1.0) for i in range(40)]
    path[15:25] = [None] * 10
    assert set().union(*walk(FloorTracker(), [path], 0.1)) == {1}


def test_a_flicker_is_nobody() -> None:
    tracker = FloorTracker()
    seen = walk(tracker, [[(1.0, 1.0), (1.0, 1.0), None, None, None]], 0.1)
    assert set().union(*seen) == set()
    assert tracker.close() == ()


def test_twenty_at_once_all_get_their_own_track_and_are_forgotten() -> None:
    tracker = FloorTracker()
    crowd = [[(1.0 * (k % 5) + 0.02 * i, 1.0 * (k // 5)) for i in range(30)] for k in range(20)]
    assert len(set().union(*walk(tracker, [list(path) for path in crowd], 0.1))) == 20
    assert len(tracker.update(np.zeros((0, 2)), 60.0).ended) == 20
    assert tracker.live == ()


def test_time_standing_still_or_running_back_does_no_harm() -> None:
    tracker = FloorTracker()
    for time_s in (0.0, 0.5, 0.5, 0.4, 1.0):
        tracker.update(np.array([[1.0, 1.0]]), time_s)
    assert [track.id for track in tracker.live] == [1]
    assert np.isfinite(tracker.live[0].velocity_m_s).all()


def test_a_weak_detection_continues_a_track_and_begins_none() -> None:
    tracker, place = FloorTracker(), np.array([[1.0, 1.0]])
    weak, sure = np.array([False]), np.array([True])
    for tenth in range(20):
        assert tracker.update(place, tenth / 10, weak).moved == ()
    for tenth in range(20, 30):
        tracker.update(place, tenth / 10, sure)
    for tenth in range(30, 90):
        (track,) = tracker.update(place, tenth / 10, weak).moved
        assert track.id == 1
