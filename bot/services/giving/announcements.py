"""Which messages follow from a kudos, and where they go."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience, Source
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.privacy import wants_direct_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.budgets import Adjustment, PairCapReached
    from bot.domain.errors import AllowanceExceededError, PairCapExceededError
    from bot.domain.kudos import GiveKudos, Kudos
    from bot.domain.preferences import Preferences
    from bot.domain.reactions import ReactionChanged
    from bot.domain.workspaces import Workspace

TOGETHER = "together"  # in the details of a confirmation: every kudos that it tells of


def announcements(
    kudos: Kudos,
    workspace: Workspace,
    request: GiveKudos,
    chosen: Mapping[str, Preferences],
) -> list[OutboxMessage]:
    """Return the messages that tell of a kudos: to everybody, to the receivers, to the giver.

    `chosen` are the receivers' preferences: who wants no direct message gets none.
    """
    response_url = request.response_url
    messages = [
        OutboxMessage(
            team_id=kudos.team_id,
            key=f"{kudos.kudos_id}:received:{user_id}",
            kind=OutboxKind.KUDOS_RECEIVED,
            channel_id=user_id,
            kudos_id=kudos.kudos_id,
            user_id=user_id,
        )
        for user_id in kudos.receiver_ids
        if wants_direct_message(user_id, chosen)
    ]
    if kudos.source is Source.REACTION:
        if response_url is None:  # who pressed a button is answered there
            messages.append(reaction_given(kudos))
        if kudos.audience is not Audience.PRIVATE:
            messages.append(
                reaction_thanks(kudos.team_id, kudos.channel_id, kudos.message_ts or "")
            )
    elif kudos.source is Source.JOINED:
        return messages  # the post of the kudos that it joins in with tells of it
    elif kudos.audience is not Audience.PRIVATE:
        messages.append(_posted(kudos, workspace, response_url))
    if kudos.source in {Source.MENTION, Source.WORKFLOW} and not request.is_told_later:
        messages.append(_given(kudos, request.told_ids))
    copied_to = _copied_to(kudos, workspace)
    if copied_to is not None:
        messages.append(
            OutboxMessage(
                team_id=kudos.team_id,
                key=f"{kudos.kudos_id}:announced",
                kind=OutboxKind.KUDOS_ANNOUNCED,
                channel_id=copied_to,
                kudos_id=kudos.kudos_id,
            )
        )
    return messages


def _copied_to(kudos: Kudos, workspace: Workspace) -> str | None:
    """Return the announcement channel, if there is one and the kudos belongs there too."""
    channel_id = workspace.settings.announcement_channel_id
    is_public = kudos.audience is Audience.PUBLIC
    return channel_id if is_public and channel_id != kudos.channel_id else None


def _posted(kudos: Kudos, workspace: Workspace, response_url: str | None) -> OutboxMessage:
    """Return the post in the channel where the kudos was given.

    What was said in a private channel is never told elsewhere; there the reply to the command,
    which Slack lets through without membership, is the only other way.
    """
    fallbacks: list[dict[str, str]] = []
    # In the announcement channel the kudos is told anyway.
    if response_url is not None and _copied_to(kudos, workspace) is None:
        fallbacks.append({"response_url": response_url})
    return OutboxMessage(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:posted",
        kind=OutboxKind.KUDOS_POSTED,
        channel_id=kudos.channel_id,
        kudos_id=kudos.kudos_id,
        thread_ts=kudos.thread_ts,
        fallbacks=tuple(fallbacks),
    )


def _given(kudos: Kudos, told_ids: Sequence[str]) -> OutboxMessage:
    """Return the confirmation for a giver whom nothing that Slack waits for can answer.

    It comes where they spoke to Kudos; of what a workflow did for them, in a direct message.
    `told_ids` are other kudos of the same message, of which it tells as well.
    """
    is_spoken = kudos.source is Source.MENTION
    return OutboxMessage(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:given",
        kind=OutboxKind.KUDOS_GIVEN,
        channel_id=kudos.channel_id if is_spoken else kudos.giver_id,
        kudos_id=kudos.kudos_id,
        user_id=kudos.giver_id,
        thread_ts=kudos.thread_ts,
        fallbacks=({"channel_id": kudos.giver_id},) if is_spoken else (),
        details={TOGETHER: [*told_ids, kudos.kudos_id]} if told_ids else {},
    )


def reaction_thanks(team_id: str, channel_id: str, message_ts: str) -> OutboxMessage:
    """Return the one reply under a message that tells of all the thanks it got by reactions."""
    return OutboxMessage(
        team_id=team_id,
        key=f"reactions:{channel_id}:{message_ts}",
        kind=OutboxKind.REACTION_THANKS,
        channel_id=channel_id,
        thread_ts=message_ts,
    )


def reaction_given(kudos: Kudos) -> OutboxMessage:
    """Return the word to the one who reacted."""
    return OutboxMessage(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:given",
        kind=OutboxKind.REACTION_GIVEN,
        channel_id=kudos.channel_id,
        kudos_id=kudos.kudos_id,
        user_id=kudos.giver_id,
        fallbacks=({"channel_id": kudos.giver_id},),
    )


def reaction_refused(
    change: ReactionChanged, error: AllowanceExceededError | PairCapExceededError
) -> OutboxMessage:
    """Return the word to somebody whose reaction could not count."""
    return OutboxMessage(
        team_id=change.team_id,
        key=f"refused:{change.user_id}:{change.channel_id}:{change.message_ts}:{change.event_ts}",
        kind=OutboxKind.REACTION_REFUSED,
        channel_id=change.channel_id,
        user_id=change.user_id,
        fallbacks=({"channel_id": change.user_id},),
        details=asdict(error) | {"renews_at": error.renews_at.isoformat()},
    )


def kudos_removed(kudos: Kudos, user_id: str, actor_id: str) -> OutboxMessage:
    """Return the word to somebody who gave or received a kudos that an admin took back."""
    return OutboxMessage(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:removed:{user_id}",
        kind=OutboxKind.KUDOS_REMOVED,
        channel_id=user_id,
        kudos_id=kudos.kudos_id,
        user_id=user_id,
        details={"actor_id": actor_id},
    )


def pair_cap_reached(reached: PairCapReached, receiver_id: str, admin_id: str) -> OutboxMessage:
    """Return the word to an admin about one person who gives much to one other."""
    return OutboxMessage(
        team_id=reached.team_id,
        key=f"pair_cap:{reached.label}:{reached.giver_id}:{receiver_id}:{admin_id}",
        kind=OutboxKind.PAIR_CAP_REACHED,
        channel_id=admin_id,
        user_id=admin_id,
        details={
            "giver_id": reached.giver_id,
            "receiver_id": receiver_id,
            "cap": reached.cap,
            "was_refused": reached.was_refused,
            "cap_of": reached.cap_of,
        },
    )


def balance_adjusted(team_id: str, adjustment: Adjustment) -> OutboxMessage:
    """Return the word to somebody whose balance an admin corrected."""
    return OutboxMessage(
        team_id=team_id,
        key=f"{adjustment.entry_id}:told",
        kind=OutboxKind.BALANCE_ADJUSTED,
        channel_id=adjustment.user_id,
        user_id=adjustment.user_id,
        details={"entry_id": adjustment.entry_id},
    )


def post_failed(kudos: Kudos) -> OutboxMessage:
    """Return the word to a giver whose kudos is saved, but could not be posted."""
    return OutboxMessage(
        team_id=kudos.team_id,
        key=f"{kudos.kudos_id}:post_failed",
        kind=OutboxKind.POST_FAILED,
        channel_id=kudos.giver_id,
        kudos_id=kudos.kudos_id,
        user_id=kudos.giver_id,
    )
