"""The copy that an upgrade of a SQLite file leaves beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.domain.backup import NotCopiedError
from storage.engine.backup import copy_sqlite
from storage.engine.private_files import database_files
from storage.engine.whole_files import beside


class NotUpgradedError(Exception):
    """The database was left as it is, since there is no copy of it; `str()` says why."""


def copy_before(url: str, version: str) -> Path:
    """Copies a database to a file beside it, checks the copy, and returns where it is.

    One that an upgrade to the same version has left earlier is replaced: it lacks what was stored
    since. Raises `NotUpgradedError`.
    """
    path = Path(make_url(url).database or "")
    target = path.with_name(f"{path.name}.before-{version}")
    needed = sum(file.stat().st_size for file in database_files(url) if file.exists())
    free = shutil.disk_usage(path.absolute().parent).free
    # The upgrade itself takes room as well, and must not end in the middle of it.
    if free < 2 * needed:
        raise NotUpgradedError(f"{_megabytes(2 * needed)} MB are needed, {_megabytes(free)} free")
    try:
        with beside(target, replacing=True) as partial:
            copy_sqlite(url, partial)
    except (NotCopiedError, OSError) as error:
        raise NotUpgradedError(str(error)) from error
    return target


def _megabytes(size: int) -> int:
    return max(1, round(size / 1_000_000))
