"""Labels of kudos"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy import Connection

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Nothing older can lie in a period that is under way: a month, and the spread of zones.
_LABELLED_DAYS = 40

_kudos = sa.table(
    "kudos",
    *(sa.column(name, sa.String) for name in ("team_id", "kudos_id", "giver_id")),
    sa.column("allowance_label", sa.String),
    sa.column("given_on", sa.Date),
)
_entries = sa.table(
    "ledger_entries",
    *(sa.column(name, sa.String) for name in ("team_id", "entry_id", "allowance_label")),
)


def upgrade() -> None:
    """Have a kudos say in which period it counts, since one without points has no entry to say so.

    What was given lately takes it from the ledger.
    """
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("allowance_label", sa.String(length=16), nullable=True))
    label_lately(op.get_bind())


def label_lately(connection: Connection) -> None:
    """Copies to kudos of the last weeks the label of their entry in the ledger."""
    newest = connection.execute(sa.select(sa.func.max(_kudos.c.given_on))).scalar()
    if newest is None:
        return
    of = _kudos.c
    label = (
        sa.select(_entries.c.allowance_label)
        .where(_entries.c.team_id == of.team_id)
        .where(_entries.c.entry_id == of.kudos_id + ":giving:" + of.giver_id)
        .scalar_subquery()
    )
    connection.execute(
        sa.update(_kudos)
        .where(of.given_on >= newest - timedelta(days=_LABELLED_DAYS))
        .values(allowance_label=label)
    )
