"""Joining in: thanking the receivers of a kudos once more, out of one's own allowance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyJoinedError, KudosGoneError, OwnKudosError
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.services.kudos import answer, store_kudos
from storage import kudos as kudos_table
from storage import outbox
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import JoinKudos, Kudos, KudosGiven
    from bot.domain.workspaces import Workspace
    from storage.store import Session


def join(session: Session, request: JoinKudos, now: datetime) -> KudosGiven:
    """Store that somebody joins in; the same request again changes nothing.

    Raises a refusal under `KudosError`, or `UnknownMembersError` where Slack has to be asked first.
    """
    workspace = get_workspace(session, request.team_id)
    earlier = kudos_table.find_by_natural_key(session, request.team_id, request.natural_key)
    if earlier is not None:
        return answer(session, workspace, earlier, now)
    root = _root(session, request)
    given = store_kudos(session, workspace, _asked(workspace, request, root), now)
    if given is None:  # joined in before, or at this very moment in another process
        earlier = kudos_table.find_by_natural_key(session, request.team_id, request.natural_key)
        if earlier is None:
            raise AlreadyJoinedError
        return answer(session, workspace, earlier, now)
    outbox.revise_posts(session, request.team_id, root.kudos_id, now)
    return given


def _root(session: Session, request: JoinKudos) -> Kudos:
    """Return the kudos to join in with, which must be one that others can see."""
    root = kudos_table.find_kudos(session, request.team_id, request.kudos_id)
    if root is None or root.reversed_at is not None or root.audience is Audience.PRIVATE:
        raise KudosGoneError
    if root.giver_id == request.user_id:
        raise OwnKudosError
    return root


def _asked(workspace: Workspace, request: JoinKudos, root: Kudos) -> GiveKudos:
    return GiveKudos(
        team_id=request.team_id,
        natural_key=request.natural_key,
        giver_id=request.user_id,
        receiver_ids=root.receiver_ids,
        source=Source.JOINED,
        audience=root.audience,
        channel_id=root.channel_id,
        reason="",
        hashtags=(root.value,) if root.value else (),
        message_ts=root.message_ts,
        thread_ts=root.thread_ts,
        emoji=request.emoji,
        joins_id=root.kudos_id,
        amounts=(request.points or workspace.settings.points_default,),
    )
