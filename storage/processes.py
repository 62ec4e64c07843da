"""Which processes are at work, and letting go of what a dead one had claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from storage.outbox import SENDING, UNSETTLED
from storage.tables.processes import processes
from storage.tables.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class Beat:
    """What a process has last said of itself."""

    process_id: str
    beats: int
    age_seconds: float  # by the database's clock


def beat(connection: Connection, process_id: str) -> list[Beat]:
    """Say that a process is at work; return what the others have said last. Postgres only."""
    now = func.clock_timestamp()
    said = insert(processes).values(process_id=process_id, beats=1, seen_at=now)
    connection.execute(
        said.on_conflict_do_update(
            index_elements=["process_id"],
            set_={"beats": processes.c.beats + 1, "seen_at": now},
        )
    )
    age = func.extract("epoch", now - processes.c.seen_at)
    others = select(processes.c.process_id, processes.c.beats, age)
    rows = connection.execute(others.where(processes.c.process_id != process_id))
    return [Beat(row[0], row[1], float(row[2])) for row in rows]


def leave(connection: Connection, process_id: str) -> None:
    """Forget a process that ends."""
    connection.execute(processes.delete().where(processes.c.process_id == process_id))


def bury(connection: Connection, said: Beat, now: datetime) -> bool:
    """Forget a process that has said nothing since, and let go of what it had claimed.

    Returns False where it has said something meanwhile: then nothing is done.
    """
    gone = connection.execute(
        processes.delete().where(
            processes.c.process_id == said.process_id, processes.c.beats == said.beats
        )
    )
    if gone.rowcount != 1:
        return False
    let_go(connection, [said.process_id], now)
    return True


def let_go(connection: Connection, process_ids: Sequence[str], now: datetime) -> int:
    """Have what these processes had claimed taken on at once, in doubt; return how many."""
    freed = connection.execute(
        outbox.update()
        .where(UNSETTLED, outbox.c.state == SENDING, outbox.c.due_at > now)
        .where(outbox.c.claimed_by.in_(list(process_ids)))
        .values(due_at=now, claimed_by=None)
    )
    return freed.rowcount
