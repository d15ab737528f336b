"""The shop's gallery: pictures whose shopper allowed the shop to use them, for as long as they allow it.

A row of `gallery` is the right itself: made where the purpose is ticked, gone with the switch on the phone
page, a revocation or the expiry, and with it the approval and everything derived. What was downloaded stays
in the log, without the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    delete,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy import insert as plain_insert

from cloud_api.contract.base import Product
from cloud_api.contract.orders import OrderState
from cloud_api.contract.shares import Purpose, Share

from .database import Database, add_missing
from .errors import Gone, NotFound
from .paging import Page, bounded, cursor, read_cursor
from .schema import UtcTime, consents, gallery, gallery_log, orders, shares

#: A search longer than this finds nothing more.
MAX_SEARCH: Final = 80
_HERE: Final = "here"
_NO_SALE: Final = (OrderState.REJECTED_STOCK.value, OrderState.CANCELLED.value)


class Action(StrEnum):
    """What was done with a picture."""

    APPROVED = "approved"
    UNAPPROVED = "unapproved"
    DOWNLOADED = "downloaded"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the shop may use, now."""

    share: UUID
    store: str
    manifest: Share
    created_at: datetime
    expires_at: datetime
    views: int
    #: Orders from its page, without those that were refused or cancelled.
    orders: int
    approved_by: str | None
    approved_at: datetime | None
    #: How often the gallery gave it out.
    downloads: int

    @property
    def products(self) -> tuple[Product, ...]:
        """The products in the picture."""
        return self.manifest.products


@dataclass(frozen=True, slots=True)
class Rights:
    """What a downloaded picture may be used for, as it stood when it was downloaded."""

    picture: Picture
    consented_at: datetime
    purposes: tuple[Purpose, ...]
    downloaded_by: str
    downloaded_at: datetime


@dataclass(frozen=True, slots=True)
class Download:
    """One line of the log. `allowed`: whether the picture may still be used."""

    number: int
    share: UUID
    store: str
    at: datetime
    actor: str
    allowed: bool


def enter(connection: Connection, share: Share) -> None:
    """Let a picture in: its shopper allows the shop to use it. Again: as it was."""
    words = " ".join(
        part or ""
        for product in share.products
        for part in (product.brand, product.name, product.shade, product.sku)
    )
    row = {"share": share.id, "store": share.store, "created_at": share.created_at}
    add_missing(connection, gallery, [row | {"words": f"{share.store} {words}".casefold()}])


def leave(connection: Connection, share: UUID) -> None:
    """Take a picture out, with its approval and what was derived from it."""
    connection.execute(delete(gallery).where(gallery.c.share == share))


def page(
    db: Database,
    now: datetime,
    store: str | None = None,
    search: str = "",
    *,
    approved: bool = False,
    limit: int = 24,
    after: str | None = None,
) -> Page[Picture]:
    """Pictures, newest first. store None: of every store. search: every word is in product or store."""
    limit = bounded(limit)
    query = _allowed(now, store).order_by(gallery.c.created_at.desc(), gallery.c.share.desc())
    for word in search[:MAX_SEARCH].casefold().split():
        query = query.where(gallery.c.words.contains(word, autoescape=True))
    if approved:
        query = query.where(gallery.c.approved_at.is_not(None))
    if after is not None:
        query = query.where(_before(*read_cursor(after)))
    with db.read() as connection:
        rows = connection.execute(query.limit(limit + 1)).all()
        found = _pictures(connection, rows[:limit])
    more = cursor(found[-1].created_at, found[-1].share) if len(rows) > limit else None
    return Page(found, more)


def find(db: Database, share: UUID, now: datetime, store: str | None = None) -> Picture:
    """One picture; NotFound where it may not be used (any more), is not there, or is another store's."""
    with db.read() as connection:
        return _find(connection, share, now, store)


def approve(db: Database, picture: Picture, actor: str, now: datetime, *, approved: bool) -> None:
    """Approve it for use, or take that back; Gone where the shopper has withdrawn it meanwhile."""
    with db.write() as connection:
        _still(connection, picture, now)
        by, at = (actor, now) if approved else (None, None)
        changed = connection.execute(
            update(gallery)
            .where(gallery.c.share == picture.share, gallery.c.approved_at.is_(None) == approved)
            .values(approved_by=by, approved_at=at)
        )
        if changed.rowcount:
            _log(connection, picture, actor, Action.APPROVED if approved else Action.UNAPPROVED, now)


