"""Walks a mirror through its screens with a clock of its own: for pictures of every screen, and for tests.

It does what the stage does (update, draw, hand requests over, bring receipts back), but step by step.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pygame

from edge.experience import Inputs, PlaceOrder, Pointer, Publish, Receipt, Request
from edge.scene import Scene
from edge.ui import measure
from mirror_app.mirror import Mirror

Settle = Callable[[Request], Receipt | None]

_STEP_S: Final = 1 / 30


class Tour:
    """One mirror on one surface.

    scene: gives the scene of a moment. settle: answers a request at the next step. requests: all that it
    asked for. hasty: of a wait only the last step is drawn.
    """

    def __init__(
        self,
        mirror: Mirror,
        size_px: tuple[int, int],
        scene: Callable[[float], Scene | None],
        settle: Settle = lambda _: None,
        step_s: float = _STEP_S,
    ) -> None:
        self.mirror, self.scene, self.settle, self.step_s = mirror, scene, settle, step_s
        self.screen = pygame.Surface(size_px, depth=32)
        self.now_s = 100.0
        self.requests: list[Request] = []
        self.hasty = False
        self._skips = False
        self._receipts: list[Receipt] = []
        mirror.enter(self.now_s)
        self.step()

    @property
    def looks(self) -> tuple[str, ...]:
        """The looks that are offered, by their ids."""
        return tuple(look.id for look in self.mirror.catalog.looks)

    @property
    def at(self) -> str:
        """The screen that is on."""
        return self.mirror.describe().screen

    def step(
        self,
        pointers: Iterable[Pointer] = (),
        keys: Iterable[str] = (),
        receipts: Iterable[Receipt] = (),
    ) -> tuple[Request, ...]:
        """One turn of the stage's loop, `step_s` after the last."""
        self.now_s += self.step_s
        brought, self._receipts = (*self._receipts, *receipts), []
        scene = self.scene(self.now_s)
        inputs = Inputs(self.screen.get_size(), tuple(pointers), tuple(keys), brought)
        made = tuple(self.mirror.update(scene, inputs, self.now_s))
        if not self._skips:
            if scene is not None:
                self.mirror.expect(scene.frame)
            self.mirror.draw(self.screen, scene, self.now_s)
        self.requests += made
        self._receipts += [receipt for each in made if (receipt := self.settle(each)) is not None]
        return made

    def tap(self, name: str) -> tuple[Request, ...]:
        """Put a finger on a control by its name and lift it; LookupError where it is not to be tapped.

        What stands further along a strip, or under another tab, is brought into view first.
        """
        if name not in self.mirror.describe().targets:
            self.mirror.reveal(name)
            self.wait(0.8)
        x_px, y_px = self.place(name)
        down = self.step([Pointer("down", x_px, y_px)])
        return (*down, *self.step([Pointer("up", x_px, y_px)]))

    def place(self, name: str) -> tuple[float, float]:
        """The middle of a control, in pixels."""
        targets = self.mirror.describe().targets
        if name not in targets:
            raise LookupError(f"{self.at} has no {name!r} to tap; it has {', '.join(targets)}")
        target, (width, height) = targets[name], self.screen.get_size()
        return (target.x + target.w / 2) * width, (target.y + target.h / 2) * height

    def faults(self, *, contrast: bool = True) -> list[str]:
        """What does not fit or cannot be read on the screen that is on (see edge.ui.measure)."""
        widgets, theme = self.mirror.showing(self.now_s)
        if not contrast:
            return measure.faults(widgets, self.screen.get_size(), theme)
        ground = pygame.Surface(self.screen.get_size(), depth=32)
        self.mirror.draw_glass(ground, self.scene(self.now_s), self.now_s)
        size_px = ground.get_size()
        return [*measure.faults(widgets, size_px, theme), *measure.faint(ground, widgets, theme)]

    def wait(self, seconds: float, step_s: float | None = None) -> tuple[Request, ...]:
        """Let time pass, one step after the other; in steps of another length where nothing moves."""
        usual_s = self.step_s
        self.step_s = step_s or usual_s
        steps = max(1, round(seconds / self.step_s))
        made: tuple[Request, ...] = ()
        for left in reversed(range(steps)):
            self._skips = self.hasty and left > 0
            made += self.step()
        self.step_s = usual_s
        return made


@dataclass(frozen=True, slots=True)
class Stop:
    """A screen of the round tour as it stands on the tour's surface now."""

    name: str


