"""Each screen: what it asks before it acts, what it says when something fails, and that it all fits."""

from typing import cast

import cv2
import numpy as np
import pygame
import pytest

from cloud_api.contract.events import OrderPlaced, ShareCreated
from cloud_api.contract.orders import parse_code
from cloud_api.contract.shares import Purpose
from edge.experience import PlaceOrder, Publish, Receipt
from edge.ui.widgets import Button, CheckBox, Chip, Control, Label, Tile, TouchArea, Widget, controls
from mirror_app.screens import _parts
from mirror_app.screens import order as order_screen
from mirror_app.screens import saved as saved_screen
from mirror_app.tour import Tour
from tests.mirror_app import touring
from tests.mirror_app.touring import LINK, WORDS, go, to_review, tour


def widgets(one: Tour) -> tuple[Widget, ...]:
    return one.mirror._screen.widgets(one.now_s)


def words(one: Tour) -> str:
    """All that is to be read."""
    texts = []
    for each in widgets(one):
        if isinstance(each, Label):
            texts.append(each.text)
        elif isinstance(each, CheckBox):
            texts += [each.title, each.detail]
        elif isinstance(each, Button | Chip):
            texts.append(each.label)
    return "\n".join(texts)


def read_codes(screen: pygame.Surface) -> set[str]:
    image = np.ascontiguousarray(pygame.surfarray.array3d(screen).swapaxes(0, 1))
    # Two readers: each misses one code in some hundreds that the other, and every phone, reads.
    readers = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    return {code for reader in readers for code in reader.detectAndDecodeMulti(image)[1]}


# -- consent and saving ------------------------------------------------------------------------------------


def test_consent_is_two_unticked_boxes_and_nothing_leaves_before() -> None:
    one = tour()
    to_review(one)
    go(one, "keep")
    boxes = [each for each in widgets(one) if isinstance(each, CheckBox)]
    assert [(box.name, box.ticked) for box in boxes] == [("phone", False), ("shop", False)]
    assert "continue" not in one.mirror.describe().targets
    go(one, "phone")
    assert "continue" in one.mirror.describe().targets
    go(one, "phone")
    assert "continue" not in one.mirror.describe().targets
    assert not [each for each in one.requests if isinstance(each, Publish)]


@pytest.mark.parametrize("ticked", [("phone",), ("shop",), ("shop", "phone")])
def test_what_was_ticked_is_what_is_published(ticked: tuple[str, ...]) -> None:
    one = tour()
    to_review(one)
    go(one, "keep", *ticked, "continue")
    (publish,) = (each for each in one.requests if isinstance(each, Publish))
    assert publish.purposes == {Purpose(name) for name in ticked}
    assert [product.sku for product in publish.products] == ["MO-VP-130"]
    assert publish.picture_bgr.shape == (540, 960, 3)
    assert publish.focus_xyxy is not None
    event = publish.event
    assert isinstance(event, ShareCreated)
    assert (event.share, set(event.purposes)) == (publish.share, set(ticked))
    assert publish.consent not in (publish.share, event.session)


def test_ticks_do_not_outlive_their_picture() -> None:
    one = tour()
    to_review(one)
    go(one, "keep", "shop", "decline", "pose")
    one.wait(3.2)
    go(one, "keep")
    assert not [each for each in widgets(one) if isinstance(each, CheckBox) and each.ticked]


@pytest.mark.parametrize("path", [("discard",), ("keep", "decline")])
def test_no_thanks_forgets_the_picture(path: tuple[str, ...]) -> None:
    one = tour()
    to_review(one)
    go(one, *path)
    assert one.at == "try_on"
    assert one.mirror._visit is not None
    assert one.mirror._visit.shot is None


def test_nothing_is_called_saved_before_the_receipt() -> None:
    one = tour(settle=lambda _: None, size_px=(1280, 720))
    to_review(one)
    go(one, "keep", "phone", "continue")
    assert one.at == "saved"
    assert saved_screen.SAVING in words(one)
    assert one.mirror.describe().link is None
    assert read_codes(one.screen) <= {""}
    one.step(receipts=[Receipt(touring.share_of(one), link=LINK)])
    one.wait(0.3)
    assert saved_screen.TITLE_PHONE in words(one)
    assert one.mirror.describe().link == LINK
    assert one.mirror.describe().share == touring.share_of(one)
    assert LINK in read_codes(one.screen)


