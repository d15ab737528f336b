"""Shares: pictures that shoppers chose to publish to themselves, behind a capability link.

    PUT (box) ──→ here ──→ revoked | expired          the last two are tombstones: no picture, no products
    link      ──→ resolve: here, not yet, revoked, expired, forged

The picture is stored before its row, so a row never points at nothing; a revocation leaves a tombstone, so
that a picture which arrives late is thrown away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from cloud_api.contract import links
from cloud_api.contract.base import Product
from cloud_api.contract.events import EventData, ShareDownloaded, ShareForwarded, ShareRevoked, ShareViewed
from cloud_api.contract.shares import Purpose, Share

from . import credentials, gallery, ingest
from .database import add_missing
from .errors import Gone, Invalid
from .schema import consents, shares
from .service import Cloud

SHOPPER: Final = "shopper"


class Standing(StrEnum):
    """What a link leads to."""

    HERE = "here"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    EXPIRED = "expired"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class ShareView:
    """A share that is here, as its page shows it."""

    id: UUID
    store: str
    box: str
    manifest: Share
    #: Whether the shop may use the picture, now.
    shop: bool
    expires_at: datetime
    views: int
    downloads: int
    forwards: int

    @property
    def products(self) -> tuple[Product, ...]:
        """The products in the picture."""
        return self.manifest.products


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a token stands for. All but `standing` is None where it is forged; `share` only when HERE."""

    standing: Standing
    id: UUID | None = None
    store: str | None = None
    box: str | None = None
    share: ShareView | None = None


def resolve(cloud: Cloud, token: str, now: datetime, *, look: bool = False) -> Resolved:
    """What a link's token leads to; forged ones are told by HMAC in constant time.

    look: the token is that of a look link, which shows and changes nothing; neither kind opens the other.
    """
    kind = links.Kind.LOOK if look else links.Kind.SHARE
    try:
        share, box, tag = links.read(token)
    except ValueError:  # also binascii.Error and UnicodeError
        return Resolved(Standing.FORGED)
    with cloud.db.read() as connection:
        row = connection.execute(select(shares).where(shares.c.id == share)).one_or_none()
        store = _minted_by(cloud, connection, share, box, tag, row, kind)
    if store is None:
        return Resolved(Standing.FORGED)
    if row is None:
        return Resolved(_awaited(cloud, share, now), share, store, box)
    standing = _standing(row, now)
    view = _view(row) if standing is Standing.HERE else None
    return Resolved(standing, share, store, box, view)


def look_link(cloud: Cloud, share: ShareView) -> str:
    """The address to send on: picture and products, without what only the shopper may do."""
    secret = credentials.share_secret(cloud.settings, share.store, share.box)
    return links.address(links.Kind.LOOK, share.id, share.box, secret, cloud.settings.link_url)


def picture(cloud: Cloud, share: ShareView) -> bytes:
    """The card as JPEG; Gone when it was revoked this very moment."""
    data = cloud.blobs.get(blob_key(share.manifest))
    if data is None:
        raise Gone("revoked", "This picture is gone.")
    return data


def viewed(cloud: Cloud, share: ShareView, now: datetime) -> None:
    """Count that the page was opened."""
    _count(cloud, share, "views", ShareViewed(share=share.id), now)


def downloaded(cloud: Cloud, share: ShareView, now: datetime) -> None:
    """Count that the picture was downloaded."""
    _count(cloud, share, "downloads", ShareDownloaded(share=share.id), now)


def forwarded(cloud: Cloud, share: ShareView, now: datetime) -> None:
    """Count that the link was sent on (Web Share)."""
    _count(cloud, share, "forwards", ShareForwarded(share=share.id), now)


def set_shop(cloud: Cloud, share: ShareView, *, granted: bool, now: datetime) -> None:
    """Grant or withdraw that the shop may use the picture; logged, and nothing else changes."""
    with cloud.db.write() as connection:
        changed = connection.execute(
            update(shares)
            .where(shares.c.id == share.id, shares.c.state == Standing.HERE.value, shares.c.shop != granted)
            .values(shop=granted)
        )
        if changed.rowcount:
            log_consent(connection, share.manifest, Purpose.SHOP, granted=granted, at=now, actor=SHOPPER)
            if granted:
                gallery.enter(connection, share.manifest)
            else:
                gallery.leave(connection, share.id)


