"""`@Kudos @ada for …` in a channel or a thread, where commands don't work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.boards import ShowLeaderboard
from bot.domain.errors import KudosError
from bot.domain.give_form import Draft, Place
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.lateness import moment_of
from bot.domain.mending import draft_of
from bot.domain.parsing.addressed import parse_mention, without_mentions
from bot.domain.parsing.commands import GiveSeveral, ParsedGive, ShowHistory, ShowMe
from bot.domain.parsing.tokens import Currency
from bot.messages.blockkit.message import Message
from bot.messages.giving.usage import help_message
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from bot.services.giving.kudos import give
from bot.services.installations.installations import find_bots
from bot.slack.web_api import RefusedError
from handlers.giving.mending import ask_to_mend
from handlers.giving.several import given_or_refused
from handlers.giving.slash_command import looked_up, typed_line
from handlers.interaction.audience import audience_of
from handlers.interaction.replies import Interaction
from handlers.payloads.origins import origin_of

if TYPE_CHECKING:
    from bot.domain.parsing.commands import Command
    from handlers.interaction.context import HandlerContext, Payload


class _Answered(set[tuple[str, str, str]]):
    """Mentions that were answered: their workspaces, channels and times."""


ANSWERED_KEPT = 10_000
SPOKEN_TO = "@Kudos"
_NAMED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


async def handle_mention(context: HandlerContext, body: Payload) -> None:
    """Give what was said to Kudos, or tell the one who said it what would work.

    Raises where the store does not answer; Slack then sends the event again.
    """
    origin, event = origin_of(body), body["event"]
    team_id = origin.team_id
    if not event.get("user") or event.get("bot_id"):
        return  # apps that talk to each other
    interaction = Interaction(
        context, team_id, event["user"], "", app_id=body.get("api_app_id") or ""
    )
    workspace = await context.workspace(team_id)
    text = event.get("text", "")
    bots = {workspace.bot_user_id}
    if origin.is_shared:  # the Kudos of the other company may be there as well
        bots |= (await context.store.read(find_bots, _NAMED.findall(text))).keys()
    command = parse_mention(text, bots, Currency.of(workspace.settings))
    if command is None:
        return  # whoever quotes thanks does not give them again
    text = without_mentions(text, bots)
    message = await _answer(interaction, event, command, text)
    said, answered = (team_id, event["channel"], event["ts"]), context.state(_Answered)
    # Of one mention Slack may tell for each of two companies that have Kudos.
    if message is None or (origin.is_shared and said in answered):
        return
    if len(answered) >= ANSWERED_KEPT:
        answered.clear()
    answered.add(said)
    try:
        await _tell(interaction, event, message)
    except BaseException:
        answered.discard(said)
        raise


EVENTS = {"app_mention": handle_mention}


async def _answer(
    interaction: Interaction, event: Payload, command: Command, text: str
) -> Message | None:
    """Return what the person is told; None for thanks, whose confirmation is stored with them."""
    try:
        if isinstance(command, ParsedGive):
            return await _given_or_asked(interaction, event, command, text)
        if isinstance(command, GiveSeveral):
            return await _several_given_or_refused(interaction, event, command, text)
        if isinstance(command, ShowMe | ShowLeaderboard | ShowHistory) or text.strip():
            place = await _place_of(interaction, event)
            return await looked_up(interaction, command, text, place=place, spoken_to=SPOKEN_TO)
    except KudosError as error:
        reader = await interaction.reader_of(error)
        words = words_for(reader.locale).named(await interaction.settings())
        return Message.of_lines(refusal(words, error, reader.names))
    reader = await interaction.reader()
    settings = await interaction.settings()
    return help_message(words_for(reader.locale).named(settings), settings)


async def _place_of(interaction: Interaction, event: Payload) -> Place:
    """Returns where somebody spoke, with the key that is the same in each delivery."""
    channel_id = event["channel"]
    return Place(
        channel_id,
        await audience_of(interaction.context, interaction.team_id, channel_id),
        thread_ts=event.get("thread_ts"),
        natural_key=f"mention:{channel_id}:{event['ts']}",
    )


async def _given_or_asked(
    interaction: Interaction, event: Payload, command: ParsedGive, text: str
) -> Message | None:
    """Gives; what was refused is asked about, with a button to the form: there is no trigger."""
    place = await _place_of(interaction, event)
    request = _asked_for(interaction, event, place, command)
    try:
        given = await interaction.context.write(give, request)
    except KudosError as error:
        draft = draft_of(request, place, typed_line(SPOKEN_TO, text))
        return await ask_to_mend(interaction, error, draft)
    interaction.context.homes.redraw(
        interaction.team_id, interaction.user_id, *given.kudos.receiver_ids
    )
    return None


async def _several_given_or_refused(
    interaction: Interaction, event: Payload, command: GiveSeveral, text: str
) -> Message | None:
    """Gives all of them; returns why none was given, or None for what is confirmed later."""
    place = await _place_of(interaction, event)
    gives = [_asked_for(interaction, event, place, each) for each in command.gives]
    try:
        await given_or_refused(interaction, gives)
    except KudosError as error:
        draft = Draft(place, typed=typed_line(SPOKEN_TO, text), lines=command.lines)
        return await ask_to_mend(interaction, error, draft)
    return None


def _asked_for(
    interaction: Interaction, event: Payload, place: Place, command: ParsedGive
) -> GiveKudos:
    return GiveKudos(
        team_id=interaction.team_id,
        natural_key=place.natural_key or "",
        giver_id=interaction.user_id,
        receiver_ids=command.receiver_ids,
        group_ids=command.group_ids,
        source=Source.MENTION,
        audience=Audience.PRIVATE if command.is_private else place.audience,
        channel_id=place.channel_id,
        thread_ts=place.thread_ts,
        reason=command.reason,
        hashtags=command.hashtags,
        amounts=command.amounts,
        names_everyone=command.names_everyone,
        unresolved_names=command.unresolved_names,
        asks_if_repeated=True,
        acted_at=moment_of(event.get("event_ts") or event["ts"]),
    )


async def _tell(interaction: Interaction, event: Payload, message: Message) -> None:
    """Tell the person where they spoke, or directly where Slack does not allow that."""
    arguments = {"channel": event["channel"], "user": interaction.user_id} | message.payload()
    if event.get("thread_ts"):
        arguments["thread_ts"] = event["thread_ts"]
    try:
        await interaction.context.call(interaction.team_id, "chat.postEphemeral", arguments)
    except RefusedError:
        await interaction.tell(message)
