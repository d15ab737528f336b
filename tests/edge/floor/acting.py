"""A drawn shop whose walkers do as told, for a real detector to look at."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from edge.floor.counter import Fact, Floor, FloorCounter
from edge.floor.geometry import Point
from edge.floor.journal import Entry, Journal
from edge.floor.lines import Crossing, Line
from edge.floor.occupancy import Occupancy
from edge.floor.plan import view
from edge.floor.watch import Watch
from edge.floor.zones import Zone
from edge.scene import Frame
from edge.synthetic._visitors import Visitor
from edge.synthetic.store import StorePainter
from models.people_motion import MotionDetector, MotionSettings
from models.results import U8

SIZE_PX = (576, 504)
WIDTH_M, HEIGHT_M = 8.0, 7.0
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DOOR = Line("door", (3.0, 6.0), (5.0, 6.0), inside_m=(4.0, 3.0))
MIDDLE = Line("middle", (0.0, 3.0), (8.0, 3.0), inside_m=(4.0, 1.0))
BAR = Zone("bar", ((2.5, 0.2), (6.0, 0.2), (6.0, 1.8), (2.5, 1.8)))
OVERHEAD = MotionSettings(
    person_height=0.09, overhead=True, min_area=0.0004, min_part_area=0.0003, width_px=320
)


def walker(*points: Point, start_s: float = 1.0, speed_m_s: float = 1.1, colour: int = 0) -> Visitor:
    """Somebody who walks from point to point; the same point twice is a stay of five seconds."""
    times = [start_s]
    for a, b in itertools.pairwise(points):
        times.append(times[-1] + (math.dist(a, b) / speed_m_s or 5.0))
    return Visitor(tuple(times), points, colour)


class Film:
    """The shop with these walkers, frame by frame."""

    def __init__(self, *walkers: Visitor) -> None:
        self._walkers = walkers
        self._painter = StorePainter(*SIZE_PX)

    def image(self, time_s: float) -> U8:
        """The shop at a moment."""
        people = [(each, time_s) for each in self._walkers]
        return self._painter.paint(people, noise_seed=round(time_s * 1000))

    def frames(self, seconds: float, fps: float = 10.0, begin_s: float = 0.0) -> Iterator[Frame]:
        """Frames of these seconds."""
        for index in range(round(seconds * fps)):
            time_s = begin_s + index / fps
            yield Frame(self.image(time_s), time_s, index)


def watch(*lines: Line, zones: Sequence[Zone] = (), occupancy: Occupancy | None = None) -> Watch:
    """What a counter does above this shop."""
    corners: list[Point] = [(0, 0), (SIZE_PX[0], 0), SIZE_PX, (0, SIZE_PX[1])]
    plan: list[Point] = [(0, 0), (WIDTH_M, 0), (WIDTH_M, HEIGHT_M), (0, HEIGHT_M)]
    floor = Floor(WIDTH_M, HEIGHT_M, lines or (DOOR,), tuple(zones))
    counter = FloorCounter(floor, view(corners, plan, SIZE_PX), occupancy=occupancy or Occupancy())
    return Watch(counter, MotionDetector(OVERHEAD))


def journal(*lines: Line, zones: Sequence[Zone] = ()) -> Journal:
    """A counter's journal above this shop."""
    return Journal("ceiling", watch(*lines, zones=zones))


def seen(by: Watch, frames: Iterable[Frame]) -> list[Fact]:
    """All facts of these frames."""
    return [fact for frame in frames for fact in by.see(frame, wall(frame.captured_s))]


def told(by: Journal, frames: Iterable[Frame]) -> list[Entry]:
    """All entries of these frames."""
    return [entry for frame in frames for entry in by.see(frame, wall(frame.captured_s))]


def ways(facts: Iterable[object]) -> list[str]:
    """The crossings among facts, as words."""
    return [str(fact.way) for fact in facts if isinstance(fact, Crossing)]


def wall(time_s: float) -> datetime:
    """The wall clock of a camera that began at noon."""
    return NOON + timedelta(seconds=time_s)


def turned(image_bgr: U8, shift_px: int) -> U8:
    """As a camera sees that was knocked aside."""
    return np.asarray(np.roll(image_bgr, (shift_px // 2, shift_px), (0, 1)), np.uint8)
