"""Weeks begin on another day: what counts in which of them is worked out anew.

The week under way and the one before it are counted at once, so that boards are right from the
first moment; those before follow in small parts. Weeks that began on the day before the change stay
counted too: boards of old posts show them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.periods import CountedWeeks, PeriodKind, local_day, period_before, period_of
from storage.weeks import count_weeks, has_older
from storage.workspaces import find_with_weeks_left, save_weeks, stop_workspace

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

TOTALS_AT_ONCE = 5_000  # about so many, while nobody can give
WEEKS_AT_ONCE = 26


def begin_weeks(
    connection: Connection, workspace: Workspace, week_begins: int, now: datetime
) -> None:
    """Keep totals of the weeks that begin on a weekday, if there are none of them yet."""
    team_id = workspace.team_id
    if any(each.begins == week_begins for each in workspace.weeks):
        return
    weeks = stop_workspace(connection, team_id).weeks
    under_way = period_of(PeriodKind.WEEK, local_day(now, workspace.zone), week_begins)
    since = period_before(under_way).first_day
    count_weeks(connection, team_id, week_begins, since, None)
    save_weeks(connection, team_id, (*weeks, CountedWeeks(week_begins, since)))


def find_weeks_left(connection: Connection, _request: None, _now: datetime) -> list[str]:
    """Return the workspaces in which `count_older_weeks` has something to do."""
    return find_with_weeks_left(connection)


def count_older_weeks(connection: Connection, team_id: str, _now: datetime) -> bool:
    """Count the newest weeks of which there are no totals; return whether any are left."""
    weeks = list(stop_workspace(connection, team_id).weeks)
    for place, each in enumerate(weeks):
        if each.since is not None:
            since = _counted_back(connection, team_id, each.begins, each.since)
            weeks[place] = replace(each, since=since)
            save_weeks(connection, team_id, weeks)
            break
    return any(each.since is not None for each in weeks)


def _counted_back(
    connection: Connection, team_id: str, week_begins: int, since: date
) -> date | None:
    """Count a part of what lies before a week; return from which one on all is counted then."""
    totals = 0
    for _ in range(WEEKS_AT_ONCE):
        if not has_older(connection, team_id, since):
            return None
        end, since = since, since - timedelta(days=7)
        totals += count_weeks(connection, team_id, week_begins, since, end)
        if totals >= TOTALS_AT_ONCE:
            break
    return since
