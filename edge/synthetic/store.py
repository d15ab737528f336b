"""`synthetic:store`: a small shop from above, drawn; walkers enter, browse, stop and leave, in groups.

Options: `seed`, `visitors` (per episode), `minutes` (of an episode) and `once` (1: a clip that ends after
one episode and waits for its reader; 0: a live camera, episode after episode).
"""

import math
from typing import Final

import cv2
import numpy as np

from edge.cameras import Address, Ended, Source
from edge.cameras._pace import Pace
from edge.config import Camera
from edge.floor.geometry import Point
from edge.scene import Frame
from edge.synthetic._visitors import DEPTH_M, DOOR, STREET_M, WIDTH_M, Visitor, visitors
from models.results import U8

_HEIGHT_M: Final = DEPTH_M + STREET_M
#: Coats and hair, BGR. None has the colour of the floor or the street: background difference cannot see
#: such a coat, from life either, and the truth is about counting, not camouflage.
_COATS: Final = (
    (60, 50, 44),
    (96, 62, 38),
    (52, 58, 118),
    (40, 82, 60),
    (150, 84, 110),
    (34, 34, 40),
    (122, 92, 70),
)
_HAIR: Final = ((22, 26, 34), (40, 62, 92), (90, 140, 190), (120, 125, 130))
#: Sensor noise of an ordinary camera indoors, in grey levels.
_NOISE: Final = 2.0


def open(address: Address, camera: Camera) -> Source:  # noqa: A001 - every source file has `open`
    """Open the drawn shop at the camera's size and rate."""
    options = address.options(seed=1, visitors=60, minutes=10, once=0)
    return StoreSource(camera, options)


