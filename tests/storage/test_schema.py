"""The tables as they are in a database, against the tables as the code has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from storage.engine.migrate import VERSIONS, NewerSchemaError, head, is_current, is_known, migrate
from storage.engine.sqlite import sqlite_engine
from storage.tables.processes import of_no_workspace
from storage.tables.schema import workspaces
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRESH = "fresh"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    if database_url.startswith("sqlite"):
        made = sqlite_engine(database_url, begin="BEGIN IMMEDIATE", pooled=False)
    else:
        made = create_engine(database_url, poolclass=NullPool)
    yield made
    made.dispose()


def test_every_primary_key_begins_with_the_workspace(engine: Engine) -> None:
    inspected = inspect(engine)
    tables = set(inspected.get_table_names()) - {"alembic_version", *of_no_workspace.tables}
    assert len(tables) >= 12
    keys = {table: inspected.get_pk_constraint(table)["constrained_columns"] for table in tables}
    assert {table for table, columns in keys.items() if columns[:1] != ["team_id"]} == set()


def test_nothing_is_unique_over_several_workspaces(engine: Engine) -> None:
    inspected = inspect(engine)
    for table in inspected.get_table_names():
        for constraint in inspected.get_unique_constraints(table):
            assert constraint["column_names"][0] == "team_id", constraint
        for index in inspected.get_indexes(table):
            assert not index["unique"] or index["column_names"][0] == "team_id", index
        for key in inspected.get_foreign_keys(table):
            assert key["constrained_columns"][0] == "team_id", key
            assert key["referred_columns"][0] == "team_id", key


def test_migrations_make_what_the_code_expects(engine: Engine, tmp_path: Path) -> None:
    if engine.dialect.name == "sqlite":
        fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}", poolclass=NullPool)
        workspaces.metadata.create_all(fresh)
        of_no_workspace.create_all(fresh)
        with engine.connect() as migrated, fresh.connect() as expected:
            assert _sqlite_catalogue(migrated) == _sqlite_catalogue(expected)
        return
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {FRESH}"))
    in_fresh = engine.execution_options(schema_translate_map={None: FRESH})
    workspaces.metadata.create_all(in_fresh)
    of_no_workspace.create_all(in_fresh)
    with engine.connect() as connection:
        migrated_, expected_ = (_catalogue(connection, name) for name in ("public", FRESH))
    assert len(expected_) > 100
    assert migrated_ == expected_


def _sqlite_catalogue(connection: Connection) -> dict[str, Any]:
    inspected = inspect(connection)
    tables = sorted(set(inspected.get_table_names()) - {"alembic_version"})
    indexes = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    )
    return {
        "indexes": {name: " ".join(sql.split()) for name, sql in indexes},
        "columns": {
            table: sorted(
                tuple(row)[1:] for row in connection.execute(text(f"PRAGMA table_info({table})"))
            )
            for table in tables
        },
        "unique": {table: inspected.get_unique_constraints(table) for table in tables},
        "checks": {
            table: sorted(str(check) for check in inspected.get_check_constraints(table))
            for table in tables
        },
        "keys": {table: inspected.get_pk_constraint(table) for table in tables},
        "foreign": {
            table: sorted(str(key) for key in inspected.get_foreign_keys(table)) for table in tables
        },
    }


def _catalogue(connection: Connection, schema: str) -> list[str]:
    """Return columns, indexes and constraints of a Postgres schema, a line each."""
    rows = connection.execute(
        text(
            "SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length,"
            " is_nullable, column_default) FROM information_schema.columns"
            " WHERE table_schema = :schema AND table_name <> 'alembic_version'"
            " UNION ALL SELECT replace(indexdef, :schema || '.', '') FROM pg_indexes"
            " WHERE schemaname = :schema AND tablename <> 'alembic_version'"
            " UNION ALL SELECT concat_ws(' ', conname, replace(pg_get_constraintdef(c.oid),"
            " :schema || '.', '')) FROM pg_constraint c JOIN pg_namespace n"
            " ON n.oid = c.connamespace WHERE n.nspname = :schema"
            " AND conrelid <> coalesce(to_regclass('public.alembic_version'), 0)"
        ),
        {"schema": schema},
    )
    return sorted(rows.scalars())


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    assert is_current(database_url)
    migrate(database_url)
    assert is_current(database_url)


def test_a_database_of_a_later_version_is_left_alone(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError):
        migrate(database_url)
    with pytest.raises(NewerSchemaError):
        is_current(database_url)


def test_versions_are_told_by_the_names_of_their_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == head()
    assert all(is_known(script.revision) for script in scripts.walk_revisions())


@on_sqlite
def test_an_empty_database_is_not_current(database_url: str, tmp_path: Path) -> None:
    assert is_current(database_url)
    assert not is_current(f"sqlite:///{tmp_path / 'missing.db'}")
    assert not (tmp_path / "missing.db").exists()