def test_a_failed_save_is_said_and_can_be_tried_again() -> None:
    one = tour(settle=touring.refused)
    to_review(one)
    go(one, "keep", "phone", "continue")
    assert saved_screen.FAILED in words(one)
    assert WORDS in words(one)
    assert one.mirror.describe().link is None
    one.settle = touring.on_disk
    go(one, "retry")
    first, second = (each for each in one.requests if isinstance(each, Publish))
    assert first is second  # the same share, the same consent
    assert saved_screen.TITLE_PHONE in words(one)


def test_the_link_is_shown_in_short() -> None:
    assert saved_screen.short_link(LINK) == "vitrine.example/s/AZr012…"
    assert saved_screen.short_link("http://127.0.0.1:8000/s/abc") == "127.0.0.1:8000/s/abc"


# -- orders ------------------------------------------------------------------------------------------------


def test_an_order_is_confirmed_by_its_receipt_only() -> None:
    one = tour(settle=lambda _: None, size_px=(1280, 720))
    go(one, "start", "shade:MO-VP-130", "order")
    assert "€39.00" in words(one)
    assert "Corner Shop" in words(one)
    assert not [each for each in one.requests if isinstance(each, PlaceOrder)]
    go(one, "place")
    placed = cast("PlaceOrder", touring.last(one, PlaceOrder))
    one.wait(5.0)
    code = placed.order.code
    assert order_screen.PLACING in words(one)
    assert code not in words(one)
    assert one.mirror.describe().order_code is None
    one.step(receipts=[Receipt(placed.order.id)])
    one.wait(0.3)
    assert code in words(one)
    assert one.mirror.describe().order_code == code == parse_code(code)
    assert code in read_codes(one.screen)
    assert [line.product.sku for line in placed.order.lines] == ["MO-VP-130"]
    assert isinstance(placed.event, OrderPlaced)
    assert placed.event.order == placed.order.id


def test_a_refused_order_is_said_and_can_be_tried_again() -> None:
    one = tour(settle=touring.refused)
    go(one, "start", "shade:MO-VP-130", "order", "place")
    assert order_screen.FAILED in words(one)
    assert WORDS in words(one)
    assert one.mirror.describe().order_code is None
    one.settle = touring.on_disk
    go(one, "retry")
    first, second = (each for each in one.requests if isinstance(each, PlaceOrder))
    assert first is second  # the same order: the cloud knows it by its id
    assert order_screen.PLACED in words(one)


def test_after_one_order_another_is_a_new_one() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place", "more", "shade:MO-VP-114", "order", "place")
    first, second = (each for each in one.requests if isinstance(each, PlaceOrder))
    assert first.order.id != second.order.id
    assert first.order.code != second.order.code


def orders(one: Tour) -> list[PlaceOrder]:
    return [each for each in one.requests if isinstance(each, PlaceOrder)]


def test_what_is_reserved_is_not_reserved_again_and_its_code_comes_back() -> None:
    one = tour()
    to_review(one)
    go(one, "keep", "phone", "continue", "order", "place")
    code = one.mirror.describe().order_code
    go(one, "more")
    assert one.at == "saved"
    assert one.mirror.describe().order_code is None
    assert _parts.SHOW_CODE in words(one)
    assert saved_screen.ORDER not in words(one)
    go(one, "order")
    assert order_screen.PLACED in words(one)
    assert code is not None
    assert code in words(one)
    assert one.mirror.describe().order_code == code
    assert [placed.order.code for placed in orders(one)] == [code]


