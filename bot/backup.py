"""`kudos backup`: a copy of the database that is whole, and known to be."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from bot.files import beside
from storage.backup import copy_sqlite

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.domain.backup import Copied

FOLDER = "backups"


def backup_name(now: datetime, ending: str) -> str:
    """Return what a backup of this moment is called; names sort by time, which is UTC."""
    return f"kudos-{now:%Y%m%d-%H%M%S}.{ending}"


def back_up_sqlite(url: str, target: Path) -> Copied:
    """Copy the database to a new file that only its owner may read; return what is in it.

    It may be written to meanwhile. Raises `bot.domain.backup.NotCopiedError` or `FileThereError`,
    and then there is no file.
    """
    with beside(target) as partial:
        return copy_sqlite(url, partial)


def dump_command(url: str, target: Path) -> str:
    """Return the command that copies a Postgres database, without the password."""
    return shlex.join(
        ["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _address(url)]
    )


def restore_command(url: str, target: Path) -> str:
    """Return the command that puts such a copy into an empty database."""
    return shlex.join(["pg_restore", "--no-owner", f"--dbname={_address(url)}", str(target)])


def _address(url: str) -> str:
    address = make_url(url).set(drivername="postgresql")
    secrets = [name for name in address.query if "password" in name.lower()]
    bare = address.difference_update_query(secrets)._replace(password=None)
    return bare.render_as_string(hide_password=False)