class StoreSource:
    """Live, or a clip of one episode."""

    def __init__(self, camera: Camera, options: dict[str, float]) -> None:
        self.live = not options["once"]
        self._camera, self._options = camera, options
        self._episode_s = options["minutes"] * 60
        self._painter = StorePainter(camera.width_px, camera.height_px)
        self._pace = Pace()
        self._index = -1
        self._begin_s: float | None = None
        self._crowds: dict[int, tuple[Visitor, ...]] = {}

    def read(self, timeout_s: float) -> Frame | None:
        """The next moment of the shop."""
        step_s = 1 / self._camera.fps
        if not self.live:
            self._index += 1
            if self._index * step_s > self._episode_s:
                raise Ended(f"the episode of {self._options['minutes']:g} minutes is over")
            return Frame(self.image(self._index * step_s), self._index * step_s, self._index)
        due_s = self._pace.wait(step_s, timeout_s)
        if due_s is None:
            return None
        self._begin_s = due_s if self._begin_s is None else self._begin_s
        self._index += 1
        return Frame(self.image(due_s - self._begin_s), due_s, self._index)

    def image(self, time_s: float) -> U8:
        """The shop at a moment; people of the episode before may still be leaving."""
        episode = int(time_s // self._episode_s)
        here = [
            (visitor, time_s - number * self._episode_s)
            for number in {max(0, episode - 1), episode}
            for visitor in self._crowd(number)
        ]
        return self._painter.paint(here, noise_seed=round(time_s * 1000))

    def close(self) -> None:
        """Nothing to let go of."""

    def _crowd(self, episode: int) -> tuple[Visitor, ...]:
        if episode not in self._crowds:
            self._crowds = {number: crowd for number, crowd in self._crowds.items() if number >= episode - 1}
            seed = int(self._options["seed"]) + episode
            self._crowds[episode] = visitors(int(self._options["visitors"]), self._episode_s, seed)
        return self._crowds[episode]


class StorePainter:
    """Draws the empty shop once and people over it."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self._scale = min(width_px / WIDTH_M, height_px / _HEIGHT_M)
        self._size = width_px, height_px
        self._empty = self._furnish()
        rng = np.random.default_rng(0)
        #: A few sheets of noise shifted about: real noise for each frame costs more than the rest.
        self._noise = rng.normal(0, _NOISE, (height_px, width_px, 3)).astype(np.int8)

    def paint(self, people: list[tuple[Visitor, float]], noise_seed: int) -> U8:
        """(h, w, 3) uint8 with the people where they are at their own time."""
        image = self._empty.copy()
        places = [(visitor, time_s, visitor.at(time_s)) for visitor, time_s in people]
        for visitor, time_s, place in places:
            if place is not None:
                self._person(image, visitor, place, time_s)
        shift = (noise_seed * 7919) % image.shape[0], (noise_seed * 104729) % image.shape[1]
        noise = np.roll(self._noise, shift, (0, 1))
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)

    def _px(self, point: Point) -> tuple[int, int]:
        return round(point[0] * self._scale), round(point[1] * self._scale)

    def _person(self, image: U8, visitor: Visitor, place: Point, time_s: float) -> None:
        heading = visitor.heading(time_s)
        moving = math.dist(place, visitor.at(time_s - 0.1) or place) > 0.02
        stride = 0.16 * math.sin(time_s * 2 * math.pi * 0.95) if moving else 0.0
        ahead, side = (math.cos(heading), math.sin(heading)), (-math.sin(heading), math.cos(heading))
        coat, hair = _COATS[visitor.colour % len(_COATS)], _HAIR[visitor.colour // 7 % len(_HAIR)]
        angle = math.degrees(heading) + 90
        for foot, sign in ((0.09, 1), (-0.09, -1)):
            self._ellipse(image, place, ahead, side, (stride * sign, foot), (0.05, 0.12), angle, (30, 28, 30))
        self._ellipse(image, place, ahead, side, (0, 0), (0.26, 0.15), angle, coat)
        self._ellipse(image, place, ahead, side, (0.02, 0), (0.1, 0.12), angle, hair)

    def _ellipse(
        self,
        image: U8,
        place: Point,
        ahead: Point,
        side: Point,
        offset_m: Point,
        axes_m: Point,
        angle_deg: float,
        colour: tuple[int, int, int],
    ) -> None:
        x = place[0] + ahead[0] * offset_m[0] + side[0] * offset_m[1]
        y = place[1] + ahead[1] * offset_m[0] + side[1] * offset_m[1]
        fine = 16
        centre = round(x * self._scale * fine), round(y * self._scale * fine)
        axes = round(axes_m[0] * self._scale * fine), round(axes_m[1] * self._scale * fine)
        cv2.ellipse(image, centre, axes, angle_deg, 0, 360, colour, -1, cv2.LINE_AA, 4)

    def _furnish(self) -> U8:
        """Terrazzo floor, walls with a door, the mirror wall, a bar, a table, the street."""
        rng = np.random.default_rng(7)
        image = np.full((self._size[1], self._size[0], 3), (196, 204, 210), np.uint8)
        chips = rng.integers(0, (self._size[0], self._size[1]), (2600, 2))
        for (x, y), shade in zip(chips, rng.integers(150, 225, 2600), strict=True):
            cv2.circle(image, (int(x), int(y)), int(rng.integers(1, 3)), (int(shade),) * 3, -1, cv2.LINE_AA)
        self._box(image, (0, DEPTH_M), (WIDTH_M, _HEIGHT_M), (132, 134, 136))
        wall = (70, 66, 64)
        for left, right in ((0.0, DOOR[0]), (DOOR[1], WIDTH_M)):
            self._box(image, (left, DEPTH_M - 0.06), (right, DEPTH_M + 0.06), wall)
        self._box(image, (0, 0), (WIDTH_M, 0.08), wall)
        self._box(image, (0, 0), (0.08, DEPTH_M), wall)
        self._box(image, (WIDTH_M - 0.08, 0), (WIDTH_M, DEPTH_M), wall)
        self._box(image, (0.08, 0.8), (0.25, 3.8), (214, 196, 170))
        self._box(image, (2.5, 0.15), (5.8, 0.55), (92, 122, 158))
        self._box(image, (7.35, 2.1), (7.9, 4.2), (120, 150, 178))
        return image

    def _box(self, image: U8, a: Point, b: Point, colour: tuple[int, int, int]) -> None:
        cv2.rectangle(image, self._px(a), self._px(b), colour, -1, cv2.LINE_AA)
