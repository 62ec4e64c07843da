"""`/kudos` and the buttons of its answers."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from bot.domain.boards import ShowLeaderboard, ViewHistory, ViewSummary
from bot.domain.commands import ParsedGive, ShowHistory, ShowMe, Unclear, UndoLast
from bot.domain.giving import Draft, Place
from bot.domain.kudos import Audience, GiveKudos, Source, UndoKudos
from bot.domain.parsing import parse_command
from bot.messages import boards as board_texts
from bot.messages.ids import KUDOS_UNDO
from bot.messages.kudos import kudos_given, kudos_undone
from bot.messages.usage import help_message, usage
from bot.messages.words import words_for
from bot.services.boards import view_history, view_summary
from bot.services.kudos import give, undo
from handlers.answers import ANSWER_WITHIN_SECONDS, Asked
from handlers.boards import board_message
from handlers.give import open_form
from handlers.home import redraw
from handlers.places import audience_named
from handlers.screens import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.commands import Command
    from bot.domain.workspaces import Workspace
    from bot.messages.message import Message
    from handlers.edge import Edge, Payload

MENTION = re.compile(r"<@([UW][A-Z0-9]+)")


async def handle_kudos_command(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Answer `/kudos …`: to the one who typed it, once what it says is stored."""
    asked = Asked(edge, payload["team_id"], payload["user_id"], payload["response_url"])
    line = _Line(payload.get("text") or "", edge.currency_emoji(payload["team_id"]))
    if await _opens_form(asked, payload, line):
        await ack()
        return
    message = await asked.answer(_answer_command(asked, payload, line))
    await ack(**message.payload())


async def handle_undo_pressed(edge: Edge, payload: Payload, ack: AsyncAck) -> None:
    """Take a kudos back by the button of its confirmation, which the outcome then replaces."""
    team_id, user_id = person_of(payload)
    view_id = (payload.get("view") or {}).get("id", "")
    asked = Asked(edge, team_id, user_id, payload.get("response_url") or "", view_id)
    request = UndoKudos(team_id, user_id, payload["actions"][0].get("value") or "")
    message = await asked.answer(_undone(asked, request))
    await ack()
    edge.start(asked.tell(message, replace_original=True))


COMMANDS = {"/kudos": handle_kudos_command}
ACTIONS = {KUDOS_UNDO: handle_undo_pressed}


class _Line:
    """What was typed, read once for the emoji that counts as points, as far as that is known."""

    def __init__(self, text: str, currency_emoji: frozenset[str]) -> None:
        self.text = text
        self._currency_emoji = currency_emoji
        self._command = parse_command(text, currency_emoji)

    def command(self, currency_emoji: frozenset[str] | None = None) -> Command:
        """Return what is asked for, if that emoji counts as points."""
        if currency_emoji is None or currency_emoji == self._currency_emoji:
            return self._command
        return parse_command(self.text, currency_emoji)

    def understood(self, currency_emoji: frozenset[str] | None = None) -> ParsedGive | None:
        """Return what is understood of thanks that are unclear; None for all else."""
        command = self.command(currency_emoji)
        return command.understood if isinstance(command, Unclear) else None


async def _opens_form(asked: Asked, payload: Payload, line: _Line) -> bool:
    """Open the form with what was understood of unclear thanks; return False for all else.

    Where Slack does not open it, the answer is in words too.
    """
    # Whether these were thanks does not depend on which emoji count as points.
    understood = line.understood()
    if understood is None:
        return False
    place = Place(
        payload["channel_id"],
        audience_named(payload["channel_id"], payload.get("channel_name")),
        response_url=payload["response_url"],
    )

    def draft_in(workspace: Workspace) -> Draft:
        given = line.understood(frozenset({workspace.settings.currency_emoji})) or understood
        return Draft(
            place,
            receiver_ids=given.receiver_ids,
            group_ids=given.group_ids,
            points=next(iter(given.amounts), None),
            value=next(iter(given.hashtags), ""),
            reason=given.reason,
            is_private=given.is_private,
            is_of_words=bool(line.text.strip()),
        )

    opening = asked.edge.start(open_form(asked, payload["trigger_id"], draft_in))
    done, _ = await asyncio.wait({opening}, timeout=ANSWER_WITHIN_SECONDS)
    if done:
        return opening.result()
    asked.edge.start(_answer_in_words(asked, payload, line, opening))
    return True


