"""A raised open palm held for a second: what counts as one, and that it fires once."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from edge.cameras.portrait import Portrait
from edge.gestures import HOLD_S, PalmHold, is_open_palm, is_raised
from edge.perception import Perception
from edge.scene import Face, Frame, Hand
from models.results import F32
from tests.drawn import hand as drawn

FPS = 30


def joints(**options: float | bool) -> F32:
    return drawn.draw(60, **options).joints_xyz  # type: ignore[arg-type]


def palm(
    x: float = 300, y: float = 200, *, track: int = 1, right: bool = True, **options: float | bool
) -> Hand:
    points = joints(**options)
    return Hand(track, points - points.mean(axis=0) + np.array([x, y, 0], np.float32), 0.9, right)


def face(chin_y: float, height: float = 150) -> Face:
    points = np.zeros((478, 3), np.float32)
    points[10, 1], points[152, 1] = chin_y - height, chin_y
    return Face(1, points, 0.9)


def progress(
    frames: Iterable[tuple[Hand, ...]], hold: PalmHold | None = None, start_s: float = 0
) -> list[float]:
    hold = hold or PalmHold()
    return [hold.update(hands, (), start_s + k / FPS) for k, hands in enumerate(frames)]


@pytest.mark.parametrize("angle_deg", [0, 25, -25])
@pytest.mark.parametrize("left", [False, True])
def test_an_open_palm_is_one_on_either_hand(angle_deg: float, *, left: bool) -> None:
    assert is_open_palm(palm(angle_deg=angle_deg, left=left, right=not left))


NO_PALMS = {
    "a fist": palm(curled=True),
    "the back of a hand": palm(right=False),
    "lying": palm(angle_deg=80),
    "hanging": palm(angle_deg=180),
}


@pytest.mark.parametrize("name", NO_PALMS)
def test_what_is_no_open_palm(name: str) -> None:
    assert not is_open_palm(NO_PALMS[name])


def test_a_hand_seen_edge_on_one_bent_finger_and_broken_points_are_none() -> None:
    edge_on = palm().landmarks_xyz * np.array([0.3, 1, 1], np.float32)
    assert not is_open_palm(Hand(1, edge_on, 0.9, True))
    bent = palm().landmarks_xyz.copy()
    bent[7:9] = bent[5] + np.array([[2, -6, 0], [0, 0, 0]], np.float32)
    assert not is_open_palm(Hand(1, bent, 0.9, True))
    assert not is_open_palm(Hand(1, np.full((21, 3), math.nan, np.float32), 0.9, True))
    assert not is_open_palm(Hand(1, np.zeros((21, 3), np.float32), 0.9, True))


def test_raised_is_about_as_high_as_a_face() -> None:
    high, low = palm(y=200), palm(y=460)
    assert is_raised(high, (face(250),))
    assert not is_raised(low, (face(250),))
    assert is_raised(low, (face(250), face(500)))
    assert is_raised(low, ())


def test_it_fires_once_after_a_second_and_again_after_the_hand_was_lowered() -> None:
    hold = PalmHold()
    seen = progress([(palm(),)] * 75, hold)
    assert seen.count(1.0) == 1
    fired = seen.index(1.0)
    assert fired == pytest.approx(HOLD_S * FPS, abs=2)
    assert seen[:fired] == sorted(seen[:fired])
    assert set(seen[fired + 1 :]) == {0.0}
    assert set(progress([()] * 12, hold, 3)) == {0.0}
    assert progress([(palm(),)] * 40, hold, 4).count(1.0) == 1


def test_it_does_not_fire_again_while_the_hand_stays_up() -> None:
    hold = PalmHold()
    progress([(palm(),)] * 40, hold)
    flickering = [(palm(),) if k % 4 else () for k in range(90)]
    assert 1.0 not in progress(flickering, hold, 40 / FPS)


WAVES: dict[str, Callable[[int], tuple[Hand, ...]]] = {
    "waving": lambda k: (palm(300 + 60 * math.sin(k / 4)),),
    "passing": lambda k: (palm(100 + 8 * k),),
    "opening and closing": lambda k: (palm(curled=k % 20 > 9),),
    "only now and then": lambda k: (palm(),) if k % 15 == 0 else (),
    "another hand each time": lambda k: (palm(track=k // 10),),
}


@pytest.mark.parametrize("name", WAVES)
def test_a_palm_that_is_not_held_does_not_fire(name: str) -> None:
    assert max(progress(WAVES[name](k) for k in range(90))) < 1


def test_trembling_and_a_lost_frame_are_still_holding() -> None:
    rng = np.random.default_rng(0)
    frames = [() if k % 9 == 5 else (palm(*(300 + rng.normal(0, 1.5, 2))),) for k in range(50)]
    assert progress(frames).count(1.0) == 1


def test_a_low_hand_does_not_fire() -> None:
    hold = PalmHold()
    assert max(hold.update((palm(y=460),), (face(250),), k / FPS) for k in range(60)) == 0


def test_a_clock_that_jumps_starts_again() -> None:
    hold = PalmHold()
    assert max(progress([(palm(),)] * 20, hold)) > 0.5
    assert hold.update((palm(),), (), 100.0) == 0
    assert hold.update((palm(),), (), 2.0) == 0
    hold.reset()
    assert hold.update((palm(),), (), 2.03) == 0


def test_a_drawn_palm_before_the_camera_fires(built_models: object) -> None:
    """Through the models: a hand raised beside her face, as the mirror will see it.

    Palm and back of a drawn hand look alike to the model, so the test says which hand it is.
    """
    portrait, perception, hold = (
        Portrait((960, 540), FPS),
        Perception(frozenset({"hands", "faces"}), 1),
        PalmHold(),
    )
    image = portrait.render(0).copy()
    drawn.lay(image, drawn.draw(200, left=True), 220, 280)
    seen = []
    for k in range(45):
        scene = perception.see(Frame(image, k / FPS, k))
        hands = [Hand(each.track, each.landmarks_xyz, each.score, False) for each in scene.hands]
        seen.append(hold.update(hands, scene.faces, k / FPS))
    perception.close()
    assert seen.count(1.0) == 1
