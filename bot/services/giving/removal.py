"""Taking back what somebody else gave: for admins, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import AlreadyUndoneError, NoKudosHereError
from bot.domain.kudos import KudosRemoved, PostedKudos
from bot.domain.privacy import Publicity, Viewer, check_told, wants_direct_message
from bot.services.giving.announcements import kudos_removed
from bot.services.giving.kudos import reverse
from bot.services.giving.reading import as_read_by
from bot.services.rights import check_rights
from storage import activity, members, outbox
from storage import kudos as kudos_table
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import FindPosted, Kudos, RemoveKudos
    from bot.domain.privacy import Told
    from storage.engine.store import Connection

REMOVED = "kudos_removed"  # in the activity list


def remove(connection: Connection, request: RemoveKudos, now: datetime) -> KudosRemoved:
    """Take a kudos back on behalf of an admin, however long ago it was given.

    Its giver and its receivers are told who did it. Kudos that joined in with it are their givers'
    own, and stay. Raises `NotAdminError`, `NoKudosHereError` or `AlreadyUndoneError`.
    """
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    kudos = kudos_table.find_kudos(connection, request.team_id, request.kudos_id)
    if kudos is None:
        raise NoKudosHereError
    viewer = Viewer(request.actor_id, is_admin=True)
    # It was looked up when the admin was asked whether they mean it; nothing waits for it here.
    told = {kudos.channel_id: Publicity.UNKNOWN, **request.told}
    removed = as_removed(connection, reverse(connection, kudos, now), viewer, told)
    seen = removed.seen
    activity.add(
        connection,
        request.team_id,
        request.actor_id,
        REMOVED,
        # Other admins read this too: it tells no more than the one who did it may know.
        subject_id=None if seen is None else seen.giver_id,
        before={"kudos_id": kudos.kudos_id, "points": kudos.points_total},
        now=now,
    )
    preferences = members.find_preferences(connection, request.team_id, kudos.receiver_ids)
    receivers = (one for one in kudos.receiver_ids if wants_direct_message(one, preferences))
    messages = [
        kudos_removed(kudos, user_id, request.actor_id)
        for user_id in (kudos.giver_id, *receivers)
        if user_id != request.actor_id
    ]
    outbox.enqueue(connection, messages, now)
    return removed


def view_posted(connection: Connection, request: FindPosted, now: datetime) -> PostedKudos:
    """Return the kudos that a post tells of, for somebody who wants to take it back.

    What they joined in with there is theirs too. Raises `NoKudosHereError` or
    `AlreadyUndoneError`.
    """
    del now
    kudos_id = outbox.find_kudos_of_post(
        connection, request.team_id, request.channel_id, request.message_ts
    )
    kudos = kudos_table.find_kudos(connection, request.team_id, kudos_id or "")
    if kudos is None:
        raise NoKudosHereError
    if kudos.reversed_at is not None:
        raise AlreadyUndoneError
    joined = kudos_table.find_live_joins(connection, request.team_id, kudos.kudos_id)
    own = (each.kudos_id for each in (kudos, *joined) if each.giver_id == request.actor_id)
    check_told([kudos], Viewer(request.actor_id, is_admin=True), request.told)  # for `remove`
    viewer = Viewer(request.actor_id, is_present=True, is_admin=True)
    removal = as_removed(connection, kudos, viewer, request.told)
    return PostedKudos(removal, next(own, None))


def points_alone(before: Any) -> dict[str, Any]:
    """Return what the activity list keeps of what was taken back, without who received it."""
    return {name: before[name] for name in ("kudos_id", "points") if name in (before or {})}


def as_removed(connection: Connection, kudos: Kudos, viewer: Viewer, told: Told) -> KudosRemoved:
    """Return a kudos that an admin takes back, with what they may read of it.

    Raises `UnknownChannelsError` where Slack has to be asked first.
    """
    seen = next(iter(as_read_by(connection, viewer, [kudos], told)), None)
    people = () if seen is None else seen.everybody
    return KudosRemoved(
        kudos, seen, members.find_reader(connection, kudos.team_id, viewer.user_id, people)
    )
