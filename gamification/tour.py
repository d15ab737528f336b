"""Leads an arena through its screens with a clock of its own: for pictures of every screen, and for tests.

Its walker is the gait model, seen perfectly; it does what the stage does, step by step.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pygame

from edge.experience import Inputs, Receipt, Request
from edge.gait import Gait, Lens, pose_of
from edge.scene import Frame, Scene
from gamification.arena import Arena
from gamification.view import At

_STEP_S: Final = 0.05
Settle = Callable[[Request], Receipt | None]

#: The track of whoever else is there.
_NEARER: Final = 1000


class Tour:
    """One arena on one surface. gait: how the person in view moves; None: nobody is there. nearer: somebody
    else before the camera, whom perception takes for the foremost."""

    def __init__(self, arena: Arena, size_px: tuple[int, int], settle: Settle = lambda _: None) -> None:
        self.arena, self.settle = arena, settle
        self.gait: Gait | None = None
        self.nearer: Gait | None = None
        self.screen = pygame.Surface(size_px, depth=32)
        self.now_s = 100.0
        self.requests: list[Request] = []
        self.paint = True
        self._lens, self._track = Lens(), 1
        self._black = np.zeros((480, 640, 3), np.uint8)
        self._receipts: tuple[Receipt, ...] = ()
        arena.enter(self.now_s)

    @property
    def at(self) -> At:
        """The screen that is on."""
        return self.arena.view().at

    def somebody_else(self, gait: Gait) -> None:
        """Another person is in view from now on."""
        self.gait, self._track = gait, self._track + 1

    def step(self, keys: tuple[str, ...] = ()) -> tuple[Request, ...]:
        """One turn of the stage's loop."""
        self.now_s += _STEP_S
        frame = Frame(self._black, self.now_s, round(self.now_s / _STEP_S), drawn=True)
        scene = Scene(frame)
        people = ((self.nearer, _NEARER), (self.gait, self._track))
        poses = (pose_of(gait, self.now_s, self._lens, track) for gait, track in people if gait is not None)
        scene = replace(scene, poses=tuple(poses))
        inputs = Inputs(self.screen.get_size(), keys=keys, receipts=self._receipts)
        made = tuple(self.arena.update(scene, inputs, self.now_s))
        if self.paint:
            self.arena.draw(self.screen, scene, self.now_s)
        self.requests += made
        self._receipts = tuple(receipt for each in made if (receipt := self.settle(each)) is not None)
        return made

    def until(self, at: At, within_s: float = 90.0) -> None:
        """Let time pass until that screen is on; TimeoutError where it does not come."""
        end_s = self.now_s + within_s
        while self.at != at:
            self.step()
            if self.now_s > end_s:
                raise TimeoutError(f"{at} did not come within {within_s:g} s: {self.at}")

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(max(1, round(seconds / _STEP_S))):
            self.step()


def round_tour(tour: Tour) -> Iterator[str]:
    """Through every screen once, and a second race with a ghost; look at `tour.screen` at each stop."""
    tour.wait(0.6)
    yield "attract"
    tour.gait = Gait(cadence_hz=1.9, lift_m=0.17)
    tour.until("walking")
    tour.wait(6)
    yield "walking"
    yield from _race(tour, "first")
    tour.gait = None
    tour.until("attract")
    tour.wait(0.6)
    yield "attract-best"
    tour.somebody_else(Gait(cadence_hz=2.1, lift_m=0.17, x_m=0.5))
    tour.until("walking")
    yield from _race(tour, "second")


def _race(tour: Tour, which: str) -> Iterator[str]:
    tour.until("countdown")
    tour.wait(1.3)
    yield f"{which}-countdown"
    tour.until("race")
    tour.wait(23)
    yield f"{which}-race"
    tour.until("result")
    tour.wait(0.6)
    yield f"{which}-result"
