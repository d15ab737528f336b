"""Trying on: looks, several people, lights, comparing at a line, undo; and what is told of it."""

from dataclasses import replace

import numpy as np
import pytest

from cloud_api.contract.events import (
    Compared,
    HelpOpened,
    LightChanged,
    LookWorn,
    OutfitShared,
    PalmRaised,
    PhotoTaken,
    ProductCardOpened,
)
from edge.experience import PlaceOrder, Pointer
from edge.scene import Hand, Scene
from edge.ui.widgets import Button, Chip, Grip, Label, Panel, Tab, Tile, Tool, Widget
from mirror_app.room_light import DAY, EVENING, OFFICE
from mirror_app.session import Visit
from mirror_app.tour import Tour
from tests.drawn import hand as drawn
from tests.mirror_app import touring
from tests.mirror_app.touring import events, go, tour

SIZE = (1280, 720)


def start(*names: str) -> Tour:
    one = tour(size_px=SIZE)
    go(one, "start", "bare", *names)
    return one


def visit(one: Tour) -> Visit:
    assert one.mirror._visit is not None
    return one.mirror._visit


def shown(one: Tour) -> tuple[object, ...]:
    return one.mirror.showing(one.now_s)[0]


def said(one: Tour) -> str:
    texts = [each.text for each in shown(one) if isinstance(each, Label)]
    return "\n".join(texts + [each.label for each in shown(one) if isinstance(each, Button)])


def chosen(one: Tour) -> set[str]:
    return {each.name for each in shown(one) if isinstance(each, Tile) and each.chosen}


# -- tabs and looks ------------------------------------------------------------------------------------------


def test_each_category_has_a_tab_and_shows_its_own_shades() -> None:
    one = start("tab:cheeks")
    catalog = one.mirror.catalog
    assert [each.name for each in shown(one) if isinstance(each, Tab) and each.chosen] == ["tab:cheeks"]
    skus = [name.partition(":")[2] for name in one.mirror.describe().targets if name.startswith("shade:")]
    assert skus
    assert {catalog.find(sku).product.category for sku in skus} == {"cheeks"}


def test_of_two_categories_both_stay_on_and_of_one_the_last() -> None:
    one = start("shade:MO-VP-130", "shade:MO-VP-101")
    assert [item.shade.sku for item in visit(one).items] == ["MO-VP-101"]
    cheek = next(item for item in one.mirror.catalog.items if item.product.category == "cheeks")
    go(one, f"shade:{cheek.shade.sku}")
    assert {item.shade.sku for item in visit(one).items} == {"MO-VP-101", cheek.shade.sku}
    assert one.mirror.describe().worn == cheek.shade.sku, "what was touched last is spoken of"


def test_a_look_is_worn_whole_by_its_name_and_told() -> None:
    one = start()
    look = one.mirror.catalog.looks[0]
    go(one, "tab:looks", f"look:{look.id}")
    assert {item.shade.sku for item in visit(one).items} == {part.sku for part in look.parts}
    assert look.name_in("en") in said(one)
    assert chosen(one) == {f"look:{look.id}"}
    (event,) = events(one, LookWorn)
    assert isinstance(event, LookWorn)
    assert event.look == look.id
    go(one, f"look:{look.id}")
    assert visit(one).items == ()


def test_a_look_is_reserved_in_one_order() -> None:
    one = start("tab:looks")
    look = one.mirror.catalog.looks[0]
    go(one, f"look:{look.id}", "order", "place")
    placed = touring.last(one, PlaceOrder)
    assert isinstance(placed, PlaceOrder)
    there = [part.sku for part in look.parts if not one.mirror.catalog.find(part.sku).sold_out]
    assert sorted(line.product.sku for line in placed.order.lines) == sorted(there)


def test_what_was_reserved_before_is_not_reserved_again_with_a_look() -> None:
    one = start("tab:looks")
    look = one.mirror.catalog.looks[0]
    first = next(part.sku for part in look.parts if not one.mirror.catalog.find(part.sku).sold_out)
    go(one, "bare" if visit(one).items else "tab:lips", f"shade:{first}", "order", "place", "more")
    go(one, "tab:looks", f"look:{look.id}", "order", "place")
    orders = [each.order for each in one.requests if isinstance(each, PlaceOrder)]
    assert [line.product.sku for line in orders[0].lines] == [first]
    assert first not in [line.product.sku for line in orders[1].lines]


def test_undo_takes_back_one_step_and_clear_can_be_undone() -> None:
    one = start("shade:MO-VP-130")
    assert "undo" in one.mirror.describe().targets
    go(one, "bare")
    assert visit(one).items == ()
    go(one, "undo")
    assert [item.shade.sku for item in visit(one).items] == ["MO-VP-130"]


# -- lights and comparing ------------------------------------------------------------------------------------


