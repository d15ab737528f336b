"""Boxes and who they are: a one-time code becomes a box's own credential.

The cloud keeps keyed hashes only (HMAC with the server's secret). A box's share secret is derived, not
stored, so that a link which is already out keeps working when the box is enrolled again.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select, update

from cloud_api.contract import links
from cloud_api.contract.base import Slug
from cloud_api.contract.enrolment import Credential
from cloud_api.contract.orders import ALPHABET

from . import limits
from .database import Database, add_missing, insert
from .errors import Forbidden, Invalid, NotAuthenticated, NotFound
from .schema import box_codes, boxes, stores
from .service import Cloud
from .settings import Settings, time_zone

#: 29^12 codes, a few tries per address and minute, an hour to live: not to be guessed.
_CODE_LENGTH: Final = 12
_CODE_GROUP: Final = 4
CODE_LIFE: Final = timedelta(hours=1)
#: The `box` of events that the cloud itself records; no box may be called so.
CLOUD: Final = "cloud"
_TRIES: Final = limits.Limit("enrol", most=10, window_s=600)
_SEEN_EVERY: Final = timedelta(minutes=1)
_slug: Final[TypeAdapter[str]] = TypeAdapter(Slug)


@dataclass(frozen=True, slots=True)
class Box:
    """A box that proved who it is."""

    store: str
    box: str


@dataclass(frozen=True, slots=True)
class BoxCode:
    """A one-time code, to be typed in on the box."""

    code: str
    store: str
    box: str
    expires_at: datetime


def make_code(
    cloud: Cloud, store: str, box: str, now: datetime, *, zone: str | None = None, life: timedelta = CODE_LIFE
) -> BoxCode:
    """A code that enrols one box once; Invalid where a name or the time zone is none."""
    name, named = _name(store), _name(box)
    if named == CLOUD:
        raise Invalid("bad_name", f"{CLOUD!r} is the cloud's own name; call the box otherwise")
    plain = "".join(secrets.choice(ALPHABET) for _ in range(_CODE_LENGTH))
    with cloud.db.write() as connection:
        connection.execute(
            insert(connection, box_codes).values(
                code_hash=_hash(cloud.settings, "box code", plain),
                store=name,
                box=named,
                time_zone=_zone(zone or _zone_now(connection, name) or cloud.settings.time_zone),
                created_at=now,
                expires_at=now + life,
            )
        )
    return BoxCode(_grouped(plain), name, named, now + life)


def enrol(cloud: Cloud, code: str, who: str, now: datetime) -> Credential:
    """Exchange a code for the box's credential, once; a credential the box had before is void from now on.

    `who` is what tries are counted by, e.g. the address. TooMany, NotAuthenticated (no, used or old code).
    """
    limits.hit(cloud.db, _TRIES, who, now)
    plain = "".join(code.upper().replace("-", "").split())
    token = secrets.token_urlsafe(32)
    with cloud.db.write() as connection:
        used = connection.execute(
            update(box_codes)
            .where(
                box_codes.c.code_hash == _hash(cloud.settings, "box code", plain),
                box_codes.c.used_at.is_(None),
                box_codes.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(box_codes.c.store, box_codes.c.box, box_codes.c.time_zone)
        ).one_or_none()
        if used is None:
            raise NotAuthenticated("bad_code", "This code is wrong, used or too old; make a new one.")
        _make_store(connection, used.store, used.time_zone, now)
        _make_box(connection, used.store, used.box, _hash(cloud.settings, "box token", token), now)
    secret = share_secret(cloud.settings, used.store, used.box)
    return Credential(
        store=used.store,
        box=used.box,
        token=token,
        share_secret=secret.hex(),
        link_url=cloud.settings.link_url,
    )


def authenticate(cloud: Cloud, token: str, now: datetime) -> Box:
    """The box that a bearer token belongs to; NotAuthenticated for none, an unknown or a revoked one."""
    query = select(boxes).where(boxes.c.token_hash == _hash(cloud.settings, "box token", token))
    with cloud.db.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotAuthenticated("bad_token", "This credential is unknown or revoked; enrol the box again.")
    if row.seen_at is None or now - row.seen_at > _SEEN_EVERY:
        with cloud.db.write() as connection:
            here = (boxes.c.store == row.store) & (boxes.c.box == row.box)
            connection.execute(update(boxes).where(here).values(seen_at=now))
    return Box(row.store, row.box)


def own_store(box: Box, store: str) -> None:
    """Forbidden unless it is the box's own store."""
    if box.store != store:
        raise Forbidden("wrong_store", f"A box of {box.store} does not speak for {store}.")


def revoke(db: Database, store: str, box: str, now: datetime) -> None:
    """Make a box's credential void; NotFound where there is no such box."""
    here = (boxes.c.store == store) & (boxes.c.box == box)
    with db.write() as connection:
        ended = connection.execute(update(boxes).where(here).values(token_hash=None, revoked_at=now))
        if not ended.rowcount:
            raise NotFound("no_box", f"There is no box {box} in {store}.")


def set_time_zone(db: Database, store: str, zone: str, now: datetime) -> None:
    """Where the store's days begin; past days keep the zone they were counted in."""
    name = _zone(zone)
    with db.write() as connection:
        _make_store(connection, _name(store), name, now)
        connection.execute(update(stores).where(stores.c.store == store).values(time_zone=name))


def share_secret(settings: Settings, store: str, box: str) -> bytes:
    """The secret of a box's share links."""
    return settings.derive(f"share links of /stores/{store}/boxes/{box}")


def stores_with(connection: Connection, box: str) -> list[str]:
    """The stores that have a box of that name."""
    return list(connection.scalars(select(boxes.c.store).where(boxes.c.box == box)))


def minted_by(
    settings: Settings, kind: links.Kind, id_: UUID, box: str, tag: bytes, stores: Iterable[str]
) -> str | None:
    """The store whose box of that name made a link's tag; every one is tried, whichever fits."""
    found = None
    for store in stores:
        if links.genuine(kind, id_, box, tag, share_secret(settings, store, box)):
            found = store
    return found


def _make_store(connection: Connection, store: str, zone: str, now: datetime) -> None:
    add_missing(connection, stores, [{"store": store, "time_zone": zone, "created_at": now}])


def _make_box(connection: Connection, store: str, box: str, token_hash: str, now: datetime) -> None:
    fresh = {"token_hash": token_hash, "enrolled_at": now, "revoked_at": None}
    statement = insert(connection, boxes).values(store=store, box=box, **fresh)
    connection.execute(statement.on_conflict_do_update(index_elements=list(boxes.primary_key), set_=fresh))


def _zone_now(connection: Connection, store: str) -> str | None:
    return connection.scalar(select(stores.c.time_zone).where(stores.c.store == store))


def _hash(settings: Settings, purpose: str, plain: str) -> str:
    return hmac.new(settings.derive(purpose), plain.encode(), hashlib.sha256).hexdigest()


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + _CODE_GROUP] for at in range(0, len(plain), _CODE_GROUP))


def _name(text: str) -> str:
    try:
        return _slug.validate_python(text)
    except ValidationError:
        raise Invalid(
            "bad_name", f"{text!r} is no name: small letters, digits and hyphens, at most 64"
        ) from None


def _zone(name: str) -> str:
    try:
        return time_zone(name).key
    except ValueError as wrong:
        raise Invalid("bad_time_zone", str(wrong)) from None
