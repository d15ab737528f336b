"""The staff corner: a long press and a PIN, what staff see and do there, and that shoppers stay out."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cloud_api.contract.events import MirrorSessionEnded, StaffOpened
from edge.experience import Close, Pointer
from edge.ui.widgets import Label
from mirror_app.catalog import Source
from mirror_app.mirror import Mirror
from mirror_app.staff import FrameLog, Lock
from mirror_app.tour import Tour
from tests.mirror_app import touring
from tests.mirror_app.touring import PIN, events, go

SIZE = (1280, 720)


def tour(pin: str = PIN) -> Tour:
    made = Mirror(touring.demo(), touring.screen(SIZE, staff_pin=pin), "corner-shop")
    return Tour(made, SIZE, touring.somebody, touring.on_disk, step_s=0.1)


def press(one: Tour, seconds: float) -> None:
    x_px, y_px = one.place("staff")
    one.step([Pointer("down", x_px, y_px)])
    one.wait(seconds)
    one.step([Pointer("up", x_px, y_px)])
    one.wait(0.3)


def enter(one: Tour, pin: str) -> None:
    go(one, *(f"digit:{digit}" for digit in pin), "open")


def said(one: Tour) -> str:
    return "\n".join(each.text for each in one.mirror.showing(one.now_s)[0] if isinstance(each, Label))


def test_without_a_pin_there_is_no_staff_corner() -> None:
    assert "staff" not in tour("").mirror.describe().targets


@pytest.mark.parametrize("pin", ["12", "123456789", "12a4", " 1234"])
def test_a_pin_is_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(ValidationError):
        touring.screen(SIZE, staff_pin=pin)


def test_a_short_touch_of_the_corner_leads_nowhere() -> None:
    one = tour()
    press(one, 1.0)
    assert one.at == "attract"


def reserved() -> Tour:
    """Somebody has an order and tries on again."""
    one = tour()
    go(one, "start", "shade:MO-VP-130", "order", "place", "more")
    return one


def test_a_long_press_asks_for_the_pin_and_going_back_leads_on_with_the_visit() -> None:
    one = reserved()
    press(one, 2.8)
    assert one.at == "staff"
    go(one, "back")
    assert one.at == "try_on"
    assert one.mirror.describe().worn == "MO-VP-130"
    assert events(one, MirrorSessionEnded) == []
    go(one, "order")
    assert one.mirror.describe().order is not None


def test_a_wrong_pin_ends_no_visit_and_the_right_one_does() -> None:
    one = reserved()
    press(one, 2.8)
    enter(one, "0000")
    one.wait(3.0)
    assert events(one, MirrorSessionEnded) == []
    enter(one, PIN)
    assert one.at == "staff_room"
    assert len(events(one, MirrorSessionEnded)) == 1
    assert not one.mirror.describe().session_open
    go(one, "done")
    assert one.at == "attract"


def test_before_an_order_behind_the_pin_is_lost_it_asks() -> None:
    one = reserved()
    press(one, 2.8)
    one.wait(31.0, 0.5)
    assert one.at == "still_there"
    go(one, "here")
    assert one.at == "try_on"


def test_a_visit_with_nothing_to_lose_ends_behind_the_pin() -> None:
    one = tour()
    go(one, "start")
    press(one, 2.8)
    one.wait(31.0, 0.5)
    assert one.at == "attract"
    assert len(events(one, MirrorSessionEnded)) == 1


def test_the_right_pin_opens_and_is_told() -> None:
    one = tour()
    press(one, 2.8)
    enter(one, PIN)
    assert one.at == "staff_room"
    assert len(events(one, StaffOpened)) == 1
    assert "Camera: 320 × 180" in said(one)
    assert "1 face in view" in said(one)
    go(one, "done")
    assert one.at == "attract"


def test_a_keyboard_types_the_pin() -> None:
    one = tour()
    press(one, 2.8)
    one.step(keys=[*PIN])
    go(one, "open")
    assert one.at == "staff_room"


def test_a_wrong_pin_waits_longer_each_time_and_leaving_does_not_help() -> None:
    one = tour()
    press(one, 2.8)
    enter(one, "0000")
    assert "Wrong PIN" in said(one)
    assert "digit:1" not in one.mirror.describe().targets
    for wait_s in (2.5, 4.5):
        one.wait(wait_s)
        enter(one, "1111")
    go(one, "back")
    press(one, 2.8)
    assert "digit:1" not in one.mirror.describe().targets
    one.wait(6.0)
    enter(one, PIN)
    assert one.at == "staff_room"


def test_nobody_at_the_pin_leads_back_to_the_mirror() -> None:
    one = tour()
    press(one, 2.8)
    one.wait(31.0, 0.5)
    assert one.at == "attract"


def test_closing_asks_twice_and_then_asks_the_stage_once() -> None:
    one = tour()
    press(one, 2.8)
    enter(one, PIN)
    go(one, "shut")
    assert [each for each in one.requests if isinstance(each, Close)] == []
    go(one, "shut")
    assert len([each for each in one.requests if isinstance(each, Close)]) == 1


HOUSE = """
[[products]]
id = "one"
brand = "Maison Orée"
name = "{name}"
category = "lips"
effect = "lipstick"
finish = "matte"
price = {{ amount = 3900, currency = "EUR" }}
description = "Matte."
shades = [{{ sku = "A-1", name = "Rouge", lab = [40.0, 50.0, 30.0], coverage = 0.9 }}]
"""


def test_the_catalogue_is_read_again_at_once_or_says_why_not(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text(HOUSE.format(name="Velours"), encoding="utf-8")
    source = Source("house.toml", tmp_path, tmp_path)
    made = Mirror(source.load(), touring.screen(SIZE), "corner-shop", source=source)
    one = Tour(made, SIZE, touring.somebody, touring.on_disk, step_s=0.1)
    press(one, 2.8)
    enter(one, PIN)
    file.write_text(HOUSE.format(name="Satin"), encoding="utf-8")
    go(one, "reload")
    assert one.mirror.catalog.products[0].name == "Satin"
    file.write_text("[[products]", encoding="utf-8")
    go(one, "reload")
    assert one.mirror.catalog.products[0].name == "Satin", "what is wrong changes nothing"
    assert "house.toml" in said(one)
    assert one.at == "staff_room"


def test_the_lock_waits_twice_as_long_after_each_wrong_pin() -> None:
    lock, now_s, waits = Lock("4711"), 0.0, []
    for _ in range(8):
        assert not lock.opens("0000", now_s)
        waits.append(lock.wait_s(now_s))
        assert not lock.opens("4711", now_s + 0.1), "not even the right one"
        now_s += waits[-1]
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert lock.opens("4711", now_s)
    assert not lock.opens("0000", now_s)
    assert lock.wait_s(now_s) == 2


def test_the_lock_stands_any_number_of_wrong_pins() -> None:
    lock = Lock("4711")
    for turn in range(1100):
        assert not lock.opens("0000", turn * 61.0)
    assert lock.wait_s(1099 * 61.0) == 60
    assert lock.opens("4711", 1100 * 61.0)


def test_an_empty_pin_opens_for_nobody() -> None:
    assert not Lock("").opens("", 0.0)


def test_the_frame_log_tells_rate_pauses_and_age() -> None:
    log = FrameLog()
    assert (log.fps, log.slowest_ms, log.age_ms) == (0, 0, 0)
    for place in range(50):
        now_s = place / 50
        log.add(touring.somebody(now_s - 0.03), now_s)
    assert log.fps == pytest.approx(50)
    assert log.slowest_ms == pytest.approx(20)
    assert log.age_ms == pytest.approx(30)
    assert (log.camera_px, log.faces) == ((320, 180), 1)
