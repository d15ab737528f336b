"""Boxes, events, orders, stock, shares and people."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from .base import Json, Name, Number, UtcTime, metadata

stores: Final = Table(
    "stores",
    metadata,
    Column("store", Name, primary_key=True),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

boxes: Final = Table(
    "boxes",
    metadata,
    Column("store", Name, ForeignKey("stores.store"), primary_key=True),
    Column("box", Name, primary_key=True),
    #: Keyed hash of the bearer token; null once revoked.
    Column("token_hash", String(64), unique=True),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("seen_at", UtcTime),
    Index(None, "box"),
)

box_codes: Final = Table(
    "box_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("store", Name, nullable=False),
    Column("box", Name, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

#: Rate limits: how often something was tried in one window of time.
attempts: Final = Table(
    "attempts",
    metadata,
    Column("bucket", String(120), primary_key=True),
    Column("window", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

events: Final = Table(
    "events",
    metadata,
    Column("store", Name, primary_key=True),
    #: `cloud` for events that the cloud itself records.
    Column("box", Name, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("sequence", BigInteger),
    Column("type", String(120), nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("subject", String(200)),
    Column("data", Json, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Index(None, "store", "time"),
)

dead_letters: Final = Table(
    "dead_letters",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("store", Name, nullable=False),
    Column("box", Name, nullable=False),
    #: SHA-256 of the body: the same event sent twice is one dead letter.
    Column("digest", String(64), nullable=False),
    Column("event_id", String(120)),
    Column("code", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    #: JSON as it came, in ASCII; null when it was too large to keep.
    Column("body", Text),
    Column("received_at", UtcTime, nullable=False),
    Column("replayed_at", UtcTime),
    UniqueConstraint("store", "box", "digest"),
)

#: Counts per store, day in the store's time zone, measure and item (`""` for the whole).
rollups: Final = Table(
    "rollups",
    metadata,
    Column("store", Name, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("measure", String(40), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

orders: Final = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store", Name, nullable=False),
    #: The box that took it, or null for a phone.
    Column("box", Name),
    Column("code", String(12), nullable=False),
    Column("state", String(20), nullable=False),
    Column("share", Uuid),
    Column("placed_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("body", Text, nullable=False),
    #: SHA-256 of what the idempotency key stands for.
    Column("digest", String(64), nullable=False),
    #: The stored reply, given to every repetition.
    Column("reply", Text),
    Index(None, "store", "code"),
    Index(None, "store", "state", "placed_at", "id"),
    Index(None, "share"),
)

order_log: Final = Table(
    "order_log",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "order_id", "number"),
)

stock: Final = Table(
    "stock",
    metadata,
    Column("store", Name, primary_key=True),
    Column("sku", Name, primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("allocated", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("allocated >= 0", "allocated_not_negative"),
    CheckConstraint("allocated <= on_hand", "allocated_on_hand"),
)

#: What an open order holds of the stock; no row where a sku was not stock-controlled when it was placed.
holds: Final = Table(
    "holds",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("sku", Name, primary_key=True),
    Column("quantity", Integer, nullable=False),
)

shares: Final = Table(
    "shares",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("store", Name, nullable=False),
    Column("box", Name, nullable=False),
    #: here, revoked or expired; the last two are tombstones.
    Column("state", String(20), nullable=False),
    #: The manifest as JSON and its SHA-256; null in a tombstone.
    Column("manifest", Text),
    Column("digest", String(64)),
    #: Key of the picture in the blob store; null once it is deleted.
    Column("blob", String(200)),
    Column("shop", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("views", Integer, nullable=False, server_default=text("0")),
    Column("downloads", Integer, nullable=False, server_default=text("0")),
    Column("forwards", Integer, nullable=False, server_default=text("0")),
    Index(None, "state", "expires_at"),
    Index(None, "store", "created_at"),
)

#: Who agreed to what, and when they changed their mind; outlives the picture as proof.
consents: Final = Table(
    "consents",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("share", Uuid, nullable=False),
    Column("consent", Uuid),
    Column("purpose", String(20), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(40), nullable=False),
    Index(None, "share", "number"),
)

users: Final = Table(
    "users",
    metadata,
    Column("name", Name, primary_key=True),
    #: Null: every store.
    Column("store", Name),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", Name, ForeignKey("users.name"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index(None, "name"),
    Index(None, "expires_at"),
)
