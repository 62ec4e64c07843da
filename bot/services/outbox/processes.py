"""Which processes send messages, and taking over from those that died."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import processes
from storage.processes import Beat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection

__all__ = ["Beat", "beat", "bury", "leave", "let_go"]


@dataclass(frozen=True, slots=True)
class LetGo:
    """Processes that have died."""

    process_ids: Sequence[str]


def beat(connection: Connection, process_id: str, _now: datetime) -> list[Beat]:
    """Say that a process is at work; return what the others have said last."""
    return processes.beat(connection, process_id)


def leave(connection: Connection, process_id: str, _now: datetime) -> None:
    """Forget a process that ends."""
    processes.leave(connection, process_id)


def bury(connection: Connection, said: Beat, now: datetime) -> bool:
    """Let go of what a process had claimed that has said nothing since; False if it has."""
    return processes.bury(connection, said, now)


def let_go(connection: Connection, request: LetGo, now: datetime) -> int:
    """Let go of what dead processes had claimed; return how many messages."""
    return processes.let_go(connection, request.process_ids, now)
