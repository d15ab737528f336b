"""The floor's tables of a box file, checked where they are written: `[floor]` and `[counters.NAME]`."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cloud_api.contract.base import Slug
from edge.floor.counter import Floor
from edge.floor.lines import Line
from edge.floor.plan import PlanError, View, view
from edge.floor.zones import Zone, outside
from edge.toml_file import Section
from models.people_motion import MotionSettings

Metres = tuple[float, float]
Pixels = tuple[float, float]


#: A camera in which people are smaller than this looks down on them.
_OVERHEAD = 0.2


class LineSettings(Section):
    """`[floor.lines.NAME]`: counts crossings. inside_m: any point on the inner side."""

    from_m: Metres
    to_m: Metres
    inside_m: Metres
    #: How far from the line the camera's view may end; 0 where it sees well past both sides.
    band_m: float = Field(default=0.0, ge=0, le=2)

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        (ax, ay), (bx, by), (ix, iy) = self.from_m, self.to_m, self.inside_m
        if abs((bx - ax) * (iy - ay) - (by - ay) * (ix - ax)) < 1e-3:
            raise ValueError("inside_m lies on the line itself: give a point well inside the shop")
        return self


class ZoneSettings(Section):
    """`[floor.zones.NAME]`: measures dwell."""

    polygon_m: Annotated[tuple[Metres, ...], Field(min_length=3, max_length=40)]
    #: A shorter stay is passing by.
    min_dwell_s: float = Field(default=3.0, ge=0, le=3600)


class FloorSettings(Section):
    """`[floor]`: the plan, in metres, origin top left as it is drawn."""

    width_m: float = Field(gt=0.5, le=200)
    height_m: float = Field(gt=0.5, le=200)
    lines: dict[Slug, LineSettings] = Field(default_factory=dict)
    zones: dict[Slug, ZoneSettings] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _on_the_plan(self) -> Self:
        shapes: list[tuple[str, tuple[Metres, ...]]] = [
            (f"lines.{name}", (line.from_m, line.to_m)) for name, line in self.lines.items()
        ]
        shapes += [(f"zones.{name}", zone.polygon_m) for name, zone in self.zones.items()]
        for name, points in shapes:
            if off := outside(points, self.width_m, self.height_m):
                size = f"{self.width_m:g} by {self.height_m:g} m"
                raise ValueError(f"{name}: {off[0]} lies outside the plan of {size}")
        return self

    def floor(self) -> Floor:
        """The plan as the counter takes it."""
        lines = (
            Line(name, each.from_m, each.to_m, each.inside_m, each.band_m)
            for name, each in self.lines.items()
        )
        zones = (Zone(name, each.polygon_m, each.min_dwell_s) for name, each in self.zones.items())
        return Floor(self.width_m, self.height_m, tuple(lines), tuple(zones))


class Counter(Section):
    """`[counters.NAME]`: counts people in one ceiling or door camera.

    points_px and points_m: the same four places, clicked in the camera's picture (of the camera's width_px
    by height_px) and on the plan.
    """

    camera: str
    points_px: Annotated[tuple[Pixels, ...], Field(min_length=4, max_length=4)]
    points_m: Annotated[tuple[Metres, ...], Field(min_length=4, max_length=4)]
    detector: Literal["motion"] = "motion"
    #: How tall (from above: how wide) a person is in the picture, as a share of its height.
    person_height: float = Field(default=0.9, gt=0.02, le=1.0)
    #: Port of the live view on the loopback address; 0 turns it off.
    view_port: int = Field(default=0, ge=0, le=65535)

    @model_validator(mode="after")
    def _maps(self) -> Self:
        try:
            view(self.points_px, self.points_m, (1, 1))
        except PlanError as flat:
            raise ValueError(str(flat)) from None
        return self

    def view(self, size_px: tuple[int, int]) -> View:
        """How the camera, whose pictures are size_px, sees the plan."""
        return view(self.points_px, self.points_m, size_px)

    def motion(self) -> MotionSettings:
        """The motion detector's settings for a person of this size; areas follow from a standing figure
        (the constants give .006 and .0008 of the picture at full height, as measured on one-by-one)."""
        share = (self.person_height / 0.9) ** 2
        return MotionSettings(
            person_height=self.person_height,
            overhead=self.person_height <= _OVERHEAD,
            min_area=max(0.0004, 0.006 * share),
            min_part_area=max(0.0003, 0.0008 * share),
            width_px=256 if self.person_height > 0.3 else 384,
        )
