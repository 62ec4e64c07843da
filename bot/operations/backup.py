"""`kudos backup` and `restore`: copies of the database that are whole, and known to be."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bot.domain.backup import NothingThereError
from storage.engine.backup import copy_sqlite
from storage.engine.migrate import NoDatabaseError, holds_tables
from storage.engine.opening import name_of
from storage.engine.whole_files import beside

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.domain.backup import Copied


def backup_name(now: datetime, ending: str) -> str:
    """Return what a backup of this moment is called; names sort by time, which is UTC."""
    return f"kudos-{now:%Y%m%d-%H%M%S}.{ending}"


def back_up_sqlite(url: str, target: Path) -> Copied:
    """Copy the database to a new file that only its owner may read; return what is in it.

    It may be written to meanwhile. Raises `NothingThereError`, `NotCopiedError`, `FileThereError`
    or `storage.engine.migrate.NoDatabaseError`, and then there is no file.
    """
    # Of any version: what is about to be upgraded needs a copy most.
    if not holds_tables(url):
        raise NoDatabaseError(name_of(url))
    with beside(target) as partial:
        copied = copy_sqlite(url, partial)
        if not copied.workspaces_count:
            raise NothingThereError
        return copied


def dump_command(url: str, target: Path) -> str:
    """Return the command that copies a Postgres database, without the password."""
    return shlex.join(
        ["pg_dump", "--format=custom", "--no-owner", f"--file={target}", name_of(url)]
    )


def pg_restore_command(url: str, target: Path) -> str:
    """Return the command that puts such a copy into an empty database."""
    return shlex.join(["pg_restore", "--no-owner", f"--dbname={name_of(url)}", str(target)])
