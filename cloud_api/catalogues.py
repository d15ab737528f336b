"""Catalogues: staff publish one for a store, its boxes fetch it, with what can still be had of each SKU.

The document changes seldom and stock often, so they are two answers, each with its own ETag. Pictures are
stored before the row that names them, so a document never points at nothing.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, select

from cloud_api.contract.catalogue import CatalogueLoaded, Document, Skipped, StockList

from .catalogue_upload import Checked, Upload, checked
from .database import Database, add_missing, insert
from .errors import Invalid, NotFound
from .schema import catalogue_files, catalogues, events, stock, stores
from .service import Cloud

_BLOBS: Final = "catalogue/"
#: A mirror speaks when it starts and when its catalogue changes: so many say enough about each.
_LOOKED_AT: Final = 200
_skipped: Final[TypeAdapter[tuple[Skipped, ...]]] = TypeAdapter(tuple[Skipped, ...])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a box gets: a JSON body and its ETag."""

    body: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a mirror said that it offers, and when it began to."""

    box: str
    at: datetime
    told: CatalogueLoaded


@dataclass(frozen=True, slots=True)
class Published:
    """A store's catalogue as it stands: how much of it is offered, and what is not."""

    store: str
    digest: str
    products: int
    skipped: tuple[Skipped, ...]
    uploaded_at: datetime
    uploaded_by: str


def publish(cloud: Cloud, store: str, upload: Upload, actor: str, now: datetime) -> Published:
    """Offer what is right of an upload in this store from now on; Invalid where nothing is, or no such store.

    A SKU that nobody counts yet begins with the file's `stock`; from then on the cloud counts it.
    """
    before = _row(cloud.db, store)
    known = Document.model_validate_json(before.document).files if before else {}
    offered = checked(upload, known)
    for sha256, data in offered.pictures.items():
        cloud.blobs.put(_BLOBS + sha256, data)
    with cloud.db.write() as connection:
        _record(connection, store, offered, actor, now)
        rows = [
            {"store": store, "sku": sku, "on_hand": count, "allocated": 0}
            for sku, count in sorted(offered.counted.items())
        ]
        add_missing(connection, stock, rows)
    return of_store(cloud.db, store)


def of_store(db: Database, store: str) -> Published:
    """How a store's catalogue stands; NotFound where none was uploaded."""
    row = _row(db, store)
    if row is None:
        raise NotFound("no_catalogue", f"No catalogue has been uploaded for {store}.")
    skipped = _skipped.validate_json(row.skipped)
    return Published(store, row.digest, row.products, skipped, row.uploaded_at, row.uploaded_by)


def said_by_mirrors(db: Database, store: str) -> tuple[Said, ...]:
    """What each mirror of the store said last, by box and screen."""
    query = (
        select(events.c.box, events.c.time, events.c.data)
        .where(events.c.store == store, events.c.type == CatalogueLoaded.kind)
        .order_by(events.c.time.desc())
        .limit(_LOOKED_AT)
    )
    newest: dict[tuple[str, str], Said] = {}
    with db.read() as connection:
        for box, at, data in connection.execute(query):
            told = CatalogueLoaded.model_validate(data)
            newest.setdefault((box, told.screen), Said(box, at, told))
    return tuple(newest[key] for key in sorted(newest))


def document(db: Database, store: str) -> Answer:
    """The document as a box gets it; NotFound."""
    row = _row(db, store)
    if row is None:
        raise NotFound("no_catalogue", f"No catalogue has been uploaded for {store}.")
    return Answer(row.document.encode(), f'"{row.digest}"')


def stock_list(db: Database, store: str) -> Answer:
    """What can still be had in the store, of every SKU that is counted there."""
    query = (
        select(stock.c.sku, stock.c.on_hand - stock.c.allocated)
        .where(stock.c.store == store)
        .order_by(stock.c.sku)
    )
    with db.read() as connection:
        free = {row[0]: row[1] for row in connection.execute(query)}
    body = StockList.model_construct(free=free).model_dump_json().encode()
    return Answer(body, f'"{hashlib.sha256(body).hexdigest()}"')


def picture(cloud: Cloud, store: str, sha256: str) -> bytes:
    """A picture or model of the store's catalogue; NotFound for any other."""
    query = select(catalogue_files).where(
        catalogue_files.c.store == store, catalogue_files.c.sha256 == sha256
    )
    with cloud.db.read() as connection:
        known = connection.execute(query).one_or_none()
    data = cloud.blobs.get(_BLOBS + sha256) if known else None
    if data is None:
        raise NotFound("no_picture", "The catalogue has no such picture.")
    return data


def names(connection: Connection, key: str) -> bool:
    """Whether a blob is a picture of somebody's catalogue."""
    if not key.startswith(_BLOBS):
        return False
    query = select(catalogue_files.c.store).where(catalogue_files.c.sha256 == key.removeprefix(_BLOBS))
    return connection.execute(query.limit(1)).one_or_none() is not None


def _row(db: Database, store: str) -> Row[Any] | None:
    with db.read() as connection:
        return connection.execute(select(catalogues).where(catalogues.c.store == store)).one_or_none()


def _record(connection: Connection, store: str, offered: Checked, actor: str, now: datetime) -> None:
    if connection.scalar(select(stores.c.store).where(stores.c.store == store)) is None:
        raise Invalid("no_store", f"There is no store {store}: enrol a box of it first.")
    body = offered.document.model_dump_json()
    row = {
        "digest": hashlib.sha256(body.encode()).hexdigest(),
        "document": body,
        "products": len(offered.document.products),
        "skipped": json.dumps([skipped.model_dump() for skipped in offered.skipped]),
        "uploaded_at": now,
        "uploaded_by": actor,
    }
    new = insert(connection, catalogues).values(store=store, **row)
    connection.execute(new.on_conflict_do_update(index_elements=[catalogues.c.store], set_=row))
    connection.execute(delete(catalogue_files).where(catalogue_files.c.store == store))
    files = [{"store": store, "sha256": sha256} for sha256 in sorted(set(offered.document.files.values()))]
    add_missing(connection, catalogue_files, files)