def round_tour(
    tour: Tour, *, sku: str, pin: str = "", crowd: Callable[[float], Scene | None] | None = None
) -> Iterator[Stop]:
    """Lead through every screen once; look at `tour.screen` at each stop. The tour's settle must answer.

    pin: of the staff corner; without one it is left out. crowd: scenes with several people, if there are any.
    """
    answer, words = tour.settle, "This screen cannot save anything right now. Please ask our staff."
    tour.wait(1.0)
    yield Stop("attract")
    if pin:
        yield from _staff(tour, pin)
    yield from _try(tour, sku, crowd)
    yield from _walk(tour, "order")
    yield from _order(tour, answer, words)
    tour.tap("pose")
    tour.wait(1.4)
    yield Stop("pose")
    tour.wait(2.6)
    yield Stop("review")
    yield from _walk(tour, "keep", "consent")
    yield from _walk(tour, "phone", "consent-ticked")
    yield from _save(tour, answer, words)
    tour.scene = lambda _: None
    tour.wait(31.0, 0.5)
    yield Stop("still_there")
    tour.tap("here")
    yield from _walk(tour, "done", "thanks")


def _walk(tour: Tour, tap: str, name: str = "") -> Iterator[Stop]:
    """Tap, wait until the fade is over, and look."""
    tour.tap(tap)
    tour.wait(0.4)
    yield Stop(name or tap)


def _staff(tour: Tour, pin: str) -> Iterator[Stop]:
    x_px, y_px = tour.place("staff")
    tour.step([Pointer("down", x_px, y_px)])
    tour.wait(3.0, 0.5)
    tour.step([Pointer("up", x_px, y_px)])
    tour.wait(0.4)
    yield Stop("staff")
    for digit in pin[::-1] + "9":
        tour.tap(f"digit:{digit}")
    yield from _walk(tour, "open", "staff-wrong")
    tour.wait(3.0, 0.5)
    for digit in pin:
        tour.tap(f"digit:{digit}")
    yield from _walk(tour, "open", "staff_room")
    tour.tap("done")
    tour.wait(0.4)


def _try(tour: Tour, sku: str, crowd: Callable[[float], Scene | None] | None) -> Iterator[Stop]:
    if (
        "language" in tour.mirror.describe().targets
    ):  # where one language is spoken there is nothing to choose
        yield from _walk(tour, "language")
        tour.tap("back")
    else:
        tour.tap("start")
        tour.wait(0.4)
    yield from _walk(tour, "help")
    tour.tap("back")
    yield from _walk(tour, "bare", "try_on-bare")
    yield from _walk(tour, f"shade:{sku}", "try_on")
    yield from _walk(tour, "product")
    tour.tap("back")
    yield from _walk(tour, "light", "try_on-light")
    tour.tap("light:evening")
    tour.tap("light")
    yield from _walk(tour, "compare", "try_on-compare")
    yield from _walk(tour, "kind:lights", "try_on-lights")
    tour.tap("compare")
    tour.tap("light")
    tour.tap("light:day")
    tour.tap("light")
    looks = tour.looks
    if looks:
        tour.tap("tab:looks")
        tour.wait(0.4)
        yield from _walk(tour, f"look:{looks[-1]}", "try_on-looks")
        yield from _walk(tour, "order", "order-look")
        tour.tap("back")
        yield from _walk(tour, "product", "product-look")
        tour.tap("back")
        tour.tap("bare")
        tour.tap(f"shade:{sku}")
    if crowd is not None:
        alone, tour.scene = tour.scene, crowd
        tour.wait(0.6)
        yield Stop("try_on-people")
        tour.scene = alone
        tour.wait(0.4)


def _order(tour: Tour, answer: Settle, words: str) -> Iterator[Stop]:
    tour.settle = lambda _: None
    tour.tap("place")
    tour.wait(0.4)
    yield Stop("order-placing")
    placing = next(each for each in reversed(tour.requests) if isinstance(each, PlaceOrder))
    tour.step(receipts=[Receipt(placing.order.id, failed=words)])
    tour.wait(0.4)
    yield Stop("order-failed")
    tour.settle = answer
    tour.tap("retry")
    tour.wait(0.4)
    yield Stop("order-placed")
    tour.tap("more")
    tour.wait(0.4)


def _save(tour: Tour, answer: Settle, words: str) -> Iterator[Stop]:
    tour.settle = lambda _: None
    tour.tap("continue")
    tour.wait(0.4)
    yield Stop("saved-saving")
    saving = next(each for each in reversed(tour.requests) if isinstance(each, Publish))
    tour.step(receipts=[Receipt(saving.share, failed=words)])
    tour.wait(0.4)
    yield Stop("saved-failed")
    tour.settle = answer
    tour.tap("retry")
    tour.wait(0.4)
    yield Stop("saved")
