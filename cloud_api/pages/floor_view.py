"""A day of a store's floor becomes the view of the floor page."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from cloud_api import floor, funnel, rollups
from cloud_api.floor import CounterState, Footfall
from cloud_api.funnel import Funnel
from cloud_api.service import Cloud
from cloud_api.settings import time_zone
from cloud_api.users import User

from . import words
from .bar import FLOOR, bar
from .floor import Choice, Heat, Words, ZoneRow
from .floor import Floor as View
from .footfall_chart import chart
from .heat import RAMP, draw
from .staff import Figure
from .staff_view import choice_of_stores

TODAY: Final = "today"
YESTERDAY: Final = "yesterday"
HOUR: Final = "hour"
_SHOWN_ZONES: Final = 8


def page(cloud: Cloud, user: User, store: str, csrf: str, *, day: str, heat: str, counter: str) -> View:
    """Everything the page shows of one store: `day` is today or yesterday, `heat` day or hour."""
    now = cloud.now()
    with cloud.db.read() as connection:
        zone = time_zone(rollups.zone_of(connection, store))
    shown = now.astimezone(zone).date() - timedelta(days=day == YESTERDAY)
    states = floor.states(cloud.db, store, now)
    counted = floor.footfall(cloud.db, store, shown)
    known = bool(states) or counted.counted
    asked = {"store": store} if user.store is None else {}
    here = asked | ({"day": day} if day == YESTERDAY else {})
    return View(
        bar=bar(
            user, csrf, FLOOR, day=words.day(now, zone), store=store, stores=choice_of_stores(cloud, user)
        ),
        clock=words.clock(now, zone),
        address=_address(here | ({"heat": heat} if heat == HOUR else {}) | _named(counter)),
        days=(
            Choice(Words.today, _address(asked), day != YESTERDAY),
            Choice(Words.yesterday, _address(asked | {"day": YESTERDAY}), day == YESTERDAY),
        ),
        synthetic=_synthetic(states),
        found_by=_found_by(states),
        figures=_figures(states, counted, (Words.yesterday if day == YESTERDAY else Words.today).lower(), now)
        if known
        else (),
        chart=chart(counted),
        zones=_zones(counted),
        heat=_heat(cloud, store, states, here, shown, heat=heat, counter=counter),
        funnel=funnel_figures(funnel.of_day(cloud.db, store, shown)),
    )


def funnel_figures(day: Funnel) -> tuple[Figure, ...]:
    """The funnel in words; every figure says what it is a part of."""
    w = Words
    entries, sessions, photos = day.entries or 0, day.sessions, day.photos
    of_entries, of_sessions = (w.one_entry, w.of_entries), (w.one_session, w.of_sessions)
    known = day.entries is not None
    return (
        Figure(w.visitors, f"{entries:,}" if known else "–", w.visitors_counts if known else w.visitors_none),
        Figure(w.sessions, f"{sessions:,}", _part(sessions, entries, of_entries)),
        Figure(w.tries, f"{day.tries:,}", _times(day.tries, sessions, of_sessions)),
        Figure(w.pictures, f"{photos:,}", _part(photos, sessions, of_sessions)),
        Figure(w.shares, f"{day.shares:,}", _part(day.shares, photos, (w.one_picture, w.of_pictures))),
        Figure(w.orders, f"{day.orders:,}", _part(day.orders, entries, of_entries)),
    )


def _part(part: int, whole: int, what: tuple[str, str]) -> str:
    """`18 of 60 entries, 30 %`; where there is more than the whole, how many come to one of it."""
    if not whole or part > whole:
        return _times(part, whole, what)
    rate = _rate(part, whole)
    return Words.part.format(part=f"{part:,}", whole=f"{whole:,}", what=what[whole != 1], rate=rate)


def _rate(part: int, whole: int) -> str:
    """A percentage that never breaks before its sign."""
    return words.share_of(part, whole).replace(" ", "\u00a0")


def _times(count: int, whole: int, what: tuple[str, str]) -> str:
    if not whole:
        return Words.no_whole.format(what=what[1])
    rate = f"{count / whole:.1f}"
    return Words.times.format(rate=rate, one=what[0], whole=f"{whole:,}", what=what[whole != 1])


def _figures(states: Sequence[CounterState], day: Footfall, said: str, now: datetime) -> tuple[Figure, ...]:
    over = Words.lines.format(count=len(day.lines)) if day.lines else ""
    if len(day.lines) == 1:
        over = Words.one_line.format(name=day.lines[0].line)
    busiest = max(day.hours, key=lambda hour: hour.entries)
    rate = _rate(busiest.entries, day.entries)
    share = Words.busiest_counts.format(count=busiest.entries, all=f"{day.entries:,}", rate=rate)
    return (
        _inside(states, now),
        Figure(Words.entries, f"{day.entries:,}", Words.entries_counts.format(day=said, lines=over)),
        Figure(Words.exits, f"{day.exits:,}", Words.exits_counts.format(day=said, lines=over)),
        Figure(Words.busiest, f"{busiest.hour}–{busiest.hour + 1}", share)
        if busiest.entries
        else Figure(Words.busiest, "–", Words.busiest_none),
    )


def _inside(states: Sequence[CounterState], now: datetime) -> Figure:
    """How many are inside now: the sum of the counters that have said so lately."""
    fresh = [state for state in states if state.inside is not None]
    ages = [(now - state.inside_at).total_seconds() for state in fresh or states if state.inside_at]
    if not ages:
        return Figure(Words.inside, "–", Words.inside_never)
    if not fresh:
        return Figure(Words.inside, "–", Words.inside_unknown.format(age=words.age(min(ages))))
    counts = Words.inside_counts.format(ago=words.ago(max(ages)))
    return Figure(Words.inside, f"{sum(state.inside or 0 for state in fresh):,}", counts)


def _zones(day: Footfall) -> tuple[ZoneRow, ...]:
    most_s = max((zone.seconds for zone in day.zones), default=0.0) or 1.0
    return tuple(
        ZoneRow(
            name=zone.zone,
            stays=f"{zone.stays:,}",
            mean=words.duration(zone.mean_s),
            total=words.duration(zone.seconds),
            share=round(100 * zone.seconds / most_s),
        )
        for zone in day.zones[:_SHOWN_ZONES]
    )


def _heat(
    cloud: Cloud,
    store: str,
    states: Sequence[CounterState],
    here: dict[str, str],
    day: date,
    *,
    heat: str,
    counter: str,
) -> Heat | None:
    """Heat over the plan of the asked counter, or of the first that has a plan."""
    planned = [(state.counter, state.plan) for state in states if state.plan is not None]
    if not planned:
        return None
    name, plan = next((each for each in planned if each[0] == counter), planned[0])
    last_hour = heat == HOUR and "day" not in here
    since = cloud.now() - timedelta(hours=1)
    cells = (
        floor.heat_since(cloud.db, store, name, since)
        if last_hour
        else floor.heat_of_day(cloud.db, store, name, day)
    )
    drawn = draw(plan, cells)
    looks = (
        Choice(Words.heat_day, _address(here | _named(counter)), not last_hour),
        Choice(Words.heat_hour, _address(here | {"heat": HOUR} | _named(counter)), last_hour),
    )
    return Heat(
        counter=name,
        plan=drawn,
        choices=() if "day" in here else looks,
        counters=tuple(Choice(each, _address(here | _named(each)), each == name) for each, _ in planned)
        if len(planned) > 1
        else (),
        legend=tuple((colour, 22 * at) for at, colour in enumerate(RAMP)),
        least="0",
        most=Words.more_than.format(value=_minutes(drawn.most_minutes)),
        unit=Words.heat_unit.format(side=f"{plan.cell_m * 100:g}"),
        none=None if drawn.layers else Words.heat_none_then if "day" in here else Words.heat_none,
    )


def _synthetic(states: Sequence[CounterState]) -> str | None:
    names = [state.counter for state in states if state.plan is not None and not state.plan.real]
    return Words.synthetic.format(names=", ".join(names)) if names else None


def _found_by(states: Sequence[CounterState]) -> str | None:
    """Each counter's detector; the counter's name only where there are several."""
    said = {s.counter: s.plan.detector_words for s in states if s.plan is not None and s.plan.detector_words}
    each = [f"{counter} by {words}" if len(said) > 1 else f"by {words}" for counter, words in said.items()]
    return Words.found_by.format(detectors=", ".join(each)) if each else None


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f}" if minutes >= 10 else f"{minutes:.1f}" if minutes >= 1 else f"{minutes:.2f}"


def _named(counter: str) -> dict[str, str]:
    return {"counter": counter} if counter else {}


def _address(asked: dict[str, str]) -> str:
    return f"{FLOOR}?{urlencode(asked)}" if asked else FLOOR
