"""Workspaces and their settings."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, case, cast, select

from bot.domain.periods import CountedWeeks
from bot.domain.workdays import Weekend
from bot.domain.workspaces import (
    AllowanceKind,
    EmptyPeriod,
    MonthlyPart,
    PairCapMode,
    ValueMode,
    WeeklyPart,
    Workspace,
    WorkspaceSettings,
    ZoneOf,
)
from bot.domain.zones import UNKNOWN_ZONE
from storage.engine.statements import Statement
from storage.tables.schema import workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from storage.engine.store import Connection

COLUMNS = (
    workspaces.c.team_id,
    workspaces.c.name,
    workspaces.c.url,
    workspaces.c.bot_user_id,
    workspaces.c.time_zone,
    cast(workspaces.c.settings, Text).label("settings"),
    cast(workspaces.c.emoji_aliases, Text).label("emoji_aliases"),
    cast(workspaces.c.weeks, Text).label("weeks"),
)
"""What a workspace is made of, for `workspace_of`."""
_OF_TEAM = select(*COLUMNS).where(workspaces.c.team_id == bindparam("team_id"))
_FIND = Statement(_OF_TEAM)
# Nothing that only refers to the row, as every kudos does, waits for this.
_LOCK = Statement(_OF_TEAM.with_for_update(key_share=True))
_HOLD = Statement(_OF_TEAM.with_for_update(key_share=True, read=True))
_STOP = Statement(_OF_TEAM.with_for_update())
# Those of whose weeks some are still to be counted: nothing else there has a date.
_UNCOUNTED = (
    select(workspaces.c.team_id)
    .where(cast(workspaces.c.weeks, Text).like("%-%"))
    .order_by(workspaces.c.team_id)
)
_ALL_TEAMS = select(workspaces.c.team_id).order_by(workspaces.c.team_id)


def _install(insert: Any) -> Any:
    statement = insert(workspaces)
    names = ("name", "url", "bot_user_id", "emoji_aliases")
    told = {name: statement.excluded[name] for name in names}
    stored = workspaces.c.time_zone
    told["time_zone"] = case((stored == UNKNOWN_ZONE, statement.excluded.time_zone), else_=stored)
    return statement.on_conflict_do_update(index_elements=["team_id"], set_=told)


_INSTALL = Statement(_install)
# Settings that JSON keeps in another form.
_KINDS: dict[str, Callable[[Any], Any]] = {
    "allowance_kind": AllowanceKind,
    "zone_of": ZoneOf,
    "pair_cap_mode": PairCapMode,
    "value_mode": ValueMode,
    "weekly_parts": lambda stored: tuple(WeeklyPart(each) for each in stored),
    "weekly_empty": EmptyPeriod,
    "monthly_parts": lambda stored: tuple(MonthlyPart(each) for each in stored),
    "monthly_empty": EmptyPeriod,
    "monthly_weekend": Weekend,
    "values": tuple,
    "channel_ids": tuple,
    "admin_ids": tuple,
}


def get_workspace(connection: Connection, team_id: str) -> Workspace:
    """Return the workspace; raises `LookupError` where the app is not installed in it."""
    return _found(connection, _FIND, team_id)


def lock_workspace(connection: Connection, team_id: str) -> Workspace:
    """Return the workspace like `get_workspace`; two who change its settings take turns."""
    return _found(connection, _LOCK, team_id)


def hold_workspace(connection: Connection, team_id: str) -> Workspace:
    """Return the workspace like `get_workspace`; until the transaction ends, nobody stops it."""
    return _found(connection, _HOLD, team_id)


def stop_workspace(connection: Connection, team_id: str) -> Workspace:
    """Return the workspace like `get_workspace`; whoever gives or takes back waits until the end.

    Nothing that was begun before is under way any more then.
    """
    return _found(connection, _STOP, team_id)


def _found(connection: Connection, statement: Statement, team_id: str) -> Workspace:
    row = statement.first(connection, {"team_id": team_id})
    if row is None:
        raise LookupError(team_id)
    return workspace_of(row)


@lru_cache(maxsize=256)  # what is stored is read each time, and taken apart when it has changed
def workspace_of(cells: tuple[str, ...]) -> Workspace:
    """Return a workspace from what is stored in `COLUMNS`."""
    team_id, name, url, bot_user_id, time_zone, settings, emoji_aliases, weeks = cells
    return Workspace(
        team_id,
        name,
        url,
        bot_user_id,
        time_zone,
        settings_from(json.loads(settings)),
        json.loads(emoji_aliases),
        tuple(
            CountedWeeks(begins, since and date.fromisoformat(since))
            for begins, since in json.loads(weeks)
        ),
    )


def save_workspace(connection: Connection, workspace: Workspace, now: datetime) -> None:
    """Store what Slack tells of a workspace; its settings and a zone that is known stay."""
    _INSTALL.run(
        connection,
        {
            "team_id": workspace.team_id,
            "name": workspace.name,
            "url": workspace.url,
            "bot_user_id": workspace.bot_user_id,
            "time_zone": workspace.time_zone,
            "emoji_aliases": workspace.emoji_aliases,
            "settings": settings_as_stored(workspace.settings),
            "created_at": now,
        },
    )


def save_settings(connection: Connection, team_id: str, settings: WorkspaceSettings) -> None:
    """Store what an admin chose."""
    connection.execute(
        workspaces.update()
        .where(workspaces.c.team_id == team_id)
        .values(settings=settings_as_stored(settings))
    )


def save_weeks(connection: Connection, team_id: str, weeks: Iterable[CountedWeeks]) -> None:
    """Store which weeks are counted."""
    stored = [[each.begins, each.since and each.since.isoformat()] for each in weeks]
    connection.execute(
        workspaces.update().where(workspaces.c.team_id == team_id).values(weeks=stored)
    )


def find_with_weeks_left(connection: Connection) -> list[str]:
    """Return the workspaces of whose weeks some are still to be counted."""
    return list(connection.execute(_UNCOUNTED).scalars())


def find_team_ids(connection: Connection) -> list[str]:
    """Return the workspaces in which the app is installed."""
    return list(connection.execute(_ALL_TEAMS).scalars())


def settings_from(stored: dict[str, Any]) -> WorkspaceSettings:
    """Return settings from their stored form; names unknown to this version are passed over."""
    known = {field.name for field in fields(WorkspaceSettings)}
    chosen = {name: value for name, value in stored.items() if name in known}
    for name, kind in _KINDS.items():
        if name in chosen:
            chosen[name] = kind(chosen[name])
    return WorkspaceSettings(**chosen)


def settings_as_stored(settings: WorkspaceSettings) -> dict[str, Any]:
    """Return only what differs from the defaults, so that a better default reaches everybody."""
    defaults = asdict(WorkspaceSettings())
    return {name: value for name, value in asdict(settings).items() if value != defaults[name]}
