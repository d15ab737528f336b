"""Who counts as there: the people of the visit, by their tracks; not whoever passes by."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edge.experience import Inputs, Pointer
from edge.scene import Face, Scene
from mirror_app.presence import Presence
from tests.mirror_app import touring
from tests.mirror_app.touring import go, to_review, tour

TOUCH = Inputs((960, 540), (Pointer("down", 1, 1),))
STILL = Inputs((960, 540))


def face(track: int, size: float = 1.0, x_px: float = 0.0) -> Face:
    """As large and as far to the right of the middle as one wants."""
    made = touring.face(track)
    points = made.landmarks_xyz
    middle = points.mean(axis=0)
    moved = middle + (points - middle) * size + np.array((x_px, 0, 0))
    return replace(made, landmarks_xyz=moved.astype(np.float32))


def watch(presence: Presence, now_s: float, *faces: Face, touch: bool = False, private: bool = True) -> None:
    inputs = TOUCH if touch else STILL
    presence.watch(touring.scene(now_s, *faces), inputs, now_s, touching=False, private=private)


def began() -> Presence:
    """A visit of the person with track 1."""
    presence = Presence(0.0)
    watch(presence, 0.0, face(1), face(8, 0.3, 80), touch=True, private=False)
    presence.begin()
    return presence


def test_a_passer_by_is_not_the_shopper_while_something_would_be_lost() -> None:
    presence = began()
    for second in range(1, 12):
        watch(presence, second, face(second + 100, x_px=120))
    assert presence.seen
    assert presence.away(8.0)


def test_who_stood_far_behind_at_the_touch_is_no_shopper_either() -> None:
    presence = began()
    for second in range(1, 12):
        watch(presence, second, face(8, 0.3, 80))
    assert presence.away(8.0)


def test_the_shopper_under_a_new_number_in_the_same_place_is_still_there() -> None:
    presence = began()
    watch(presence, 1.0, face(1))
    watch(presence, 2.0)
    for second in range(3, 20):
        watch(presence, second, face(2, 0.9, 4.0))
    assert not presence.away(1.0)


@pytest.mark.parametrize(
    ("found_s", "stranger"),
    [(4.0, face(2)), (2.0, face(2, 0.5)), (2.0, face(2, 1.8)), (2.0, face(2, 1.0, 120.0))],
    ids=["late", "small", "large", "elsewhere"],
)
def test_a_new_number_late_or_of_another_size_or_elsewhere_is_somebody_else(
    found_s: float, stranger: Face
) -> None:
    presence = began()
    watch(presence, 1.0, face(1))
    watch(presence, found_s, stranger)
    watch(presence, 10.0, stranger)
    assert presence.away(8.0)


def test_a_touch_makes_whoever_is_near_one_of_the_visit() -> None:
    presence = began()
    watch(presence, 5.0, face(2, x_px=90), face(3, 0.4, -50), touch=True)
    watch(presence, 15.0, face(2, x_px=90))
    assert not presence.away(8.0)
    watch(presence, 25.0, face(3, 0.4, -50))
    assert presence.away(8.0)


def test_with_nothing_to_lose_a_face_as_near_as_the_shopper_counts_and_a_far_one_does_not() -> None:
    presence = began()
    watch(presence, 5.0, face(2, 0.8, 90), private=False)
    assert not presence.away(4.0)
    watch(presence, 10.0, face(3, 0.3), private=False)
    assert presence.away(4.0)


def test_who_is_found_after_the_first_touch_only_is_there() -> None:
    presence = Presence(0.0)
    watch(presence, 0.0, touch=True, private=False)
    presence.begin()
    watch(presence, 19.0, face(1), private=False)
    watch(presence, 21.0, private=False)
    assert not presence.away(4.0)


def passing(now_s: float) -> Scene:
    """Somebody else every second, as near as the shopper, walking through the picture."""
    return touring.scene(now_s, face(1000 + int(now_s), x_px=120))


def standing(now_s: float) -> Scene:
    """Somebody waits behind."""
    return touring.scene(now_s, face(50, 0.4, -60))


@pytest.mark.parametrize("strangers", [passing, standing])
def test_strangers_do_not_keep_a_picture_open(strangers: Callable[[float], Scene]) -> None:
    one = tour()
    to_review(one)
    one.scene = strangers
    one.wait(9.0, 0.5)
    assert one.at == "still_there"
    one.wait(16.0, 0.5)
    assert one.at == "attract"


@pytest.mark.parametrize("strangers", [passing, standing])
def test_strangers_do_not_keep_a_link_open(strangers: Callable[[float], Scene]) -> None:
    one = tour()
    to_review(one)
    go(one, "keep", "phone", "continue")
    assert one.at == "saved"
    one.scene = strangers
    one.wait(31.0, 0.5)
    assert one.at == "still_there"


def test_a_shopper_found_again_at_once_keeps_their_picture() -> None:
    one = tour()
    to_review(one)
    one.scene = lambda now_s: touring.scene(now_s, touring.face(2))
    one.wait(20.0, 0.5)
    assert one.at == "review"
