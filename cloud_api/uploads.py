"""Uploads of shares: verified, stored once, thrown away when they come too late."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from cloud_api.contract.shares import Purpose, Share

from . import gallery, jpeg
from .database import add_missing
from .errors import Conflict, Invalid
from .schema import shares
from .service import Cloud
from .shares import Standing, blob_key, log_consent


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an upload; `created` is False for a repetition and for a picture that came too late."""

    standing: Standing
    created: bool


def receive(cloud: Cloud, share: Share, box: str, picture: bytes, now: datetime) -> Received:
    """Take a share: the picture first, then its row.

    Invalid: the picture is not what the manifest says. Conflict: the id stands for another content.
    A share that was revoked or has expired meanwhile is thrown away, which is no error of the box.
    """
    _verify(share, picture)
    digest = hashlib.sha256(repr(_canonical(share)).encode()).hexdigest()
    key = blob_key(share)
    cloud.blobs.put(key, picture)
    with cloud.db.write() as connection:
        received = _record(connection, share, box, digest, key, now)
        keep = connection.scalar(select(shares.c.blob).where(shares.c.id == share.id)) == key
    if not keep:
        cloud.blobs.delete(key)
    if received is None:
        raise Conflict("idempotency_conflict", f"Share {share.id} exists with another content.")
    return received


def _verify(share: Share, picture: bytes) -> None:
    if hashlib.sha256(picture).hexdigest() != share.picture_sha256:
        raise Invalid("bad_hash", "The picture is not the one of the manifest: its SHA-256 differs.")
    try:
        size = jpeg.size_px(picture)
    except ValueError as wrong:
        raise Invalid("bad_picture", f"The picture is {wrong}.") from None
    if size != (share.width_px, share.height_px):
        told = f"{share.width_px}x{share.height_px}"
        raise Invalid("bad_size", f"The manifest says {told}, the picture has {size[0]}x{size[1]}.")


def _canonical(share: Share) -> Mapping[str, object]:
    """The manifest with its set in order: equal contents give equal text."""
    plain = share.model_dump(mode="json")
    return plain | {"purposes": sorted(plain["purposes"])}


def _record(
    connection: Connection, share: Share, box: str, digest: str, key: str, now: datetime
) -> Received | None:
    """The row of an upload; None on conflict."""
    expired = share.expires_at <= now
    standing = Standing.EXPIRED if expired else Standing.HERE
    row = {
        "id": share.id,
        "store": share.store,
        "box": box,
        "state": standing.value,
        "manifest": None if expired else share.model_dump_json(),
        "digest": digest,
        "blob": None if expired else key,
        "shop": Purpose.SHOP in share.purposes and not expired,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "received_at": now,
        "ended_at": now if expired else None,
    }
    if add_missing(connection, shares, [row]):
        for purpose in sorted(share.purposes):
            log_consent(connection, share, purpose, granted=True, at=share.created_at, actor=box)
        if row["shop"]:
            gallery.enter(connection, share)
        return Received(standing, created=not expired)
    known = connection.execute(select(shares).where(shares.c.id == share.id)).one()
    if known.store != share.store or known.box != box:
        return None
    if known.state != Standing.HERE.value:
        return Received(Standing(known.state), created=False)
    return Received(Standing.HERE, created=False) if known.digest == digest else None
