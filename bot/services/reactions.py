"""Thanks by emoji: what is told of a reaction becomes a kudos, or takes one back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.emoji import fold
from bot.domain.errors import AllowanceExceededError, KudosError, UnknownMembersError
from bot.domain.kudos import GiveKudos, Kudos, Source
from bot.domain.reactions import is_on, with_event
from bot.services.announcements import reaction_refused, reaction_thanks
from bot.services.kudos import reverse, store_kudos
from storage import kudos as kudos_table
from storage import outbox
from storage.members import may_notice
from storage.reactions import lock_tones, save_tones
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.reactions import ReactionChanged
    from bot.domain.workspaces import Workspace
    from storage.store import Session

REFUSAL_EVERY = timedelta(hours=1)


def concerns_us(session: Session, change: ReactionChanged, now: datetime) -> bool:
    """Return whether a reaction may mean a kudos: most emoji on most messages do not."""
    del now
    workspace = get_workspace(session, change.team_id)
    emoji = fold(change.reaction, workspace.emoji_aliases)
    if change.user_id == change.author_id:
        return False
    return _worth(workspace, emoji) > 0 or _live(session, change, emoji) is not None


def react(session: Session, change: ReactionChanged, now: datetime) -> Kudos | None:
    """Give or take back what a reaction stands for; return the kudos that it changed, if any.

    Events may come twice or in the wrong order. Raises `UnknownMembersError` where Slack has to be
    asked first; a refusal is told to the person by a message, at most once an hour.
    """
    workspace = get_workspace(session, change.team_id)
    emoji = fold(change.reaction, workspace.emoji_aliases)
    known = lock_tones(session, change, emoji, now)
    tones = with_event(known, change.reaction, change.event_ts, is_added=change.is_added)
    if tones is None:
        return None
    save_tones(session, change, emoji, tones)
    live = _live(session, change, emoji)
    if is_on(tones) and live is None and _worth(workspace, emoji) > 0:
        return _give(session, workspace, change, emoji, now)
    if not is_on(tones) and live is not None:
        undone = reverse(session, live, now)
        thanks = reaction_thanks(change.team_id, change.channel_id, change.message_ts)
        outbox.wish(session, [thanks], now)
        return undone
    return None


def _give(
    session: Session, workspace: Workspace, change: ReactionChanged, emoji: str, now: datetime
) -> Kudos | None:
    message = f"{change.channel_id}:{change.message_ts}"
    request = GiveKudos(
        team_id=change.team_id,
        natural_key=f"reaction:{message}:{change.user_id}:{emoji}:{change.event_ts}",
        giver_id=change.user_id,
        receiver_ids=(change.author_id,),
        source=Source.REACTION,
        audience=change.audience,
        channel_id=change.channel_id,
        reason="",
        amounts=(_worth(workspace, emoji),),
        message_ts=change.message_ts,
        emoji=emoji,
    )
    try:
        # What is known of the emoji stays, also when the kudos is refused.
        with session.begin_nested():
            given = store_kudos(session, workspace, request, now)
    except UnknownMembersError:
        raise
    except AllowanceExceededError as error:
        not_since = now - REFUSAL_EVERY
        if may_notice(
            session,
            change.team_id,
            change.user_id,
            "reaction_refused",
            not_since=not_since,
            now=now,
        ):
            outbox.wish(session, [reaction_refused(change, error)], now)
    except KudosError:
        # A bot's message, somebody of another company: an emoji there is only an emoji.
        pass
    else:
        return None if given is None else given.kudos
    return None


def _live(session: Session, change: ReactionChanged, emoji: str) -> Kudos | None:
    """Return the kudos that this person's emoji on this message stands for now."""
    on_message = kudos_table.find_live_reactions(
        session, change.team_id, change.channel_id, change.message_ts
    )
    for kudos in on_message:
        if kudos.giver_id == change.user_id and kudos.emoji == emoji:
            return kudos
    return None


def _worth(workspace: Workspace, emoji: str) -> int:
    worth = workspace.settings.reaction_worth
    return next(
        (points for name, points in worth.items() if fold(name, workspace.emoji_aliases) == emoji),
        0,
    )
