"""Heat and footfall as drawings: pure, so every figure of them can be told."""

import re
from datetime import date
from itertools import pairwise

from cloud_api.contract.floor import FloorDescribed
from cloud_api.floor import Footfall, HeatCell, Hour, LineCount
from cloud_api.funnel import Funnel
from cloud_api.pages.floor_view import funnel_figures
from cloud_api.pages.footfall_chart import chart
from cloud_api.pages.heat import RAMP, draw, step
from cloud_api.pages.render import html

from .floor_things import PLAN
from .test_contrast import luminance

DAY = date(2026, 11, 22)


def oklab_lightness(colour: str) -> float:
    """L of OKLab (Ottosson 2020)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return float(0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short)


def test_scale_is_even_to_the_eye() -> None:
    steps = [oklab_lightness(one) - oklab_lightness(next_) for one, next_ in pairwise(RAMP)]
    assert 0.07 < min(steps) <= max(steps) < 0.1
    assert (luminance("#ffffff") + 0.05) / (luminance(RAMP[0]) + 0.05) > 1.15, "the first step can be seen"


def test_cells_lie_where_people_stood() -> None:
    plan = draw(PLAN, [HeatCell(0, 0, 60.0), HeatCell(2, 3, 600.0)])
    assert (plan.width, plan.height, plan.most_minutes) == (800, 600, 10.0)
    assert [(layer.colour, layer.path) for layer in plan.layers] == [
        (RAMP[0], "M0 0h25v25h-25z"),
        (RAMP[-1], "M75 50h25v25h-25z"),
    ]


def test_one_crowded_cell_does_not_wash_out_the_rest() -> None:
    cells = [HeatCell(row, column, 60.0) for row in range(10) for column in range(10)]
    assert draw(PLAN, [*cells, HeatCell(20, 20, 60_000.0)]).most_minutes == 1.0


def test_steps_fill_the_scale_and_more_than_its_end_stays_on_it() -> None:
    assert [step(share, 8.0) for share in (0.1, 0.99, 1.0, 7.9, 8.0, 800.0)] == [0, 0, 1, 7, 7, 7]


def test_cells_beyond_the_plan_and_an_empty_floor_draw_nothing() -> None:
    """A counter was set up anew with another grid: what lay outside is left out, the rest drawn."""
    assert draw(PLAN, [HeatCell(24, 0, 5.0), HeatCell(0, 32, 5.0), HeatCell(999, 999, 1e9)]).layers == ()
    assert draw(PLAN, []).most_minutes == 0.0
    tiny = FloorDescribed(counter="c", width_m=0, height_m=0, cell_m=5)
    assert draw(tiny, [HeatCell(0, 0, 1.0)]).layers == ()


def test_thousands_of_cells_are_a_few_elements() -> None:
    cells = [HeatCell(row, column, row * column + 1.0) for row in range(50) for column in range(80)]
    plan = draw(PLAN.model_copy(update={"width_m": 20.0, "height_m": 12.5}), cells)
    assert len(plan.layers) == len(RAMP)
    assert sum(layer.path.count("M") for layer in plan.layers) == 4000
    drawn = html("_plan.svg", plan=plan, alt="plan")
    assert len(drawn) < 130_000
    assert not re.search(r"style=|<script|class=\"[^p]", drawn), "nothing that the content policy refuses"


def test_names_on_the_plan_are_escaped() -> None:
    """Names are checked where they come in; the drawing does not rely on it."""
    named = PLAN.lines[0].model_copy(update={"name": "<script>x</script>"})
    drawn = html("_plan.svg", plan=draw(PLAN.model_copy(update={"lines": (named,)}), []), alt='"><b>')
    assert "<script" not in drawn
    assert "<b>" not in drawn


def footfall(**hours: tuple[int, int]) -> Footfall:
    counts = {int(hour[1:]): count for hour, count in hours.items()}
    every = tuple(Hour(hour, *counts.get(hour, (0, 0))) for hour in range(24))
    line = LineCount("c", "door", sum(hour.entries for hour in every), sum(hour.exits for hour in every))
    return Footfall(DAY, every, (line,), ())


def test_chart_shows_opening_hours_and_whatever_lies_outside() -> None:
    drawn = chart(footfall(h10=(4, 2), h22=(1, 3)))
    assert drawn is not None
    assert [bar.said.split(":")[0] for bar in drawn.bars] == [f"{hour}–{hour + 1}" for hour in range(9, 23)]
    ten = drawn.bars[1]
    assert ten.said == "10–11: 4 in, 2 out"
    assert ten.entries_height == 2 * ten.exits_height == drawn.base - drawn.most_y
    assert ten.entries_y == drawn.most_y
    assert drawn.said == "Most in one hour: 4, from 10–11."
    assert chart(footfall()) is None


def said(**counts: int | None) -> list[str]:
    none = dict.fromkeys(("entries", "sessions", "tries", "photos", "shares", "orders"), 0)
    return [
        figure.counts.replace("\u00a0", " ")
        for figure in funnel_figures(Funnel(DAY, **none | counts))  # type: ignore[arg-type]
    ]


def test_every_figure_of_the_funnel_names_its_whole() -> None:
    assert said(entries=60, sessions=18, tries=96, photos=11, shares=9, orders=4) == [
        "through the door",
        "18 of 60 entries, 30 %",
        "5.3 per session, 18 sessions",
        "11 of 18 sessions, 61 %",
        "9 of 11 pictures, 82 %",
        "4 of 60 entries, 7 %",
    ]


def test_funnel_without_a_whole_or_with_more_than_it_says_so() -> None:
    assert said(entries=None, sessions=3, photos=7)[:4] == [
        "not counted",
        "no entries counted",
        "0.0 per session, 3 sessions",
        "2.3 per session, 3 sessions",
    ]
    assert said(entries=1, sessions=1)[1] == "1 of 1 entry, 100 %"
