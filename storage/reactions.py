"""What the latest event said of each person's emoji on each message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.engine.statements import Statement
from storage.tables.schema import reactions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.reactions import ReactionChanged, Tones
    from storage.engine.store import Connection


def _lock(insert: Any) -> Any:
    statement = insert(reactions)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "channel_id", "message_ts", "user_id", "emoji"],
        set_={"updated_at": statement.excluded.updated_at},
    ).returning(reactions.c.tones)


_LOCK = Statement(_lock)


def lock_tones(connection: Connection, change: ReactionChanged, emoji: str, now: datetime) -> Tones:
    """Return what is known of the emoji, and hold its row until the transaction ends."""
    stored = _LOCK.scalar(connection, _key(change, emoji) | {"tones": {}, "updated_at": now})
    return _tones(stored)


def save_tones(connection: Connection, change: ReactionChanged, emoji: str, tones: Tones) -> None:
    """Store what is known of the emoji now."""
    key = _key(change, emoji)
    connection.execute(
        reactions.update()
        .where(*(reactions.c[name] == value for name, value in key.items()))
        .values(tones=tones)
    )


def find_others(connection: Connection, change: ReactionChanged, emoji: str) -> dict[str, Tones]:
    """Return what is known of the same person's other emoji on the same message."""
    key = _key(change, emoji)
    rows = connection.execute(
        select(reactions.c.emoji, reactions.c.tones).where(
            *(reactions.c[name] == value for name, value in key.items() if name != "emoji"),
            reactions.c.emoji != emoji,
        )
    )
    return {row.emoji: _tones(row.tones) for row in rows}


def _tones(stored: dict[str, Any]) -> Tones:
    return {name: (event_ts, is_added) for name, (event_ts, is_added) in stored.items()}


def _key(change: ReactionChanged, emoji: str) -> dict[str, str]:
    return {
        "team_id": change.team_id,
        "channel_id": change.channel_id,
        "message_ts": change.message_ts,
        "user_id": change.user_id,
        "emoji": emoji,
    }