def take_out(db: Database, picture: Picture, actor: str, now: datetime) -> Rights:
    """Write down that somebody downloads the picture, and with which rights; Gone where there is none now.

    The picture is read before this is called: what was written down had its right at that very moment.
    """
    with db.write() as connection:
        _still(connection, picture, now)
        _log(connection, picture, actor, Action.DOWNLOADED, now)
        granted = (
            select(consents.c.at)
            .where(consents.c.share == picture.share, consents.c.purpose == Purpose.SHOP.value)
            .where(consents.c.granted)
            .order_by(consents.c.number.desc())
        )
        consented_at = connection.scalar(granted.limit(1)) or picture.created_at
    purposes = tuple(sorted({*picture.manifest.purposes, Purpose.SHOP}))
    return Rights(picture, consented_at, purposes, actor, now)


def downloads(
    db: Database, now: datetime, store: str | None = None, before: int | None = None, limit: int = 50
) -> tuple[Download, ...]:
    """Who downloaded what, newest first; each line says whether the picture may still be used."""
    log = gallery_log.c
    allowed = _allowed(now, store).with_only_columns(gallery.c.share)
    query = select(gallery_log, log.share.in_(allowed).label("allowed")).where(
        log.action == Action.DOWNLOADED.value
    )
    if store is not None:
        query = query.where(log.store == store)
    if before is not None:
        query = query.where(log.number < before)
    with db.read() as connection:
        rows = connection.execute(query.order_by(log.number.desc()).limit(bounded(limit)))
        return tuple(
            Download(row.number, row.share, row.store, row.at, row.actor, bool(row.allowed)) for row in rows
        )


def _allowed(now: datetime, store: str | None) -> Select[Any]:
    """Pictures that may be used now; the share's own state counts beside the gallery's row."""
    query = (
        select(gallery, shares.c.manifest, shares.c.expires_at, shares.c.views)
        .join(shares, shares.c.id == gallery.c.share)
        .where(shares.c.state == _HERE, shares.c.shop, shares.c.expires_at > now)
    )
    return query if store is None else query.where(gallery.c.store == store)


def _before(time: datetime, share: UUID) -> ColumnElement[bool]:
    here = tuple_(gallery.c.created_at, gallery.c.share)
    return here < tuple_(literal(time, UtcTime()), literal(share, Uuid()))


def _find(connection: Connection, share: UUID, now: datetime, store: str | None) -> Picture:
    row = connection.execute(_allowed(now, store).where(gallery.c.share == share)).one_or_none()
    if row is None:
        raise NotFound("no_picture", "This picture is not in the gallery.")
    return _pictures(connection, [row])[0]


def _still(connection: Connection, picture: Picture, now: datetime) -> None:
    """Gone unless the picture may be used; the share's row is held until the caller has committed."""
    held = select(shares.c.id).where(shares.c.id == picture.share).with_for_update()
    connection.execute(held)
    allowed = _allowed(now, picture.store).where(gallery.c.share == picture.share)
    if connection.execute(allowed).one_or_none() is None:
        raise Gone("withdrawn", "The shopper has withdrawn this picture; it may not be used any more.")


def _pictures(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Picture, ...]:
    if not rows:
        return ()
    ids = [row.share for row in rows]
    sold = _per_share(connection, orders.c.share, ids, orders.c.state.not_in(_NO_SALE))
    downloaded = gallery_log.c.action == Action.DOWNLOADED.value
    taken = _per_share(connection, gallery_log.c.share, ids, downloaded)
    return tuple(
        Picture(
            share=row.share,
            store=row.store,
            manifest=Share.model_validate_json(row.manifest),
            created_at=row.created_at,
            expires_at=row.expires_at,
            views=row.views,
            orders=sold.get(row.share, 0),
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            downloads=taken.get(row.share, 0),
        )
        for row in rows
    )


def _per_share(
    connection: Connection, share: Column[UUID], ids: Sequence[UUID], which: ColumnElement[bool]
) -> dict[UUID, int]:
    """How many rows each of these shares has."""
    query = select(share, func.count()).where(share.in_(ids), which).group_by(share)
    return {found: int(count) for found, count in connection.execute(query)}


def _log(connection: Connection, picture: Picture, actor: str, action: Action, now: datetime) -> None:
    row = {"share": picture.share, "store": picture.store, "actor": actor, "action": action.value, "at": now}
    connection.execute(plain_insert(gallery_log).values(**row))
