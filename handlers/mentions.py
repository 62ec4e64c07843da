"""`@Kudos @ada for …` in a channel or a thread, where commands don't work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import ShowLeaderboard
from bot.domain.commands import ParsedGive, ShowHistory, ShowMe
from bot.domain.errors import KudosError
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.parsing import parse_command
from bot.messages.message import Message
from bot.messages.refusals import refusal
from bot.messages.usage import help_message
from bot.messages.words import words_for
from bot.services.kudos import give
from bot.slack import RefusedError
from handlers.answers import Asked
from handlers.home import redraw
from handlers.kudos import looked_up
from handlers.places import audience_of

if TYPE_CHECKING:
    from bot.domain.commands import Command
    from handlers.edge import Edge, Payload


async def handle_mention(edge: Edge, body: Payload) -> None:
    """Give what was said to Kudos, or tell the one who said it what would work.

    Raises where the store does not answer; Slack then sends the event again.
    """
    team_id, event = body["team_id"], body["event"]
    if not event.get("user") or event.get("bot_id"):
        return  # apps that talk to each other
    asked = Asked(edge, team_id, event["user"], "")
    workspace = await edge.workspace(team_id)
    text = event.get("text", "").replace(f"<@{workspace.bot_user_id}>", " ")
    command = parse_command(text, frozenset({workspace.settings.currency_emoji}))
    message = await _answer(asked, event, command, text)
    if message is not None:
        await _tell(asked, event, message)


EVENTS = {"app_mention": handle_mention}


async def _answer(asked: Asked, event: Payload, command: Command, text: str) -> Message | None:
    """Return what the person is told; None for thanks, whose confirmation is stored with them."""
    try:
        if isinstance(command, ParsedGive):
            await _give(asked, event, command)
            return None
        if isinstance(command, ShowMe | ShowLeaderboard | ShowHistory) or text.strip():
            return await looked_up(asked, command, text, spoken_to="@Kudos")
    except KudosError as error:
        reader = await asked.reader_of(error)
        words = words_for(reader.locale).named(await asked.settings())
        return Message.of_lines(refusal(words, error, reader.names))
    reader = await asked.reader()
    settings = await asked.settings()
    return help_message(words_for(reader.locale).named(settings), settings)


async def _give(asked: Asked, event: Payload, command: ParsedGive) -> None:
    edge, channel_id = asked.edge, event["channel"]
    audience = Audience.PRIVATE
    if not command.is_private:
        audience = await audience_of(edge, asked.team_id, channel_id)
    request = GiveKudos(
        team_id=asked.team_id,
        natural_key=f"mention:{channel_id}:{event['ts']}",
        giver_id=asked.user_id,
        receiver_ids=command.receiver_ids,
        group_ids=command.group_ids,
        source=Source.MENTION,
        audience=audience,
        channel_id=channel_id,
        thread_ts=event.get("thread_ts"),
        reason=command.reason,
        hashtags=command.hashtags,
        amounts=command.amounts,
        names_everyone=command.names_everyone,
        unresolved_names=command.unresolved_names,
    )
    given = await edge.write(give, request)
    redraw(edge, asked.team_id, asked.user_id, *given.kudos.receiver_ids)


async def _tell(asked: Asked, event: Payload, message: Message) -> None:
    """Tell the person where they spoke, or directly where Slack does not allow that."""
    arguments = {"channel": event["channel"], "user": asked.user_id} | message.payload()
    if event.get("thread_ts"):
        arguments["thread_ts"] = event["thread_ts"]
    try:
        await asked.edge.call(asked.team_id, "chat.postEphemeral", arguments)
    except RefusedError:
        await asked.tell(message)
