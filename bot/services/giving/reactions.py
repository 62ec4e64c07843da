"""Thanks by emoji: what is told of a reaction becomes a kudos, or takes one back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.emoji import fold
from bot.domain.errors import (
    AllowanceExceededError,
    KudosError,
    PairCapExceededError,
    UnknownMembersError,
)
from bot.domain.kudos import GiveKudos, JoinKudos, Kudos, PostOfAnother, Source
from bot.domain.lateness import moment_of
from bot.domain.reactions import is_on, with_event
from bot.services.giving.announcements import reaction_given, reaction_refused
from bot.services.giving.budgets import tell_of_refusal
from bot.services.giving.joining import join
from bot.services.giving.kudos import reverse, store_kudos
from storage import budgets, outbox
from storage import kudos as kudos_table
from storage.engine.statements import savepoint
from storage.members import may_notice
from storage.reactions import find_others, lock_tones, save_tones
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.reactions import ReactionChanged
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

REFUSAL_EVERY = timedelta(hours=1)


def concerns_us(connection: Connection, change: ReactionChanged, now: datetime) -> bool:
    """Return whether a reaction may mean a kudos: most emoji on most messages do not."""
    del now
    workspace = get_workspace(connection, change.team_id)
    emoji = fold(change.reaction, workspace.emoji_aliases)
    if change.user_id == change.author_id:
        return False
    return _worth(workspace, emoji) > 0 or _live(connection, workspace, change, emoji) is not None


def react(connection: Connection, change: ReactionChanged, now: datetime) -> Kudos | None:
    """Give or take back what a reaction stands for; return the kudos that it changed, if any.

    Events may come twice or in the wrong order. Raises `UnknownMembersError` where Slack has to be
    asked first; a refusal is told to the person by a message, at most once an hour.
    """
    workspace = get_workspace(connection, change.team_id)
    emoji = fold(change.reaction, workspace.emoji_aliases)
    known = lock_tones(connection, change, emoji, now)
    tones = with_event(known, change.reaction, change.event_ts, is_added=change.is_added)
    if tones is None:
        return None
    save_tones(connection, change, emoji, tones)
    if _is_on_post(workspace, change):
        # All their emoji on it stand for one kudos: two that change at once must see each other.
        workspace = budgets.lock(connection, workspace, change.user_id)
    live = _live(connection, workspace, change, emoji)
    if is_on(tones) and live is None and _worth(workspace, emoji) > 0:
        return _give(connection, workspace, change, emoji, now)
    if is_on(tones) or live is None or _is_held(connection, workspace, change, emoji):
        return None
    return reverse(connection, live, now)


def _give(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str, now: datetime
) -> Kudos | None:
    """Store what the reaction gives; a refusal is told, or shows that an emoji was only that."""
    try:
        # What is known of the emoji stays, also when the kudos is refused.
        with savepoint(connection):
            if change.posted_by:
                return _join_elsewhere(connection, workspace, change, emoji, now)
            if _is_on_post(workspace, change):
                return _join(connection, workspace, change, emoji, now)
            return _thank(connection, workspace, change, emoji, now)
    except UnknownMembersError:
        raise
    except AllowanceExceededError as error:
        _tell_refusal(connection, change, error, now)
    except PairCapExceededError as error:
        tell_of_refusal(connection, error, now)
        _tell_refusal(connection, change, error, now)
    except KudosError:
        # A bot's message, somebody of another company: an emoji there is only an emoji.
        pass
    return None


def _tell_refusal(
    connection: Connection,
    change: ReactionChanged,
    error: AllowanceExceededError | PairCapExceededError,
    now: datetime,
) -> None:
    not_since = now - REFUSAL_EVERY
    kind = "reaction_refused"
    if may_notice(connection, change.team_id, change.user_id, kind, not_since=not_since, now=now):
        outbox.enqueue(connection, [reaction_refused(change, error)], now)


def _join(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str, now: datetime
) -> Kudos | None:
    """Have the person thank the receivers of the kudos that is posted there."""
    kudos_id = outbox.find_kudos_of_post(
        connection, change.team_id, change.channel_id, change.message_ts
    )
    if kudos_id is None:
        return None
    request = JoinKudos(
        team_id=change.team_id,
        natural_key=_natural_key(change, emoji),
        user_id=change.user_id,
        kudos_id=kudos_id,
        emoji=emoji,
        points=_worth(workspace, emoji),
        acted_at=moment_of(change.event_ts),
    )
    joined = join(connection, request, now).kudos
    told = replace(reaction_given(joined), channel_id=change.channel_id)
    outbox.enqueue(connection, [told], now)
    return joined


def _join_elsewhere(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str, now: datetime
) -> Kudos | None:
    """Have the person thank those whom a post of another company's Kudos tells of."""
    post = PostOfAnother(change.posted_by, change.channel_id, change.message_ts, change.audience)
    kudos_id = outbox.find_kudos_of_post(
        connection, change.posted_by, change.channel_id, change.message_ts
    )
    if kudos_id is None:
        return None
    request = JoinKudos(
        team_id=change.team_id,
        natural_key=_natural_key(change, emoji),
        user_id=change.user_id,
        kudos_id=kudos_id,
        emoji=emoji,
        points=_worth(workspace, emoji),
        post=post,
        acted_at=moment_of(change.event_ts),
    )
    return join(connection, request, now).kudos


