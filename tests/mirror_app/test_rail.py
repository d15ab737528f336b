"""The rail of shades under a finger: its chips follow, and it comes to rest where nothing is cut."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from edge.config import Screen
from edge.experience import Pointer
from edge.ui.touch import Scroll, Touch
from edge.ui.widgets import Chip, Fade, Label, Tile, Widget, controls
from mirror_app.screens._rail import Rail
from mirror_app.screens._room import Room
from mirror_app.screens._screen import Shop
from mirror_app.screens._shelf import LINE
from mirror_app.screens.try_on import View
from mirror_app.session import Visit
from tests.mirror_app import touring

SIZES = pytest.mark.parametrize("size_px", [(1280, 720), (1920, 1080), (1080, 1920)])
LINES = [product.id for product in touring.demo().products if product.category == "lips"]


class Fingers:
    """One finger on the rail of a screen where somebody tries on, with a clock of its own."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        visit = Visit(0.0, "corner-shop", uuid4, lambda: datetime.now(UTC))
        visit.tab = "lips"
        self.view = View(
            Shop(touring.demo(), "Corner Shop"),
            visit,
            Room.of(size_px, Screen(experience="mirror", camera="x")),
            0.0,
        )
        self.touch = Touch(2.0)
        self.now_s = 0.0
        self.wait(0.1)

    @property
    def rail(self) -> Rail:
        return self.view._rail

    @property
    def scroll(self) -> Scroll:
        return self.rail.scrolls()[1]

    def step(self, *pointers: Pointer) -> None:
        self.now_s += 1 / 60
        taps = self.touch.feed(pointers, controls(self.widgets()), self.rail.scrolls(), self.now_s)
        for name in taps:
            self.view.tap(name, self.now_s)
        self.view.tick(self.now_s)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 60)):
            self.step()

    def widgets(self) -> tuple[Widget, ...]:
        return self.rail.widgets(frozenset())

    def fling(self, speed_px_s: float) -> None:
        """Drag for a quarter of a second and let go; towards what comes next for speeds over 0."""
        x, y = self.scroll.window.centre
        self.step(Pointer("down", x, y))
        for _ in range(15):
            x, y = (x - speed_px_s / 60, y) if self.scroll.across else (x, y - speed_px_s / 60)
            self.step(Pointer("move", x, y))
        self.step(Pointer("up", x, y))

    def tap_line(self, line: str) -> None:
        self.rail.show(LINE + line)
        self.wait(1.0)
        x, y = next(each for each in self.chips() if each.name == LINE + line).visible.centre
        self.step(Pointer("down", x, y))
        self.step(Pointer("up", x, y))

    def chips(self) -> list[Chip]:
        return [each for each in self.widgets() if isinstance(each, Chip)]

    def chosen(self) -> Chip:
        (chip,) = (each for each in self.chips() if each.chosen)
        return chip

    def hanging_out_px(self, each: Widget) -> int:
        """How much of something is out of the window at its beginning."""
        window = self.scroll.window
        return window.x - each.area.x if self.scroll.across else window.y - each.area.y


@SIZES
def test_the_line_whose_chip_is_tapped_is_current_and_its_chip_seen_whole(size_px: tuple[int, int]) -> None:
    one = Fingers(size_px)
    for line in (*LINES, *reversed(LINES)):
        one.tap_line(line)
        assert one.chosen().name == LINE + line, "at once, not after gliding past the others"
        one.wait(1.5)
        assert one.chosen().name == LINE + line
        assert one.chosen().visible == one.chosen().area
        first = next(each for each in one.widgets() if isinstance(each, Label))
        assert first.text.startswith(one.chosen().label), "its heading begins the window"


@SIZES
def test_chips_follow_the_finger_through_all_lines(size_px: tuple[int, int]) -> None:
    one = Fingers(size_px)
    met = set()
    pace = 500 if one.scroll.across else 300
    for speed_px_s in (*[pace] * 24, *[-pace] * 24):
        one.fling(speed_px_s)
        one.wait(1.5)
        met.add(one.chosen().name)
        assert one.chosen().visible == one.chosen().area
    assert met == {LINE + line for line in LINES}
    assert one.chosen().name == LINE + LINES[0]


@SIZES
@pytest.mark.parametrize("speed_px_s", [60, 170, 480, 1300])
def test_it_comes_to_rest_where_no_shade_hangs_out_of_its_beginning(
    size_px: tuple[int, int], speed_px_s: float
) -> None:
    one = Fingers(size_px)
    for way in (1, 1, -1, 1):
        one.fling(way * speed_px_s)
        one.wait(2.0)
        tiles = [each for each in one.widgets() if isinstance(each, Tile)]
        # Of the row before, at most the space below its names.
        cut = [each.label for each in tiles if 0 < one.hanging_out_px(each) < each.area.h * 0.85]
        assert cut == []


def test_across_the_heading_stays_while_something_of_its_line_is_seen() -> None:
    one = Fingers((1080, 1920))
    for _ in range(8):
        one.fling(400)
        one.wait(1.5)
        first = next(each for each in one.widgets() if isinstance(each, Tile))
        assert one.rail.current is not None
        assert first.label in [entry.label for entry in one.rail.current.entries]
        heading = next(each for each in one.widgets() if isinstance(each, Label))
        assert heading.text.startswith(one.rail.current.name)
        assert one.hanging_out_px(heading) <= 0


def test_what_scrolls_out_vanishes_softly() -> None:
    one = Fingers((1920, 1080))

    def edges() -> list[str]:
        return [each.edge for each in one.widgets() if isinstance(each, Fade)]

    assert edges() == ["left", "right", "bottom"], "nothing is above the first line: it is not veiled"
    one.fling(400)
    assert edges() == ["left", "right", "top", "bottom"]
