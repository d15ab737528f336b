"""Heat over the floor plan as SVG: pure, from cells and a plan to paths, without any style or script.

Cells of one step of the scale are one path, so that thousands of cells stay a few elements. Coordinates are
centimetres of the plan, origin top left.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from cloud_api.contract.floor import FloorDescribed
from cloud_api.floor import HeatCell

#: A single hue, from paper to deep rouge, even to the eye: equal steps of lightness in OKLab (Ottosson,
#: "A perceptual color space for image processing", 2020), which tests/cloud_api/test_heat.py measures.
RAMP: Final = ("#f3e1e3", "#ecbabf", "#e0959d", "#cf717e", "#b94e61", "#9f2d46", "#81082f", "#61001a")
_CM: Final = 100
#: The scale ends where this share of the cells lies below: one crowded spot must not wash out the rest.
_END_AT: Final = 0.97


@dataclass(frozen=True, slots=True)
class Layer:
    """The cells of one step of the scale."""

    colour: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One name on the plan: a zone's outline or a line."""

    name: str
    #: `x,y x,y …`
    points: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the drawing needs; sizes in centimetres."""

    width: int
    height: int
    #: Size of letters and strength of lines that fit the plan.
    letter: int
    stroke: float
    layers: tuple[Layer, ...]
    zones: tuple[Drawn, ...]
    lines: tuple[Drawn, ...]
    #: End of the scale, in person-minutes per cell; 0 without heat.
    most_minutes: float


def draw(plan: FloorDescribed, cells: Sequence[HeatCell]) -> Plan:
    """The plan with its heat; cells beyond the plan are left out."""
    width, height = max(round(plan.width_m * _CM), 1), max(round(plan.height_m * _CM), 1)
    rows, columns = plan.height_m / plan.cell_m, plan.width_m / plan.cell_m
    seen = [cell for cell in cells if cell.row < rows and cell.column < columns and cell.seconds > 0]
    most_s = _end(seen)
    letter = max(round(width / 34), 1)
    return Plan(
        width=width,
        height=height,
        letter=letter,
        stroke=width / 420,
        layers=_layers(seen, most_s, plan.cell_m),
        zones=tuple(_zone(zone.name, zone.polygon_m, letter) for zone in plan.zones),
        lines=tuple(_line(line.name, line.from_m, line.to_m, letter, (width, height)) for line in plan.lines),
        most_minutes=most_s / 60,
    )


def step(seconds: float, most_s: float) -> int:
    """Which colour of the ramp a cell has."""
    return min(int(seconds / most_s * len(RAMP)), len(RAMP) - 1)


def _end(cells: Sequence[HeatCell]) -> float:
    """The end of the scale: a high quantile of the cells, 0 where there are none."""
    ordered = sorted(cell.seconds for cell in cells)
    return ordered[ceil((len(ordered) - 1) * _END_AT)] if ordered else 0.0


def _layers(cells: Sequence[HeatCell], most_s: float, cell_m: float) -> tuple[Layer, ...]:
    paths: defaultdict[int, list[str]] = defaultdict(list)
    side = cell_m * _CM
    for cell in cells:
        x, y = f"{cell.column * side:g}", f"{cell.row * side:g}"
        paths[step(cell.seconds, most_s)].append(f"M{x} {y}h{side:g}v{side:g}h-{side:g}z")
    return tuple(Layer(RAMP[at], "".join(paths[at])) for at in sorted(paths))


def _zone(name: str, polygon_m: Sequence[tuple[float, float]], letter: int) -> Drawn:
    points = [(round(x * _CM), round(y * _CM)) for x, y in polygon_m]
    # The name stands inside the corner nearest to the top left.
    x, y = min(points, key=lambda point: point[0] + point[1])
    return Drawn(name, _points(points), x + letter // 2, y + round(letter * 1.3))


def _line(
    name: str, begin_m: tuple[float, float], end_m: tuple[float, float], letter: int, size: tuple[int, int]
) -> Drawn:
    points = [(round(x * _CM), round(y * _CM)) for x, y in (begin_m, end_m)]
    x = sum(point[0] for point in points) // 2
    y = min(point[1] for point in points) - letter // 2
    room = letter * len(name) * 3 // 10
    return Drawn(name, _points(points), min(max(x, room), max(size[0] - room, room)), max(y, letter))


def _points(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
