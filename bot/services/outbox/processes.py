"""Which processes send messages, and taking over from those that died."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import processes
from storage.processes import Beat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Session

__all__ = ["Beat", "beat", "bury", "leave", "let_go"]


@dataclass(frozen=True, slots=True)
class LetGo:
    """Processes that have died."""

    process_ids: Sequence[str]


def beat(session: Session, process_id: str, _now: datetime) -> list[Beat]:
    """Say that a process is at work; return what the others have said last."""
    return processes.beat(session, process_id)


def leave(session: Session, process_id: str, _now: datetime) -> None:
    """Forget a process that ends."""
    processes.leave(session, process_id)


def bury(session: Session, said: Beat, now: datetime) -> bool:
    """Let go of what a process had claimed that has said nothing since; False if it has."""
    return processes.bury(session, said, now)


def let_go(session: Session, request: LetGo, now: datetime) -> int:
    """Let go of what dead processes had claimed; return how many messages."""
    return processes.let_go(session, request.process_ids, now)
