"""Results of the arena: they arrive as events, are claimed once by whoever scans first, stand on a board.

    QR (box) ──→ resolve: forged | not yet | open ──→ claimed | expired

No account and no cookie: the form that claims carries a key which the page made up; whoever holds it sees
the result again, at an address of its own. Sent twice, it is one claim.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.exc import IntegrityError

from cloud_api.contract import links
from cloud_api.contract.arena import CLAIM_DAYS, RaceFinished
from cloud_api.contract.events import Event

from . import credentials, nicknames
from .database import Database, add_missing
from .errors import Conflict, Gone, Invalid, NotFound
from .rollups import zone_of
from .schema import races, stores
from .service import Cloud
from .settings import time_zone
from .users import keyed, same

#: Rows of a board.
BOARD: Final = 10
_MOST_RANK: Final = 1_000_000
_MOST_SECONDS: Final = 86_400.0
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22}")


class Standing(StrEnum):
    """What a claim's link leads to."""

    OPEN = "open"
    CLAIMED = "claimed"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Race:
    """One result. `nickname` None: nobody has claimed it yet."""

    store: str
    box: str
    claim: UUID
    game: str
    day: date
    finished_at: datetime
    steps: int
    seconds: float
    points: int
    rank: int
    nickname: str | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a token stands for; all but `standing` is None where it is forged, `race` where it is not here."""

    standing: Standing
    claim: UUID | None = None
    store: str | None = None
    race: Race | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the board; equal points share a place."""

    place: int
    race: Race


def keep(connection: Connection, store: str, box: str, fresh: Sequence[Event]) -> None:
    """Take the results among new events; a claim that is there already stays as it is."""
    finished = [(event, event.data) for event in fresh if isinstance(event.data, RaceFinished)]
    if finished:
        zone = time_zone(zone_of(connection, store))
        rows = [
            {
                "store": store,
                "box": box,
                "claim": data.claim,
                "game": data.game,
                "day": event.time.astimezone(zone).date(),
                "finished_at": event.time,
                "steps": data.steps,
                "seconds": min(data.seconds, _MOST_SECONDS),
                "points": data.points,
                "rank": min(data.rank, _MOST_RANK),
            }
            for event, data in finished
        ]
        rows.sort(key=lambda row: str(row["claim"]))
        add_missing(connection, races, rows)


def resolve(cloud: Cloud, token: str, now: datetime) -> Resolved:
    """What a claim's token leads to; forged ones are told by HMAC in constant time."""
    try:
        claim, box, tag = links.read(token)
    except ValueError:  # also binascii.Error and UnicodeError
        return Resolved(Standing.FORGED)
    with cloud.db.read() as connection:
        candidates = credentials.stores_with(connection, box)
        store = credentials.minted_by(cloud.settings, links.Kind.CLAIM, claim, box, tag, candidates)
        if store is None:
            return Resolved(Standing.FORGED)
        row = connection.execute(_one(store, box, claim)).one_or_none()
    if row is None:
        return Resolved(_awaited(claim, now), claim, store)
    return Resolved(_standing(row, now), claim, store, _race(row))


def new_key() -> str:
    """What the page gives to a phone before it claims: 128 bits that nobody guesses."""
    return secrets.token_urlsafe(16)


def names_for(cloud: Cloud, race: Race, page: int) -> tuple[str, ...]:
    """Nicknames to choose from, without those that are taken that day."""
    offered = nicknames.offers(cloud.settings.derive("nicknames"), race.claim, page)
    query = select(races.c.nickname).where(
        races.c.store == race.store, races.c.day == race.day, races.c.nickname.in_(offered)
    )
    with cloud.db.read() as connection:
        taken = set(connection.scalars(query))
    return tuple(name for name in offered if name not in taken)


