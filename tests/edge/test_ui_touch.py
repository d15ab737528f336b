"""Touch: a tap is a tap, a drag scrolls and taps nothing, a strip runs on and stops at its ends."""

import pytest

from edge.experience import Pointer
from edge.ui.area import Area
from edge.ui.focus import Focus
from edge.ui.strip import Strip
from edge.ui.touch import Scroll, Touch
from edge.ui.widgets import Control, TouchArea, controls

WINDOW = Area(0, 100, 400, 100)


def control(name: str, area: Area, **options: object) -> Control:
    return TouchArea(name=name, area=area, **options)  # type: ignore[arg-type]


TILES = [control(f"tile-{i}", Area(i * 100, 100, 100, 100), clip=WINDOW) for i in range(8)]


def down(x: float, y: float) -> Pointer:
    return Pointer("down", x, y)


def up(x: float, y: float) -> Pointer:
    return Pointer("up", x, y)


def move(x: float, y: float) -> Pointer:
    return Pointer("move", x, y)


def strip(content_px: float = 800) -> Strip:
    made = Strip()
    made.fit(content_px, WINDOW.w)
    made.tick(0.0)
    return made


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([down(150, 150), up(150, 150)], ("tile-1",)),
        ([down(150, 150), move(156, 153), up(156, 153)], ("tile-1",)),
        ([down(150, 150), up(390, 150)], ()),
        ([down(150, 20), up(150, 20)], ()),
        ([up(150, 150)], ()),
        ([down(150, 150), down(250, 150), up(250, 150)], ("tile-2",)),
    ],
)
def test_taps(steps: list[Pointer], expected: tuple[str, ...]) -> None:
    assert Touch().feed(steps, TILES, [], 0.0) == expected


def test_what_is_scrolled_out_of_the_window_cannot_be_tapped() -> None:
    assert "tile-5" not in {each.name for each in controls(tuple(TILES))}
    assert Touch().feed([down(550, 150), up(550, 150)], TILES, [], 0.0) == ()


def test_the_one_in_front_is_meant() -> None:
    behind, front = control("behind", Area(0, 0, 400, 400)), control("front", Area(0, 0, 100, 100))
    assert Touch().feed([down(50, 50), up(50, 50)], [behind, front], [], 0.0) == ("front",)


def test_a_drag_scrolls_and_taps_nothing() -> None:
    scroll = Scroll(strip(), WINDOW, across=True)
    touch = Touch()
    touch.feed([down(350, 150), move(300, 150)], TILES, [scroll], 0.0)
    assert touch.feed([move(200, 150), up(200, 150)], TILES, [scroll], 0.05) == ()
    assert scroll.strip.offset_px == pytest.approx(100, abs=1)


def test_a_press_shows_at_once_and_for_a_moment() -> None:
    touch = Touch()
    touch.feed([down(150, 150), up(150, 150)], TILES, [], 1.0)
    assert touch.shown(1.05) == "tile-1"
    assert touch.shown(1.5) is None


def test_holding_is_no_tap() -> None:
    touch, hold = Touch(), control("compare", Area(0, 0, 100, 100), holds=True)
    touch.feed([down(50, 50)], [hold], [], 0.0)
    assert touch.held == "compare"
    assert touch.feed([up(50, 50)], [hold], [], 2.0) == ()
    assert touch.held is None


@pytest.mark.parametrize("step_s", [1 / 120, 1 / 60, 1 / 15])
def test_a_released_strip_runs_on_alike_at_every_frame_rate(step_s: float) -> None:
    moved = strip(5000)
    moved.grab(300, 0.0)
    for i in range(1, 6):
        moved.drag(300 - 20 * i, i * 0.02)
    moved.release(0.1)
    now_s = 0.1
    moved.tick(now_s)
    while now_s < 3:
        now_s += step_s
        moved.tick(now_s)
    # 1000 px/s with a friction of 0.33 s: about 330 px beyond the 100 px of the drag.
    assert moved.offset_px == pytest.approx(100 + 330, rel=0.05)
    assert not moved.moving


@pytest.mark.parametrize("step_s", [1 / 120, 1 / 60, 1 / 30, 0.1])
@pytest.mark.parametrize(("finger_px", "stop_px"), [(100, 400), (-100, 0), (10, 150)])
def test_a_strip_with_stops_comes_to_rest_at_the_one_next_to_where_it_would(
    step_s: float, finger_px: float, stop_px: float
) -> None:
    moved = strip(5000)
    moved.fit(5000, WINDOW.w, (0, 150, 400, 700))
    moved.go(100)
    moved.tick(0.0)
    moved.tick(5.0)
    moved.grab(300, 5.0)
    for i in range(1, 6):
        moved.drag(300 - finger_px / 5 * i, 5 + i * 0.02)
    moved.release(5.1)
    now_s, steps = 5.1, [moved.offset_px]
    while now_s < 8:
        now_s += step_s
        moved.tick(now_s)
        steps.append(moved.offset_px)
    assert moved.offset_px == stop_px
    assert not moved.moving
    assert steps in (sorted(steps), sorted(steps, reverse=True)), "it glides there and never turns round"


def test_with_stops_it_still_comes_back_from_beyond_its_end() -> None:
    moved = strip()
    moved.fit(800, WINDOW.w, (0, 150))
    moved.grab(0, 0.0)
    for i in range(1, 11):
        moved.drag(i * 30, i * 0.01)
    moved.release(0.5)
    for i in range(100):
        moved.tick(0.5 + i / 60)
    assert moved.offset_px == 0


def test_beyond_its_end_it_follows_half_heartedly_and_comes_back() -> None:
    moved = strip()
    moved.grab(0, 0.0)
    for i in range(1, 11):
        moved.drag(i * 30, i * 0.01)
    assert -300 < moved.offset_px < 0
    moved.release(0.5)
    for i in range(100):
        moved.tick(0.5 + i / 60)
    assert moved.offset_px == 0


def test_a_short_strip_does_not_scroll() -> None:
    moved = strip(100)
    moved.reveal(0, 100, WINDOW.w)
    assert not moved.moving


def test_revealing_brings_a_place_into_the_window() -> None:
    moved = strip()
    moved.reveal(700, 800, WINDOW.w)
    for i in range(1, 90):
        moved.tick(i / 60)
    assert moved.offset_px == pytest.approx(400, abs=1)


def test_keys_move_a_focus_and_choose() -> None:
    grid = [
        control(f"{row}{column}", Area(column * 100, row * 100, 80, 80))
        for row in (0, 1)
        for column in (0, 1)
    ]
    focus = Focus()
    assert focus.press("return", grid) is None  # only shows where the focus is
    assert focus.name == "00"
    keys = ("right", "right", "down", "left", "up", "tab")
    for key, expected in zip(keys, ("01", "01", "11", "10", "00", "01"), strict=True):
        focus.press(key, grid)
        assert focus.name == expected
    assert focus.press("space", grid) == "01"
    assert focus.press("return", []) is None
