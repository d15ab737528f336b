"""The floor's tables of a box file, checked where they are written: `[floor]` and `[counters.NAME]`."""

from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from cloud_api.contract.base import Slug
from edge import plugins
from edge.floor.geometry import flat, outside
from edge.toml_file import Section

Metres = tuple[float, float]
Pixels = tuple[float, float]

#: Files of models/ that find people begin with this.
_DETECTORS: Final = "people_"


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


class Counter(Section):
    """`[counters.NAME]`: counts people in one ceiling or door camera.

    points_px and points_m: the same four places, clicked in the camera's picture (of the camera's width_px
    by height_px) and on the plan.
    """

    camera: str
    points_px: Annotated[tuple[Pixels, ...], Field(min_length=4, max_length=4)]
    points_m: Annotated[tuple[Metres, ...], Field(min_length=4, max_length=4)]
    #: How people are found, `motion` or `yolox`; of several the first that can start, which is said.
    detector: Slug | Annotated[tuple[Slug, ...], Field(min_length=1, max_length=4)] = "motion"
    #: Of `yolox`: a name of `vitrine models list`, or an ONNX file, relative to the box file.
    model: str = Field(default="yolox_nano", min_length=1, max_length=500)
    #: Of `yolox`: how sure of somebody new it must be; to follow them on, half of it is enough. Lower finds
    #: more of a crowd, and more coat stands.
    confidence: float = Field(default=0.2, gt=0, lt=1)
    #: Of `yolox`: two boxes that overlap more than this are the same person.
    nms_iou: float = Field(default=0.5, gt=0, lt=1)
    #: How tall (from above: how wide) a person is in the picture, as a share of its height.
    person_height: float = Field(default=0.9, gt=0.02, le=1.0)
    #: Port of the live view on the loopback address; 0 turns it off.
    view_port: int = Field(default=0, ge=0, le=65535)

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors to try, in order."""
        return (self.detector,) if isinstance(self.detector, str) else self.detector

    @field_validator("detector")
    @classmethod
    def _known(cls, detector: str | tuple[str, ...]) -> str | tuple[str, ...]:
        valid = detectors()
        for name in (detector,) if isinstance(detector, str) else detector:
            if name not in valid:
                raise ValueError(f"there is no detector {name!r}; there is: {', '.join(valid)}")
        return detector

    @model_validator(mode="after")
    def _maps(self) -> Self:
        for name, points in (("points_px", self.points_px), ("points_m", self.points_m)):
            if flat(points):
                raise ValueError(
                    f"{name}: three of the four points lie on a line; click the corners of an area"
                )
        return self


def detectors() -> tuple[str, ...]:
    """The names that `detector` may have; no vision library loads for it."""
    files = plugins.names("models")
    return tuple(each.removeprefix(_DETECTORS) for each in files if each.startswith(_DETECTORS))
