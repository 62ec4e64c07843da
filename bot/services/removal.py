"""Taking back what somebody else gave: for admins, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyUndoneError, NoKudosHereError
from bot.domain.kudos import KudosRemoved, Source
from bot.domain.privacy import wants_direct_message
from bot.services.announcements import kudos_removed, reaction_thanks
from bot.services.kudos import reverse
from bot.services.rights import check_rights
from storage import activity, members, outbox
from storage import kudos as kudos_table
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import FindPosted, Kudos, RemoveKudos
    from bot.domain.members import Reader
    from storage.store import Session

REMOVED = "kudos_removed"  # in the activity list


def remove(session: Session, request: RemoveKudos, now: datetime) -> KudosRemoved:
    """Take a kudos back on behalf of an admin, however long ago it was given.

    Its giver and its receivers are told who did it. Kudos that joined in with it are their givers'
    own, and stay. Raises `NotAdminError`, `NoKudosHereError` or `AlreadyUndoneError`.
    """
    workspace = get_workspace(session, request.team_id)
    check_rights(session, workspace, request.actor_id)
    kudos = kudos_table.find_kudos(session, request.team_id, request.kudos_id)
    if kudos is None:
        raise NoKudosHereError
    removed = reverse(session, kudos, now)
    activity.add(
        session,
        request.team_id,
        request.actor_id,
        REMOVED,
        subject_id=kudos.giver_id,
        before={
            "kudos_id": kudos.kudos_id,
            "receiver_ids": list(kudos.receiver_ids),
            "points": kudos.points_total,
        },
        now=now,
    )
    preferences = members.find_preferences(session, request.team_id, kudos.receiver_ids)
    receivers = (one for one in kudos.receiver_ids if wants_direct_message(one, preferences))
    wishes = [
        kudos_removed(kudos, user_id, request.actor_id)
        for user_id in (kudos.giver_id, *receivers)
        if user_id != request.actor_id
    ]
    if kudos.source is Source.REACTION:
        wishes.append(reaction_thanks(kudos.team_id, kudos.channel_id, kudos.message_ts or ""))
    outbox.wish(session, wishes, now)
    return KudosRemoved(removed, _reader(session, removed, request.actor_id))


def view_posted(session: Session, request: FindPosted, now: datetime) -> KudosRemoved:
    """Return the kudos that a post tells of, as one that an admin may take back.

    Raises `NotAdminError`, `NoKudosHereError` or `AlreadyUndoneError`.
    """
    del now
    workspace = get_workspace(session, request.team_id)
    check_rights(session, workspace, request.actor_id)
    kudos_id = outbox.find_kudos_of_post(
        session, request.team_id, request.channel_id, request.message_ts
    )
    kudos = kudos_table.find_kudos(session, request.team_id, kudos_id or "")
    if kudos is None:
        raise NoKudosHereError
    if kudos.reversed_at is not None:
        raise AlreadyUndoneError
    return KudosRemoved(kudos, _reader(session, kudos, request.actor_id))


def _reader(session: Session, kudos: Kudos, actor_id: str) -> Reader:
    people = (kudos.giver_id, *kudos.receiver_ids)
    return members.find_reader(session, kudos.team_id, actor_id, people)
