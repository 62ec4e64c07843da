"""How long each table keeps its rows, said in one place, and letting go of what is over.

Nothing grows without end but what people gave. A row goes once nothing can change by it any more:
whoever is undone, removed or erased later is brought up to date wherever it is still told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.outbox import PASSING_KINDS
from bot.domain.schedules import ScheduleKind
from storage.engine.statements import first_id
from storage.outbox import SENDING, WAITING
from storage.tables.schema import occurrences, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection

KEEP = timedelta(days=90)

GIVEN = "as long as the workspace: what people gave"
ONE_EACH = "as long as the workspace: a row for each of its people, channels, groups or settings"
TOTALS = "as long as the workspace: a row for each person and period"
AN_HOUR = "an hour: what was typed, until it is corrected"
OWN_END = "until what it is about has ended"
PASSES = f"some of it goes after {KEEP.days} days"

RETENTION = {
    "workspaces": ONE_EACH,
    "members": ONE_EACH,
    "channels": ONE_EACH,
    "user_groups": ONE_EACH,
    "kudos": GIVEN,
    "receipts": GIVEN,
    "ledger_entries": GIVEN,
    "imports": GIVEN,  # so that one can be undone at any time
    "imported_kudos": GIVEN,
    "kept_lines": AN_HOUR,
    "reactions": GIVEN,  # a row for each emoji that somebody thanked with
    "overrides": ONE_EACH,
    "boosts": GIVEN,  # the ledger tells by which of them something was paid
    "activity": GIVEN,  # what admins did: it only grows
    "allowances": TOTALS,
    "balances": ONE_EACH,
    "pairs": TOTALS,
    "standings": TOTALS,
    "notices": ONE_EACH,  # and kind
    "schedules": ONE_EACH,
    "occurrences": PASSES,  # of digests; a weekly or monthly post may still be changed
    "outbox": PASSES,  # `PASSING_KINDS`; where a kudos is told stays known
    "installations": OWN_END,  # until what was uninstalled is deleted
    "deletions": OWN_END,
    "processes": OWN_END,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the outbox that was looked through."""

    old_ids: tuple[str, ...]
    last_id: str | None  # where to go on; None once all was seen
    has_spared: bool = False  # some that will be over, which are being sent or were enqueued again


def find_old(
    connection: Connection, team_id: str, after_id: str, limit: int, now: datetime
) -> Page:
    """Returns which messages in the next part of the outbox are over. Ids sort by time."""
    before = now - KEEP
    rows = connection.execute(
        select(outbox.c.outbox_id, outbox.c.kind, outbox.c.state, outbox.c.created_at)
        .where(outbox.c.team_id == team_id, outbox.c.outbox_id > after_id)
        .where(outbox.c.outbox_id < first_id(before))
        .order_by(outbox.c.outbox_id)
        .limit(limit)
    ).all()
    passing = [row for row in rows if row.kind in PASSING_KINDS]
    old = [
        row.outbox_id
        for row in passing
        # One that was enqueued again has an old id, and is as new as that.
        if row.state not in {WAITING, SENDING} and row.created_at < before
    ]
    last_id = rows[-1].outbox_id if len(rows) == limit else None
    return Page(tuple(old), last_id, has_spared=len(old) < len(passing))


def delete_messages(connection: Connection, team_id: str, outbox_ids: Sequence[str]) -> int:
    """Lets go of these messages, but for any that is being sent again; returns how many went."""
    deleted = connection.execute(
        outbox.delete()
        .where(outbox.c.team_id == team_id, outbox.c.outbox_id.in_(list(outbox_ids)))
        .where(outbox.c.state.not_in([WAITING, SENDING]))
    )
    return deleted.rowcount


def delete_runs(connection: Connection, team_id: str, limit: int, now: datetime) -> int:
    """Lets go of some of the times at which digests were due long ago; returns how many went."""
    of = occurrences.c
    old = connection.execute(
        select(of.period, of.place)
        .where(of.team_id == team_id, of.kind == ScheduleKind.DIGEST, of.slot_at < now - KEEP)
        .limit(limit)
    ).all()
    for period, place in old:
        connection.execute(
            occurrences.delete()
            .where(of.team_id == team_id, of.kind == ScheduleKind.DIGEST)
            .where(of.period == period, of.place == place)
        )
    return len(old)