def test_at_the_mirror_each_reserved_shade_shows_its_own_code() -> None:
    one = tour()
    codes = {}
    for sku in ("MO-VP-130", "MO-VP-114"):
        go(one, *(("start",) if one.at == "attract" else ()), f"shade:{sku}")
        assert _parts.SHOW_CODE not in words(one)
        go(one, "order", "place")
        codes[sku] = one.mirror.describe().order_code
        go(one, "more")
    go(one, "shade:MO-VP-130", "order")
    assert one.mirror.describe().order_code == codes["MO-VP-130"] != codes["MO-VP-114"]
    assert len(orders(one)) == 2


def test_a_picture_of_what_is_reserved_leads_to_its_code() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place", "more", "pose")
    one.wait(3.2)
    go(one, "keep", "phone", "continue", "order")
    assert order_screen.PLACED in words(one)
    assert len(orders(one)) == 1


def test_the_next_shopper_has_reserved_nothing() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place", "done", "done", "start", "shade:MO-VP-130")
    assert _parts.SHOW_CODE not in words(one)
    go(one, "order", "place")
    first, second = orders(one)
    assert first.order.id != second.order.id


def test_before_a_code_is_lost_it_asks() -> None:
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place", "more")
    one.scene = touring.nobody
    one.wait(6.0, 0.5)
    assert one.at == "still_there"


def test_after_a_failure_they_are_asked_anew_and_it_is_the_same_order() -> None:
    one = tour(settle=touring.refused)
    go(one, "start", "shade:MO-VP-130", "order", "place", "back", "order")
    assert order_screen.FAILED not in words(one)
    one.settle = touring.on_disk
    go(one, "place")
    assert order_screen.PLACED in words(one)
    first, second = orders(one)
    assert first is second


def test_an_order_from_a_picture_names_its_share() -> None:
    one = tour()
    to_review(one)
    go(one, "keep", "phone", "continue", "order", "place")
    placed = cast("PlaceOrder", touring.last(one, PlaceOrder))
    assert placed.order.share == touring.share_of(one)
    go(one, "more")
    assert one.at == "saved"


def test_nothing_worn_cannot_be_ordered() -> None:
    one = tour()
    go(one, "start", "bare")
    assert "order" not in one.mirror.describe().targets


# -- the rail ----------------------------------------------------------------------------------------------


def test_a_catalogue_of_nothing_still_has_a_mirror() -> None:
    one = tour(touring.mirror(touring.catalog_of()))
    one.wait(1.0)
    assert one.mirror.describe().worn is None
    go(one, "start")
    assert "Please ask our staff" in words(one)
    go(one, "pose")
    one.wait(3.2)
    go(one, "keep", "phone", "continue", "done")
    assert one.at == "thanks"


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280)])
def test_a_chip_brings_its_line_into_view(size_px: tuple[int, int]) -> None:
    one = tour(size_px=size_px)
    go(one, "start")
    lines = [name for name in one.mirror.describe().targets if name.startswith("line:")]
    tiles = set(one.mirror.describe().targets)
    go(one, lines[1])
    one.wait(1.0)
    chosen = [each.name for each in widgets(one) if isinstance(each, Chip) and each.chosen]
    assert chosen == [lines[1]]
    assert set(one.mirror.describe().targets) != tiles


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280)])
def test_thousands_of_products_cost_no_more_than_what_is_seen(size_px: tuple[int, int]) -> None:
    many = touring.catalog_of(*(touring.product(f"Velours {i}", place=i) for i in range(1500)))
    one = tour(touring.mirror(many, size_px), size_px=size_px)
    go(one, "start")
    assert len(widgets(one)) < 80
    last = many.products[-1].shades[0].sku
    one.mirror._screen.focus(f"shade:{last}")
    one.wait(2.0)
    go(one, f"shade:{last}")
    assert one.mirror.describe().worn == last


# -- looks ---------------------------------------------------------------------------------------------------

SIZES = [((1280, 720), 2.0), ((1920, 1080), 3.6), ((1080, 1920), 2.2), ((720, 1280), 2.0), ((1024, 768), 3.0)]


