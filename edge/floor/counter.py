"""All figures of one ceiling camera: boxes in, facts out. Time is an argument; nothing is read or sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np

from edge.floor.heat import Bucket, HeatMap
from edge.floor.lines import Crossing, Line, LineCounter
from edge.floor.occupancy import Occupancy
from edge.floor.plan import F64, View
from edge.floor.tracks import FloorTracker, Step, Track, TrackSettings
from edge.floor.zones import Dwell, Zone, ZoneDwell
from models.results import F32, People

Fact = Crossing | Dwell | Bucket

#: Who is first seen so soon after watching began was there already.
_SETTLE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Floor:
    """The plan that a camera counts on: metres, origin at a corner, y downwards as it is drawn."""

    width_m: float
    height_m: float
    lines: tuple[Line, ...] = ()
    zones: tuple[Zone, ...] = ()


@dataclass(slots=True)
class FloorCounter:
    """Stateful: one per camera, fed in the order of time."""

    floor: Floor
    view: View
    settings: TrackSettings = field(default_factory=TrackSettings)
    occupancy: Occupancy = field(default_factory=Occupancy)
    tracker: FloorTracker = field(init=False)
    zones: tuple[ZoneDwell, ...] = field(init=False)
    _lines: tuple[LineCounter, ...] = field(init=False)
    _heat: HeatMap = field(init=False)
    _last_s: float | None = field(init=False, default=None)
    _since_s: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.tracker = FloorTracker(self.settings)
        self.zones = tuple(map(ZoneDwell, self.floor.zones))
        self._lines = tuple(map(LineCounter, self.floor.lines))
        self._heat = HeatMap(self.floor.width_m, self.floor.height_m)

    def update(
        self,
        people: People,
        size_px: tuple[int, int],
        time_s: float,
        now: datetime,
        *,
        fresh: bool = True,
    ) -> list[Fact]:
        """Take the people of one frame. time_s: monotonic or clip seconds; now: wall-clock, aware.

        fresh: False where the frame only repeats the one before; nobody is known to have stood there longer.
        """
        self._since_s = time_s if self._since_s is None else self._since_s
        places = self.view.to_plan(feet(people.boxes_xyxy), size_px)
        step = self.tracker.update(places, time_s, people.sure)
        facts: list[Fact] = [fact for track in step.moved for fact in self._follow(track)]
        facts += self._forget(step.ended)
        gap_s = 0.0 if self._last_s is None or not fresh else time_s - self._last_s
        self._last_s = time_s if fresh else self._last_s
        if bucket := self._heat.add(_positions(step), gap_s, now):
            facts.append(bucket)
        return facts

    def close(self) -> list[Fact]:
        """The end of a clip or of the day: whatever is still open ends now."""
        facts = self._forget(self.tracker.close())
        if bucket := self._heat.flush():
            facts.append(bucket)
        return facts

    def interrupt(self, until_s: float) -> list[Fact]:
        """Nobody watches any more, and since until_s nobody saw anything: stays end, but nobody left."""
        ended = self.tracker.close()
        for line in self._lines:
            line.forget()
        self._last_s = self._since_s = None
        stays = (zone.close(track.id, until_s) for track in ended for zone in self.zones)
        return [stay for stay in stays if stay]

    @property
    def heat(self) -> F64:
        """Person-seconds since the start: (rows, columns) float64."""
        return self._heat.total

    def heat_so_far(self) -> Bucket | None:
        """What the running quarter of an hour has collected since last asked; None where nobody was."""
        return self._heat.flush()

    def _follow(self, track: Track) -> Iterable[Fact]:
        """Let lines and zones see every position since the track was last followed."""
        for time_s, x_m, y_m in track.backlog:
            for line in self._lines:
                watched = self._since_s is None or track.born_s > self._since_s + _SETTLE_S
                if crossing := line.update(track.id, (x_m, y_m), time_s, watched=watched):
                    yield self._crossed(crossing)
            for zone in self.zones:
                if dwell := zone.update(track.id, (x_m, y_m), time_s):
                    yield dwell
        track.backlog.clear()

    def _forget(self, ended: Iterable[Track]) -> list[Fact]:
        facts: list[Fact] = []
        for track in ended:
            crossings = (line.close(track.id) for line in self._lines)
            facts += [self._crossed(crossing) for crossing in crossings if crossing]
            facts += [dwell for zone in self.zones if (dwell := zone.close(track.id))]
        return facts

    def _crossed(self, crossing: Crossing) -> Crossing:
        return replace(crossing, inside=self.occupancy.take(crossing))


def feet(boxes_xyxy: F32) -> F32:
    """(n, 4) boxes to (n, 2) foot points: the middle of the lower edge stands on the floor."""
    return np.stack([(boxes_xyxy[:, 0] + boxes_xyxy[:, 2]) / 2, boxes_xyxy[:, 3]], axis=1)


def _positions(step: Step) -> F64:
    return np.array([(track.x_m, track.y_m) for track in step.moved], np.float64).reshape(-1, 2)