def test_another_light_is_chosen_and_told_once() -> None:
    one = start("light", "light:office", "light:office")
    assert visit(one).light is OFFICE
    assert [each.light for each in events(one, LightChanged) if isinstance(each, LightChanged)] == ["office"]
    assert one.mirror._screen.shown([1], one.now_s).light is OFFICE


def test_with_against_without_follows_the_finger() -> None:
    one = start("shade:MO-VP-130", "compare")
    screen = one.mirror._screen
    split = screen.split([1], one.now_s)
    assert split is not None
    assert (split.at, dict(split.view.worn)) == (0.5, {})
    assert 1 in screen.shown([1], one.now_s).worn
    picture = one.mirror._room.picture
    x, y = picture.x + picture.w * 0.25, picture.y + picture.h * 0.4
    one.step([Pointer("down", *picture.centre)])
    one.step([Pointer("move", x, y)])
    one.step([Pointer("up", x, y)])
    moved = screen.split([1], one.now_s)
    assert moved is not None
    assert moved.at == pytest.approx(0.25, abs=0.01)


def test_the_line_stays_in_the_picture_and_keys_move_it() -> None:
    one = start("shade:MO-VP-130", "compare")
    picture = one.mirror._room.picture
    one.step([Pointer("down", *picture.centre)])
    one.step([Pointer("move", picture.x - 500.0, 100.0)])
    one.step([Pointer("up", picture.x - 500.0, 100.0)])
    split = one.mirror._screen.split([1], one.now_s)
    assert split is not None
    assert 0 < split.at < 0.1
    for _ in range(60):
        if one.mirror._hearing.focus.name == "line":
            break
        one.step(keys=["tab"])
    one.step(keys=["right"])
    nudged = one.mirror._screen.split([1], one.now_s)
    assert nudged is not None
    assert nudged.at > split.at


def test_shade_against_shade_keeps_the_first_on_the_left() -> None:
    one = start("shade:MO-VP-130", "compare", "kind:shades", "shade:MO-VP-101")
    screen, catalog = one.mirror._screen, one.mirror.catalog
    split = screen.split([1], one.now_s)
    assert split is not None
    assert screen.shown([1], one.now_s).worn[1] == (catalog.find("MO-VP-130").layer,)
    assert split.view.worn[1] == (catalog.find("MO-VP-101").layer,)
    assert catalog.find("MO-VP-130").shade.name in said(one)


def test_light_against_light_starts_with_the_evening() -> None:
    one = start("shade:MO-VP-130", "compare", "kind:lights")
    split = one.mirror._screen.split([1], one.now_s)
    assert split is not None
    assert (one.mirror._screen.shown([1], one.now_s).light, split.view.light) == (DAY, EVENING)


def test_how_long_they_compared_is_told_when_it_ends() -> None:
    one = start("shade:MO-VP-130", "compare")
    one.wait(2.0)
    go(one, "kind:lights")
    one.wait(1.0)
    assert one.at == "try_on"
    go(one, "pose")
    told = [(each.what, each.seconds) for each in events(one, Compared) if isinstance(each, Compared)]
    assert [what for what, _ in told] == ["without", "lights"]
    assert told[0][1] == pytest.approx(2.4, abs=0.4)


def test_escape_ends_a_comparison_before_the_visit() -> None:
    one = start("shade:MO-VP-130", "compare")
    one.step(keys=["escape"])
    assert one.at == "try_on"
    assert one.mirror._screen.split([1], one.now_s) is None
    one.step(keys=["escape"])
    assert one.at == "attract"


# -- several people ------------------------------------------------------------------------------------------


def test_each_person_has_their_own_look_and_one_can_be_given_to_all() -> None:
    one = start("shade:MO-VP-130")
    assert "person:1" not in one.mirror.describe().targets
    one.scene = touring.two
    one.wait(0.5)
    go(one, "person:2", "shade:MO-VP-101")
    wardrobe = visit(one).wardrobe
    assert [worn.item.shade.sku for worn in wardrobe.outfit(1).values()] == ["MO-VP-130"]
    assert [worn.item.shade.sku for worn in wardrobe.outfit(2).values()] == ["MO-VP-101"]
    go(one, "give")
    assert wardrobe.outfit(1) == wardrobe.outfit(2)
    (event,) = events(one, OutfitShared)
    assert isinstance(event, OutfitShared)
    assert event.people == 2