def claim(cloud: Cloud, token: str, nickname: str, key: str, now: datetime) -> Race:
    """Claim a result under a nickname that was offered; the same key again is the same claim.

    NotFound: forged or not here yet. Gone: expired. Conflict: `claimed` by somebody else, or the name is
    `taken`. Invalid: `not_offered`, or a key that is none of ours.
    """
    found = resolve(cloud, token, now)
    if found.race is None:
        gone = found.standing is Standing.EXPIRED
        raise (Gone if gone else NotFound)(found.standing.value, "There is no such result here.")
    if not _KEY.fullmatch(key):
        raise Invalid("bad_key", "Please load the page again.")
    if nickname not in nicknames.every(cloud.settings.derive("nicknames"), found.race.claim):
        raise Invalid("not_offered", "Please choose one of these names.")
    if found.standing is Standing.EXPIRED:
        raise Gone("expired", "This result has expired.")
    _take(cloud, found.race, nickname, _hash(cloud, key), now)
    return of_key(cloud, token, key, now)


def of_key(cloud: Cloud, token: str, key: str, now: datetime) -> Race:
    """The result for the phone that claimed it; NotFound for every other key, Conflict (`claimed`) where
    somebody else has it."""
    found = resolve(cloud, token, now)
    if found.race is None or found.race.nickname is None:
        raise NotFound("no_result", "There is no such result.")
    race = found.race
    with cloud.db.read() as connection:
        row = connection.execute(_one(race.store, race.box, race.claim)).one()
    if not same(_hash(cloud, key), row.key_hash):
        raise Conflict("claimed", "This result has been claimed already.")
    return race


def board(db: Database, store: str, now: datetime, limit: int = BOARD) -> tuple[Placed, ...]:
    """The best of the store's current day (at most 100), most points first; who was first wins a draw.

    NotFound where there is no such store.
    """
    with db.read() as connection:
        if connection.scalar(select(stores.c.store).where(stores.c.store == store)) is None:
            raise NotFound("no_store", "There is no such board.")
        day = now.astimezone(time_zone(zone_of(connection, store))).date()
        query = select(races).where(races.c.store == store, races.c.day == day)
        best = query.order_by(races.c.points.desc(), races.c.finished_at, races.c.claim)
        found = [_race(row) for row in connection.execute(best.limit(max(1, min(limit, 100))))]
    points = [race.points for race in found]
    return tuple(Placed(points.index(race.points) + 1, race) for race in found)


def place_of(db: Database, race: Race) -> tuple[int, int]:
    """The place a result has now among all of its day in its store, and how many there are."""
    of_day = (races.c.store == race.store, races.c.day == race.day)
    with db.read() as connection:
        better = connection.scalar(select(func.count()).where(*of_day, races.c.points > race.points))
        every = connection.scalar(select(func.count()).where(*of_day))
    return (better or 0) + 1, every or 0


def _take(cloud: Cloud, race: Race, nickname: str, key_hash: str, now: datetime) -> None:
    """One UPDATE decides who was first; who comes second changes nothing."""
    mine = (races.c.store == race.store, races.c.box == race.box, races.c.claim == race.claim)
    chosen = {"nickname": nickname, "key_hash": key_hash, "claimed_at": now}
    statement = update(races).where(*mine, races.c.nickname.is_(None)).values(**chosen)
    try:
        with cloud.db.write() as connection:
            connection.execute(statement)
    except IntegrityError:
        raise Conflict("taken", "Somebody has just taken this name. Please choose another.") from None


def _standing(row: Row[Any], now: datetime) -> Standing:
    if row.nickname is not None:
        return Standing.CLAIMED
    return Standing.EXPIRED if now - row.finished_at > timedelta(days=CLAIM_DAYS) else Standing.OPEN


def _awaited(claim_id: UUID, now: datetime) -> Standing:
    minted = links.minted_at(claim_id)
    late = minted is not None and now - minted > timedelta(days=CLAIM_DAYS)
    return Standing.EXPIRED if late else Standing.NOT_YET


def _one(store: str, box: str, claim_id: UUID) -> Select[Any]:
    return select(races).where(races.c.store == store, races.c.box == box, races.c.claim == claim_id)


def _hash(cloud: Cloud, key: str) -> str:
    return keyed(cloud.settings, "claim key", key)


def _race(row: Row[Any]) -> Race:
    return Race(
        store=row.store,
        box=row.box,
        claim=row.claim,
        game=row.game,
        day=row.day,
        finished_at=row.finished_at,
        steps=row.steps,
        seconds=row.seconds,
        points=row.points,
        rank=row.rank,
        nickname=row.nickname,
    )
