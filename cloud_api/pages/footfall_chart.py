"""Footfall by hour as a small bar chart: pure, from counts to the sizes of an SVG drawing."""

from typing import Final

from cloud_api.floor import Footfall, Hour

from .floor import Chart, HourBar, Words

_WIDTH: Final = 348
_HEIGHT: Final = 132
#: Room for the hours below the bars and for the number above the highest.
_BELOW: Final = 20
_ABOVE: Final = 18
#: A quiet day still shows the hours in which shops are open.
_FIRST: Final = 9
_LAST: Final = 20


def chart(day: Footfall) -> Chart | None:
    """The chart; None where nobody has crossed a line."""
    busy = [hour.hour for hour in day.hours if hour.entries or hour.exits]
    if not busy:
        return None
    shown = day.hours[min(*busy, _FIRST) : max(*busy, _LAST) + 1]
    most = max(max(hour.entries, hour.exits) for hour in shown)
    top = max(shown, key=lambda hour: hour.entries)
    slot = _WIDTH / len(shown)
    base = _HEIGHT - _BELOW
    bars = tuple(_bar(hour, at, slot, most, base, len(shown)) for at, hour in enumerate(shown))
    said = Words.footfall_said.format(count=top.entries, hour=_range(top))
    return Chart(_WIDTH, _HEIGHT, base, round(slot * 0.36, 2), bars, f"{most:,}", _ABOVE, said)


def _bar(hour: Hour, at: int, slot: float, most: int, base: int, count: int) -> HourBar:
    entries, exits = ((base - _ABOVE) * part / most for part in (hour.entries, hour.exits))
    every = 2 if count <= 16 else 3
    return HourBar(
        x=round(at * slot + slot * 0.12, 2),
        label=str(hour.hour) if hour.hour % every == 0 else "",
        entries_y=round(base - entries, 2),
        entries_height=round(entries, 2),
        exits_y=round(base - exits, 2),
        exits_height=round(exits, 2),
        said=Words.footfall_hour.format(hour=_range(hour), entries=hour.entries, exits=hour.exits),
    )


def _range(hour: Hour) -> str:
    return f"{hour.hour}–{hour.hour + 1}"
