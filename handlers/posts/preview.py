"""Preview and Post now, beside the schedules in the Home tab, for admins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.errors import StaleFormError
from bot.domain.posts import MonthlyPost, PreviewPost, WeeklyPost
from bot.domain.schedules import POSTED_KINDS, PostNow, ScheduleKind, channel_of
from bot.messages.blockkit import ids
from bot.messages.blockkit.message import quotes_of
from bot.messages.posts.monthly import monthly_highlights
from bot.messages.posts.preview import cannot_post, on_its_way, preview_view
from bot.messages.posts.weekly import weekly_leaderboard
from bot.messages.text.words import words_for
from bot.services.posts.posts import preview, quoted_in
from bot.services.posts.schedules import post_now
from bot.slack import pictures
from bot.slack.quotes import ASKED_AT_MOST, find_gone
from bot.slack.web_api import SLACK_FAILED
from handlers.interaction.modals import show_modal, view_or_error
from handlers.interaction.rights import admins
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.blockkit.message import Message
    from bot.messages.blockkit.view import View
    from handlers.interaction.context import HandlerContext, Payload


async def handle_preview_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show an admin alone how a post would look."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _preview(context, payload))
    context.start(show_modal(context, payload, making))


async def handle_post_now_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Post the last week or month that is over, and tell the admin where it goes."""
    await ack()
    team_id, user_id = person_of(payload)
    making = view_or_error(context, team_id, user_id, _post_now(context, payload))
    context.start(show_modal(context, payload, making))


class _Previewed(dict[str, tuple[str, str]]):
    """The picture that each workspace's admins last saw, by its digest, and its file."""


ACTIONS = {
    ids.POSTS_PREVIEW: admins(handle_preview_pressed),
    ids.POSTS_NOW: admins(handle_post_now_pressed),
}


async def _preview(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    kind = _kind(payload)
    words = await context.words(team_id, user_id)
    post = await _made(context, PreviewPost(team_id, user_id, kind))
    settings = (await context.workspace(team_id)).settings
    posted_in = words_for(settings.locale).named(settings)
    if isinstance(post, WeeklyPost):
        return preview_view(words, post, weekly_leaderboard(posted_in, post))
    message = await _with_picture(context, team_id, monthly_highlights(posted_in, post))
    return preview_view(words, post, message)


async def _made(context: HandlerContext, request: PreviewPost) -> WeeklyPost | MonthlyPost:
    """Return a post that quotes nothing that was deleted, as far as Slack says."""
    for _ in range(ASKED_AT_MOST):
        post = await context.read(preview, request)
        quotes = quotes_of(quoted_in(post))
        try:
            gone = await find_gone(context.call, request.team_id, quotes)
        except SLACK_FAILED:
            gone = ()
        if not gone:
            break
        request = replace(request, gone=(*request.gone, *gone))
    return post


async def _post_now(context: HandlerContext, payload: Payload) -> View:
    team_id, user_id = person_of(payload)
    kind = _kind(payload)
    words = await context.words(team_id, user_id)
    channel_id = channel_of(await context.workspace(team_id), kind)
    if channel_id is not None:
        may_not_post, is_shared = await asyncio.gather(
            context.slack.may_not_post(team_id, channel_id),
            context.slack.is_shared(team_id, channel_id),
        )
        if may_not_post or is_shared:
            return cannot_post(words, channel_id, is_shared=is_shared)
    posted = await context.write(post_now, PostNow(team_id, user_id, kind))
    context.homes.redraw(team_id, user_id)
    return on_its_way(words, posted)


async def _with_picture(context: HandlerContext, team_id: str, message: Message) -> Message:
    """Return the message with its picture, unless Slack does not take it: then without.

    An admin who looks again sees the same file.
    """
    picture = message.picture
    if picture is None or picture.file_id is not None:
        return message
    drawn = sha256(picture.svg.encode()).hexdigest()
    previewed = context.state(_Previewed)
    last, file_id = previewed.get(team_id, ("", None))
    if last != drawn:
        call = partial(context.call, team_id)
        file_id = await pictures.made(call, context.upload, picture, team_id)
    if file_id is None:
        return message
    previewed[team_id] = (drawn, file_id)
    return message.with_file(file_id)


def _kind(payload: Payload) -> ScheduleKind:
    named = payload["actions"][0].get("value")
    if named not in set(POSTED_KINDS):
        raise StaleFormError
    return ScheduleKind(named)
