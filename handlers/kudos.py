"""`/kudos` and the buttons of its answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.boards import ShowLeaderboard, ViewHistory, ViewLeaderboard, ViewSummary
from bot.domain.commands import ParsedGive, ShowHelp, ShowHistory, ShowMe, Unclear, UndoLast
from bot.domain.kudos import Audience, GiveKudos, Source, UndoKudos
from bot.domain.parsing import parse_command
from bot.messages import boards as board_texts
from bot.messages.ids import KUDOS_UNDO
from bot.messages.kudos import kudos_given, kudos_undone
from bot.messages.usage import help_message, usage
from bot.messages.words import words_for
from bot.services.boards import view_history, view_leaderboard, view_summary
from bot.services.kudos import give, undo
from handlers.answers import Asked

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.messages.message import Message
    from handlers.edge import Edge, Payload

MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
# What Slack calls a channel that not everybody may read, instead of by its name.
HIDDEN_CHANNEL_NAMES = ("privategroup", "directmessage", "mpdm-")


async def handle_kudos_command(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Answer `/kudos …`: to the one who typed it, once what it says is stored."""
    asked = Asked(edge, payload["team_id"], payload["user_id"], payload["response_url"])
    message = await asked.answer(_answer_command(asked, payload))
    await ack(**message.payload())


async def handle_undo_pressed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Take a kudos back by the button of its confirmation, which the outcome then replaces."""
    team_id = payload["user"].get("team_id") or payload["team"]["id"]
    asked = Asked(edge, team_id, payload["user"]["id"], payload["response_url"])
    request = UndoKudos(team_id, asked.user_id, payload["actions"][0]["value"])
    message = await asked.answer(_undone(asked, request))
    await ack()
    edge.start(asked.tell({"replace_original": True} | message.payload()))


COMMANDS = {"/kudos": handle_kudos_command}
ACTIONS = {KUDOS_UNDO: handle_undo_pressed}


async def _answer_command(asked: Asked, payload: Payload) -> Message:
    edge, text = asked.edge, payload.get("text") or ""
    workspace = await edge.workspace(asked.team_id)
    command = parse_command(text, frozenset({workspace.settings.currency_emoji}))
    if isinstance(command, ParsedGive):
        given = await edge.write(give, give_kudos_from_command(command, payload))
        edge.locales[asked.team_id, asked.user_id] = given.reader.locale
        return kudos_given(words_for(given.reader.locale), given, given.reader.names)
    if isinstance(command, UndoLast):
        key = f"command:{payload['trigger_id']}"
        return await _undone(asked, UndoKudos(asked.team_id, asked.user_id, natural_key=key))
    return await _looked_up(asked, command, text)


async def _looked_up(
    asked: Asked,
    command: ShowHelp | ShowMe | ShowLeaderboard | ShowHistory | Unclear,
    text: str,
) -> Message:
    edge, team_id, user_id = asked.edge, asked.team_id, asked.user_id
    reader = await asked.reader()
    words = words_for(reader.locale)
    workspace = await edge.workspace(team_id)
    match command:
        case ShowHelp():
            return help_message(words, workspace.settings)
        case ShowMe():
            summary = await edge.store.read(view_summary, ViewSummary(team_id, user_id))
            links = workspace.links_to(summary.last_received)
            return board_texts.my_summary(words, summary, links=links)
        case ShowLeaderboard():
            board = await edge.store.read(
                view_leaderboard, ViewLeaderboard(team_id, user_id, command)
            )
            return board_texts.leaderboard(words, board)
        case ShowHistory():
            history = await edge.store.read(
                view_history, ViewHistory(team_id, user_id, command.user_id or user_id)
            )
            links = workspace.links_to(history.kudos)
            return board_texts.history(words, history, links=links)
        case Unclear():
            mentioned = MENTION.findall(f"{text} {command.suggestion}")
            named = await asked.reader(*mentioned)
            typed = f"/kudos {text}" if text.strip() else ""
            return usage(words, typed, f"/kudos {command.suggestion}", named.names)


async def _undone(asked: Asked, request: UndoKudos) -> Message:
    undone = await asked.edge.write(undo, request)
    return kudos_undone(words_for(undone.reader.locale), undone, undone.reader.names)


def give_kudos_from_command(command: ParsedGive, payload: dict[str, Any]) -> GiveKudos:
    """Return the request; Slack's `trigger_id` is the same in each delivery of one command."""
    return GiveKudos(
        team_id=payload["team_id"],
        natural_key=f"command:{payload['trigger_id']}",
        giver_id=payload["user_id"],
        receiver_ids=command.receiver_ids,
        group_ids=command.group_ids,
        source=Source.COMMAND,
        audience=Audience.PRIVATE if command.is_private else _audience(payload),
        channel_id=payload["channel_id"],
        reason=command.reason,
        hashtags=command.hashtags,
        amounts=command.amounts,
        response_url=payload["response_url"],
        names_everyone=command.names_everyone,
        unresolved_names=command.unresolved_names,
    )


def _audience(payload: dict[str, Any]) -> Audience:
    name = payload.get("channel_name") or HIDDEN_CHANNEL_NAMES[0]
    is_hidden = name.startswith(HIDDEN_CHANNEL_NAMES) or payload["channel_id"][0] in "DG"
    return Audience.CHANNEL if is_hidden else Audience.PUBLIC
