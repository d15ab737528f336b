"""The floor page over real HTTP, without script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from cloud_api import users
from cloud_api.contract import floor as contract
from cloud_api.contract.events import MirrorSessionStarted
from cloud_api.users import Role

from .floor_things import PLAN, crossed, dwelled, heat, occupancy
from .open_store import PASSWORD, STORE, OpenStore, new_id, open_store
from .test_staff_page import browser, sign_in


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    with open_store(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture(scope="module")
def tablet(store: OpenStore) -> Iterator[httpx.Client]:
    with browser(store) as client:
        assert sign_in(client).status_code == 200
        yield client


def words(page: httpx.Response) -> str:
    """The page as it reads."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\u00a0", " ")
    return re.sub(r"&#39;", "'", text)


def next_noon(store: OpenStore, tablet: httpx.Client) -> None:
    """The next day at 12:20, so that nothing of today is yesterday, whenever the tests run."""
    now = store.clock()
    store.clock.ahead += now.replace(hour=12, minute=20, second=0) - now + timedelta(days=1)
    assert sign_in(tablet).status_code == 200  # yesterday's session is over


def test_day_of_a_floor(store: OpenStore, tablet: httpx.Client) -> None:
    empty = words(tablet.get("/staff/floor"))
    assert "No ceiling camera counts here yet." in empty
    assert "Footfall by hour" not in empty

    next_noon(store, tablet)
    store.happened(PLAN, *[crossed()] * 4, crossed("out"), dwelled(30), dwelled(90))
    store.happened(heat((2, 3, 120.0), start=store.clock()), occupancy(3), crossed("out", inside=3))
    store.happened(*[MirrorSessionStarted(session=new_id()) for _ in range(2)])
    page = tablet.get("/staff/floor")
    told = words(page)
    for expected in (
        "Inside now 3 people, just now",
        "In 4 came in today, over entrance",
        "Out 2 went out today, over entrance",
        "Busiest hour 12–13 4 of 4 came in, 100 %",
        "Entries 4 through the door",
        "Mirror sessions 2 2 of 4 entries, 50 %",
        "12–13: 4 in, 2 out",
        "lipsticks 2 1 min 00 s 2 min 00 s",
        "2.0 or more person-minutes in a square of 25 cm",
    ):
        assert expected in told, expected
    assert "Synthetic" not in told
    assert 'd="M75 50h25v25h-25z"' in page.text
    assert not re.search(r"\sstyle=|<style|<script(?! type=\"module\" src)|\son\w+=", page.text)

    store.happened(PLAN.model_copy(update={"real": False}))
    assert "Synthetic input: camera ceiling watches drawn people." in words(tablet.get("/staff/floor"))


def test_yesterday_and_the_last_hour(store: OpenStore, tablet: httpx.Client) -> None:
    next_noon(store, tablet)
    store.happened(crossed(), heat((5, 5, 60.0), start=store.clock()))
    store.clock.ahead += timedelta(hours=2)
    assert "No heat yet" in words(tablet.get("/staff/floor?heat=hour"))
    assert "M125 125h" in tablet.get("/staff/floor").text
    next_noon(store, tablet)
    told = words(tablet.get("/staff/floor"))
    assert "In 0 came in today" in told
    assert "Inside now – no counter has said for 2" in told, "a day, less a few milliseconds"
    page = tablet.get("/staff/floor?day=yesterday&heat=hour")
    assert "In 1 came in yesterday, over entrance" in words(page)
    assert "M125 125h" in page.text


def test_two_cameras_have_a_plan_each(store: OpenStore, tablet: httpx.Client) -> None:
    upstairs = contract.FloorDescribed(counter="upstairs", width_m=4, height_m=3, cell_m=0.5)
    store.happened(PLAN, upstairs)
    assert "Floor plan, 8.0 by 6.0 m" in tablet.get("/staff/floor").text
    assert "Floor plan, 4.0 by 3.0 m" in tablet.get("/staff/floor?counter=upstairs").text
    assert "Floor plan, 8.0 by 6.0 m" in tablet.get("/staff/floor?counter=<b>").text


def test_it_says_what_finds_the_people_and_how_far_to_trust_it(
    store: OpenStore, tablet: httpx.Client
) -> None:
    store.happened(PLAN)
    assert "How people are found" not in words(tablet.get("/staff/floor")), "an older box does not say"
    told = {"detector": "motion", "detector_words": "motion; low in crowds"}
    store.happened(PLAN.model_copy(update=told))
    assert "How people are found: by motion; low in crowds." in words(tablet.get("/staff/floor"))
    door = contract.FloorDescribed(
        counter="door", width_m=4, height_m=3, cell_m=0.5, detector="yolox", detector_words="YOLOX <b>"
    )
    store.happened(door)
    page = tablet.get("/staff/floor")
    assert "ceiling by motion; low in crowds, door by YOLOX &lt;b&gt;." in page.text


def test_who_may_see_it(store: OpenStore, tablet: httpx.Client) -> None:
    with browser(store) as stranger:
        assert stranger.get("/staff/floor").url.path == "/staff/login"
        users.create(store.cloud.db, "eve", PASSWORD, store.clock(), role=Role.MARKETING, store=STORE)
        sign_in(stranger, "eve")
        assert stranger.get("/staff/floor").status_code == 403
    assert tablet.get("/staff/floor?store=rome-1").status_code == 403
    assert '<a href="/staff/floor"' in tablet.get("/staff").text


def test_page_costs_the_same_after_many_events(tmp_path: Path) -> None:
    """Ten times the events of the same hour: as many rows are read."""
    with open_store(tmp_path) as store:
        rows = []
        for _ in range(2):
            for _ in range(5):
                store.happened(*[crossed()] * 90, *[dwelled(20)] * 90, heat((1, 1, 2.0), start=store.clock()))
            with store.cloud.db.read() as connection:
                tables = ("floor_hours", "floor_heat", "counters")
                rows.append(
                    [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in tables]
                )
        assert all(after - before <= 4 for before, after in zip(*rows, strict=True)), (
            "an hour or quarter may turn"
        )
