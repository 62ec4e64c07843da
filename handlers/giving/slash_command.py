"""`/kudos` and the buttons of its answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.domain.boards import BoardState, ShowLeaderboard, ViewHistory, ViewSummary
from bot.domain.errors import KudosError
from bot.domain.give_form import Draft, Place
from bot.domain.kudos import Audience, GiveKudos, Source, UndoKudos
from bot.domain.mending import draft_of
from bot.domain.parsing.commands import (
    GiveSeveral,
    ParsedGive,
    ShowHelp,
    ShowHistory,
    ShowMe,
    ShowRewards,
    ShowSettings,
    Unclear,
    UndoLast,
)
from bot.domain.parsing.tokens import NO_CURRENCY, Currency
from bot.domain.parsing.words import parse_command
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.messages.blockkit.ids import KUDOS_UNDO
from bot.messages.boards import boards as board_texts
from bot.messages.giving.kudos import kudos_given, kudos_undone
from bot.messages.giving.usage import (
    help_message,
    nobody_named,
    rewards_off,
    settings_link,
    usage,
)
from bot.messages.text.words import words_for
from bot.services.boards.boards import view_history, view_summary
from bot.services.giving.kudos import give, undo
from handlers.boards.boards import board_message
from handlers.giving.form import MENTIONED, open_form
from handlers.giving.mending import FORM_OPENED, ask_to_mend, keep
from handlers.giving.several import confirmed, given_or_refused, undone_among
from handlers.giving.unclear import draft_for
from handlers.interaction.audience import audience_from_name
from handlers.interaction.replies import (
    ANSWER_WITHIN_SECONDS,
    Interaction,
    note_time_taken,
    seconds_to_answer,
)
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.parsing.commands import Command
    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words
    from handlers.interaction.context import HandlerContext, Payload

LEARN_WITHIN_SECONDS = 1.0  # of the time to answer


async def handle_kudos_command(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Answer `/kudos …`: to the one who typed it, once what it says is stored."""
    team_id, user_id = person_of(payload)
    app_id = payload.get("api_app_id") or ""
    interaction = Interaction(context, team_id, user_id, payload["response_url"], app_id=app_id)
    line = _Line(payload.get("text") or "", await _currency(interaction))
    if await _opens_form(interaction, payload, line):
        await ack()
        return
    message = await interaction.answer(_answer_command(interaction, payload, line))
    await (ack() if message is FORM_OPENED else ack(**message.payload()))


