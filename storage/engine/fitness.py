"""Whether a database can be Kudos' at all, before anything in it is looked at or changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from bot.domain.checks import Unfit
from storage.engine.health import is_importing

if TYPE_CHECKING:
    from sqlalchemy import Connection

OUR_REVISION = re.compile(r"\d{4}")
OF_OLD = "workspaces"  # a table that there has been since the first version
ENCODING = "UTF8"


class UnfitDatabaseError(Exception):
    """The database can't be Kudos'; `found` is what it has instead."""

    def __init__(self, kind: Unfit, found: str) -> None:
        super().__init__(f"{kind}: {found}")
        self.kind, self.found = kind, found


def refuse_other_encodings(connection: Connection) -> None:
    """Raises `UnfitDatabaseError` where Postgres can't hold every name and emoji."""
    if connection.dialect.name != "postgresql":
        return
    driver = connection.connection.driver_connection
    # Told when the connection was made, so that nobody is asked.
    encoding = None if driver is None else driver.info.parameter_status("server_encoding")
    if encoding not in {None, ENCODING}:
        raise UnfitDatabaseError(Unfit.ENCODING, str(encoding))


def refuse_foreign_tables(connection: Connection, revision: str | None) -> None:
    """Raises `UnfitDatabaseError` where another program that uses Alembic has its tables."""
    if revision is None or is_importing(revision):
        return
    if not (OUR_REVISION.fullmatch(revision) and inspect(connection).has_table(OF_OLD)):
        raise UnfitDatabaseError(Unfit.FOREIGN, revision)
