"""Who is on boards"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PEOPLE_AT_ONCE = 500
_RANKED_BY = {
    "points": ("points_received", "givers_count"),
    "receivers": ("givers_count", "points_received"),
    "givers": ("receivers_count", "points_given"),
}


def upgrade() -> None:
    with op.batch_alter_table("standings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_off_boards", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.drop_index("ix_members_off_boards", table_name="members")
    for side in _RANKED_BY:
        op.drop_index(f"ix_standings_{side}", table_name="standings")
    op.drop_index("ix_kudos_team_id_giver_id_kudos_id", table_name="kudos")
    op.create_index(
        "ix_kudos_given", "kudos", ["team_id", "giver_id", "kudos_id", "given_on", "reversed_at"]
    )
    _leave_out_who_does_not_count()
    # Ten million kudos leave some twenty million rows: half a minute of work for each index.
    for side, ranked_by in _RANKED_BY.items():
        op.create_index(
            f"ix_standings_{side}",
            "standings",
            [
                *("team_id", "period", "value", "is_off_boards"),
                *(sa.literal_column(f"{column} DESC") for column in ranked_by),
                "user_id",
            ],
        )


_workspaces = sa.table("workspaces", sa.column("team_id"), sa.column("settings", sa.JSON))
_members = sa.table(
    "members",
    *(sa.column(name) for name in ("team_id", "user_id", "display_name")),
    *(
        sa.column(name, sa.Boolean)
        for name in ("is_bot", "is_deactivated", "is_external", "is_guest", "is_off_boards")
    ),
)
_standings = sa.table(
    "standings",
    *(sa.column(name) for name in ("team_id", "period", "value", "user_id")),
    sa.column("is_off_boards", sa.Boolean),
)


def _leave_out_who_does_not_count() -> None:
    """Have boards leave out, by the data, whom scheduled posts have left out by their query."""
    connection = op.get_bind()
    for team_id, settings in connection.execute(sa.select(_workspaces)).all():
        of = _members.c
        left_out = [of.is_off_boards, of.is_bot, of.is_deactivated, of.display_name == ""]
        if not settings.get("externals_take_part", False):
            left_out.append(of.is_external)
        if not settings.get("guests_take_part", True):
            left_out.append(of.is_guest)
        connection.execute(
            sa.update(_members)
            .where(of.team_id == team_id, sa.or_(*left_out))
            .values(is_off_boards=True)
        )
        for user_ids in _left_out(connection, team_id):
            connection.execute(
                sa.update(_standings)
                .where(_standings.c.team_id == team_id, _standings.c.user_id.in_(user_ids))
                .values(is_off_boards=True)
            )


def _left_out(connection: Connection, team_id: str) -> Iterator[list[str]]:
    """Yield those who have totals and are not to be on boards, or whom nobody knows."""
    of = _standings.c
    counted = (of.team_id == team_id, of.period == "all", of.value == "")
    on_boards = sa.select(_members.c.user_id).where(
        _members.c.team_id == team_id, sa.not_(_members.c.is_off_boards)
    )
    found = sa.select(of.user_id).where(*counted, of.user_id.not_in(on_boards))
    user_ids = list(connection.execute(found).scalars())
    for start in range(0, len(user_ids), _PEOPLE_AT_ONCE):
        yield user_ids[start : start + _PEOPLE_AT_ONCE]
