"""On which days somebody has thanked somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.engine.statements import Statement
from storage.tables.schema import kudos

if TYPE_CHECKING:
    from datetime import date

    from storage.engine.store import Connection

_BY_GIVER = select(kudos.c.given_on).where(
    kudos.c.team_id == bindparam("team_id"),
    kudos.c.giver_id == bindparam("giver_id"),
    kudos.c.reversed_at.is_(None),
)
_LAST_DAYS = Statement(_BY_GIVER.order_by(kudos.c.kudos_id.desc()).limit(bindparam("limit")))
_DAYS = Statement(
    _BY_GIVER.group_by(kudos.c.given_on).order_by(kudos.c.given_on.desc()).limit(bindparam("limit"))
)


def find_last_days_given(
    connection: Connection, team_id: str, user_id: str, limit: int
) -> list[date]:
    """Return the days of the last live kudos that a person gave, one for each, latest first."""
    parameters = {"team_id": team_id, "giver_id": user_id, "limit": limit}
    return [row[0] for row in _LAST_DAYS.all(connection, parameters)]


def find_days_given(connection: Connection, team_id: str, user_id: str, limit: int) -> list[date]:
    """Return the days on which a person thanked somebody, latest first: all of it is read."""
    parameters = {"team_id": team_id, "giver_id": user_id, "limit": limit}
    return [row[0] for row in _DAYS.all(connection, parameters)]
