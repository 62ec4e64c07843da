"""Databases as an earlier version left them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import column, create_engine, table
from sqlalchemy.pool import NullPool

from storage.engine.migrate import VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

OLDER = "0005"


def make_older(url: str, *teams: str) -> None:
    """Makes an earlier version's tables in an empty database, with these workspaces."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.upgrade(config, OLDER)
    engine.dispose()
    for team_id in teams:
        add_workspace(url, team_id)


def add_workspace(url: str, team_id: str = "T0ALPHA") -> None:
    """Puts a workspace into a database of any version."""
    made = dict.fromkeys(("name", "url", "bot_user_id", "time_zone"), "UTC")
    made |= dict.fromkeys(("emoji_aliases", "settings"), "{}")
    made |= {"team_id": team_id, "created_at": "2026-11-18 12:00:00.000000"}
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        there = table("workspaces", *(column(name) for name in made))
        connection.execute(there.insert(), made)
    engine.dispose()


def older_file(path: Path, *teams: str) -> str:
    """Makes a SQLite file of an earlier version; returns its address."""
    url = f"sqlite:///{path}"
    path.touch(0o600)
    make_older(url, *teams)
    return url
