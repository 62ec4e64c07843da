"""Totals of weeks that nobody has counted yet: those before another weekday began them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.lateness import LATE_AT_MOST
from bot.domain.periods import PeriodKind, period_of
from storage.engine.statements import Statement, first_id
from storage.standings import STORED, live_receipts, totals_of
from storage.tables.schema import kudos, members, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from storage.engine.store import Connection

_ADD = Statement(standings.insert())
_ROWS_AT_ONCE = 1_000
_PEOPLE_AT_ONCE = 200
_ZONES = timedelta(days=1)


def count_weeks(
    connection: Connection, team_id: str, week_begins: int, first: date, end: date | None
) -> int:
    """Store the totals of weeks of which there are none, and return how many totals these are.

    They begin on that weekday: `first` is the first day of the first one, and `end` that of the
    next one which has its totals. The workspace has to be stopped.
    """
    live = live_receipts(team_id).where(kudos.c.given_on >= first, _since(first))
    if end is not None:
        live = live.where(*_before(end))
    rows = connection.execute(live)
    totals = totals_of(rows, lambda day: (period_of(PeriodKind.WEEK, day, week_begins),))
    shown = _on_boards(connection, team_id, sorted({user_id for user_id, _, _ in totals}))
    new = [
        {"team_id": team_id, "user_id": user_id, "period": period, "value": value}
        | dict(zip(STORED, counts, strict=True))
        | {"is_off_boards": user_id not in shown}
        for (user_id, period, value), counts in totals.items()
    ]
    new.sort(key=itemgetter("user_id", "period", "value"))
    for some in _parts(new, _ROWS_AT_ONCE):
        _ADD.run_many(connection, some)
    return len(new)


def has_older(connection: Connection, team_id: str, day: date) -> bool:
    """Return whether anything was given before a day."""
    found = select(kudos.c.kudos_id).where(kudos.c.team_id == team_id, *_before(day)).limit(1)
    return connection.execute(found).first() is not None


def _since(day: date) -> ColumnElement[bool]:
    """What was given on a day or later has such ids, whatever the zone."""
    return kudos.c.kudos_id >= first_id(datetime.combine(day, time(), UTC) - _ZONES)


def _before(day: date) -> tuple[ColumnElement[bool], ...]:
    """What was given earlier has smaller ids, if Slack told of it in time."""
    end = datetime.combine(day, time(), UTC) + _ZONES + LATE_AT_MOST
    return kudos.c.given_on < day, kudos.c.kudos_id < first_id(end)


def _on_boards(connection: Connection, team_id: str, user_ids: Sequence[str]) -> set[str]:
    shown: set[str] = set()
    for some in _parts(user_ids, _PEOPLE_AT_ONCE):
        found = select(members.c.user_id).where(
            members.c.team_id == team_id,
            members.c.user_id.in_(some),
            members.c.is_off_boards.is_(False),
        )
        shown.update(connection.execute(found).scalars())
    return shown


def _parts(whole: Sequence[Any], length: int) -> Iterable[Sequence[Any]]:
    return (whole[start : start + length] for start in range(0, len(whole), length))
