"""Lets go of what is over, a little at a time; `storage.retention` says how long what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import retention

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection
    from storage.retention import Page

PAGE_ROWS = 500  # read at once
DELETED_AT_ONCE = 25  # a few milliseconds, in which nobody else can write to SQLite


@dataclass(frozen=True, slots=True)
class LookThrough:
    """The part of a workspace's outbox behind this message."""

    team_id: str
    after_id: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """Messages of a workspace that are over."""

    team_id: str
    outbox_ids: tuple[str, ...]


def find_old(connection: Connection, request: LookThrough, now: datetime) -> Page:
    """Returns what is over in the next part of the outbox."""
    return retention.find_old(connection, request.team_id, request.after_id, PAGE_ROWS, now)


def let_go(connection: Connection, request: LetGo, _now: datetime) -> int:
    """Deletes messages that are over; returns how many."""
    return retention.delete_messages(connection, request.team_id, request.outbox_ids)


def let_go_of_runs(connection: Connection, team_id: str, now: datetime) -> int:
    """Deletes some of what digests noted long ago; returns how many rows."""
    return retention.delete_runs(connection, team_id, DELETED_AT_ONCE, now)
