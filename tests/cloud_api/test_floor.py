"""Figures of ceiling cameras: added up as they arrive, once each, by the store's own clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from cloud_api import credentials, floor, funnel, housekeeping, ingest
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.events import MirrorSessionStarted, PhotoTaken
from cloud_api.floor import Hour
from cloud_api.floor_intake import day_end, day_start, hour_of
from cloud_api.service import Cloud
from cloud_api.settings import time_zone

from . import things
from .conftest import START, Clock
from .floor_things import BOX, PLAN, crossed, dwelled, happened, heat, minutes, occupancy

SUNDAY = date(2026, 11, 22)


def test_crossings_and_stays_add_up_by_hour_of_the_stores_clock(cloud: Cloud, paris: Credential) -> None:
    happened(cloud, crossed(), crossed(), crossed("out"), dwelled(30), dwelled(90), dwelled(10, "till"))
    happened(cloud, crossed(), time=START - minutes(60))
    day = floor.footfall(cloud.db, "paris", SUNDAY)
    assert [hour for hour in day.hours if hour.entries or hour.exits] == [Hour(22, 1, 0), Hour(23, 2, 1)]
    assert (day.entries, day.exits) == (3, 1)
    assert [(zone.zone, zone.stays, zone.seconds, zone.mean_s) for zone in day.zones] == [
        ("lipsticks", 2, 120.0, 60.0),
        ("till", 1, 10.0, 10.0),
    ]


def test_midnight_is_the_stores(cloud: Cloud, paris: Credential) -> None:
    happened(cloud, crossed(), time=START + minutes(59))
    happened(cloud, crossed(), crossed(), time=START + minutes(60))
    assert floor.entries(cloud.db, "paris", SUNDAY) == 1
    assert floor.entries(cloud.db, "paris", SUNDAY + timedelta(days=1)) == 2
    assert floor.entries(cloud.db, "paris", SUNDAY - timedelta(days=1)) is None


def test_same_events_twice_count_once(cloud: Cloud, paris: Credential) -> None:
    batch = [things.event(1, crossed()), things.event(2, dwelled(30)), things.event(3, heat((0, 0, 60.0)))]
    for _ in range(2):
        ingest.take(cloud.db, BOX, batch, START)
    reply = ingest.take(cloud.db, BOX, [*batch, *batch], START)
    assert reply.accepted == 0
    day = floor.footfall(cloud.db, "paris", SUNDAY)
    assert (day.entries, day.zones[0].stays) == (1, 1)
    assert floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY) == (floor.HeatCell(0, 0, 60.0),)


def test_heat_of_parts_of_a_quarter_adds_up_and_leaves_with_its_hour(cloud: Cloud, paris: Credential) -> None:
    happened(cloud, heat((1, 2, 30.0), (3, 4, 5.0)), heat((1, 2, 12.5), start=START + minutes(3)))
    earlier = START - minutes(75)
    happened(cloud, heat((1, 2, 100.0), start=earlier), time=earlier)
    whole = floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY)
    assert [(cell.row, cell.column, cell.seconds) for cell in whole] == [(1, 2, 142.5), (3, 4, 5.0)]
    hour = floor.heat_since(cloud.db, "paris", "ceiling", START - minutes(60))
    assert [(cell.row, cell.column, cell.seconds) for cell in hour] == [(1, 2, 42.5), (3, 4, 5.0)]
    assert floor.heat_of_day(cloud.db, "paris", "another", SUNDAY) == ()
    assert floor.heat_of_day(cloud.db, "rome", "ceiling", SUNDAY) == ()


def test_thousands_of_cells_in_one_batch(cloud: Cloud, paris: Credential) -> None:
    grid = [heat(*((row, column, 1.5) for column in range(80))) for row in range(50)]
    happened(cloud, *grid)
    cells = floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY)
    assert len(cells) == 4000
    assert sum(cell.seconds for cell in cells) == 6000.0


def test_newest_word_of_a_counter_counts_however_late_others_come(
    cloud: Cloud, paris: Credential, clock: Clock
) -> None:
    happened(cloud, occupancy(7), PLAN, time=START)
    happened(cloud, occupancy(3), PLAN.model_copy(update={"width_m": 4.0}), time=START - minutes(2))
    (state,) = floor.states(cloud.db, "paris", clock())
    assert (state.inside, state.plan) == (7, PLAN)
    happened(cloud, crossed(inside=8), occupancy(9), time=START + minutes(1))
    clock.pass_(minutes=2)
    assert floor.states(cloud.db, "paris", clock())[0].inside == 9
    clock.pass_(minutes=10)
    assert floor.states(cloud.db, "paris", clock())[0].inside is None


def test_absurd_figures_are_taken_and_drown_nothing(cloud: Cloud, paris: Credential) -> None:
    """A box that is wrong must not stop: each of these would break a column or a calendar."""
    wrong_clock = heat((0, 0, 5.0), start=datetime(9999, 12, 31, 23, tzinfo=UTC))
    happened(cloud, dwelled(1e300), heat((0, 0, 1e300)), wrong_clock, occupancy(10**18))
    zone = floor.footfall(cloud.db, "paris", SUNDAY).zones[0]
    assert zone.seconds == 86_400.0
    assert floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY) == (floor.HeatCell(0, 0, 100_000.0),)


def test_names_with_html_and_impossible_numbers_are_refused(cloud: Cloud, paris: Credential) -> None:
    wrong = [("zone", "<b>till</b>"), ("zone", ""), ("seconds", -1), ("counter", "../x"), ("seconds", "NaN")]
    batch = [
        things.event(number, dwelled(5)) | {"data": dwelled(5).model_dump() | {field: value}}
        for number, (field, value) in enumerate(wrong, start=1)
    ]
    reply = ingest.take(cloud.db, BOX, [*batch, things.event(9, dwelled(5))], START)
    assert (reply.accepted, len(reply.rejected)) == (1, len(wrong))
    assert [zone.stays for zone in floor.footfall(cloud.db, "paris", SUNDAY).zones] == [1]


def test_many_boxes_at_once_lose_nothing(cloud: Cloud, paris: Credential) -> None:
    batches = [
        [
            things.event(number, fact)
            for number, fact in enumerate((crossed(), heat((0, 0, 1.0), (0, 1, 1.0))))
        ]
        for _ in range(24)
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda batch: ingest.take(cloud.db, BOX, batch, START), batches + batches))
    assert floor.entries(cloud.db, "paris", SUNDAY) == 24
    cells = floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY)
    assert [cell.seconds for cell in cells] == [24.0, 24.0]


def test_hours_of_every_zone_lie_in_their_day() -> None:
    """Half-hour zones and both changes of the clock: an hour is whole, and a day has 23, 24 or 25 of them."""
    for name in ("Asia/Kolkata", "Europe/Paris", "Australia/Lord_Howe", "America/New_York"):
        zone = time_zone(name)
        for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 22)):
            begin, end = day_start(day, zone), day_end(day, zone)
            assert 23 <= (end - begin) / timedelta(hours=1) <= 25
            moment = begin
            while moment < end:
                assert begin <= hour_of(moment, zone) <= moment
                moment += minutes(10)


def test_funnel_is_of_one_day_and_knows_what_was_not_counted(cloud: Cloud, paris: Credential) -> None:
    session = things.SESSION
    happened(
        cloud, MirrorSessionStarted(session=session), things.tried(), PhotoTaken(session=session, skus=())
    )
    assert funnel.of_day(cloud.db, "paris", SUNDAY).entries is None
    happened(cloud, crossed("out"))
    assert funnel.of_day(cloud.db, "paris", SUNDAY).entries == 0
    happened(cloud, crossed(), crossed())
    day = funnel.of_day(cloud.db, "paris", SUNDAY)
    assert (day.entries, day.sessions, day.tries, day.photos, day.shares, day.orders) == (2, 1, 1, 1, 0, 0)
    assert funnel.of_day(cloud.db, "paris", SUNDAY - timedelta(days=1)).sessions == 0


def test_another_store_counts_for_itself(cloud: Cloud, paris: Credential) -> None:
    happened(cloud, crossed())
    credentials.set_time_zone(cloud.db, "rome", "Europe/Rome", START)
    assert floor.entries(cloud.db, "rome", SUNDAY) is None
    assert floor.states(cloud.db, "rome", START) == ()


def test_heat_by_the_quarter_goes_after_a_month_and_by_the_day_stays(cloud: Cloud, paris: Credential) -> None:
    happened(cloud, heat((0, 0, 60.0)))
    for days, quarters in ((29, 1), (31, 0)):
        housekeeping.clean(cloud, START + timedelta(days=days), thorough=True)
        assert len(floor.heat_since(cloud.db, "paris", "ceiling", START)) == quarters
    assert len(floor.heat_of_day(cloud.db, "paris", "ceiling", SUNDAY)) == 1
