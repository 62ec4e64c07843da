"""Erasing a person: their name and their words go, everything that is counted stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, literal, or_, select, tuple_, union

from bot.domain.budgets import BOOST_ENDED, BOOST_GIVEN
from bot.domain.kudos import Source
from bot.domain.members import ERASED_NAME
from bot.domain.outbox import POSTS, OutboxKind
from bot.domain.schedules import keys_told_of
from bot.domain.zones import UNKNOWN_ZONE
from storage import digest
from storage.outbox import SENDING, WAITING
from storage.schedules import revise_posts
from storage.tables.schema import activity, boosts, kudos, members, notices, outbox, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection

# What names somebody, or quotes them, and is made anew from the store at each change.
REVISED_KINDS = POSTS | {
    OutboxKind.KUDOS_RECEIVED,
    OutboxKind.POST_FAILED,
    OutboxKind.REACTION_THANKS,
}


def erase_member(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """Empty somebody's row; what is left in it is what the rules go by (who is a bot, who left)."""
    connection.execute(
        members.update()
        .where(members.c.team_id == team_id, members.c.user_id == user_id)
        .values(
            display_name=ERASED_NAME,
            time_zone=UNKNOWN_ZONE,
            locale="",
            preferences={},
            home_opened_at=None,
            erased_at=now,
        )
    )
    connection.execute(
        notices.delete().where(notices.c.team_id == team_id, notices.c.user_id == user_id)
    )


def lift_erasure(connection: Connection, team_id: str, user_ids: Sequence[str]) -> None:
    """Let the names of these people be stored again, once Slack tells them."""
    connection.execute(
        members.update()
        .where(members.c.team_id == team_id, members.c.user_id.in_(sorted(user_ids)))
        .where(members.c.erased_at.is_not(None))
        .values(erased_at=None)
    )


def erase_words(connection: Connection, team_id: str, user_id: str) -> int:
    """Empty the reasons that somebody wrote; return how many."""
    emptied = connection.execute(
        kudos.update()
        .where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id, kudos.c.reason != "")
        .values(reason="")
    )
    return emptied.rowcount


def count_words(connection: Connection, team_id: str, user_id: str) -> int:
    """Returns how many reasons `erase_words` would empty."""
    written = (
        select(func.count())
        .select_from(kudos)
        .where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id, kudos.c.reason != "")
    )
    return int(connection.execute(written).scalar_one())


def erase_boosts(connection: Connection, team_id: str, user_id: str) -> None:
    """Empties what admins wrote when they gave somebody a boost, also in the list of what they did.

    The points stay, and so does who gave them and when.
    """
    connection.execute(
        boosts.update()
        .where(boosts.c.team_id == team_id, boosts.c.user_id == user_id)
        .values(reason="")
    )
    about = (activity.c.team_id == team_id, activity.c.subject_id == user_id)
    of_boosts = activity.c.what.in_((BOOST_ENDED, BOOST_GIVEN))
    found = connection.execute(
        select(activity.c.activity_id, activity.c.before, activity.c.after).where(*about, of_boosts)
    ).all()
    for row in found:
        connection.execute(
            activity.update()
            .where(activity.c.team_id == team_id, activity.c.activity_id == row.activity_id)
            .values(before=_without_reason(row.before), after=_without_reason(row.after))
        )


def _without_reason(noted: Any) -> Any:
    return noted | {"reason": ""} if isinstance(noted, dict) and "reason" in noted else noted


def revise_messages(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """Have every message in Slack that may name somebody, or quote them, brought up to date.

    What waits is made from the store anyway. What went through a response_url cannot be changed any
    more: Slack allows that for half an hour, and the address is not kept.
    """
    part = union(
        select(kudos.c.kudos_id).where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id),
        select(receipts.c.kudos_id).where(
            receipts.c.team_id == team_id, receipts.c.receiver_id == user_id
        ),
    ).subquery()
    # What somebody was thanked for by reactions is told in one reply, which is about no one kudos;
    # who joined in with a kudos is named in the post of that one.
    own = kudos.c.kudos_id.in_(select(part.c.kudos_id))
    messages = select(kudos.c.channel_id, kudos.c.message_ts).where(
        kudos.c.team_id == team_id, kudos.c.source == Source.REACTION, own
    )
    joined = select(kudos.c.joins_id).where(
        kudos.c.team_id == team_id, kudos.c.joins_id.is_not(None), own
    )
    connection.execute(
        outbox.update()
        .where(outbox.c.team_id == team_id, outbox.c.kind.in_(sorted(REVISED_KINDS)))
        .where(or_(outbox.c.posted_ts.is_not(None), outbox.c.state == SENDING))
        .where(
            or_(
                outbox.c.kudos_id.in_(select(part.c.kudos_id)),
                outbox.c.kudos_id.in_(joined),
                (outbox.c.kind == OutboxKind.REACTION_THANKS)
                & tuple_(outbox.c.channel_id, outbox.c.thread_ts).in_(messages),
            )
        )
        .values(
            revision=outbox.c.revision + 1,
            state=case((outbox.c.state == SENDING, SENDING), else_=WAITING),
            due_at=case(
                (outbox.c.state == SENDING, outbox.c.due_at),
                else_=literal(now, outbox.c.due_at.type),
            ),
        )
    )
    # Of weeks and months in which they gave or received something, what was posted may name them.
    days = union(
        select(kudos.c.given_on).where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id),
        select(receipts.c.given_on).where(
            receipts.c.team_id == team_id, receipts.c.receiver_id == user_id
        ),
    )
    told = {key for day in connection.execute(days).scalars() for key in keys_told_of(day)}
    revise_posts(connection, team_id, told, now)
    digest.revise_quoting(connection, team_id, user_id, now)
