"""Brings a database to this version's schema, and tells how far it is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.health import IMPORTING, is_importing
from storage.sqlite import sqlite_engine
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

# Each file's name begins with its version, and they are in order.
VERSIONS = Path(__file__).parent / "migrations" / "versions"
# Held on Postgres while a process migrates, so that several that start at once take turns.
_POSTGRES_LOCK = 7_261_946


class NewerSchemaError(Exception):
    """The database belongs to a later version of Kudos; this one must not touch it."""


class HalfImportedError(Exception):
    """An import into the database has not ended; nothing else may be done with it until then."""


def migrate(url: str) -> None:
    """Bring the database to this version's schema; does nothing where it is there already.

    Raises `NewerSchemaError`, `HalfImportedError`, or `StoreUnavailableError` where the database
    cannot be opened.
    """
    with _connected(url, writing=True) as connection:
        if _revision(connection) != head():
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Loaded only when there is something to do: it is a tenth of what an idle process takes.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(url: str) -> bool:
    """Return whether the database has this version's schema; raises like `migrate`."""
    if _is_missing_file(url):
        return False
    with _connected(url, writing=False) as connection:
        return _revision(connection) == head()


def is_half_imported(url: str) -> bool:
    """Return whether an import into this version's tables was begun, and has not ended.

    Raises `StoreUnavailableError`.
    """
    if _is_missing_file(url):
        return False
    with _connected(url, writing=False) as connection:
        return _written(connection) == f"{IMPORTING}{head()}"


def head() -> str:
    """Return which version of the schema this program knows as the newest."""
    return max(_known())


def _known() -> set[str]:
    return {path.stem.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py")}


def _written(connection: Connection) -> str | None:
    """Return what the database says of its version; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    written: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return written


def _revision(connection: Connection) -> str | None:
    """Return the database's version; None for an empty one.

    Raises `NewerSchemaError` or `HalfImportedError`.
    """
    revision = _written(connection)
    if is_importing(revision):
        raise HalfImportedError
    if revision is not None and not is_known(revision):
        raise NewerSchemaError(revision)
    return revision


@contextmanager
def _connected(url: str, *, writing: bool) -> Iterator[Connection]:
    database = make_url(url).database or ""
    if writing and url.startswith("sqlite"):
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(url, writing=writing)
    try:
        with engine.begin() as connection:
            if writing and connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
            yield connection
    except DBAPIError as error:
        raise StoreUnavailableError(str(error.orig)) from error
    finally:
        engine.dispose()


def _engine(url: str, *, writing: bool) -> Engine:
    if url.startswith("sqlite"):
        return sqlite_engine(url, begin="BEGIN IMMEDIATE" if writing else "BEGIN", pooled=False)
    # Behind pgbouncer, a statement prepared by one would be in the way of the next.
    connect_args = {"connect_timeout": 5, "prepare_threshold": None}
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=connect_args)


def _is_missing_file(url: str) -> bool:
    return url.startswith("sqlite") and not Path(make_url(url).database or "").exists()


def is_known(revision: str) -> bool:
    """Return whether this program knows that version of the schema, newest or not."""
    return revision in _known()
