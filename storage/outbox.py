"""The outbox: messages that are stored with what they follow from, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select, text

from bot.domain.outbox import (
    FINAL_KINDS,
    LEASE,
    OF_A_PERIOD,
    POSTS,
    Capacity,
    ClaimedMessage,
    OutboxKind,
    OutboxMessage,
)
from storage.engine.statements import BatchInsert, Statement, new_id
from storage.tables.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.statements import Row
    from storage.engine.store import Connection

WAITING = "waiting"
SENDING = "sending"
SENT = "sent"
FAILED = "failed"
DROPPED = "dropped"

# A row that is being sent stays so; its sender sees that the revision has moved on.
_WAITING_UNLESS_SENDING = case((outbox.c.state == SENDING, SENDING), else_=WAITING)


def _enqueue(insert: Any) -> Any:
    statement = insert(outbox)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "key"],
        set_={
            "revision": outbox.c.revision + 1,
            "state": _WAITING_UNLESS_SENDING,
            "due_at": case(
                (outbox.c.state == SENDING, outbox.c.due_at), else_=statement.excluded.due_at
            ),
            # One that was dropped counts as new, and is given as much time as the first one.
            "created_at": case(
                (outbox.c.posted_ts.is_(None), statement.excluded.created_at),
                else_=outbox.c.created_at,
            ),
        },
    )


def _enqueue_once(insert: Any) -> Any:
    return insert(outbox).on_conflict_do_nothing(index_elements=["team_id", "key"])


_ENQUEUE = Statement(_enqueue)
_ENQUEUE_ONCE = Statement(_enqueue_once)
_ABOUT_KUDOS = (
    outbox.update()
    .where(outbox.c.team_id == bindparam("of_team"), outbox.c.kudos_id == bindparam("of_kudos"))
    .where(outbox.c.kind.not_in(sorted(FINAL_KINDS)))
    .where(outbox.c.state.not_in([FAILED, DROPPED]))
    .values(
        revision=outbox.c.revision + 1,
        state=_WAITING_UNLESS_SENDING,
        due_at=case(
            (outbox.c.state == SENDING, outbox.c.due_at),
            else_=bindparam("now", type_=outbox.c.due_at.type),
        ),
    )
)
_REVISE = Statement(_ABOUT_KUDOS)
_REVISE_POSTS = Statement(
    _ABOUT_KUDOS.where(
        outbox.c.kind.in_(sorted(POSTS)),
        or_(outbox.c.posted_ts.is_not(None), outbox.c.state == SENDING),
    )
)
# In these words, since only then SQLite looks at what waits, and not through all that was sent.
UNSETTLED = text("state IN ('waiting', 'sending')")
_OF_OTHERS = outbox.c.team_id.not_in(bindparam("full", expanding=True))
_FIND_DUE = (
    select(outbox)
    .where(UNSETTLED)
    .where(outbox.c.due_at <= bindparam("now", type_=outbox.c.due_at.type))
    .order_by(outbox.c.due_at, outbox.c.outbox_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_DUE, _DUE_OF_OTHERS = Statement(_FIND_DUE), Statement(_FIND_DUE.where(_OF_OTHERS))
_FIND_NEXT = select(func.min(outbox.c.due_at)).where(UNSETTLED)
_NEXT_DUE, _NEXT_DUE_OF_OTHERS = Statement(_FIND_NEXT), Statement(_FIND_NEXT.where(_OF_OTHERS))
_OF_ROW = and_(outbox.c.team_id == bindparam("of_team"), outbox.c.outbox_id == bindparam("of_row"))
_CLAIM = Statement(
    outbox.update()
    .where(_OF_ROW)
    .values(
        state=SENDING,
        attempts=outbox.c.attempts + 1,
        due_at=bindparam("lease_until", type_=outbox.c.due_at.type),
        claimed_by=bindparam("process_id", type_=outbox.c.claimed_by.type),
        # The first try whose end is not known counts: from there on Slack's history is searched.
        sending_since=func.coalesce(
            outbox.c.sending_since, bindparam("now", type_=outbox.c.sending_since.type)
        ),
    )
)
# Only the process that holds the claim may settle it: another one counts one attempt more.
_OF_CLAIM = and_(_OF_ROW, outbox.c.state == SENDING, outbox.c.attempts == bindparam("of_attempt"))
_SENT = Statement(
    outbox.update()
    .where(_OF_CLAIM)
    .values(
        # What was shown by a response_url, or to one person, can never be brought up to date.
        state=case(
            (outbox.c.revision == bindparam("of_revision"), SENT),
            else_=bindparam("otherwise", type_=outbox.c.state.type),
        ),
        sent_revision=bindparam("of_revision", type_=outbox.c.sent_revision.type),
        attempts=0,
        due_at=bindparam("now", type_=outbox.c.due_at.type),
        sending_since=None,
        last_error=None,
        posted_channel_id=bindparam("to_channel", type_=outbox.c.posted_channel_id.type),
        posted_ts=bindparam("to_ts", type_=outbox.c.posted_ts.type),
        # A response_url is as good as a key to the channel for half an hour: it is not kept.
        fallbacks=[],
        details=bindparam("kept", type_=outbox.c.details.type),
        sent_at=bindparam("now", type_=outbox.c.sent_at.type),
    )
    .returning(outbox.c.state)
)

_DROPPED = Statement(
    outbox.update()
    .where(_OF_CLAIM)
    .values(
        state=case((outbox.c.revision == bindparam("of_revision"), DROPPED), else_=WAITING),
        due_at=bindparam("now", type_=outbox.c.due_at.type),
        sending_since=None,
    )
    .returning(outbox.c.state)
)


def enqueue(connection: Connection, messages: Sequence[OutboxMessage], now: datetime) -> None:
    """Store messages to be sent; one whose key is there already is to be brought up to date."""
    together = BatchInsert()
    enqueue_with(together, messages, now)
    if messages:
        together.run(connection)


def enqueue_with(together: BatchInsert, messages: Sequence[OutboxMessage], now: datetime) -> None:
    """Store messages like `enqueue`, with other rows."""
    together.add(_ENQUEUE, _rows(messages, now))


def enqueue_once(connection: Connection, messages: Sequence[OutboxMessage], now: datetime) -> None:
    """Store messages to be sent, but for those whose key is there already."""
    _ENQUEUE_ONCE.run_many(connection, _rows(messages, now))


def _rows(messages: Sequence[OutboxMessage], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "team_id": message.team_id,
            "outbox_id": new_id(now),
            "key": message.key,
            "kind": message.kind,
            "kudos_id": message.kudos_id,
            "user_id": message.user_id,
            "channel_id": message.channel_id,
            "thread_ts": message.thread_ts,
            "fallbacks": list(message.fallbacks),
            "details": message.details,
            "state": WAITING,
            "revision": 1,
            "sent_revision": 0,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        for message in messages
    ]


def revise(connection: Connection, team_id: str, kudos_id: str, now: datetime) -> None:
    """Have every message about a kudos brought up to date."""
    _REVISE.run(connection, {"of_team": team_id, "of_kudos": kudos_id, "now": now})


def revise_posts(connection: Connection, team_id: str, kudos_id: str, now: datetime) -> None:
    """Have the posts of a kudos brought up to date, as far as Slack shows them already."""
    _REVISE_POSTS.run(connection, {"of_team": team_id, "of_kudos": kudos_id, "now": now})


def claim(
    connection: Connection, limit: int, now: datetime, room: Capacity, process_id: str | None = None
) -> list[ClaimedMessage]:
    """Take what is due, oldest first; what another process has taken and not sent in time too.

    Of a workspace it takes no more than there is room for.
    """
    due, full = (_DUE_OF_OTHERS, {"full": room.full}) if room.full else (_DUE, {})
    rows = room.fitting(due.all(connection, {"now": now, "limit": limit} | full))
    _CLAIM.run_many(
        connection,
        [
            {
                "of_team": row.team_id,
                "of_row": row.outbox_id,
                "now": now,
                "lease_until": now + LEASE,
                "process_id": process_id,
            }
            for row in rows
        ],
    )
    return [_claimed(row, now) for row in rows]


def renew(connection: Connection, claimed: ClaimedMessage, now: datetime) -> bool:
    """Extend a claim; return False if its lease ran out and another process has taken it."""
    renewed = connection.execute(
        outbox.update().where(_OF_CLAIM).values(due_at=now + LEASE), _claim_key(claimed)
    )
    return renewed.rowcount == 1


def settle_sent(
    connection: Connection,
    claimed: ClaimedMessage,
    *,
    channel_id: str | None,
    ts: str | None,
    kept: dict[str, Any],
    now: datetime,
) -> bool:
    """Note that Slack shows a message; return True if it is due again.

    So it is where its subject has changed meanwhile. `kept` is what an update has to know.
    """
    settled = _claim_key(claimed) | {
        "of_revision": claimed.revision,
        "otherwise": SENT if ts is None else WAITING,
        "now": now,
        "to_channel": channel_id,
        "to_ts": ts,
        "kept": claimed.details | kept if claimed.kind in OF_A_PERIOD else {},
    }
    return bool(_SENT.scalar(connection, settled) == WAITING)


def settle_retry(
    connection: Connection, claimed: ClaimedMessage, *, error: str, due_at: datetime, in_doubt: bool
) -> None:
    """Note that a message is to be tried again; `in_doubt` where Slack may have taken it."""
    values: dict[str, Any] = {"due_at": due_at, "last_error": error}
    if not in_doubt:
        values |= {"state": WAITING, "sending_since": None}
    _settle(connection, claimed, values)


def settle_elsewhere(
    connection: Connection, claimed: ClaimedMessage, *, error: str, now: datetime
) -> None:
    """Send a message to the next place where it may go."""
    first, *rest = claimed.fallbacks
    values: dict[str, Any] = {
        "state": WAITING,
        "due_at": now,
        "sending_since": None,
        "last_error": error,
        "fallbacks": rest,
        "thread_ts": None,
    }
    if "response_url" in first:
        values["details"] = claimed.details | {"response_url": first["response_url"]}
    else:
        values["channel_id"] = first["channel_id"]
    _settle(connection, claimed, values)


def settle_failed(connection: Connection, claimed: ClaimedMessage, *, error: str) -> None:
    """Park a message that Slack will never take, with the reason."""
    _settle(connection, claimed, {"state": FAILED, "sending_since": None, "last_error": error})


def settle_dropped(connection: Connection, claimed: ClaimedMessage, *, now: datetime) -> bool:
    """Note that there is nothing to send any more: it was taken back before it was posted.

    Returns True if it is due again, since its subject has changed meanwhile.
    """
    settled = _claim_key(claimed) | {"of_revision": claimed.revision, "now": now}
    return bool(_DROPPED.scalar(connection, settled) == WAITING)


def _settle(connection: Connection, claimed: ClaimedMessage, values: dict[str, Any]) -> None:
    values = values | {"claimed_by": None}
    connection.execute(outbox.update().where(_OF_CLAIM).values(**values), _claim_key(claimed))


def _claim_key(claimed: ClaimedMessage) -> dict[str, Any]:
    return {
        "of_team": claimed.team_id,
        "of_row": claimed.outbox_id,
        "of_attempt": claimed.attempts,
    }


def find_next_due(connection: Connection, room: Capacity | None = None) -> datetime | None:
    """Return when the next message is due for which there is room; None if none waits."""
    next_due: datetime | None
    if room is None or not room.full:
        next_due = _NEXT_DUE.scalar(connection, {})
    else:
        next_due = _NEXT_DUE_OF_OTHERS.scalar(connection, {"full": room.full})
    return next_due


def count_waiting(connection: Connection) -> int:
    """Return how many messages wait, of all workspaces."""
    waiting = select(func.count()).select_from(outbox).where(UNSETTLED)
    return connection.execute(waiting).scalar_one()


def count_due(connection: Connection, *, until: datetime, made_until: datetime) -> int:
    """Return how many messages are due until a moment, or on their way; later ones aside."""
    return connection.execute(
        select(func.count())
        .select_from(outbox)
        .where(UNSETTLED, outbox.c.due_at <= until)
        .where(outbox.c.created_at <= made_until)
    ).scalar_one()


def count_by_state(connection: Connection, team_id: str) -> dict[str, int]:
    """Return how many messages are in each state."""
    rows = connection.execute(
        select(outbox.c.state, func.count())
        .where(outbox.c.team_id == team_id)
        .group_by(outbox.c.state)
    )
    return {row[0]: row[1] for row in rows}


def find_failed(
    connection: Connection, team_id: str, limit: int
) -> list[tuple[str, str, str, datetime]]:
    """Return kind, channel, reason and time of the last messages that Slack would not take."""
    rows = connection.execute(
        select(outbox.c.kind, outbox.c.channel_id, outbox.c.last_error, outbox.c.created_at)
        .where(outbox.c.team_id == team_id, outbox.c.state == FAILED)
        .order_by(outbox.c.created_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2] or "", row[3]) for row in rows]


def let_go(connection: Connection, team_id: str, channel_id: str, ts: str) -> None:
    """Leave a message alone from now on: what stands in its place is no message of the outbox."""
    connection.execute(
        outbox.update()
        .where(outbox.c.team_id == team_id, outbox.c.posted_channel_id == channel_id)
        .where(outbox.c.posted_ts == ts, outbox.c.state != SENDING)
        .values(state=SENT, posted_ts=None)
    )


def is_told_nowhere(connection: Connection, team_id: str, kudos_id: str) -> bool:
    """Return whether Slack took neither the post of a kudos nor its copy, and never will."""
    states = connection.execute(
        select(outbox.c.state)
        .where(outbox.c.team_id == team_id, outbox.c.kudos_id == kudos_id)
        .where(outbox.c.kind.in_([OutboxKind.KUDOS_POSTED, OutboxKind.KUDOS_ANNOUNCED]))
        .with_for_update()  # both may fail at the same moment, and each must see the other
    )
    return set(states.scalars()) == {FAILED}


def find_kudos_of_post(
    connection: Connection, team_id: str, channel_id: str, ts: str
) -> str | None:
    """Return the id of the kudos that a post tells of; None for any other message."""
    return connection.execute(
        select(outbox.c.kudos_id)
        .where(outbox.c.team_id == team_id, outbox.c.posted_channel_id == channel_id)
        .where(outbox.c.posted_ts == ts, outbox.c.kind.in_(sorted(POSTS)))
    ).scalar()


def _claimed(row: Row, now: datetime) -> ClaimedMessage:
    return ClaimedMessage(
        team_id=row.team_id,
        outbox_id=row.outbox_id,
        kind=OutboxKind(row.kind),
        kudos_id=row.kudos_id,
        user_id=row.user_id,
        channel_id=row.channel_id,
        thread_ts=row.thread_ts,
        fallbacks=tuple(row.fallbacks),
        details=row.details,
        revision=row.revision,
        attempts=row.attempts + 1,
        posted_channel_id=row.posted_channel_id,
        posted_ts=row.posted_ts,
        created_at=row.created_at,
        lease_until=now + LEASE,
        in_doubt_since=row.sending_since if row.state == SENDING else None,
    )
