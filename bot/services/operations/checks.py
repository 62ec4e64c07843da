"""Whether the running totals still say what the ledger and the kudos say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.services.posts.schedules import view_schedules
from storage import kudos, ledger, outbox, standings
from storage.board_membership import find_wrong_totals
from storage.workspaces import find_team_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.schedules import ScheduleStatus
    from storage.engine.store import Connection

FAILED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What is in the store of one workspace, and which totals are wrong."""

    team_id: str
    kudos_count: int
    wrong_balances: tuple[str, ...]  # people
    wrong_allowances: tuple[str, ...]  # people
    wrong_standings: tuple[str, ...]  # person and period; the person alone if on a wrong board
    outbox: dict[str, int]  # by state
    failed: tuple[tuple[str, str, str, datetime], ...]  # kind, channel, reason, when
    schedules: tuple[ScheduleStatus, ...]


def check_stores(connection: Connection, _request: None, now: datetime) -> list[StoreReport]:
    """Return a report for each workspace; everything is counted anew, which may take a while."""
    return [_report(connection, team_id, now) for team_id in find_team_ids(connection)]


def _report(connection: Connection, team_id: str, now: datetime) -> StoreReport:
    return StoreReport(
        team_id=team_id,
        kudos_count=kudos.count_kudos(connection, team_id),
        wrong_balances=_different(
            ledger.recount_balances(connection, team_id),
            ledger.stored_balances(connection, team_id),
        ),
        wrong_allowances=_different(
            _by_name(ledger.recount_spent(connection, team_id)),
            _by_name(ledger.stored_spent(connection, team_id)),
        ),
        wrong_standings=(
            *_different(
                _by_name(standings.recount(connection, team_id)),
                _by_name(standings.stored(connection, team_id)),
            ),
            *find_wrong_totals(connection, team_id),
        ),
        outbox=outbox.count_by_state(connection, team_id),
        failed=tuple(outbox.find_failed(connection, team_id, FAILED_SHOWN)),
        schedules=tuple(view_schedules(connection, team_id, now)),
    )


def _by_name(totals: Mapping[tuple[Any, ...], object]) -> dict[str, object]:
    return {" ".join(str(part) for part in key if part): total for key, total in totals.items()}


def _different(right: Mapping[str, object], stored: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys whose values differ; an absent one is as good as nothing."""
    keys = right.keys() | stored.keys()
    return tuple(sorted(key for key in keys if (right.get(key) or 0) != (stored.get(key) or 0)))
