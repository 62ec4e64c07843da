"""Joining in: thanking the receivers of a kudos once more, out of one's own allowance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyJoinedError, KudosGoneError, OwnKudosError
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.privacy import Publicity, Viewer, shown
from bot.services.giving.kudos import answer, store_kudos
from storage import budgets, outbox
from storage import kudos as kudos_table
from storage.members import find_preferences
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import JoinKudos, Kudos, KudosGiven, PostOfAnother
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection


def join(connection: Connection, request: JoinKudos, now: datetime) -> KudosGiven:
    """Store that somebody joins in; the same request again changes nothing.

    Raises a refusal under `KudosError`, or `UnknownMembersError` where Slack has to be asked first.
    """
    workspace = get_workspace(connection, request.team_id)
    earlier = kudos_table.find_by_natural_key(connection, request.team_id, request.natural_key)
    if earlier is not None:
        return answer(connection, workspace, earlier, now)
    if request.post is not None:
        return _joined_elsewhere(connection, workspace, request, request.post, now)
    root = _root(connection, request)
    receiver_ids = _shown(connection, request, root)
    asked = _asked(request, root, receiver_ids)
    given = store_kudos(connection, workspace, asked, now)
    if given is None:  # joined in before, or at this very moment in another process
        earlier = kudos_table.find_by_natural_key(connection, request.team_id, request.natural_key)
        if earlier is None:
            raise AlreadyJoinedError
        return answer(connection, workspace, earlier, now)
    outbox.revise_posts(connection, request.team_id, root.kudos_id, now)
    return given


def thanked_elsewhere(
    connection: Connection, request: JoinKudos, post: PostOfAnother
) -> tuple[str, ...]:
    """Returns whom a post of another company's Kudos shows as thanked; raises a refusal.

    It tells no more than everybody reads there, and stands in the channel that is of both.
    """
    there = replace(request, team_id=post.team_id)
    root = _root(connection, there)
    posted = outbox.find_kudos_of_post(connection, post.team_id, post.channel_id, post.message_ts)
    if root.channel_id != post.channel_id and posted != root.kudos_id:
        raise KudosGoneError
    return _shown(connection, there, root)


def _joined_elsewhere(
    connection: Connection,
    workspace: Workspace,
    request: JoinKudos,
    post: PostOfAnother,
    now: datetime,
) -> KudosGiven:
    """Store thanks of our own for those who are thanked there, told as thanks by emoji are."""
    workspace = budgets.lock(connection, workspace, request.user_id)
    on_post = kudos_table.find_live_reactions(
        connection, request.team_id, post.channel_id, post.message_ts
    )
    if any(each.giver_id == request.user_id for each in on_post):
        raise AlreadyJoinedError
    asked = GiveKudos(
        team_id=request.team_id,
        natural_key=request.natural_key,
        giver_id=request.user_id,
        receiver_ids=thanked_elsewhere(connection, request, post),
        source=Source.REACTION,
        audience=post.audience,
        channel_id=post.channel_id,
        reason="",
        message_ts=post.message_ts,
        emoji=request.emoji,
        response_url=request.response_url,
        worth=request.points,
        acted_at=request.acted_at,
    )
    given = store_kudos(connection, workspace, asked, now)
    if given is None:
        raise AlreadyJoinedError
    return given


def _root(connection: Connection, request: JoinKudos) -> Kudos:
    """Return the kudos to join in with, which must be one that others can see."""
    root = kudos_table.find_kudos(connection, request.team_id, request.kudos_id)
    if root is None or root.reversed_at is not None or root.audience is Audience.PRIVATE:
        raise KudosGoneError
    if root.giver_id == request.user_id:
        raise OwnKudosError
    return root


def _shown(connection: Connection, request: JoinKudos, root: Kudos) -> tuple[str, ...]:
    """Return the receivers whom the post shows to the one who joins in."""
    preferences = find_preferences(connection, root.team_id, root.receiver_ids)
    viewer = Viewer(request.user_id, is_present=True)
    receiver_ids = shown(root, viewer, Publicity.UNKNOWN, preferences).receiver_ids
    if not receiver_ids:
        raise KudosGoneError
    return receiver_ids


def _asked(request: JoinKudos, root: Kudos, receiver_ids: tuple[str, ...]) -> GiveKudos:
    return GiveKudos(
        team_id=request.team_id,
        natural_key=request.natural_key,
        giver_id=request.user_id,
        receiver_ids=receiver_ids,
        source=Source.JOINED,
        audience=root.audience,
        channel_id=root.channel_id,
        reason="",
        hashtags=(root.value,) if root.value else (),
        message_ts=root.message_ts,
        thread_ts=root.thread_ts,
        emoji=request.emoji,
        joins_id=root.kudos_id,
        worth=request.points,
        acted_at=request.acted_at,
    )
