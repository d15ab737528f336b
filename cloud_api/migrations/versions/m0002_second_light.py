"""Second light: figures of the floor, results of races, the gallery."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UTC_TIME = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; pictures that the shop may use already enter the gallery."""
    _floor()
    _races()
    _gallery()
    _fill_gallery()


def _floor() -> None:
    op.create_table(
        "floor_hours",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("hour", UTC_TIME, nullable=False),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("store", "hour", "counter", "kind", "name", name=op.f("pk_floor_hours")),
    )
    op.create_table(
        "floor_heat",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column("span", sa.String(length=10), nullable=False),
        sa.Column("start", UTC_TIME, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store", "counter", "span", "start", "row", "column", name=op.f("pk_floor_heat")
        ),
    )
    op.create_table(
        "counters",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=True),
        sa.Column("inside_at", UTC_TIME, nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("plan_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("store", "counter", name=op.f("pk_counters")),
    )


def _races() -> None:
    op.create_table(
        "races",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("box", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("finished_at", UTC_TIME, nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("nickname", sa.String(length=60), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("store", "box", "claim", name=op.f("pk_races")),
        sa.UniqueConstraint("store", "day", "nickname", name=op.f("uq_races_store_day_nickname")),
    )
    op.create_index(op.f("ix_races_store_day_points"), "races", ["store", "day", "points"], unique=False)


def _gallery() -> None:
    op.create_table(
        "gallery",
        sa.Column("share", sa.Uuid(), nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("approved_at", UTC_TIME, nullable=True),
        sa.ForeignKeyConstraint(["share"], ["shares.id"], name=op.f("fk_gallery_share")),
        sa.PrimaryKeyConstraint("share", name=op.f("pk_gallery")),
    )
    op.create_index(op.f("ix_gallery_created_at_share"), "gallery", ["created_at", "share"], unique=False)
    op.create_index(op.f("ix_gallery_store_created_at"), "gallery", ["store", "created_at"], unique=False)
    op.create_table(
        "gallery_log",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("share", sa.Uuid(), nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_gallery_log")),
    )
    op.create_index(op.f("ix_gallery_log_share_number"), "gallery_log", ["share", "number"], unique=False)
    op.create_index(op.f("ix_gallery_log_action_number"), "gallery_log", ["action", "number"], unique=False)


def _fill_gallery() -> None:
    """As the program of this revision does it at an upload: it must not change with later programs."""
    names = ("id", "store", "state", "manifest", "shop", "created_at")
    shares = sa.table("shares", *(sa.column(name) for name in names))
    # Only columns whose plain value both databases understand are read and written back as they are.
    allowed = sa.select(shares).where(shares.c.state == "here", shares.c.shop.is_(sa.true()))
    rows = [_row(row) for row in op.get_bind().execute(allowed)]
    target = sa.table("gallery", *(sa.column(name) for name in ("share", "store", "created_at", "words")))
    if rows:
        op.get_bind().execute(target.insert(), rows)


def _row(share: Any) -> dict[str, object]:
    words = " ".join(
        str(product.get(key) or "")
        for product in json.loads(share.manifest)["products"]
        for key in ("brand", "name", "shade", "sku")
    )
    plain = {"share": share.id, "store": share.store, "created_at": share.created_at}
    return plain | {"words": f"{share.store} {words}".casefold()}
