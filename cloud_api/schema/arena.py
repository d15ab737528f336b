"""Results of the arena and who claimed them, without any account."""

from typing import Final

from sqlalchemy import Column, Date, Float, Index, Integer, String, Table, UniqueConstraint, Uuid

from .base import Name, UtcTime, metadata

races: Final = Table(
    "races",
    metadata,
    Column("store", Name, primary_key=True),
    Column("box", Name, primary_key=True),
    #: The id in the QR.
    Column("claim", Uuid, primary_key=True),
    Column("game", Name, nullable=False),
    #: The day it was run, in the store's time zone.
    Column("day", Date, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("points", Integer, nullable=False),
    #: Rank of the day on that screen when it ended.
    Column("rank", Integer, nullable=False),
    #: Chosen from generated names; null until it is claimed. Unique per store and day.
    Column("nickname", String(60)),
    #: Keyed hash of what the phone that claimed it holds.
    Column("key_hash", String(64)),
    Column("claimed_at", UtcTime),
    UniqueConstraint("store", "day", "nickname"),
    Index(None, "store", "day", "points"),
)
