"""From facts to events of the contract, each with its time; once a minute occupancy and the heat so far.

A journal reads no clock and sends nothing: live, its entries go to the outbox, in a replay to a file.

Heat comes as partial buckets, one a minute while anybody is there: buckets of one start add up, so that the
staff page lives and a power cut costs a minute.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from cloud_api.contract.events import EventData
from cloud_api.contract.floor import (
    FloorDescribed,
    HeatBucket,
    HeatCell,
    LineCrossed,
    LineOutline,
    OccupancyCounted,
    ZoneDwelled,
    ZoneOutline,
)
from edge.floor.counter import Fact, Floor
from edge.floor.heat import CELL_M, Bucket
from edge.floor.lines import Crossing, Way
from edge.floor.watch import Watch
from edge.floor.zones import Dwell
from edge.scene import Frame
from models.people import Detector

_MINUTE_S: Final = 60.0
#: About 45 bytes a cell keep an event far below the contract's 64 KiB.
_MOST_CELLS: Final = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. time: wall-clock; time_s: the same moment in the camera's own seconds."""

    event: EventData
    time: datetime
    time_s: float


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    """Stays that are over, how long they were together, and how many are there now."""

    dwells: int = 0
    seconds: float = 0.0
    present: int = 0


class Journal:
    """One counter's figures and the events that tell them; fed in the order of time."""

    def __init__(self, name: str, watch: Watch) -> None:
        self.name, self.watch = name, watch
        self._crossed: Counter[tuple[str, Way]] = Counter()
        self._dwells: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._minute_s: float | None = None

    def see(self, frame: Frame, now: datetime) -> list[Entry]:
        """Take the next frame, taken at the wall-clock time `now`, which may jump."""
        facts = self.watch.see(frame, now)
        entries = self._entries(facts, frame.captured_s, now)
        return entries + self._tick(frame.captured_s, now)

    def lost(self, time_s: float, now: datetime) -> list[Entry]:
        """No frames come any more: time_s and now are those of the last one."""
        return self._entries(self.watch.lost(time_s), time_s, now)

    def close(self, time_s: float, now: datetime) -> list[Entry]:
        """The end of a clip or of the process: all that is open is told."""
        entries = self._entries(self.watch.counter.close(), time_s, now)
        return [*entries, Entry(self._occupancy(), now, time_s)]

    def described(self, *, real: bool) -> FloorDescribed:
        """The plan. real: whether the people before the camera are."""
        floor: Floor = self.watch.counter.floor
        return FloorDescribed(
            counter=self.name,
            width_m=floor.width_m,
            height_m=floor.height_m,
            cell_m=CELL_M,
            zones=tuple(ZoneOutline(name=zone.name, polygon_m=zone.polygon_m) for zone in floor.zones),
            lines=tuple(LineOutline(name=line.name, from_m=line.a_m, to_m=line.b_m) for line in floor.lines),
            real=real,
            detector=self.detector.name,
            detector_words=self.detector.words,
        )

    @property
    def detector(self) -> Detector:
        """What finds the people; every event says so."""
        return self.watch.detector

    @property
    def lines(self) -> dict[str, dict[Way, int]]:
        """Crossings since the start, by line and way."""
        names = (line.name for line in self.watch.counter.floor.lines)
        return {name: {way: self._crossed[name, way] for way in Way} for name in names}

    @property
    def zones(self) -> dict[str, ZoneFigures]:
        """Stays since the start, by zone."""
        return {
            each.zone.name: ZoneFigures(
                self._dwells[each.zone.name], round(self._seconds[each.zone.name], 1), each.present
            )
            for each in self.watch.counter.zones
        }

    @property
    def inside(self) -> int:
        """How many are inside now."""
        return self.watch.counter.occupancy.inside

    def _tick(self, time_s: float, now: datetime) -> list[Entry]:
        """Once a minute of the camera's time, whatever the wall clock does."""
        if self._minute_s is None:
            self._minute_s = time_s
        if time_s - self._minute_s < _MINUTE_S:
            return []
        self._minute_s = time_s
        part = self.watch.counter.heat_so_far()
        heat = self._entries([part], time_s, now) if part else []
        return [Entry(self._occupancy(), now, time_s), *heat]

    def _occupancy(self) -> OccupancyCounted:
        return OccupancyCounted(counter=self.name, inside=self.inside, detector=self.detector.name)

    def _entries(self, facts: list[Fact], time_s: float, now: datetime) -> list[Entry]:
        return [
            Entry(event, now - timedelta(seconds=time_s - at_s), at_s)
            for fact in facts
            for event, at_s in self._events(fact, time_s)
        ]

    def _events(self, fact: Fact, time_s: float) -> Iterator[tuple[EventData, float]]:
        if isinstance(fact, Crossing):
            self._crossed[fact.line, fact.way] += 1
            yield self._crossing(fact), fact.time_s
        elif isinstance(fact, Dwell):
            self._dwells[fact.zone] += 1
            self._seconds[fact.zone] += fact.seconds
            yield self._dwell(fact), fact.end_s
        else:
            yield from ((event, time_s) for event in self._heat(fact))

    def _crossing(self, crossing: Crossing) -> LineCrossed:
        way = crossing.way.value
        return LineCrossed(
            counter=self.name,
            line=crossing.line,
            way=way,
            inside=crossing.inside,
            detector=self.detector.name,
        )

    def _dwell(self, dwell: Dwell) -> ZoneDwelled:
        return ZoneDwelled(
            counter=self.name,
            zone=dwell.zone,
            seconds=round(dwell.seconds, 3),
            detector=self.detector.name,
        )

    def _heat(self, bucket: Bucket) -> Iterator[HeatBucket]:
        """A bucket in as many events as its cells need."""
        rows, columns = np.nonzero(bucket.seconds >= 0.005)
        cells = [
            HeatCell(row=int(row), column=int(column), seconds=round(float(bucket.seconds[row, column]), 2))
            for row, column in zip(rows, columns, strict=True)
        ]
        for at in range(0, len(cells), _MOST_CELLS):
            part = tuple(cells[at : at + _MOST_CELLS])
            yield HeatBucket(counter=self.name, start=bucket.start, cells=part, detector=self.detector.name)
