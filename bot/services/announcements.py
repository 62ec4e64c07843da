"""Which messages follow from a kudos, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import Audience, Source
from bot.domain.outbox import OutboxKind, Wish

if TYPE_CHECKING:
    from bot.domain.errors import AllowanceExceededError
    from bot.domain.kudos import Kudos
    from bot.domain.reactions import ReactionChanged
    from bot.domain.workspaces import Workspace


def announcements(kudos: Kudos, workspace: Workspace, response_url: str | None) -> list[Wish]:
    """Return the messages that tell of a kudos: to everybody, to the receivers, to the giver."""
    wishes = [
        Wish(
            team_id=kudos.team_id,
            key=f"{kudos.kudos_id}:received:{user_id}",
            kind=OutboxKind.KUDOS_RECEIVED,
            channel_id=user_id,
            kudos_id=kudos.kudos_id,
            user_id=user_id,
        )
        for user_id in kudos.receiver_ids
    ]
    if kudos.source is Source.REACTION:
        wishes.append(reaction_given(kudos))
        wishes.append(reaction_thanks(kudos.team_id, kudos.channel_id, kudos.message_ts or ""))
    elif kudos.audience is not Audience.PRIVATE:
        wishes.append(_posted(kudos, workspace, response_url))
    copied_to = _copied_to(kudos, workspace)
    if copied_to is not None:
        wishes.append(
            Wish(
                team_id=kudos.team_id,
                key=f"{kudos.kudos_id}:announced",
                kind=OutboxKind.KUDOS_ANNOUNCED,
                channel_id=copied_to,
                kudos_id=kudos.kudos_id,
            )
        )
    return wishes


def _copied_to(kudos: Kudos, workspace: Workspace) -> str | None:
    """Return the announcement channel, if there is one and the kudos belongs there too."""
    channel_id = workspace.settings.announcement_channel_id
    is_public = kudos.audience is Audience.PUBLIC
    return channel_id if is_public and channel_id != kudos.channel_id else None


def _posted(kudos: Kudos, workspace: Workspace, response_url: str | None) -> Wish:
    """Return the post in the channel where the kudos was given.

    What was said in a private channel is never told elsewhere; there the reply to the command,
    which Slack lets through without membership, is the only other way.
    """
    fallbacks: list[dict[str, str]] = []
    # In the announcement channel the kudos is told anyway.
    if response_url is not None and _copied_to(kudos, workspace) is None:
        fallbacks.append({"response_url": response_url})
    return Wish(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:posted",
        kind=OutboxKind.KUDOS_POSTED,
        channel_id=kudos.channel_id,
        kudos_id=kudos.kudos_id,
        fallbacks=tuple(fallbacks),
    )


def reaction_thanks(team_id: str, channel_id: str, message_ts: str) -> Wish:
    """Return the one reply under a message that tells of all the thanks it got by reactions."""
    return Wish(
        team_id=team_id,
        key=f"reactions:{channel_id}:{message_ts}",
        kind=OutboxKind.REACTION_THANKS,
        channel_id=channel_id,
        thread_ts=message_ts,
    )


def reaction_given(kudos: Kudos) -> Wish:
    """Return the word to the one who reacted."""
    return Wish(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:given",
        kind=OutboxKind.REACTION_GIVEN,
        channel_id=kudos.channel_id,
        kudos_id=kudos.kudos_id,
        user_id=kudos.giver_id,
        fallbacks=({"channel_id": kudos.giver_id},),
    )


def reaction_refused(change: ReactionChanged, error: AllowanceExceededError) -> Wish:
    """Return the word to somebody whose reaction could not count."""
    return Wish(
        team_id=change.team_id,
        key=f"refused:{change.user_id}:{change.channel_id}:{change.message_ts}:{change.event_ts}",
        kind=OutboxKind.REACTION_REFUSED,
        channel_id=change.channel_id,
        user_id=change.user_id,
        fallbacks=({"channel_id": change.user_id},),
        details={
            "points_total": error.points_total,
            "allowance_left": error.allowance_left,
            "renews_at": error.renews_at.isoformat(),
        },
    )


def post_failed(kudos: Kudos) -> Wish:
    """Return the word to a giver whose kudos is saved, but could not be posted."""
    return Wish(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:post_failed",
        kind=OutboxKind.POST_FAILED,
        channel_id=kudos.giver_id,
        kudos_id=kudos.kudos_id,
        user_id=kudos.giver_id,
    )