async def handle_undo_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Take a kudos back by the button of its confirmation, which the outcome then replaces."""
    team_id, user_id = person_of(payload)
    view_id = (payload.get("view") or {}).get("id", "")
    interaction = Interaction(context, team_id, user_id, payload.get("response_url") or "", view_id)
    pressed = payload["actions"][0]
    key = f"press:{user_id}:{pressed['action_ts']}"
    # Of several that were given together the button names all, after its own.
    kudos_id, *together = (pressed.get("value") or "").split() or [""]
    request = UndoKudos(team_id, user_id, kudos_id, natural_key=key)
    undoing = (
        undone_among(interaction, request, together) if together else _undone(interaction, request)
    )
    message = await interaction.answer(undoing)
    await ack()
    context.start(interaction.tell(message, replace_original=True))


COMMANDS = {"/kudos": anybody(handle_kudos_command)}
ACTIONS = {KUDOS_UNDO: anybody(handle_undo_pressed)}


async def _currency(interaction: Interaction) -> Currency:
    """Returns what stands for points here, as last known; the store is asked once for a process."""
    context, team_id = interaction.context, interaction.team_id
    known = context.currency(team_id)
    if known is not None:
        return known
    clock = asyncio.get_running_loop().time
    answered_by = clock() + seconds_to_answer()
    await asyncio.wait({context.start(_learn(interaction))}, timeout=LEARN_WITHIN_SECONDS)
    note_time_taken(ANSWER_WITHIN_SECONDS - (answered_by - clock()))
    return context.currency(team_id) or NO_CURRENCY


async def _learn(interaction: Interaction) -> None:
    with suppress(StoreUnavailableError, KudosError):  # the answer tells of it
        await interaction.context.workspace(interaction.team_id)


class _Line:
    """What was typed, read once for what stands for points, as far as that is known."""

    def __init__(self, text: str, currency: Currency) -> None:
        self.text = text
        self._currency = currency
        self._command = self._read(currency)

    def command(self, currency: Currency | None = None) -> Command:
        """Return what is asked for, if that stands for points."""
        if currency is None or currency == self._currency:
            return self._command
        return self._read(currency)

    def _read(self, currency: Currency) -> Command:
        return parse_command(self.text, currency)

    def typed(self, spoken_to: str) -> str:
        """Returns the whole line; empty where nothing was typed."""
        return typed_line(spoken_to, self.text)

    def unclear_thanks(self, currency: Currency | None = None) -> Unclear | None:
        """Returns thanks that are unclear; None for all else."""
        command = self.command(currency)
        if isinstance(command, Unclear) and command.understood is not None:
            return command
        return None


async def _opens_form(interaction: Interaction, payload: Payload, line: _Line) -> bool:
    """Open the form with what was understood of unclear thanks; return False for all else.

    Where Slack does not open it, the answer is in words too.
    """
    unclear = line.unclear_thanks()
    if unclear is None:
        return False

    async def draft_in(workspace: Workspace) -> Draft:
        read = line.unclear_thanks(Currency.of(workspace.settings)) or unclear
        draft = await draft_for(interaction, read, _place_of(payload), line.typed("/kudos"))
        return draft or Draft(_place_of(payload))

    opening = interaction.context.start(open_form(interaction, payload["trigger_id"], draft_in))
    done, _ = await asyncio.wait({opening}, timeout=ANSWER_WITHIN_SECONDS)
    if done:
        return opening.result()
    interaction.context.start(_answer_in_words(interaction, payload, line, opening))
    return True


async def _answer_in_words(
    interaction: Interaction, payload: Payload, line: _Line, opening: asyncio.Task[bool]
) -> None:
    if not await opening:
        await interaction.tell(
            await interaction.answer(_answer_command(interaction, payload, line))
        )


async def _answer_command(interaction: Interaction, payload: Payload, line: _Line) -> Message:
    context, until = interaction.context, asyncio.get_running_loop().time() + seconds_to_answer()
    workspace = await context.workspace(interaction.team_id)
    command = line.command(Currency.of(workspace.settings))
    if isinstance(command, ParsedGive):
        request = give_kudos_from_command(command, payload)
        try:
            given = await context.write(give, request)
        except KudosError as error:
            draft = draft_of(request, _place_of(payload), line.typed("/kudos"))
            trigger_id = payload["trigger_id"]
            return await ask_to_mend(interaction, error, draft, trigger_id=trigger_id, until=until)
        context.locales[interaction.team_id, interaction.user_id] = given.reader.locale
        context.homes.redraw(interaction.team_id, interaction.user_id, *given.kudos.receiver_ids)
        words = words_for(given.reader.locale).named(workspace.settings)
        return kudos_given(words, given, given.reader.names)
    if isinstance(command, GiveSeveral):
        gives = [give_kudos_from_command(each, payload) for each in command.gives]
        try:
            return await confirmed(interaction, await given_or_refused(interaction, gives))
        except KudosError as error:
            draft = Draft(_place_of(payload), typed=line.typed("/kudos"), lines=command.lines)
            trigger_id = payload["trigger_id"]
            return await ask_to_mend(interaction, error, draft, trigger_id=trigger_id, until=until)
    if isinstance(command, UndoLast):
        request_ = UndoKudos(interaction.team_id, interaction.user_id, natural_key=_key_of(payload))
        return await _undone(interaction, request_)
    return await looked_up(interaction, command, line.text, place=_place_of(payload))


def typed_line(spoken_to: str, text: str) -> str:
    """Returns what somebody typed, whole; empty where they said nothing."""
    return f"{spoken_to} {text.strip()}" if text.strip() else ""


async def looked_up(
    interaction: Interaction,
    command: Command,
    text: str,
    *,
    place: Place,
    spoken_to: str = "/kudos",
) -> Message:
    """Return what was asked for, or what would have worked.

    Unclear thanks are kept, and have a button that opens the form with them.
    """
    if isinstance(command, ShowLeaderboard):
        return await board_message(interaction, command)
    context, team_id, user_id = interaction.context, interaction.team_id, interaction.user_id
    reader = await interaction.reader()
    workspace = await context.workspace(team_id)
    words = words_for(reader.locale).named(workspace.settings)
    match command:
        case ShowMe():
            summary = await context.store.read(view_summary, ViewSummary(team_id, user_id))
            links = workspace.links_to(summary.last_received)
            return board_texts.my_summary(words, summary, links=links)
        case ShowHistory():
            history = await context.read(
                view_history, ViewHistory(team_id, user_id, command.user_id or user_id)
            )
            links = workspace.links_to(history.kudos)
            return board_texts.history(words, history, links=links)
        case Unclear():
            return await _not_understood(interaction, command, place, (spoken_to, text), words)
        case _:
            return _told_at_once(interaction, command, workspace, spoken_to, words)


async def _not_understood(
    interaction: Interaction, command: Unclear, place: Place, said: tuple[str, str], words: Words
) -> Message:
    """Returns what would have worked; unclear thanks are kept, for a button to the form."""
    spoken_to, text = said
    mentioned = MENTIONED.findall(f"{text} {command.suggestion}")
    named = await interaction.reader(*mentioned)
    typed, line_id, asks = typed_line(spoken_to, text), "", ""
    draft = await draft_for(interaction, command, place, typed) if typed else None
    if draft is not None:
        line_id = await keep(interaction, draft)
        asks = draft.question.sentence if draft.question else ""
    suggestion = f"{spoken_to} {command.suggestion}"
    return usage(words, typed, suggestion, named.names, line_id=line_id, asks=asks)


def _told_at_once(
    interaction: Interaction, command: Command, workspace: Workspace, spoken_to: str, words: Words
) -> Message:
    match command:
        case ShowHelp(unknown=unknown) if unknown:
            board = ""
            if workspace.settings.boards_shown:
                today = local_day(interaction.context.clock(), workspace.zone)
                week = period_of(PeriodKind.WEEK, today, workspace.settings.week_begins)
                board = BoardState(week.kind, week.key).encode()
            return nobody_named(words, typed_line(spoken_to, unknown), board)
        case ShowSettings():
            return settings_link(words, interaction.team_id, interaction.app_id)
        case ShowRewards():
            return rewards_off(words)
        case _:  # what changes something is not looked up
            return help_message(words, workspace.settings)


async def _undone(interaction: Interaction, request: UndoKudos) -> Message:
    undone = await interaction.context.write(undo, request)
    interaction.context.homes.redraw(
        interaction.team_id, interaction.user_id, *undone.kudos.receiver_ids
    )
    words = words_for(undone.reader.locale).named(await interaction.settings())
    return kudos_undone(words, undone, undone.reader.names)


def _key_of(payload: Payload) -> str:
    """Returns what is the same in each delivery of one command, and of its form."""
    return f"command:{payload['trigger_id']}"


def _place_of(payload: Payload) -> Place:
    return Place(
        payload["channel_id"],
        audience_from_name(payload["channel_id"], payload.get("channel_name")),
        response_url=payload["response_url"],
        natural_key=_key_of(payload),
    )


def give_kudos_from_command(command: ParsedGive, payload: dict[str, Any]) -> GiveKudos:
    """Return the request; Slack's `trigger_id` is the same in each delivery of one command."""
    team_id, user_id = person_of(payload)
    audience = audience_from_name(payload["channel_id"], payload.get("channel_name"))
    if command.is_private:
        audience = Audience.PRIVATE
    return GiveKudos(
        team_id=team_id,
        natural_key=_key_of(payload),
        giver_id=user_id,
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
        asks_if_repeated=True,
    )
