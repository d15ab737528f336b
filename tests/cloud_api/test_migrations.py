"""The database's history leads to the tables that the program uses, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from cloud_api import migrations, stock
from cloud_api.database import connect
from cloud_api.schema import metadata
from cloud_api.service import Cloud


def test_the_migrations_make_exactly_these_tables(cloud: Cloud) -> None:
    with cloud.db.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert migrations.current(connection) == migrations.newest()


def test_both_databases_check_the_same(cloud: Cloud) -> None:
    with cloud.db.read() as connection:
        checks = {check["name"] for check in inspect(connection).get_check_constraints("stock")}
    assert checks == {"ck_stock_allocated_on_hand", "ck_stock_allocated_not_negative"}
    stock.set_on_hand(cloud.db, "paris", "LIP-01", 1)
    with pytest.raises(IntegrityError), cloud.db.write() as connection:
        connection.execute(text("UPDATE stock SET allocated = 2"))


def test_copies_that_start_together_migrate_once(cloud: Cloud) -> None:
    with cloud.db.write() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    copies = [connect(cloud.settings.database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(migrations.upgrade, copies)) == {migrations.newest()}
    for copy in copies:
        copy.close()


def test_a_failed_write_leaves_nothing(cloud: Cloud) -> None:
    def half() -> None:
        with cloud.db.write() as connection:
            connection.execute(text("INSERT INTO stock VALUES ('paris', 'A', 1, 0)"))
            raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        half()
    assert stock.levels(cloud.db, "paris") == ()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite"])
def test_what_is_no_database_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="VITRINE_DATABASE_URL"):
        connect(url)
