"""Brings a database to this version's schema, and tells how far it is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.engine.fitness import refuse_foreign_tables, refuse_other_encodings
from storage.engine.health import IMPORTING, is_importing
from storage.engine.opening import name_of
from storage.engine.postgres import CONNECT_ARGS
from storage.engine.private_files import make_database_private, make_folder
from storage.engine.sqlite import PRAGMAS, sqlite_engine
from storage.engine.store import StoreUnavailableError
from storage.engine.upgrade_copy import copy_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

# Each file's name begins with its version, and they are in order.
VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
READ_ONLY = "it takes no writes, as a standby or by default_transaction_read_only"
# Held on Postgres while a process migrates, so that several that start at once take turns.
_POSTGRES_LOCK = 7_261_946


class NewerSchemaError(Exception):
    """The database belongs to a later version of Kudos; this one must not touch it."""


class HalfImportedError(Exception):
    """An import into the database has not ended; nothing else may be done with it until then."""


class OlderSchemaError(Exception):
    """The database is of an earlier version, and whoever asks must not upgrade it."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


class NoDatabaseError(Exception):
    """There is no database, or nothing of Kudos in it; `str()` is its name."""


class NoTablesError(NoDatabaseError):
    """There is nothing of Kudos in a server's database yet, which `kudos start` does not change."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What `migrate` did: made the tables where there was no version before."""

    before: str | None
    now: str
    copy: Path | None  # of the database as it was, where it is a file


def migrate(url: str) -> Upgraded | None:
    """Brings the database to this version's schema; returns None where it is there already.

    A SQLite file is copied before it is upgraded. Raises `NewerSchemaError`, `HalfImportedError`,
    `storage.engine.upgrade_copy.NotUpgradedError`, `storage.engine.fitness.UnfitDatabaseError`, or
    `StoreUnavailableError` where the database cannot be opened.
    """
    with _connected(url, writing=True) as connection:
        before = _revision(connection)
        if before == head():
            return None
        is_file = before is not None and connection.dialect.name == "sqlite"
        # Nobody else can write meanwhile, so that nothing is missing from the copy.
        copy = copy_before(url, head()) if is_file else None
        _upgrade(connection)
    return Upgraded(before, head(), copy)


def find_server_fault(url: str) -> str | None:
    """Returns why a server's database takes no writes; None where it does, and for a file.

    Raises `StoreUnavailableError`.
    """
    if url.startswith("sqlite"):
        return None
    with _connected(url, writing=False) as connection:
        is_read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    return READ_ONLY if is_read_only else None


def is_older(url: str) -> bool:
    """Returns whether `migrate` would upgrade the database; raises like `migrate`."""
    return find_version(url) not in {None, head()}


def require_current(url: str) -> None:
    """Makes sure that the database has this version's schema, and changes nothing.

    Raises `NoDatabaseError`, `OlderSchemaError`, or what `migrate` raises.
    """
    revision = find_version(url)
    if revision is None:
        is_file = url.startswith("sqlite")
        raise (NoDatabaseError if is_file else NoTablesError)(name_of(url))
    if revision != head():
        raise OlderSchemaError(revision)


def holds_tables(url: str) -> bool:
    """Returns whether Kudos' tables are there, of whatever version and however complete.

    Raises `StoreUnavailableError`.
    """
    if _is_missing_file(url):
        return False
    with _connected(url, writing=False) as connection:
        return _written(connection) is not None


def find_version(url: str) -> str | None:
    """Returns the version of the database's schema; None where there is none.

    Raises `NewerSchemaError`, `HalfImportedError` or `StoreUnavailableError`.
    """
    if _is_missing_file(url):
        return None
    with _connected(url, writing=False) as connection:
        return _revision(connection)


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
    return find_version(url) == head()


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
    refuse_foreign_tables(connection, written)
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
    if writing and url.startswith("sqlite"):
        make_folder(Path(make_url(url).database or "").parent)
        make_database_private(url)
    engine = _engine(url, writing=writing)
    try:
        with engine.begin() as connection:
            refuse_other_encodings(connection)
            if writing and connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
            yield connection
    except DBAPIError as error:
        raise StoreUnavailableError(str(error.orig)) from error
    finally:
        engine.dispose()


def _engine(url: str, *, writing: bool) -> Engine:
    if url.startswith("sqlite"):
        # Who only looks leaves the file as it is: another program's may have no WAL.
        begin, pragmas = ("BEGIN IMMEDIATE", PRAGMAS) if writing else ("BEGIN", ())
        return sqlite_engine(url, begin=begin, pooled=False, pragmas=pragmas)
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=CONNECT_ARGS)


def _is_missing_file(url: str) -> bool:
    return url.startswith("sqlite") and not Path(make_url(url).database or "").exists()


def is_known(revision: str) -> bool:
    """Return whether this program knows that version of the schema, newest or not."""
    return revision in _known()
