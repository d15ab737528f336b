"""Pictures that the shop may use: what is derived for its gallery, and what was done with them."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, Uuid

from .base import Name, Number, UtcTime, metadata

#: A row for as long as the shop may use the picture: it goes at once when the shopper says so.
gallery: Final = Table(
    "gallery",
    metadata,
    Column("share", Uuid, ForeignKey("shares.id"), primary_key=True),
    Column("store", Name, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    #: Brands, products, shades and skus, casefolded, to search in.
    Column("words", Text, nullable=False),
    Column("approved_by", Name),
    Column("approved_at", UtcTime),
    Index(None, "created_at", "share"),
    Index(None, "store", "created_at"),
)

#: Who approved and downloaded what; outlives the picture as proof, holds nothing of it.
gallery_log: Final = Table(
    "gallery_log",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("share", Uuid, nullable=False),
    Column("store", Name, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Name, nullable=False),
    #: approved, unapproved or downloaded.
    Column("action", String(20), nullable=False),
    Index(None, "share", "number"),
    Index(None, "action", "number"),
)
