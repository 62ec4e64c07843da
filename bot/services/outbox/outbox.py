"""What waits to be sent to Slack, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.domain.kudos import Source
from bot.domain.outbox import (
    FIRST_PAUSE,
    POSTS,
    SCHEDULED_POSTS,
    Capacity,
    ClaimedMessage,
    OutboxKind,
)
from bot.services.giving.announcements import post_failed
from bot.services.posts.failed_posts import tell_of_failed_post
from storage import installations, outbox
from storage import kudos as kudos_table

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.outbox import ClaimedMessage
    from storage.engine.store import Connection

CLAIM_MAX = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack shows a message; an ephemeral one has no `ts` that could be used later."""

    claimed: ClaimedMessage
    channel_id: str | None
    ts: str | None
    kept: dict[str, Any] = field(default_factory=dict)  # what an update has to know of it


@dataclass(frozen=True, slots=True)
class NotSent:
    """Slack does not show a message, or nobody knows; `retry_at` is None where it never will."""

    claimed: ClaimedMessage
    error: str
    retry_at: datetime | None = None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class WaitsForToken:
    """A message that was not sent for want of a token; `token_number` is of the one that failed."""

    not_sent: NotSent
    token_number: int | None


@dataclass(frozen=True, slots=True)
class TakeOn:
    """One process has room for so many messages."""

    room: Capacity
    process_id: str


@dataclass(frozen=True, slots=True)
class TakenOn:
    """What one process is to send now; `next_due` is when to look for more, None if none waits."""

    claimed: list[ClaimedMessage]
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class CountDue:
    """What was enqueued until a moment and is to be sent within so long."""

    within: timedelta
    made_until: datetime


def claim(connection: Connection, room: Capacity | None, now: datetime) -> list[ClaimedMessage]:
    """Take on what is due, and for which there is room; None: as much as fits."""
    return outbox.claim(connection, CLAIM_MAX, now, room or Capacity(of_team=CLAIM_MAX))


def claim_due(connection: Connection, request: TakeOn, now: datetime) -> TakenOn:
    """Take on what is due and has room; return it, and when the next message is that has."""
    claimed = outbox.claim(connection, CLAIM_MAX, now, request.room, request.process_id)
    return TakenOn(claimed, outbox.find_next_due(connection, request.room.after(claimed)))


def renew(connection: Connection, claimed: ClaimedMessage, now: datetime) -> bool:
    """Keep what was taken on for longer; False if another process has it now."""
    return outbox.renew(connection, claimed, now)


def count_due(connection: Connection, request: CountDue, now: datetime) -> int:
    """Return how many messages are to be sent soon, or on their way."""
    return outbox.count_due(connection, until=now + request.within, made_until=request.made_until)


def note_sent(connection: Connection, request: Sent, now: datetime) -> bool:
    """Store where a message stands now; return True if it has to be brought up to date already."""
    claimed = request.claimed
    is_due_again = outbox.settle_sent(
        connection,
        claimed,
        channel_id=request.channel_id,
        ts=request.ts,
        kept=request.kept,
        now=now,
    )
    is_post = claimed.kind is OutboxKind.KUDOS_POSTED
    if is_post and claimed.kudos_id and request.channel_id and request.ts:
        kudos_table.set_message(
            connection,
            claimed.team_id,
            claimed.kudos_id,
            channel_id=request.channel_id,
            message_ts=request.ts,
        )
    return is_due_again


def note_not_sent(connection: Connection, request: NotSent, now: datetime) -> None:
    """Store that a message waits for another try, goes elsewhere, or cannot be sent at all."""
    claimed = request.claimed
    if request.retry_at is not None:
        outbox.settle_retry(
            connection,
            claimed,
            error=request.error,
            due_at=request.retry_at,
            in_doubt=request.in_doubt,
        )
    elif claimed.fallbacks:
        outbox.settle_elsewhere(connection, claimed, error=request.error, now=now)
    else:
        outbox.settle_failed(connection, claimed, error=request.error)
        if claimed.posted_ts is None:  # and not only an update of what is there
            _tell_giver(connection, claimed, now)
            if claimed.kind in SCHEDULED_POSTS:
                tell_of_failed_post(connection, claimed, request.error, now)


def note_waits_for_token(connection: Connection, request: WaitsForToken, now: datetime) -> None:
    """Store that a message waits until its workspace has another token.

    The wake-up of a token that came at this moment is spent already: it is tried again at once.
    """
    not_sent = request.not_sent
    team_id = not_sent.claimed.team_id
    found = installations.find_installation_for_good(connection, team_id)
    if found is not None and found.token_number != request.token_number:
        not_sent = replace(not_sent, retry_at=now + FIRST_PAUSE)
    note_not_sent(connection, not_sent, now)


def note_dropped(connection: Connection, claimed: ClaimedMessage, now: datetime) -> bool:
    """Store that there is nothing to send any more; return True if by now there is again."""
    return outbox.settle_dropped(connection, claimed, now=now)


def _tell_giver(connection: Connection, claimed: ClaimedMessage, now: datetime) -> None:
    """Tell a giver that nobody will read the thanks where it was given, or anywhere else."""
    if claimed.kind not in POSTS or claimed.kudos_id is None:
        return
    kudos = kudos_table.find_kudos(connection, claimed.team_id, claimed.kudos_id)
    # A reaction is told below the message, whatever becomes of its copy elsewhere.
    if kudos is None or kudos.source is Source.REACTION:
        return
    if outbox.is_told_nowhere(connection, claimed.team_id, claimed.kudos_id):
        outbox.enqueue(connection, [post_failed(kudos)], now)
