"""Makes the words of what is to be sent, from the store as it is at that moment.

So a kudos that was taken back before it was posted is never posted, and one whose words were erased
is not told any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.budgets import PairCapReached
from bot.domain.errors import AllowanceExceededError, PairCapExceededError, UnknownMembersError
from bot.domain.kudos import Audience, ViewGiven
from bot.domain.outbox import FINAL_KINDS, POSTS, OutboxKind
from bot.domain.periods import period_named
from bot.domain.privacy import COLLEAGUES, THOSE_PRESENT, wants_privacy
from bot.domain.schedules import PostFailed, ScheduleKind
from bot.domain.workspaces import CapOf
from bot.messages.giving import kudos as texts
from bot.messages.giving.removal import kudos_removed
from bot.messages.giving.several import several_given
from bot.messages.home.admin import admin_welcome
from bot.messages.posts.failed import scheduled_post_failed
from bot.messages.settings import notices as budget_texts
from bot.messages.text.words import words_for
from bot.services.giving.announcements import TOGETHER
from bot.services.giving.kudos import answer
from bot.services.giving.naming import names_in
from bot.services.giving.reading import as_read_by
from bot.services.giving.several import view_given
from bot.services.posts.digest import compose_digest
from bot.services.posts.posts import compose_monthly, compose_weekly
from storage import kudos as kudos_table
from storage import ledger
from storage.members import find_members, find_preferences, names_of
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.domain.kudos import Kudos
    from bot.domain.outbox import ClaimedMessage
    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words
    from storage.engine.store import Connection


def compose(connection: Connection, claimed: ClaimedMessage, now: datetime) -> Message | None:
    """Return the message as it should read now, or None if there is nothing to tell any more.

    Raises `UnknownChannelsError` where Slack has to be asked first who may read a channel, and
    `UnknownMembersError` once where its words mention somebody whom the store has not met.
    """
    if claimed.kind in FINAL_KINDS and claimed.posted_ts is not None:
        return None  # it stands, and what it was made of is not kept
    workspace = get_workspace(connection, claimed.team_id)
    if claimed.kind in _OF_A_PERIOD:
        return _OF_A_PERIOD[claimed.kind](connection, workspace, claimed, now)
    if claimed.kind in _ABOUT_NO_KUDOS:
        return _ABOUT_NO_KUDOS[claimed.kind](connection, workspace, claimed)
    kudos = kudos_table.find_kudos(connection, claimed.team_id, claimed.kudos_id or "")
    if kudos is not None and claimed.kind is OutboxKind.KUDOS_REMOVED:
        return _removed(connection, workspace, claimed, kudos)
    if kudos is None or (kudos.reversed_at is not None and claimed.posted_ts is None):
        return None
    return _about(connection, workspace, claimed, kudos, now)


def _about(
    connection: Connection,
    workspace: Workspace,
    claimed: ClaimedMessage,
    kudos: Kudos,
    now: datetime,
) -> Message | None:
    words = _words(connection, workspace, claimed.user_id)
    joined = _joined(connection, claimed, kudos)
    names = _names(connection, claimed, [kudos, *joined])
    match claimed.kind:
        case OutboxKind.KUDOS_POSTED | OutboxKind.KUDOS_ANNOUNCED:
            joiner_ids = [each.giver_id for each in joined]
            about = _link_to(workspace, kudos, kudos.about_ts)
            is_copy = claimed.kind is OutboxKind.KUDOS_ANNOUNCED
            viewer = COLLEAGUES if is_copy else THOSE_PRESENT
            seen = as_read_by(connection, viewer, [kudos], claimed.told)
            if not seen:
                return None if claimed.posted_ts is None else texts.private_now(words)
            return texts.kudos_posted(words, seen[0], names, joiner_ids=joiner_ids, about=about)
        case OutboxKind.KUDOS_GIVEN:
            return _given(connection, workspace, claimed, kudos, now)
        case OutboxKind.KUDOS_RECEIVED:
            return texts.kudos_received(
                words,
                kudos,
                names,
                joins=joined[0] if kudos.joins_id and joined else None,
                link=_link_to(workspace, kudos, kudos.message_ts or kudos.about_ts),
                is_first=not kudos_table.find_received_before(
                    connection, kudos.team_id, claimed.user_id or "", kudos.kudos_id
                ),
            )
        case OutboxKind.REACTION_GIVEN:
            return texts.reaction_given(words, answer(connection, workspace, kudos, now), names)
        case OutboxKind.POST_FAILED:
            return texts.post_failed(words, kudos, names)
        case _:
            raise LookupError(claimed.kind)


def _names(
    connection: Connection, claimed: ClaimedMessage, shown: Sequence[Kudos]
) -> dict[str, str]:
    """Return the names that stand in a message; raises as `compose` does."""
    names = names_in(connection, claimed.team_id, shown)
    strangers = {user_id for each in shown for user_id in each.mentioned_ids}.difference(names)
    if strangers and not claimed.has_asked_names:
        raise UnknownMembersError(tuple(sorted(strangers)))
    return names


def _given(
    connection: Connection,
    workspace: Workspace,
    claimed: ClaimedMessage,
    kudos: Kudos,
    now: datetime,
) -> Message:
    """Returns the confirmation of a kudos, and of those that were given in the same message."""
    words = _words(connection, workspace, claimed.user_id)
    if TOGETHER not in claimed.details:
        told = answer(connection, workspace, kudos, now)
        return texts.kudos_given(words, told, told.reader.names)
    wish = ViewGiven(kudos.team_id, kudos.giver_id, tuple(claimed.details[TOGETHER]))
    return several_given(words, view_given(connection, wish, now))


def _removed(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage, kudos: Kudos
) -> Message:
    actor_id = claimed.details["actor_id"]
    names = names_in(connection, kudos.team_id, [kudos], [actor_id])
    return kudos_removed(
        _words(connection, workspace, claimed.user_id),
        kudos,
        names,
        actor_id=actor_id,
        reader_id=claimed.user_id or "",
    )


def _pair_cap_reached(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message | None:
    details = claimed.details
    chosen = find_preferences(connection, claimed.team_id, [details["receiver_id"]])
    if wants_privacy(details["receiver_id"], chosen):
        return None
    reached = PairCapReached(
        claimed.team_id,
        details["giver_id"],
        (details["receiver_id"],),
        details["cap"],
        was_refused=details["was_refused"],
        cap_of=CapOf(details.get("cap_of", CapOf.POINTS)),  # absent in what is older than the other
    )
    names = names_of(connection, claimed.team_id, (reached.giver_id, *reached.receiver_ids))
    return budget_texts.pair_cap_reached(
        _words(connection, workspace, claimed.user_id), reached, names
    )


def _balance_adjusted(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message | None:
    adjustment = ledger.find_adjustment(connection, claimed.team_id, claimed.details["entry_id"])
    if adjustment is None:
        return None
    names = names_of(connection, claimed.team_id, [adjustment.actor_id])
    return budget_texts.balance_adjusted(
        _words(connection, workspace, claimed.user_id), adjustment, names
    )


def _reaction_thanks(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message | None:
    on_message = kudos_table.find_live_reactions(
        connection, claimed.team_id, claimed.channel_id, claimed.thread_ts or ""
    )
    kudos = as_read_by(connection, THOSE_PRESENT, on_message, claimed.told)
    if not kudos and claimed.posted_ts is None:
        return None
    if on_message and not kudos:
        return texts.private_now(_words(connection, workspace, None))
    names = names_in(connection, claimed.team_id, kudos)
    return texts.reaction_thanks(_words(connection, workspace, None), kudos, names)


def _admin_welcome(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message:
    return admin_welcome(_words(connection, workspace, claimed.user_id))


def _scheduled_post_failed(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message:
    details = claimed.details
    failed = PostFailed(
        ScheduleKind(details["kind"]),
        period_named(details["period"]),
        details["place"],
        details["error"],
    )
    return scheduled_post_failed(_words(connection, workspace, claimed.user_id), failed)


def _words(connection: Connection, workspace: Workspace, reader_id: str | None) -> Words:
    """Return the reader's language, or for a channel the workspace's."""
    if reader_id is not None:
        reader = find_members(connection, workspace.team_id, [reader_id]).get(reader_id)
        if reader is not None:
            return words_for(reader.locale).named(workspace.settings)
    return words_for(workspace.settings.locale).named(workspace.settings)


def _joined(connection: Connection, claimed: ClaimedMessage, kudos: Kudos) -> list[Kudos]:
    """Return those who joined in with a kudos that is posted, or what a kudos joins in with."""
    if claimed.kind in POSTS:
        joins = kudos_table.find_live_joins(connection, kudos.team_id, kudos.kudos_id)
        return [each for each in joins if each.audience is not Audience.PRIVATE]
    if kudos.joins_id is None:
        return []
    root = kudos_table.find_kudos(connection, kudos.team_id, kudos.joins_id)
    return [] if root is None else [root]


def _link_to(workspace: Workspace, kudos: Kudos, ts: str | None) -> str | None:
    return None if ts is None else workspace.link_to(kudos.channel_id, ts)


def _reaction_refused(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage
) -> Message:
    error = _refusal(claimed)
    named = error.user_ids if isinstance(error, PairCapExceededError) else ()
    return texts.reaction_refused(
        _words(connection, workspace, claimed.user_id),
        error,
        names_of(connection, claimed.team_id, named),
    )


def _refusal(claimed: ClaimedMessage) -> AllowanceExceededError | PairCapExceededError:
    details = claimed.details | {"renews_at": datetime.fromisoformat(claimed.details["renews_at"])}
    if "cap" in details:
        cap_of = CapOf(details.get("cap_of", CapOf.POINTS))
        return PairCapExceededError(**details | {"cap_of": cap_of})
    return AllowanceExceededError(**details)


# What tells of something else than one kudos.
_ABOUT_NO_KUDOS: Mapping[
    OutboxKind, Callable[[Connection, Workspace, ClaimedMessage], Message | None]
] = {
    OutboxKind.REACTION_REFUSED: _reaction_refused,
    OutboxKind.REACTION_THANKS: _reaction_thanks,
    OutboxKind.PAIR_CAP_REACHED: _pair_cap_reached,
    OutboxKind.BALANCE_ADJUSTED: _balance_adjusted,
    OutboxKind.ADMIN_WELCOME: _admin_welcome,
    OutboxKind.SCHEDULED_POST_FAILED: _scheduled_post_failed,
}
# What tells of a week or a month, as it is by now.
_OF_A_PERIOD: Mapping[
    OutboxKind, Callable[[Connection, Workspace, ClaimedMessage, datetime], Message | None]
] = {
    OutboxKind.WEEKLY_POST: compose_weekly,
    OutboxKind.MONTHLY_POST: compose_monthly,
    OutboxKind.PERSONAL_DIGEST: compose_digest,
}
