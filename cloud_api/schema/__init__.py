"""The tables, for SQLite and PostgreSQL alike. A change here needs a file in `migrations/versions`.

A store's rows name the store first, so that a large installation can shard by it.

    base       metadata and column types
    core       boxes, events, orders, stock, shares, people
    floor      figures of ceiling cameras
    arena      results of races and who claimed them
    gallery    pictures that the shop may use
    catalogue  what the mirrors of a store offer
"""

from .arena import races
from .base import UtcTime, metadata
from .catalogue import catalogue_files, catalogues
from .core import (
    attempts,
    box_codes,
    boxes,
    consents,
    dead_letters,
    events,
    holds,
    order_log,
    orders,
    rollups,
    sessions,
    shares,
    stock,
    stores,
    users,
)
from .floor import counters, floor_heat, floor_hours
from .gallery import gallery, gallery_log

__all__ = [
    "UtcTime",
    "attempts",
    "box_codes",
    "boxes",
    "catalogue_files",
    "catalogues",
    "consents",
    "counters",
    "dead_letters",
    "events",
    "floor_heat",
    "floor_hours",
    "gallery",
    "gallery_log",
    "holds",
    "metadata",
    "order_log",
    "orders",
    "races",
    "rollups",
    "sessions",
    "shares",
    "stock",
    "stores",
    "users",
]
