"""A clip through a counter, frame by frame: nothing dropped, and twice the same.

The clip's own seconds count from midnight of 1 January 1970 (UTC), so that quarters of an hour, and with
them the heat, are the same at every run.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cloud_api.contract.floor import ZoneDwelled
from edge.cameras import CameraLost, Ended, Source
from edge.floor.journal import Entry, Journal
from edge.floor.steady import Seeing
from edge.scene import Frame
from edge.toml_file import ConfigError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_READ_S: Final = 5.0


@dataclass(slots=True)
class Report:
    """What a replay came to. paused_s: seconds that did not count, by why."""

    frames: int = 0
    seconds: float = 0.0
    dwells_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    paused_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def take(self, entry: Entry) -> None:
        """Keep what the journal only adds up."""
        if isinstance(entry.event, ZoneDwelled):
            self.dwells_s[entry.event.zone].append(entry.event.seconds)

    def summary(self, journal: Journal) -> dict[str, Any]:
        """The object that `vitrine replay` prints last."""
        return {
            "lines": {
                name: {str(way): count for way, count in ways.items()} for name, ways in journal.lines.items()
            },
            "zones": {name: {"dwells_s": self.dwells_s[name]} for name in journal.zones},
            "occupancy": journal.inside,
            "detector": journal.detector.name,
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
            "paused_s": {why: round(seconds, 1) for why, seconds in sorted(self.paused_s.items())},
        }


def replay(journal: Journal, clip: Source, write: Callable[[str], object], every: int = 1) -> Report:
    """Run every n-th frame of a clip through the journal; each event becomes one line for `write`.

    ConfigError where the clip does not fit the four points or cannot be read on.
    """
    report = Report()
    for frame in _frames(clip, every):
        before_s, report.seconds = report.seconds, frame.captured_s
        report.frames += 1
        _tell(journal.see(frame, _clock(frame.captured_s)), report, write)
        condition = journal.watch.condition
        if condition.seeing is Seeing.MISFIT:
            raise ConfigError(condition.words)
        if not condition.counts:
            report.paused_s[str(condition.seeing)] += frame.captured_s - before_s
    _tell(journal.close(report.seconds, _clock(report.seconds)), report, write)
    return report


def line(entry: Entry) -> str:
    """An entry as one line of JSON: no identifier, no wall clock, so two runs give the same bytes."""
    data = entry.event.model_dump(mode="json")
    told = {"time_s": round(entry.time_s, 3), "type": entry.event.kind, "data": data}
    return json.dumps(told, sort_keys=True) + "\n"


def _tell(entries: list[Entry], report: Report, write: Callable[[str], object]) -> None:
    for entry in entries:
        report.take(entry)
        write(line(entry))


def _clock(time_s: float) -> datetime:
    return EPOCH + timedelta(seconds=time_s)


def _frames(clip: Source, every: int) -> Iterator[Frame]:
    try:
        while frame := clip.read(_READ_S):
            if frame.index % every == 0:
                yield frame
    except Ended:
        return
    except CameraLost as lost:
        raise ConfigError(str(lost)) from None