@pytest.mark.parametrize("size_px", [SIZE, (720, 1280)])
@pytest.mark.parametrize("people", [6, 12])
def test_a_crowd_fits_on_the_screen(size_px: tuple[int, int], people: int) -> None:
    one = tour(size_px=size_px)
    go(one, "start", "bare", "shade:MO-VP-130")
    points = touring.face().landmarks_xyz
    faces = [
        replace(touring.face(track), landmarks_xyz=points + np.array((20 * (track - 6), 0, 0), np.float32))
        for track in range(1, people + 1)
    ]
    one.scene = lambda now_s: touring.scene(now_s, *faces)
    one.wait(0.6)
    assert [fault for fault in one.faults(contrast=False) if not fault.startswith("collide")] == []
    go(one, "give", "pose")
    one.wait(3.2)
    assert one.at == "review"


def test_a_picture_of_two_names_what_both_wear() -> None:
    one = start("shade:MO-VP-130")
    one.scene = touring.two
    one.wait(0.5)
    go(one, "person:2", "shade:MO-VP-101", "pose")
    one.wait(3.2)
    (taken,) = events(one, PhotoTaken)
    assert isinstance(taken, PhotoTaken)
    assert set(taken.skus) == {"MO-VP-130", "MO-VP-101"}


# -- other ways ----------------------------------------------------------------------------------------------


def test_the_product_card_tells_what_a_shopper_asks_and_is_counted() -> None:
    one = start("shade:MO-VP-130", "product")
    product = one.mirror.catalog.find("MO-VP-130").product
    assert one.at == "product"
    assert product.description in said(one)
    assert product.suitability_in("en") in said(one)
    assert product.ingredients in said(one)
    (event,) = events(one, ProductCardOpened)
    assert isinstance(event, ProductCardOpened)
    assert event.sku == "MO-VP-130"
    go(one, "order")
    assert one.at == "order"


def test_what_is_sold_out_is_said_and_cannot_be_reserved() -> None:
    gone = touring.product("Velours", 2)
    shades = (gone.shades[0].model_copy(update={"stock": 0}), gone.shades[1])
    catalog = touring.catalog_of(gone.model_copy(update={"shades": shades}))
    one = tour(touring.mirror(catalog, SIZE), size_px=SIZE)
    go(one, "start", "bare", "shade:S-0-0", "product")
    assert "Not in stock here today" in said(one)
    assert "order" not in one.mirror.describe().targets
    go(one, "back", "order")
    assert "Not in stock here today" in said(one)
    assert "put it aside" not in said(one)
    assert "Pick up here" not in said(one)
    assert "place" not in one.mirror.describe().targets


def test_help_is_counted_and_leads_back() -> None:
    one = start("help")
    assert one.at == "help"
    assert len(events(one, HelpOpened)) == 1
    go(one, "start")
    assert one.at == "try_on"


def palm(now_s: float) -> Scene:
    scene = touring.somebody(now_s)
    joints = drawn.draw(60).joints_xyz
    points = joints - joints.mean(axis=0) + np.array([250, 80, 0], np.float32)
    return replace(scene, hands=(Hand(1, points, 0.9, right=True),))


def test_a_palm_held_up_for_a_second_starts_the_countdown() -> None:
    one = start("shade:MO-VP-130")
    one.scene = palm
    one.wait(0.6)
    assert one.at == "try_on"
    assert "Keep your palm up" in said(one)
    one.wait(0.8)
    assert one.at == "pose"
    assert len(events(one, PalmRaised)) == 1
    one.wait(3.4)
    assert one.at == "review"


def test_a_palm_takes_no_picture_while_comparing_and_does_afterwards() -> None:
    one = start("shade:MO-VP-130", "compare")
    one.scene = palm
    one.wait(2.0)
    assert one.at == "try_on"
    assert events(one, PalmRaised) == []
    go(one, "compare")
    one.wait(1.4)
    assert one.at == "pose"


def test_tools_that_can_do_nothing_are_not_to_be_tapped() -> None:
    one = tour(size_px=SIZE)
    go(one, "start", "bare")
    while visit(one).wardrobe.can_undo:
        visit(one).wardrobe.undo()
    visit(one).wardrobe.clear()
    tools = {each.name: each.enabled for each in shown(one) if isinstance(each, Tool)}
    assert tools["light"]
    assert not tools["bare"] or visit(one).items


@pytest.mark.parametrize("size_px", [SIZE, (720, 1280)])
def test_the_line_of_a_comparison_runs_through_no_words(size_px: tuple[int, int]) -> None:
    one = tour(size_px=size_px)
    go(one, "start", "compare", "kind:lights")
    widgets = [each for each in shown(one) if isinstance(each, Widget)]
    grip = next(each for each in widgets if isinstance(each, Grip))
    lines = [each for each in widgets if isinstance(each, Panel) and each.area.w <= 4 < each.area.h]
    (line,) = [each for each in lines if each.area.common(grip.area).h > 0]
    said = [each for each in widgets if isinstance(each, (Label, Chip, Tool, Button))]
    assert [each for each in said if min(each.area.common(line.area).size) > 0] == []
    assert line.area.h > 100