@pytest.mark.parametrize(
    ("size_px", "px_per_mm", "hand"),
    [*((*size, "right") for size in SIZES), *((*SIZES[place], "left") for place in (0, 4))],
)
def test_every_screen_fits_in_every_shape(size_px: tuple[int, int], px_per_mm: float, hand: str) -> None:
    one = touring.hasty(touring.screen(size_px, px_per_mm=px_per_mm, hand=hand))
    stops = {
        stop.name: one.faults(contrast=hand == "right" and size_px[0] < 1900)
        for stop in touring.all_screens(one)
    }
    assert {name: found for name, found in stops.items() if found} == {}
    assert len(stops) == 29


@pytest.mark.parametrize(
    ("size_px", "above_floor_mm"), [((1080, 1920), 300), ((1080, 1920), 700), ((1920, 1080), 600)]
)
def test_on_a_tall_kiosk_every_control_is_within_reach(
    size_px: tuple[int, int], above_floor_mm: float
) -> None:
    px_per_mm = 1080 / 800
    one = touring.hasty(touring.screen(size_px, px_per_mm=px_per_mm, above_floor_mm=above_floor_mm))
    reach_px = size_px[1] - (1220 - above_floor_mm) * px_per_mm
    found = {}
    for stop in touring.all_screens(one):
        high = [each.name for each in controls(widgets(one)) if out_of_reach(each, reach_px)]
        if faults := [*one.faults(contrast=False), *(f"out of reach: {name}" for name in high)]:
            found[stop.name] = faults
    assert found == {}


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_words_over_the_picture_can_be_read_whatever_it_shows(grey: int) -> None:
    one = touring.hasty(touring.screen((1280, 720)))
    one.scene = lambda now_s: touring.scene(now_s, touring.face(), bgr=(grey, grey, grey))
    for names in (("start", "bare", "shade:MO-VP-130", "light"), ("compare", "kind:lights"), ("pose",)):
        go(one, *names)
        assert [fault for fault in one.faults() if fault.startswith("contrast")] == []


def out_of_reach(control: Control, reach_px: float) -> bool:
    """Whether it is above what everybody reaches; the whole picture may be touched anywhere."""
    return not isinstance(control, TouchArea) and control.visible.y < reach_px - 1


@pytest.mark.parametrize(("size_px", "px_per_mm"), SIZES)
def test_the_widest_pickup_code_is_shown_whole(
    monkeypatch: pytest.MonkeyPatch, size_px: tuple[int, int], px_per_mm: float
) -> None:
    monkeypatch.setattr("cloud_api.contract.orders.secrets.choice", lambda _: "W")
    one = tour(touring.mirror(size_px=size_px, px_per_mm=px_per_mm), size_px=size_px)
    go(one, "start", "shade:MO-VP-130", "order", "place")
    assert "WWW-WWW" in words(one)
    assert one.faults() == []


@pytest.mark.parametrize(
    "name", ["口红" * 40, "A lipstick with a very long name " * 3, "🄰💄 שפתון אדום", "x" * 120]
)
def test_names_of_any_length_and_script_leave_the_layout_alone(name: str) -> None:
    long = touring.catalog_of(*(touring.product(name[:120].strip(), 5, place) for place in range(3)))
    one = touring.hasty(touring.screen((1280, 720)), long)
    stops = {stop.name: one.faults(contrast=False) for stop in touring.all_screens(one, "S-0-1")}
    # A name that is too long ends in an ellipsis, and is allowed to; nothing else may suffer.
    rest = [found for each in stops.values() for found in each if not found.startswith("cut: ")]
    assert rest == []


def test_the_round_tour_of_a_house_of_one_language() -> None:
    one = touring.hasty(touring.screen((960, 540), languages=("en",)))
    stops = [stop.name for stop in touring.all_screens(one)]
    assert stops[-1] == "thanks"
    assert "language" not in stops


@pytest.mark.parametrize("size_px", [(320, 240), (320, 480), (480, 270), (640, 360)])
def test_the_smallest_display_shows_shades(size_px: tuple[int, int]) -> None:
    one = tour(size_px=size_px)
    go(one, "start")
    tiles = [each for each in widgets(one) if isinstance(each, Tile) and each.visible.h >= 0.6 * each.area.h]
    assert tiles
