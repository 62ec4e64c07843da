"""Where Kudos keeps its files, and who may read them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from storage.engine.private_files import database_files, is_exposed, tighten
from storage.engine.whole_files import FileThereError, beside, is_stream, written_whole

if TYPE_CHECKING:
    from pathlib import Path

    from bot.config import Settings

__all__ = ["FileThereError", "beside", "is_stream", "written_whole"]

log = structlog.get_logger(__name__)

BACKUPS, DEMO = "backups", "demo"  # folders in KUDOS_HOME
# How the names of what Kudos puts into KUDOS_HOME begin.
OURS = ("kudos", ".kudos", BACKUPS, DEMO)


def exposed_files(settings: Settings, env_file: Path) -> list[Path]:
    """Returns what holds people's data or secrets and can be read by others on this machine."""
    return [path for path in _private_paths(settings, env_file) if is_exposed(path)]


def tighten_files(settings: Settings, env_file: Path) -> None:
    """Makes private what an earlier version, or somebody by hand, left open, and logs it.

    A folder in which other things lie as well is left as it is: the doctor tells of it.
    """
    home = settings.kudos_home
    paths = [
        path
        for path in _private_paths(settings, env_file)
        if path != home or _holds_only_ours(home)
    ]
    if changed := tighten(paths):
        log.info("made_private", paths=[str(path) for path in changed])


def _private_paths(settings: Settings, env_file: Path) -> list[Path]:
    home = settings.kudos_home
    paths = [env_file.absolute(), home, *database_files(settings.database_url)]
    for folder in (home / BACKUPS, home / DEMO):
        paths.append(folder)
        with suppress(OSError):
            paths += sorted(folder.iterdir())
    return list(dict.fromkeys(paths))


def _holds_only_ours(folder: Path) -> bool:
    try:
        return all(path.name.startswith(OURS) for path in folder.iterdir())
    except OSError:
        return False