def _natural_key(change: ReactionChanged, emoji: str) -> str:
    message = f"{change.channel_id}:{change.message_ts}"
    return f"reaction:{message}:{change.user_id}:{emoji}:{change.event_ts}"


def _thank(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str, now: datetime
) -> Kudos | None:
    """Have the person thank the author of the message."""
    request = GiveKudos(
        team_id=change.team_id,
        natural_key=_natural_key(change, emoji),
        giver_id=change.user_id,
        receiver_ids=(change.author_id,),
        source=Source.REACTION,
        audience=change.audience,
        channel_id=change.channel_id,
        reason="",
        worth=_worth(workspace, emoji),
        message_ts=change.message_ts,
        emoji=emoji,
        acted_at=moment_of(change.event_ts),
    )
    given = store_kudos(connection, workspace, request, now)
    return None if given is None else given.kudos


def _is_on_post(workspace: Workspace, change: ReactionChanged) -> bool:
    return bool(change.posted_by) or change.author_id == workspace.bot_user_id


def _is_held(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str
) -> bool:
    """Return whether another emoji of the same person still stands for joining in."""
    if not _is_on_post(workspace, change):
        return False
    others = find_others(connection, change, emoji)
    return any(is_on(tones) and _worth(workspace, name) > 0 for name, tones in others.items())


def _live(
    connection: Connection, workspace: Workspace, change: ReactionChanged, emoji: str
) -> Kudos | None:
    """Return the kudos that this person's emoji on this message stands for now.

    However many emoji somebody has on a kudos post, they join in once.
    """
    if _is_on_post(workspace, change) and not change.posted_by:
        kudos_id = outbox.find_kudos_of_post(
            connection, change.team_id, change.channel_id, change.message_ts
        )
        joined = kudos_table.find_live_joins(connection, change.team_id, kudos_id or "")
        mine = (kudos for kudos in joined if kudos.giver_id == change.user_id and kudos.emoji)
        return next(mine, None)
    on_message = kudos_table.find_live_reactions(
        connection, change.team_id, change.channel_id, change.message_ts
    )
    for kudos in on_message:  # what a button gave has none
        is_same = bool(kudos.emoji) if change.posted_by else kudos.emoji == emoji
        if kudos.giver_id == change.user_id and is_same:
            return kudos
    return None


def _worth(workspace: Workspace, emoji: str) -> int:
    worth = workspace.settings.reaction_worth
    return next(
        (points for name, points in worth.items() if fold(name, workspace.emoji_aliases) == emoji),
        0,
    )