def revoke(cloud: Cloud, resolved: Resolved, now: datetime) -> None:
    """End a share for good, even one that has not arrived yet: picture and products go, a tombstone stays."""
    if resolved.id is None or resolved.store is None or resolved.box is None:
        raise Invalid("forged", "There is no such picture.")
    with cloud.db.write() as connection:
        tombstone = _tombstone(resolved.id, resolved.store, resolved.box, now)
        ended = add_missing(connection, shares, [tombstone]) or end(
            connection, resolved.id, Standing.REVOKED, now
        )
        if ended:
            fact = ShareRevoked(share=resolved.id)
            ingest.record(connection, resolved.store, fact, now)
            _withdraw_all(connection, resolved.id, now, SHOPPER)
    delete_picture(cloud, resolved.id)


def blob_key(share: Share) -> str:
    """Where the picture lives; the hash is in it, so that another content never overwrites it."""
    return f"shares/{share.id}.{share.picture_sha256[:16]}.jpg"


def share_of(key: str) -> UUID | None:
    """The share that a blob key belongs to; None for what is no picture."""
    try:
        return UUID(key.removeprefix("shares/").partition(".")[0])
    except ValueError:
        return None


def _minted_by(
    cloud: Cloud,
    connection: Connection,
    share: UUID,
    box: str,
    tag: bytes,
    row: Row[Any] | None,
    kind: links.Kind,
) -> str | None:
    """The store whose box of that name made the tag. Every candidate is tried, whichever fits."""
    if row is not None:
        candidates = [row.store] if row.box == box else []
    else:
        candidates = credentials.stores_with(connection, box)
    return credentials.minted_by(cloud.settings, kind, share, box, tag, candidates)


def _awaited(cloud: Cloud, share: UUID, now: datetime) -> Standing:
    """A picture that never came stops being awaited; its id says when it was minted."""
    minted = links.minted_at(share)
    late = minted is not None and now - minted > timedelta(days=cloud.settings.not_yet_days)
    return Standing.EXPIRED if late else Standing.NOT_YET


def _standing(row: Row[Any], now: datetime) -> Standing:
    standing = Standing(row.state)
    return Standing.EXPIRED if standing is Standing.HERE and row.expires_at <= now else standing


def _count(cloud: Cloud, share: ShareView, column: str, fact: EventData, now: datetime) -> None:
    counter = shares.c[column]
    with cloud.db.write() as connection:
        here = shares.c.state == Standing.HERE.value
        counted = update(shares).where(shares.c.id == share.id, here).values({counter: counter + 1})
        if connection.execute(counted).rowcount:
            ingest.record(connection, share.store, fact, now)


def end(connection: Connection, share: UUID, standing: Standing, now: datetime) -> bool:
    """Leave a tombstone: from here on nobody sees it, the shop included; the blob's key stays until the blob
    is deleted."""
    ended = connection.execute(
        update(shares)
        .where(shares.c.id == share, shares.c.state == Standing.HERE.value)
        .values(state=standing.value, manifest=None, shop=False, ended_at=now)
    )
    gallery.leave(connection, share)
    return ended.rowcount == 1


def delete_picture(cloud: Cloud, share: UUID) -> None:
    """Delete the picture of a tombstone, then forget where it was: cut off between, `purge` repeats it."""
    query = select(shares.c.blob).where(shares.c.id == share, shares.c.state != Standing.HERE.value)
    with cloud.db.read() as connection:
        key = connection.scalar(query)
    if key is not None:
        cloud.blobs.delete(key)
        with cloud.db.write() as connection:
            connection.execute(update(shares).where(shares.c.id == share).values(blob=None))


def _tombstone(share: UUID, store: str, box: str, now: datetime) -> dict[str, object]:
    return {
        "id": share,
        "store": store,
        "box": box,
        "state": Standing.REVOKED.value,
        "shop": False,
        "created_at": now,
        "expires_at": now,
        "received_at": now,
        "ended_at": now,
    }


def log_consent(
    connection: Connection, share: Share, purpose: Purpose, *, granted: bool, at: datetime, actor: str
) -> None:
    row = {"share": share.id, "consent": share.consent, "purpose": purpose.value}
    connection.execute(insert(consents).values(**row, granted=granted, at=at, actor=actor))


def _withdraw_all(connection: Connection, share: UUID, now: datetime, actor: str) -> None:
    for purpose in sorted(Purpose):
        row = {"share": share, "purpose": purpose.value, "granted": False, "at": now, "actor": actor}
        connection.execute(insert(consents).values(**row))


def _view(row: Row[Any]) -> ShareView:
    return ShareView(
        id=row.id,
        store=row.store,
        box=row.box,
        manifest=Share.model_validate_json(row.manifest),
        shop=row.shop,
        expires_at=row.expires_at,
        views=row.views,
        downloads=row.downloads,
        forwards=row.forwards,
    )
