"""Who is who: ids, loss and return, doubles, smoothing. No model, no clock."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Box
from edge.smoothing import Steady
from edge.tracking import FORGET_S, Tracker
from models.results import F32, CloseUp, FaceLandmarks, Roi

FRAME = (1280, 720)
SHAPE = np.random.default_rng(1).uniform(-0.5, 0.5, (478, 3)).astype(np.float32)


def face(x: float, y: float, size: float = 200.0, score: float = 0.99) -> FaceLandmarks:
    """A mesh around a place."""
    return FaceLandmarks(cast("F32", SHAPE * np.float32(size) + np.array([x, y, 0], np.float32)), score)


def ids(tracker: Tracker) -> list[int]:
    return [track.id for track in tracker.tracks]


def centres(tracker: Tracker) -> dict[int, float]:
    return {face.track: float(face.landmarks_xyz[:, 0].mean()) for face in tracker.faces(9)}


def test_ids_stay_while_faces_move() -> None:
    tracker = Tracker()
    tracker.meet([face(300, 300)], 0, FRAME)
    tracker.meet([face(900, 300)], 0, FRAME)
    for k in range(1, 60):
        tracker.follow([face(300 + 4 * k, 300), face(900 - 4 * k, 300)], k / 30, FRAME)
        assert ids(tracker) == [1, 2]


def test_largest_face_comes_first() -> None:
    tracker = Tracker()
    tracker.meet([face(300, 300, 120)], 0, FRAME)
    tracker.meet([face(900, 300, 260)], 0, FRAME)
    assert [each.track for each in tracker.faces(9)] == [2, 1]


def test_who_was_there_first_is_shown() -> None:
    tracker = Tracker()
    tracker.meet([face(300, 300, 120)], 0, FRAME)
    tracker.meet([face(900, 300, 260)], 0, FRAME)
    assert [each.track for each in tracker.faces(1)] == [1]


def test_a_place_is_kept_for_a_moment_for_who_was_lost() -> None:
    """Nobody jumps in for a shopper who is hidden behind them, or missed in a few frames."""
    tracker = Tracker()
    tracker.meet([face(300, 300), face(900, 300)], 0, FRAME)
    tracker.follow([None, face(900, 300)], 0.1, FRAME)
    assert tracker.faces(1) == ()
    for k in range(2, 6):
        tracker.follow([face(900, 300)], k / 10, FRAME)
    assert [each.track for each in tracker.faces(1)] == [2]
    tracker.meet([face(310, 300)], 0.6, FRAME)
    assert [each.track for each in tracker.faces(1)] == [1]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        face(600, 300, score=0.3),
        face(600, 300, score=float("nan")),
        face(float("nan"), 300),
        face(float("inf"), 300),
        face(-80, 300),
        face(600, 300, size=0),
    ],
    ids=["no place", "no presence", "presence NaN", "NaN", "infinite", "out of the frame", "a point"],
)
def test_what_is_no_face_is_lost(bad: FaceLandmarks | None) -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300)], 0, FRAME)
    assert tracker.follow([bad], 0.03, FRAME) is True
    assert tracker.faces(9) == ()
    tracker.meet([bad] if bad else [], 0.03, FRAME)
    assert tracker.tracks == []


def test_face_half_out_of_the_frame_is_kept() -> None:
    tracker = Tracker()
    tracker.meet([face(200, 300)], 0, FRAME)
    for k in range(1, 12):
        assert tracker.follow([face(200 - 20 * k, 300)], k / 30, FRAME) is False
    assert ids(tracker) == [1]


def test_face_behind_a_hand_comes_back_as_itself() -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300)], 0, FRAME)
    tracker.follow([None], 0.1, FRAME)
    tracker.meet([face(650, 310)], 0.9, FRAME)
    assert ids(tracker) == [1]


def test_no_picture_stays_of_who_is_lost() -> None:
    close_up = CloseUp(np.zeros((192, 192, 3), np.uint8), Roi(600, 300, 300, 300, 0))
    tracker = Tracker()
    tracker.meet([replace(face(600, 300), close_up=close_up)], 0, FRAME)
    assert tracker.tracks[0].close_up is close_up
    tracker.follow([None], 0.1, FRAME)
    assert [track.close_up for track in tracker.lost] == [None]


@pytest.mark.parametrize(
    ("again", "after_s"),
    [(face(600, 300), FORGET_S + 0.2), (face(1100, 300), 0.1), (face(600, 300, 80), 0.1)],
    ids=["too late", "too far", "another size"],
)
def test_somebody_else_is_somebody_else(again: FaceLandmarks, after_s: float) -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300)], 0, FRAME)
    tracker.follow([None], 0.05, FRAME)
    for k in range(20):
        tracker.follow([], 0.05 + after_s * k / 20, FRAME)
    tracker.meet([again], after_s, FRAME)
    assert ids(tracker) == [2]


def test_mesh_that_jumps_onto_another_face_loses_its_own() -> None:
    """Person 2 walks behind person 1: the mesh of 2 slides onto 1, who keeps their id."""
    tracker = Tracker()
    tracker.meet([face(900, 300)], 0, FRAME)
    tracker.meet([face(500, 300)], 0, FRAME)
    for k in range(1, 9):
        tracker.follow([face(900, 300), face(500 + 20 * k, 300)], k / 30, FRAME)
    tracker.follow([face(900, 300), face(898, 301)], 0.3, FRAME)
    assert ids(tracker) == [1]
    tracker.meet([face(720, 300)], 0.5, FRAME)
    assert sorted(ids(tracker)) == [1, 2]


def test_who_goes_behind_another_is_waited_for_and_goes_on() -> None:
    """Hidden for longer than anybody is remembered otherwise, she comes out where she was going."""
    tracker = Tracker()
    tracker.meet([face(600, 300, 300)], 0, FRAME)
    tracker.meet([face(300, 300)], 0, FRAME)
    for k in range(1, 31):
        tracker.follow([face(600, 300, 300), face(300 + 5 * k, 300)], k / 30, FRAME)
    for k in range(31, 90):
        tracker.follow([face(600, 300, 300), None][: len(tracker.tracks)], k / 30, FRAME)
        assert tracker.awaited(k / 30) == [], "she cannot be seen there"
    assert [track.id for track in tracker.lost] == [2]
    tracker.meet([face(790, 300)], 3, FRAME)
    assert sorted(ids(tracker)) == [1, 2]


def test_nobody_is_waited_for_for_ever() -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300, 300), face(300, 300)], 0, FRAME)
    tracker.follow([face(600, 300, 300), face(450, 300)], 0.1, FRAME)
    for k in range(2, 60):
        tracker.follow([face(600, 300, 300), None][: len(tracker.tracks)], k / 10, FRAME)
    assert tracker.lost == []


def test_two_who_come_back_are_each_who_went_there() -> None:
    """Both were lost as they met; one walked right, one left, and a detector finds them in any order."""
    for order in (1, -1):
        tracker = Tracker()
        tracker.meet([face(400, 300), face(800, 300)], 0, FRAME)
        for k in range(1, 8):
            tracker.follow([face(400 + 18 * k, 300), face(800 - 18 * k, 300)], k / 30, FRAME)
        tracker.follow([None, None], 8 / 30, FRAME)
        tracker.meet([face(760, 300), face(440, 300)][::order], 20 / 30, FRAME)
        assert {track: x > 600 for track, x in centres(tracker).items()} == {1: True, 2: False}


def test_mesh_that_slides_onto_another_who_is_lost_is_no_face_of_its_own() -> None:
    """The one in front is missed in one frame, and the mesh of the one behind takes that face."""
    tracker = Tracker()
    tracker.meet([face(400, 300), face(700, 300)], 0, FRAME)
    for k in range(1, 11):
        tracker.follow([face(400 + 10 * k, 300), face(700, 300)], k / 30, FRAME)
    assert tracker.follow([face(690, 300), None], 11 / 30, FRAME) is True
    assert tracker.tracks == []
    tracker.meet([face(700, 300)], 12 / 30, FRAME)
    assert ids(tracker) == [2]


def test_who_is_found_again_in_every_frame_is_known_to_run() -> None:
    """At ten frames a second the mesh looks too far behind, and a detector finds them: two meet and pass."""
    tracker = Tracker()
    tracker.meet([face(400, 300), face(1000, 300)], 0, FRAME)
    for k in range(1, 4):
        tracker.follow([None, None], k / 10, FRAME)
        tracker.meet([face(400 + 100 * k, 300), face(1000 - 100 * k, 300)], k / 10, FRAME)
    for k in (4, 5):
        tracker.follow([None] * len(tracker.tracks), k / 10, FRAME)
        tracker.meet([face(1000 - 100 * k, 300), face(400 + 100 * k, 300)], k / 10, FRAME)
    assert {track: x > 700 for track, x in centres(tracker).items()} == {1: True, 2: False}


def test_detection_on_a_followed_face_is_not_met_again() -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300)], 0, FRAME)
    assert tracker.follows(620, 280)
    assert not tracker.follows(950, 280)
    tracker.meet([face(610, 305)], 0, FRAME)
    assert ids(tracker) == [1]


def test_forget_gives_new_ids() -> None:
    tracker = Tracker()
    tracker.meet([face(600, 300)], 0, FRAME)
    tracker.forget()
    tracker.meet([face(600, 300)], 0.1, FRAME)
    assert ids(tracker) == [2]


def test_still_face_under_noise_stands_still() -> None:
    noise = np.random.default_rng(0)
    tracker, raw, smooth = Tracker(), [], []
    for k in range(90):
        seen = face(600, 300)
        seen.landmarks_xyz[:] += noise.normal(0, 0.5, (478, 3)).astype(np.float32)
        if k:
            tracker.follow([seen], k / 30, FRAME)
        else:
            tracker.meet([seen], 0, FRAME)
        raw.append(seen.landmarks_xyz.copy())
        smooth.append(tracker.faces(9)[0].landmarks_xyz.copy())
    step = [float(np.diff(points[30:], axis=0).std()) for points in (np.array(raw), np.array(smooth))]
    assert step[1] < 0.35 * step[0]


def test_moving_face_is_not_left_behind() -> None:
    tracker = Tracker()
    tracker.meet([face(200, 300)], 0, FRAME)
    for k in range(1, 45):
        tracker.follow([face(200 + 15 * k, 300)], k / 30, FRAME)
    behind_px = 200 + 15 * 44 - centres(tracker)[1]
    assert 0 <= behind_px < 0.75, "a twentieth of a frame at more than two faces a second"


def test_every_face_is_smoothed_by_its_own_motion() -> None:
    noise = np.random.default_rng(0)
    tracker = Tracker()
    tracker.meet([face(300, 300)], 0, FRAME)
    tracker.meet([face(800, 300)], 0, FRAME)
    still = []
    for k in range(1, 60):
        seen = face(300, 300)
        seen.landmarks_xyz[:] += noise.normal(0, 0.5, (478, 3)).astype(np.float32)
        tracker.follow([seen, face(800 + 5 * k, 300)], k / 30, FRAME)
        still.append(tracker.tracks[0].smooth_xyz.copy())
    assert np.diff(np.array(still[20:]), axis=0).std() < 0.35


@given(st.lists(st.floats(-1e3, 1e6, allow_nan=False), min_size=1, max_size=30))
def test_smoothing_survives_any_clock(times_s: list[float]) -> None:
    """Equal, backward and far-off times: the result stays by the values seen, a face's size apart here."""
    steady = Steady()
    for k, time_s in enumerate(times_s):
        points = steady.update(SHAPE + np.float32(k % 2), time_s, 1.0) - SHAPE
        assert np.isfinite(points).all()
        assert points.min() >= -0.3
        assert points.max() <= 1.3


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0.0),
    ],
)
def test_iou(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float], expected: float
) -> None:
    assert Box(*a).iou(Box(*b)) == pytest.approx(expected)