async def _answer_in_words(
    asked: Asked, payload: Payload, line: _Line, opening: asyncio.Task[bool]
) -> None:
    if not await opening:
        await asked.tell(await asked.answer(_answer_command(asked, payload, line)))


async def _answer_command(asked: Asked, payload: Payload, line: _Line) -> Message:
    edge = asked.edge
    workspace = await edge.workspace(asked.team_id)
    command = line.command(frozenset({workspace.settings.currency_emoji}))
    if isinstance(command, ParsedGive):
        given = await edge.write(give, give_kudos_from_command(command, payload))
        edge.locales[asked.team_id, asked.user_id] = given.reader.locale
        redraw(edge, asked.team_id, asked.user_id, *given.kudos.receiver_ids)
        words = words_for(given.reader.locale).named(workspace.settings)
        return kudos_given(words, given, given.reader.names)
    if isinstance(command, UndoLast):
        key = f"command:{payload['trigger_id']}"
        return await _undone(asked, UndoKudos(asked.team_id, asked.user_id, natural_key=key))
    return await looked_up(asked, command, line.text)


async def looked_up(
    asked: Asked, command: Command, text: str, *, spoken_to: str = "/kudos"
) -> Message:
    """Return what was asked for, or what would have worked."""
    if isinstance(command, ShowLeaderboard):
        return await board_message(asked, command)
    edge, team_id, user_id = asked.edge, asked.team_id, asked.user_id
    reader = await asked.reader()
    workspace = await edge.workspace(team_id)
    words = words_for(reader.locale).named(workspace.settings)
    match command:
        case ShowMe():
            summary = await edge.store.read(view_summary, ViewSummary(team_id, user_id))
            links = workspace.links_to(summary.last_received)
            return board_texts.my_summary(words, summary, links=links)
        case ShowHistory():
            history = await edge.read(
                view_history, ViewHistory(team_id, user_id, command.user_id or user_id)
            )
            links = workspace.links_to(history.kudos)
            return board_texts.history(words, history, links=links)
        case Unclear():
            mentioned = MENTION.findall(f"{text} {command.suggestion}")
            named = await asked.reader(*mentioned)
            typed = f"{spoken_to} {text.strip()}" if text.strip() else ""
            return usage(words, typed, f"{spoken_to} {command.suggestion}", named.names)
        case _:  # what changes something is not looked up
            return help_message(words, workspace.settings)


async def _undone(asked: Asked, request: UndoKudos) -> Message:
    undone = await asked.edge.write(undo, request)
    redraw(asked.edge, asked.team_id, asked.user_id, *undone.kudos.receiver_ids)
    words = words_for(undone.reader.locale).named(await asked.settings())
    return kudos_undone(words, undone, undone.reader.names)


def give_kudos_from_command(command: ParsedGive, payload: dict[str, Any]) -> GiveKudos:
    """Return the request; Slack's `trigger_id` is the same in each delivery of one command."""
    audience = audience_named(payload["channel_id"], payload.get("channel_name"))
    if command.is_private:
        audience = Audience.PRIVATE
    return GiveKudos(
        team_id=payload["team_id"],
        natural_key=f"command:{payload['trigger_id']}",
        giver_id=payload["user_id"],
        receiver_ids=command.receiver_ids,
        group_ids=command.group_ids,
        source=Source.COMMAND,
        audience=audience,
        channel_id=payload["channel_id"],
        reason=command.reason,
        hashtags=command.hashtags,
        amounts=command.amounts,
        response_url=payload["response_url"],
        names_everyone=command.names_everyone,
        unresolved_names=command.unresolved_names,
    )
