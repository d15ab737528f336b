"""Catalogues that boxes fetch."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalogues",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("store", name=op.f("pk_catalogues")),
    )
    op.create_table(
        "catalogue_files",
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("store", "sha256", name=op.f("pk_catalogue_files")),
    )
    op.create_index(op.f("ix_catalogue_files_sha256"), "catalogue_files", ["sha256"], unique=False)
