"""Events of a ceiling camera and of the arena, for tests."""

from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from cloud_api import ingest
from cloud_api.contract.arena import RaceFinished
from cloud_api.contract.events import EventData, IngestReply
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
from cloud_api.credentials import Box
from cloud_api.service import Cloud

from . import things
from .conftest import START

BOX = Box("paris", "mirror-1")
PLAN = FloorDescribed(
    counter="ceiling",
    width_m=8,
    height_m=6,
    cell_m=0.25,
    zones=(ZoneOutline(name="lipsticks", polygon_m=((0.5, 0.5), (3, 0.5), (3, 2), (0.5, 2))),),
    lines=(LineOutline(name="entrance", from_m=(4, 5.6), to_m=(6, 5.6)),),
)


def crossed(way: str = "in", inside: int = 1, line: str = "entrance") -> LineCrossed:
    return LineCrossed.model_validate({"counter": "ceiling", "line": line, "way": way, "inside": inside})


def dwelled(seconds: float, zone: str = "lipsticks") -> ZoneDwelled:
    return ZoneDwelled(counter="ceiling", zone=zone, seconds=seconds)


def heat(*cells: tuple[int, int, float], start: datetime = START) -> HeatBucket:
    made = tuple(HeatCell(row=row, column=column, seconds=seconds) for row, column, seconds in cells)
    return HeatBucket(counter="ceiling", start=start, cells=made)


def occupancy(inside: int) -> OccupancyCounted:
    return OccupancyCounted(counter="ceiling", inside=inside)


def finished(claim: UUID | None = None, points: int = 500, steps: int = 120, rank: int = 1) -> RaceFinished:
    return RaceFinished(
        session=uuid7(),
        game="step-race",
        claim=claim or uuid7(),
        steps=steps,
        seconds=60.0,
        points=points,
        rank=rank,
    )


def happened(cloud: Cloud, *facts: EventData, time: datetime = START, box: Box = BOX) -> IngestReply:
    """Take these events from the box, the way its uplink sends them; all of them must be good."""
    batch = [things.event(number, fact, time, box.box) for number, fact in enumerate(facts, start=1)]
    reply = ingest.take(cloud.db, box, batch, cloud.now())
    assert not reply.rejected
    return reply


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
