"""Events of ceiling cameras: figures on the floor plan, never a picture, never a person's path."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from .base import Slug, Value
from .events import EventData

Metres = Annotated[float, Field(ge=0, le=200)]
#: What found the people of a figure, such as `motion` (low in crowds) or `yolox`; empty where nobody said.
FoundBy = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,64}$")]


class ZoneOutline(Value):
    """A zone as it is drawn on the plan: polygon points (x, y) in metres."""

    name: Slug
    polygon_m: Annotated[tuple[tuple[Metres, Metres], ...], Field(min_length=3, max_length=40)]


class LineOutline(Value):
    """A line as it is drawn on the plan."""

    name: Slug
    from_m: tuple[Metres, Metres]
    to_m: tuple[Metres, Metres]


class FloorDescribed(EventData):
    """The plan that a counter counts on; sent when it starts, the latest one is drawn under the heat."""

    kind = "vitrine.floor.described.v1"
    counter: Slug
    width_m: Metres
    height_m: Metres
    #: Side of a heat cell.
    cell_m: float = Field(gt=0, le=5)
    zones: tuple[ZoneOutline, ...] = Field(default=(), max_length=50)
    lines: tuple[LineOutline, ...] = Field(default=(), max_length=50)
    #: False where the people are drawn: figures of synthetic input say so.
    real: bool = True
    detector: FoundBy = ""
    #: The detector in words: its weights, how far to trust it.
    detector_words: str = Field(default="", max_length=200)


class LineCrossed(EventData):
    """Somebody crossed a line; `inside` is the occupancy after it."""

    kind = "vitrine.floor.line_crossed.v1"
    counter: Slug
    line: Slug
    way: Literal["in", "out"]
    inside: int = Field(ge=0)
    detector: FoundBy = ""


class ZoneDwelled(EventData):
    """One stay in a zone that is over."""

    kind = "vitrine.floor.zone_dwelled.v1"
    counter: Slug
    zone: Slug
    seconds: float = Field(ge=0)
    detector: FoundBy = ""


class HeatCell(Value):
    """Person-seconds in one cell of the grid; row 0 is the plan's y = 0."""

    row: int = Field(ge=0, le=1000)
    column: int = Field(ge=0, le=1000)
    seconds: float = Field(gt=0)


class HeatBucket(EventData):
    """Person-seconds of a quarter of an hour (or what was counted of it); empty cells are left out."""

    kind = "vitrine.floor.heat.v1"
    counter: Slug
    start: AwareDatetime
    cells: tuple[HeatCell, ...] = Field(max_length=4000)
    detector: FoundBy = ""


class OccupancyCounted(EventData):
    """How many are inside, once a minute and after every change of more than that."""

    kind = "vitrine.floor.occupancy.v1"
    counter: Slug
    inside: int = Field(ge=0)
    detector: FoundBy = ""
