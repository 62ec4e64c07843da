"""What each person chose, and whether they look at their Home tab."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from bot.domain.preferences import DEFAULT_PREFERENCES
from storage.engine.statements import Statement
from storage.tables.schema import members

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.preferences import ChangePreferences
    from storage.engine.store import Connection

_DEFAULTS = asdict(DEFAULT_PREFERENCES)
_OF_PERSON = (
    members.c.team_id == bindparam("of_team"),
    members.c.user_id == bindparam("of_user"),
)
_SAVE = (
    members.update()
    .where(*_OF_PERSON)
    .values(
        preferences=bindparam("chosen", type_=members.c.preferences.type),
    )
)
_NOTE_OPENED = (
    members.update()
    .where(*_OF_PERSON, members.c.home_opened_at.is_(None))
    .values(home_opened_at=bindparam("now", type_=members.c.home_opened_at.type))
)

_WITH_HOME = Statement(
    select(members.c.user_id).where(
        members.c.team_id == bindparam("team_id"),
        members.c.user_id.in_(bindparam("user_ids", expanding=True)),
        members.c.home_opened_at.is_not(None),
    )
)


def save_preferences(connection: Connection, request: ChangePreferences) -> None:
    """Store what somebody chose, as far as it differs from the defaults."""
    chosen = asdict(request.preferences)
    connection.execute(
        _SAVE,
        {
            "of_team": request.team_id,
            "of_user": request.user_id,
            "chosen": {name: value for name, value in chosen.items() if value != _DEFAULTS[name]},
        },
    )


def note_home_opened(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """Remember that somebody has a Home tab that is to be kept up to date."""
    connection.execute(_NOTE_OPENED, {"of_team": team_id, "of_user": user_id, "now": now})


def find_with_home(connection: Connection, team_id: str, user_ids: Iterable[str]) -> list[str]:
    """Return those of these people who have opened their Home tab before."""
    parameters = {"team_id": team_id, "user_ids": sorted(set(user_ids))}
    return [row.user_id for row in _WITH_HOME.all(connection, parameters)]
