"""The mirror from the first touch on: what it shows, what it tells, and what it survives."""

import pygame
import pytest

from cloud_api.contract.events import MirrorSessionStarted, PhotoTaken, ProductTried
from edge import plugins
from edge.config import Box, Cloud, Screen
from edge.experience import Experience, Inputs
from edge.scene import Scene
from mirror_app.mirror import build
from tests.mirror_app import touring
from tests.mirror_app.touring import ended, go, somebody, to_review, tour


def test_it_is_built_from_a_box_file() -> None:
    screen = Screen(experience="mirror", camera="front", width_px=640, height_px=360)
    box = Box(
        store="corner-shop",
        box="one",
        cloud=Cloud(url="http://127.0.0.1:1"),
        cameras={},
        screens={"m": screen},
    )
    made: Experience = build(screen, box)
    assert made.needs == {"faces", "occlusion", "hands"}


def test_every_screen_is_a_file() -> None:
    for name in plugins.names("mirror_app.screens"):
        assert hasattr(plugins.load("mirror_app.screens", name), "View")


def test_a_passer_by_wears_something_at_once_and_it_changes() -> None:
    one = tour()
    assert one.mirror.describe().worn is not None
    seen = {one.mirror.describe().worn for _ in range(10) if one.wait(5.0, 0.5) is not None}
    assert len(seen) > 5
    assert one.requests == []


@pytest.mark.parametrize(("left", "expected"), [((0, 2, 1), {"S-0-1", "S-0-2"}), ((0, 0, 0), {None})])
def test_a_passer_by_is_shown_nothing_that_is_sold_out(left: tuple[int, ...], expected: set[str]) -> None:
    made = touring.product("Velours", 3)
    shades = (
        shade.model_copy(update={"stock": count}) for shade, count in zip(made.shades, left, strict=True)
    )
    catalog = touring.catalog_of(made.model_copy(update={"shades": tuple(shades)}))
    one = tour(touring.mirror(catalog))
    assert {one.mirror.describe().worn for _ in range(8) if one.wait(4.5, 0.5) is not None} == expected


def test_a_look_of_which_a_part_is_sold_out_is_not_shown_to_passers_by() -> None:
    demo = touring.demo()
    gone = {part.sku for look in demo.looks for part in look.parts}
    products = tuple(
        product.model_copy(
            update={
                "shades": tuple(
                    shade.model_copy(update={"stock": 0 if shade.sku in gone else 5})
                    for shade in product.shades
                )
            }
        )
        for product in demo.products
    )
    one = tour(touring.mirror(demo.model_copy(update={"products": products})))
    assert gone.isdisjoint({one.mirror.describe().worn for _ in range(12) if one.wait(4.5, 0.5) is not None})


def test_one_visit_tells_what_was_tried_and_for_how_long() -> None:
    one = tour()
    shown = one.mirror.describe().worn
    go(one, "start")
    assert one.mirror.describe().worn == shown  # what they saw themselves wear stays on
    one.wait(4.0)
    go(one, "shade:MO-VP-130")
    one.wait(2.0)
    go(one, "shade:MO-VP-130")  # again: off
    assert one.mirror.describe().worn is None
    go(one, "done")

    (started,) = touring.events(one, MirrorSessionStarted)
    tried = touring.events(one, ProductTried)
    assert [each.sku for each in tried if isinstance(each, ProductTried)] == [shown, "MO-VP-130"]
    assert [each.seconds for each in tried if isinstance(each, ProductTried)] == pytest.approx(
        [4.4, 2.4], abs=0.3
    )
    end = ended(one)
    assert isinstance(started, MirrorSessionStarted)
    assert end.session == started.session
    assert (end.reason, end.tries) == ("finished", 2)
    assert end.seconds == pytest.approx(7.5, abs=0.6)
    assert one.at == "attract"


def test_what_was_merely_shown_to_passers_by_was_not_tried() -> None:
    one = tour()
    one.wait(2.0)
    shown = one.mirror.describe().worn
    go(one, "start", "bare", "shade:MO-VP-130")
    one.wait(1.0)
    go(one, "done")
    assert shown not in (None, "MO-VP-130")
    tried = touring.events(one, ProductTried)
    assert [each.sku for each in tried if isinstance(each, ProductTried)] == ["MO-VP-130"]
    assert ended(one).tries == 1


def test_sessions_are_random_and_not_carried_on() -> None:
    one = tour()
    go(one, "start", "done", "start", "done")
    first, second = touring.events(one, MirrorSessionStarted)
    assert first != second


def test_seconds_count_while_the_mirror_is_live_only() -> None:
    one = tour()
    to_review(one)
    one.wait(6.0)  # looking at the frozen picture
    go(one, "discard", "done")
    tried = touring.events(one, ProductTried)[-1]
    assert isinstance(tried, ProductTried)
    assert tried.seconds < 5


def test_the_picture_is_taken_with_what_was_worn() -> None:
    one = tour()
    to_review(one)
    (photo,) = touring.events(one, PhotoTaken)
    assert isinstance(photo, PhotoTaken)
    assert photo.skus == ("MO-VP-130",)


def test_without_a_camera_picture_the_countdown_leads_back() -> None:
    one = tour(scenes=lambda _: None)
    go(one, "start", "pose")
    one.wait(3.5)
    assert one.at == "try_on"
    assert touring.events(one, PhotoTaken) == []


@pytest.mark.parametrize(
    "made",
    [
        None,
        touring.scene(0.0),
        touring.scene(0.0, touring.face(nan=True)),
        touring.scene(0.0, *(touring.face(track) for track in range(12))),
    ],
    ids=["none", "nobody", "nan", "twelve"],
)
def test_any_scene_is_survived_on_every_screen(made: Scene | None) -> None:
    one = tour()
    to_review(one)
    for names in ((), ("again",)):
        go(one, *names)
        one.scene = lambda _: made
        one.wait(0.5)
        one.scene = somebody
        one.wait(0.5)


def test_a_screen_of_another_size_is_laid_out_anew() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130")
    one.screen = pygame.Surface((360, 640), depth=32)
    one.step()
    description = one.mirror.describe()
    assert (description.screen, description.worn) == ("try_on", "MO-VP-130")
    assert all(
        target.x + target.w <= 1.001 and target.y + target.h <= 1.001
        for target in description.targets.values()
    )


def test_keys_alone_lead_through_a_visit() -> None:
    one = tour(size_px=(1280, 720))

    def press(name: str) -> None:
        for _ in range(60):
            if one.mirror._hearing.focus.name == name:
                break
            one.step(keys=["tab"])
        one.step(keys=["return"])
        one.wait(0.3)

    press("start")
    press("shade:MO-VP-114")
    assert one.mirror.describe().worn == "MO-VP-114"
    press("pose")
    one.wait(3.2)
    press("keep")
    press("shop")
    press("continue")
    assert one.at == "saved"
    one.step(keys=["escape"])
    assert one.at == "thanks"


def test_a_step_without_time_changes_nothing() -> None:
    made = touring.mirror()
    made.enter(5.0)
    for _ in range(3):
        assert made.update(somebody(5.0), Inputs((640, 360)), 5.0) == ()
