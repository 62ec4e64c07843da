"""Makes the words of what is to be sent, from the store as it is at that moment.

So a kudos that was taken back before it was posted is never posted, and one whose words were erased
is not told any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.budgets import PairCapReached
from bot.domain.errors import AllowanceExceededError, PairCapExceededError
from bot.domain.kudos import Audience
from bot.domain.outbox import FINAL_KINDS, POSTS, OutboxKind
from bot.domain.periods import period_named
from bot.domain.privacy import for_others
from bot.domain.schedules import PostFailed, ScheduleKind
from bot.messages import budgets as budget_texts
from bot.messages import kudos as texts
from bot.messages.admin_home import admin_welcome
from bot.messages.removal import kudos_removed
from bot.messages.schedules import scheduled_post_failed
from bot.messages.words import words_for
from bot.services.digest import compose_digest
from bot.services.kudos import answer
from bot.services.posts import compose_monthly, compose_weekly
from storage import kudos as kudos_table
from storage import ledger
from storage.members import find_members, find_preferences, names_of
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.kudos import Kudos
    from bot.domain.outbox import Claimed
    from bot.domain.workspaces import Workspace
    from bot.messages.message import Message
    from bot.messages.words import Words
    from storage.store import Session


def compose(session: Session, claimed: Claimed, now: datetime) -> Message | None:
    """Return the message as it should read now, or None if there is nothing to tell any more."""
    if claimed.kind in FINAL_KINDS and claimed.posted_ts is not None:
        return None  # it stands, and what it was made of is not kept
    workspace = get_workspace(session, claimed.team_id)
    if claimed.kind in _OF_A_PERIOD:
        return _OF_A_PERIOD[claimed.kind](session, workspace, claimed, now)
    if claimed.kind in _ABOUT_NO_KUDOS:
        return _ABOUT_NO_KUDOS[claimed.kind](session, workspace, claimed)
    kudos = kudos_table.find_kudos(session, claimed.team_id, claimed.kudos_id or "")
    if kudos is not None and claimed.kind is OutboxKind.KUDOS_REMOVED:
        return _removed(session, workspace, claimed, kudos)
    if kudos is None or (kudos.reversed_at is not None and claimed.posted_ts is None):
        return None
    return _about(session, workspace, claimed, kudos, now)


def _about(
    session: Session, workspace: Workspace, claimed: Claimed, kudos: Kudos, now: datetime
) -> Message:
    words = _words(session, workspace, claimed.user_id)
    joined = _joined(session, claimed, kudos)
    involved = [kudos.giver_id, *kudos.receiver_ids, *(each.giver_id for each in joined)]
    names = names_of(session, kudos.team_id, involved)
    match claimed.kind:
        case OutboxKind.KUDOS_POSTED | OutboxKind.KUDOS_ANNOUNCED:
            joiner_ids = [each.giver_id for each in joined]
            about = _link_to(workspace, kudos, kudos.about_ts)
            seen = _seen_by_others(session, kudos)
            return texts.kudos_posted(words, seen, names, joiner_ids=joiner_ids, about=about)
        case OutboxKind.KUDOS_GIVEN:
            return texts.kudos_given(words, answer(session, workspace, kudos, now), names)
        case OutboxKind.KUDOS_RECEIVED:
            return texts.kudos_received(
                words,
                kudos,
                names,
                joins=joined[0] if kudos.joins_id and joined else None,
                link=_link_to(workspace, kudos, kudos.message_ts or kudos.about_ts),
                is_first=not kudos_table.find_received_before(
                    session, kudos.team_id, claimed.user_id or "", kudos.kudos_id
                ),
            )
        case OutboxKind.REACTION_GIVEN:
            return texts.reaction_given(words, answer(session, workspace, kudos, now), names)
        case OutboxKind.POST_FAILED:
            return texts.post_failed(words, kudos, names)
        case _:
            raise LookupError(claimed.kind)


def _seen_by_others(session: Session, kudos: Kudos) -> Kudos:
    """Return a kudos without those receivers who want to be thanked in private.

    Where by now all of them do, the post stays as it was made.
    """
    preferences = find_preferences(session, kudos.team_id, kudos.receiver_ids)
    return for_others(kudos, preferences) or kudos


def _removed(session: Session, workspace: Workspace, claimed: Claimed, kudos: Kudos) -> Message:
    actor_id = claimed.details["actor_id"]
    names = names_of(session, kudos.team_id, [actor_id, kudos.giver_id, *kudos.receiver_ids])
    return kudos_removed(
        _words(session, workspace, claimed.user_id),
        kudos,
        names,
        actor_id=actor_id,
        reader_id=claimed.user_id or "",
    )


def _pair_cap_reached(session: Session, workspace: Workspace, claimed: Claimed) -> Message:
    details = claimed.details
    reached = PairCapReached(
        claimed.team_id,
        details["giver_id"],
        (details["receiver_id"],),
        details["cap"],
        was_refused=details["was_refused"],
    )
    names = names_of(session, claimed.team_id, (reached.giver_id, *reached.receiver_ids))
    return budget_texts.pair_cap_reached(
        _words(session, workspace, claimed.user_id), reached, names
    )


def _balance_adjusted(session: Session, workspace: Workspace, claimed: Claimed) -> Message | None:
    adjustment = ledger.find_adjustment(session, claimed.team_id, claimed.details["entry_id"])
    if adjustment is None:
        return None
    names = names_of(session, claimed.team_id, [adjustment.actor_id])
    return budget_texts.balance_adjusted(
        _words(session, workspace, claimed.user_id), adjustment, names
    )


def _reaction_thanks(session: Session, workspace: Workspace, claimed: Claimed) -> Message | None:
    on_message = kudos_table.find_live_reactions(
        session, claimed.team_id, claimed.channel_id, claimed.thread_ts or ""
    )
    kudos = [each for each in on_message if each.audience is not Audience.PRIVATE]
    if not kudos and claimed.posted_ts is None:
        return None
    people = {user_id for each in kudos for user_id in (each.giver_id, *each.receiver_ids)}
    names = names_of(session, claimed.team_id, people)
    return texts.reaction_thanks(_words(session, workspace, None), kudos, names)


def _admin_welcome(session: Session, workspace: Workspace, claimed: Claimed) -> Message:
    return admin_welcome(_words(session, workspace, claimed.user_id))


def _scheduled_post_failed(session: Session, workspace: Workspace, claimed: Claimed) -> Message:
    details = claimed.details
    failed = PostFailed(
        ScheduleKind(details["kind"]),
        period_named(details["period"]),
        details["place"],
        details["error"],
    )
    return scheduled_post_failed(_words(session, workspace, claimed.user_id), failed)


def _words(session: Session, workspace: Workspace, reader_id: str | None) -> Words:
    """Return the reader's language, or for a channel the workspace's."""
    if reader_id is not None:
        reader = find_members(session, workspace.team_id, [reader_id]).get(reader_id)
        if reader is not None:
            return words_for(reader.locale).named(workspace.settings)
    return words_for(workspace.settings.locale).named(workspace.settings)


def _joined(session: Session, claimed: Claimed, kudos: Kudos) -> list[Kudos]:
    """Return those who joined in with a kudos that is posted, or what a kudos joins in with."""
    if claimed.kind in POSTS:
        joins = kudos_table.find_live_joins(session, kudos.team_id, kudos.kudos_id)
        return [each for each in joins if each.audience is not Audience.PRIVATE]
    if kudos.joins_id is None:
        return []
    root = kudos_table.find_kudos(session, kudos.team_id, kudos.joins_id)
    return [] if root is None else [root]


def _link_to(workspace: Workspace, kudos: Kudos, ts: str | None) -> str | None:
    return None if ts is None else workspace.link_to(kudos.channel_id, ts)


def _reaction_refused(session: Session, workspace: Workspace, claimed: Claimed) -> Message:
    error = _refusal(claimed)
    named = error.user_ids if isinstance(error, PairCapExceededError) else ()
    return texts.reaction_refused(
        _words(session, workspace, claimed.user_id),
        error,
        names_of(session, claimed.team_id, named),
    )


def _refusal(claimed: Claimed) -> AllowanceExceededError | PairCapExceededError:
    details = claimed.details | {"renews_at": datetime.fromisoformat(claimed.details["renews_at"])}
    if "cap" in details:
        return PairCapExceededError(**details)
    return AllowanceExceededError(**details)


# What tells of something else than one kudos.
_ABOUT_NO_KUDOS: Mapping[OutboxKind, Callable[[Session, Workspace, Claimed], Message | None]] = {
    OutboxKind.REACTION_REFUSED: _reaction_refused,
    OutboxKind.REACTION_THANKS: _reaction_thanks,
    OutboxKind.PAIR_CAP_REACHED: _pair_cap_reached,
    OutboxKind.BALANCE_ADJUSTED: _balance_adjusted,
    OutboxKind.ADMIN_WELCOME: _admin_welcome,
    OutboxKind.SCHEDULED_POST_FAILED: _scheduled_post_failed,
}
# What tells of a week or a month, as it is by now.
_OF_A_PERIOD: Mapping[
    OutboxKind, Callable[[Session, Workspace, Claimed, datetime], Message | None]
] = {
    OutboxKind.WEEKLY_POST: compose_weekly,
    OutboxKind.MONTHLY_POST: compose_monthly,
    OutboxKind.PERSONAL_DIGEST: compose_digest,
}
