"""Leaving the mirror: who is still there, what is asked before anything is lost, and what is forgotten."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any
from uuid import uuid4

import numpy as np
import pygame
import pytest

from cloud_api.contract.events import MirrorSessionEnded
from edge.experience import Publish, Receipt, Request
from mirror_app.mirror import Mirror
from tests.mirror_app import touring
from tests.mirror_app.touring import ended, go, to_review, tour


@pytest.mark.parametrize(
    ("scenes", "reason"), [(touring.nobody, "left"), (lambda _: None, "camera_lost")], ids=["left", "camera"]
)
def test_leaving_ends_the_visit(scenes: Any, reason: str) -> None:
    one = tour()
    go(one, "start")
    one.scene = scenes
    one.wait(3.0)
    assert one.at == "try_on"
    one.wait(1.5)
    assert one.at == "attract"
    assert ended(one).reason == reason
    assert not one.mirror.describe().session_open


def test_whom_the_camera_never_sees_is_given_time() -> None:
    one = tour(scenes=touring.nobody)
    go(one, "start")
    one.wait(15.0, 0.5)
    assert one.at == "try_on"
    go(one, "shade:MO-VP-130")
    one.wait(15.0, 0.5)
    assert one.at == "try_on"
    one.wait(6.0)
    assert one.at == "attract"


def test_before_a_picture_is_lost_it_asks_and_hides_it() -> None:
    one = tour()
    to_review(one)
    one.scene = touring.nobody
    one.wait(9.0, 0.5)
    assert one.at == "still_there"
    one.wait(0.3)
    assert not holds_somebody(one.screen)
    go(one, "here")
    assert one.at == "review"
    one.wait(9.0, 0.5)
    assert one.at == "still_there"
    one.wait(16.0, 0.5)
    assert one.at == "attract"
    assert ended(one).reason == "left"


@pytest.mark.parametrize("track", [1, 7], ids=["the same", "another"])
def test_no_face_brings_back_what_was_open_but_a_touch_does(track: int) -> None:
    one = tour()
    to_review(one)
    one.scene = touring.nobody
    one.wait(9.0, 0.5)
    one.scene = lambda now_s: touring.scene(now_s, touring.face(track))
    one.wait(3.0)
    assert one.at == "still_there"
    assert not holds_somebody(one.screen)
    go(one, "here")
    assert one.at == "review"


def test_the_next_person_is_not_shown_the_code_of_an_order() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place")
    assert one.mirror.describe().order is not None
    one.scene = touring.nobody
    one.wait(21.0, 0.5)
    one.scene = lambda now_s: touring.scene(now_s, touring.face(7))
    one.wait(3.0)
    assert one.mirror.describe().order is None
    one.wait(13.0, 0.5)
    assert one.at == "attract"


def test_a_face_in_the_background_does_not_keep_a_visit_open_for_ever() -> None:
    one = tour()
    to_review(one)
    one.wait(91.0, 0.5)
    assert one.at == "still_there"
    one.wait(1.0)
    assert one.at == "still_there"  # the face alone is no answer
    one.wait(15.0, 0.5)
    assert one.at == "attract"


def holds_somebody(surface: pygame.Surface | np.ndarray) -> bool:
    """Whether a picture of the shopper is in these pixels."""
    if isinstance(surface, pygame.Surface):
        if surface.get_bytesize() < 3:
            return False
        pixels = pygame.surfarray.array3d(surface)[..., ::-1]
    elif surface.dtype == np.uint8 and surface.ndim == 3 and surface.shape[2] == 3:
        pixels = surface
    else:
        return False
    return bool((np.abs(pixels.astype(int) - touring.SKIN_BGR).max(axis=2) < 12).any())


def reachable(root: object) -> Iterator[object]:
    """Everything that hangs on an object, by way of instances and containers."""
    seen: set[int] = set()
    queue = [root]
    while queue:
        each = queue.pop()
        if id(each) in seen or isinstance(each, type | str | bytes | int | float):
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, FunctionType):
            queue += each.__closure__ or ()  # not its module's globals
        elif not isinstance(each, pygame.Surface | np.ndarray | ModuleType):
            queue += gc.get_referents(each)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Garbage is not collected: what goes, goes with its last user (see edge.memory)."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_nothing_of_a_shopper_is_kept_after_they_left() -> None:
    one = tour()
    to_review(one)
    assert any(holds_somebody(each) for each in pictures(one.mirror))
    go(one, "keep", "phone", "continue")
    publish = touring.last(one, Publish)
    assert isinstance(publish, Publish)
    picture = weakref.ref(publish.picture_bgr)
    go(one, "done")
    one.scene = touring.nobody
    one.wait(4.0)
    assert one.at == "attract"
    assert [each for each in pictures(one.mirror) if holds_somebody(each)] == []
    one.requests.clear()
    del publish
    assert picture() is None


def test_the_secret_of_a_link_is_forgotten_when_they_leave() -> None:
    secret = uuid4().hex
    one = tour(settle=lambda request: linked(request, f"https://vitrine.example/s/{secret}"))
    to_review(one)
    go(one, "keep", "phone", "continue")
    assert one.mirror.describe().link is not None
    go(one, "done", "done")
    assert one.at == "attract"
    one.requests.clear()
    gc.unfreeze()  # what is frozen is not listed
    gc.collect()
    assert [each for each in gc.get_objects() if tells(each, f"/s/{secret}")] == []


def linked(request: Request, link: str) -> Receipt | None:
    receipt = touring.on_disk(request)
    return replace(receipt, link=link) if receipt else None


def tells(each: object, words: str) -> bool:
    """Whether a string of this object holds these words."""
    return any(type(part) is str and words in part for part in gc.get_referents(each))


def pictures(mirror: Mirror) -> list[pygame.Surface | np.ndarray]:
    return [each for each in reachable(mirror) if isinstance(each, pygame.Surface | np.ndarray)]


def test_the_stage_can_take_it_off_at_any_moment() -> None:
    one = tour()
    to_review(one)
    requests = one.mirror.exit(one.now_s, "camera_lost")
    endings = [each.event for each in requests if hasattr(each, "event")]
    assert isinstance(endings[-1], MirrorSessionEnded)
    assert endings[-1].reason == "camera_lost"
    assert [each for each in pictures(one.mirror) if holds_somebody(each)] == []
    assert one.mirror.exit(one.now_s, "stopped") == ()
    one.mirror.enter(one.now_s)
    one.step()
    assert one.at == "attract"


def test_receipts_of_somebody_else_mean_nothing() -> None:
    one = tour(settle=lambda _: None)
    to_review(one)
    go(one, "keep", "phone", "continue")
    stranger = touring.on_disk(touring.last(one, Publish))
    assert stranger is not None
    one.scene = touring.nobody
    one.wait(60.0, 0.5)
    assert one.at == "attract"
    one.step(receipts=[stranger])
    assert one.mirror.describe().link is None
