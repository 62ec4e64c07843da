"""What admins look at: somebody's ledger, and whether there is anything yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import exists, literal_column, null, select, union_all

from storage.kudos import receipts_with_kudos
from storage.ledger import GIVING, RECEIVING
from storage.tables.schema import kudos, ledger_entries, members, receipts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from storage.engine.store import Connection


class Entry(NamedTuple):
    """One row of the ledger, or thanks without points, which have none there."""

    created_at: datetime
    account: str
    points: int
    reversal_of: str | None
    kudos_id: str | None
    reason: str | None  # of an adjustment
    actor_id: str | None


_ENTRY, _KUDOS = ledger_entries.c, kudos.c
_COLUMNS = [_ENTRY[name] for name in Entry._fields]
_NOTHING_ELSE = [null().label("reason"), null().label("actor_id")]


def find_entries(
    connection: Connection, team_id: str, user_id: str, *, skip: int, limit: int
) -> list[Entry]:
    """Return what somebody gave and received, newest first, after so many that are newer."""
    moved = select(*_COLUMNS, _ENTRY.entry_id.label("place")).where(
        _ENTRY.team_id == team_id, _ENTRY.user_id == user_id
    )
    free = exists().where(
        receipts.c.team_id == _KUDOS.team_id,
        receipts.c.kudos_id == _KUDOS.kudos_id,
        receipts.c.points == 0,
    )
    given = (
        select(*_without_points(GIVING))
        .select_from(kudos)
        .where(_KUDOS.team_id == team_id, _KUDOS.giver_id == user_id, free)
    )
    received = (
        select(*_without_points(RECEIVING))
        .select_from(receipts_with_kudos())
        .where(receipts.c.team_id == team_id, receipts.c.receiver_id == user_id)
        .where(receipts.c.points == 0)
    )
    found = union_all(moved, given, received).subquery()
    rows = connection.execute(
        select(*(found.c[name] for name in Entry._fields))
        .order_by(found.c.created_at.desc(), found.c.place.desc())
        .offset(skip)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


def _without_points(account: str) -> list[ColumnElement[Any]]:
    """Returns the columns of an entry for thanks that moved no points."""
    return [
        _KUDOS.created_at,
        literal_column(f"'{account}'").label("account"),
        literal_column("0").label("points"),
        null().label("reversal_of"),
        _KUDOS.kudos_id,
        *_NOTHING_ELSE,
        _KUDOS.kudos_id.label("place"),
    ]


def has_kudos(connection: Connection, team_id: str) -> bool:
    """Return whether anybody has ever given kudos."""
    return bool(connection.execute(select(exists().where(_KUDOS.team_id == team_id))).scalar())


def find_first_admin(connection: Connection, team_id: str) -> str | None:
    """Return the first of the workspace's own admins, by their id; None if none is known."""
    of = members.c
    return connection.execute(
        select(of.user_id)
        .where(of.team_id == team_id, of.is_admin.is_(True))
        .where(of.is_bot.is_(False), of.is_deactivated.is_(False))
        .order_by(of.user_id)
        .limit(1)
    ).scalar()
