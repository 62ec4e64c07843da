"""Values of what is public"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COUNTS = (
    "givers_count",
    "kudos_received",
    "points_received",
    "receivers_count",
    "kudos_given",
    "points_given",
)
_ROWS_AT_ONCE = 500

_kudos = sa.table(
    "kudos",
    *(sa.column(name) for name in ("team_id", "kudos_id", "giver_id", "value", "audience")),
    sa.column("given_on", sa.Date),
    sa.column("reversed_at"),
)
_receipts = sa.table(
    "receipts", *(sa.column(name) for name in ("team_id", "kudos_id", "receiver_id", "points"))
)
_standings = sa.table(
    "standings",
    *(sa.column(name) for name in ("team_id", "period", "value", "user_id", *_COUNTS)),
    sa.column("privately_received"),
    sa.column("is_off_boards", sa.Boolean),
)
_pairs = sa.table(
    "pairs",
    *(sa.column(name) for name in ("team_id", "giver_id", "receiver_id", "value")),
    sa.column("last_on", sa.Date),
    sa.column("previous_on", sa.Date),
)


def upgrade() -> None:
    """Have the boards of values count what is public alone."""
    connection = op.get_bind()
    in_private_channels = (
        sa.select(_kudos.c.team_id, _kudos.c.value)
        .where(_kudos.c.audience == "channel", _kudos.c.value.is_not(None))
        .distinct()
    )
    for team_id, value in connection.execute(in_private_channels).all():
        _count_anew(connection, team_id, value)


def _count_anew(connection: Connection, team_id: str, value: str) -> None:
    of = _standings.c
    is_off = {
        row.user_id: row.is_off_boards
        for row in connection.execute(
            sa.select(of.user_id, of.is_off_boards).where(
                of.team_id == team_id, of.period == "all", of.value == ""
            )
        )
    }
    connection.execute(sa.delete(_standings).where(of.team_id == team_id, of.value == value))
    connection.execute(
        sa.delete(_pairs).where(_pairs.c.team_id == team_id, _pairs.c.value == value)
    )
    totals: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTS, 0))
    met: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    last: dict[tuple[str, str], date] = {}
    counted: set[tuple[str, str]] = set()
    for row in _public(connection, team_id, value):
        pair = (row.giver_id, row.receiver_id)
        last[pair] = max(row.given_on, last.get(pair, row.given_on))
        for period in _periods_of(row.given_on):
            received, given = totals[row.receiver_id, period], totals[row.giver_id, period]
            met[row.receiver_id, period, "givers_count"].add(row.giver_id)
            met[row.giver_id, period, "receivers_count"].add(row.receiver_id)
            received["kudos_received"] += 1
            received["points_received"] += row.points
            given["points_given"] += row.points
            if (row.kudos_id, period) not in counted:
                counted.add((row.kudos_id, period))
                given["kudos_given"] += 1
    for (user_id, period, name), others in met.items():
        totals[user_id, period][name] = len(others)
    _insert(
        connection,
        _standings,
        (
            {"team_id": team_id, "period": period, "value": value, "user_id": user_id}
            | counts
            | {"privately_received": 0, "is_off_boards": is_off.get(user_id, False)}
            for (user_id, period), counts in sorted(totals.items())
        ),
    )
    _insert(
        connection,
        _pairs,
        (
            {"team_id": team_id, "giver_id": giver_id, "receiver_id": receiver_id, "value": value}
            | {"last_on": last_on, "previous_on": None}
            for (giver_id, receiver_id), last_on in sorted(last.items())
        ),
    )


def _public(connection: Connection, team_id: str, value: str) -> Iterable[Any]:
    of, part = _kudos.c, _receipts.c
    return connection.execute(
        sa.select(of.kudos_id, of.giver_id, of.given_on, part.receiver_id, part.points)
        .join(_receipts, sa.and_(part.team_id == of.team_id, part.kudos_id == of.kudos_id))
        .where(of.team_id == team_id, of.value == value, of.audience == "public")
        .where(of.reversed_at.is_(None))
    ).all()


def _periods_of(day: date) -> tuple[str, ...]:
    year, week, _ = day.isocalendar()
    quarter = (day.month + 2) // 3
    of_week, of_quarter = f"{year:04}-W{week:02}", f"{day.year:04}-Q{quarter}"
    return (of_week, f"{day:%Y-%m}", of_quarter, f"{day:%Y}", "all")


def _insert(
    connection: Connection, table: sa.TableClause, made: Iterable[dict[str, object]]
) -> None:
    rows = list(made)
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(table.insert(), rows[first : first + _ROWS_AT_ONCE])
