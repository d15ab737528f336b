"""A result and the board of its day become the views of their pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cloud_api import races, rollups
from cloud_api.contract.arena import CLAIM_DAYS
from cloud_api.nicknames import PAGES
from cloud_api.races import Placed, Race
from cloud_api.service import Cloud
from cloud_api.settings import time_zone

from . import words
from .claim import CLAIMED, Board, Choose, Claimed, Result, Row, Words
from .share import Note

#: How much of the board stands below a result.
_BELOW = 5


def choose(cloud: Cloud, token: str, race: Race, page: int, key: str, trouble: str | None) -> Choose:
    """The page that claims; a page of names that are all taken leads to the next."""
    pages = [number % PAGES for number in range(page, page + PAGES)]
    offered = {number: races.names_for(cloud, race, number) for number in pages[:2]}
    shown = next((number for number in pages[:2] if offered[number]), pages[0])
    with cloud.db.read() as connection:
        zone = time_zone(rollups.zone_of(connection, race.store))
    return Choose(
        path=f"/c/{token}",
        result=_result(cloud, race),
        names=offered[shown],
        others=f"/c/{token}?names={(shown + 1) % PAGES}",
        key=key,
        until=words.day(race.finished_at + timedelta(days=CLAIM_DAYS), zone),
        trouble=trouble,
    )


def claimed(cloud: Cloud, race: Race) -> Claimed:
    """The page of whoever claimed it."""
    placed = races.board(cloud.db, race.store, cloud.now(), limit=_BELOW)
    return Claimed(
        name=race.nickname or "",
        result=_result(cloud, race),
        board=_rows(placed, race),
        board_path=f"/board/{race.store}",
    )


def board(cloud: Cloud, store: str) -> Board:
    """The board of a store's day."""
    placed = races.board(cloud.db, store, cloud.now())
    with cloud.db.read() as connection:
        zone = time_zone(rollups.zone_of(connection, store))
    return Board(store, words.day(cloud.now(), zone), _rows(placed, None))


def somebody_else(store: str) -> Note:
    """Another phone was first."""
    return replace(CLAIMED, link=f"/board/{store}", link_text=Words.board)


def _result(cloud: Cloud, race: Race) -> Result:
    place, count = races.place_of(cloud.db, race)
    rank = Words.rank_of.format(place=words.ordinal(place), count=count)
    return Result(
        steps=f"{race.steps:,}",
        counts=_steps(race.steps).split(" ", 1)[1] + " " + Words.seconds.format(count=f"{race.seconds:.0f}"),
        facts=((Words.rank, rank), (Words.points, f"{race.points:,}")),
    )


def _rows(placed: Sequence[Placed], own: Race | None) -> tuple[Row, ...]:
    return tuple(
        Row(
            place=each.place,
            name=each.race.nickname,
            steps=_steps(each.race.steps),
            points=f"{each.race.points:,}",
            own=own is not None and each.race.claim == own.claim,
        )
        for each in placed
    )


def _steps(count: int) -> str:
    return Words.step if count == 1 else Words.steps.format(count=f"{count:,}")
