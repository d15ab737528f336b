"""Catalogues: what the mirrors of a store offer, one document each, and the pictures that belong to it."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text

from .base import Name, UtcTime, metadata

catalogues: Final = Table(
    "catalogues",
    metadata,
    Column("store", Name, primary_key=True),
    #: SHA-256 of the document: boxes ask by it whether there is another.
    Column("digest", String(64), nullable=False),
    #: The contract's Document as JSON, without what was wrong with the upload.
    Column("document", Text, nullable=False),
    Column("products", Integer, nullable=False),
    #: What was left out, as JSON: a list of the contract's Skipped.
    Column("skipped", Text, nullable=False),
    Column("uploaded_at", UtcTime, nullable=False),
    Column("uploaded_by", Name, nullable=False),
)

#: Which pictures a store's catalogue has; the bytes are in the blob store, once for all stores.
catalogue_files: Final = Table(
    "catalogue_files",
    metadata,
    Column("store", Name, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Index(None, "sha256"),
)
