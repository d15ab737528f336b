"""What the floor page says: its view and, in one place, its words."""

from dataclasses import dataclass
from typing import Final

from .bar import Bar
from .heat import Plan
from .staff import Figure


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several looks at the same thing."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class HourBar:
    """One hour of the chart; heights in pixels of its drawing, `said` for who cannot see it."""

    x: float
    label: str
    entries_y: float
    entries_height: float
    exits_y: float
    exits_height: float
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Footfall by hour, drawn; sizes in pixels of the drawing."""

    width: int
    height: int
    base: int
    bar: float
    bars: tuple[HourBar, ...]
    #: The highest line and its number.
    most: str
    most_y: float
    #: The chart in one sentence.
    said: str


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone by dwell."""

    name: str
    stays: str
    mean: str
    total: str
    #: Length of its bar, 0 to 100.
    share: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Heat over the plan of one counter."""

    counter: str
    plan: Plan
    choices: tuple[Choice, ...]
    counters: tuple[Choice, ...]
    #: Colours of the scale with the x of each, and its ends in words.
    legend: tuple[tuple[str, int], ...]
    least: str
    most: str
    unit: str
    #: What to say where there is no heat.
    none: str | None


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything `floor.html` shows."""

    bar: Bar
    clock: str
    address: str
    days: tuple[Choice, ...]
    synthetic: str | None
    #: What finds the people, and how far to trust it.
    found_by: str | None
    #: Figures at the top; empty where no counter has ever reported.
    figures: tuple[Figure, ...]
    chart: Chart | None
    zones: tuple[ZoneRow, ...]
    heat: Heat | None
    funnel: tuple[Figure, ...]


class Words:
    """Every text of the page."""

    title: Final = "Floor"
    today: Final = "Today"
    yesterday: Final = "Yesterday"
    day: Final = "Day"
    inside: Final = "Inside now"
    inside_counts: Final = "people, {ago}"
    inside_unknown: Final = "no counter has said for {age}"
    inside_never: Final = "no counter has said yet"
    entries: Final = "In"
    entries_counts: Final = "came in {day}{lines}"
    exits: Final = "Out"
    exits_counts: Final = "went out {day}{lines}"
    one_line: Final = ", over {name}"
    lines: Final = ", over {count} lines"
    busiest: Final = "Busiest hour"
    busiest_counts: Final = "{count} of {all} came in, {rate}"
    busiest_none: Final = "nobody has come in"

    footfall: Final = "Footfall by hour"
    footfall_in: Final = "in"
    footfall_out: Final = "out"
    footfall_hour: Final = "{hour}: {entries} in, {exits} out"
    footfall_said: Final = "Most in one hour: {count}, from {hour}."
    footfall_none: Final = "Nobody has crossed a line."

    zones: Final = "Zones by dwell"
    zone: Final = "Zone"
    stays: Final = "Stays"
    mean: Final = "On average"
    total: Final = "Person-time"
    zones_none: Final = "Nobody has stayed in a zone."

    heat: Final = "Where people stood"
    heat_day: Final = "All day"
    heat_hour: Final = "Last hour"
    heat_none: Final = "No heat yet: a counter reports it every quarter of an hour."
    heat_none_then: Final = "No heat was counted."
    heat_unit: Final = "person-minutes in a square of {side} cm"
    heat_alt: Final = "Floor plan, {width} by {height} m, with zones and lines"
    counter: Final = "Camera"
    more_than: Final = "{value} or more"

    funnel: Final = "From the door to the order"
    visitors: Final = "Entries"
    visitors_counts: Final = "through the door"
    visitors_none: Final = "not counted"
    sessions: Final = "Mirror sessions"
    tries: Final = "Tries"
    pictures: Final = "Pictures"
    shares: Final = "Shares"
    orders: Final = "Orders"
    of_entries: Final = "entries"
    of_sessions: Final = "sessions"
    of_pictures: Final = "pictures"
    one_entry: Final = "entry"
    one_session: Final = "session"
    one_picture: Final = "picture"
    part: Final = "{part} of {whole} {what}, {rate}"
    times: Final = "{rate} per {one}, {whole} {what}"
    no_whole: Final = "no {what} counted"

    found_by: Final = "How people are found: {detectors}."
    synthetic: Final = "Synthetic input: camera {names} watches drawn people. The counting is real."
    empty: Final = "No ceiling camera counts here yet."
    empty_text: Final = "Give the box file a [floor] and a [counters] section; figures appear by themselves."
    stale: Final = "No connection since {time}. The figures may be old."
