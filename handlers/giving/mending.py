"""What becomes of thanks that were refused or unclear: the form opens with them, or a note does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import JustGivenError, UnresolvedNameError
from bot.domain.mending import mendable, unwrapped
from bot.domain.naming import with_those_meant
from bot.domain.parsing.commands import Ask, Question
from bot.messages.blockkit.ids import KUDOS_CORRECT
from bot.messages.blockkit.message import Message
from bot.messages.giving.give import asked as asked_in_form
from bot.messages.giving.give import form_not_opened
from bot.messages.giving.mending import refused_note
from bot.messages.giving.several import several_refused
from bot.messages.refusals.questions import question_in_form, question_in_lines
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from bot.services.giving.kept import FindLine, KeepLine, find_line, keep_line
from bot.services.people.members import FindMeant, find_meant
from handlers.giving.form import MENTIONED, ask_if_repeated, open_form
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.errors import KudosError
    from bot.domain.give_form import Draft, FormQuestion
    from bot.domain.workspaces import Workspace
    from bot.messages.text.words import Words
    from handlers.interaction.context import HandlerContext, Payload

FORM_OPENED = Message.of("")
"""Stands for no message at all: the form is the answer."""


async def handle_correct_pressed(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Opens the form with what somebody typed, as long as it is kept."""
    await ack()
    interaction = Interaction(context, *person_of(payload), payload.get("response_url") or "")
    line_id = str(payload["actions"][0].get("value") or "")

    async def kept(_workspace: Workspace) -> Draft:
        request = FindLine(interaction.team_id, interaction.user_id, line_id)
        draft = await context.store.read(find_line, request)
        is_there = (payload.get("channel") or {}).get("id") == draft.place.channel_id
        # The address of a note in a direct message posts there, and not where they spoke.
        url = interaction.response_url if is_there else None
        return replace(draft, place=replace(draft.place, response_url=url))

    if not await open_form(interaction, payload["trigger_id"], kept):
        sentence = form_not_opened(words_for(interaction.last_locale))
        context.start(interaction.tell(Message.of_lines(sentence), replace_original=False))


ACTIONS = {KUDOS_CORRECT: anybody(handle_correct_pressed)}


async def ask_to_mend(
    interaction: Interaction,
    error: KudosError,
    draft: Draft,
    *,
    trigger_id: str = "",
    until: float = 0.0,
) -> Message:
    """Opens the form for thanks that were refused; returns the sentence where it can't.

    `until` is when the answer must be there, by the event loop's clock. Where nobody sees a form
    open, the sentence has a button that opens it.
    """
    if isinstance(error, JustGivenError):
        return await ask_if_repeated(interaction, error, draft)
    reader = await interaction.reader_of(error)
    words = words_for(reader.locale).named(await interaction.settings())
    sentence = refusal(words, error, reader.names)
    mended, is_several = mendable(draft, error), bool(draft.lines)
    if mended is None:
        return await _note(interaction, words, sentence, draft)
    question: FormQuestion | None
    question = asked_in_form(words, error, reader.names, is_several=is_several)
    mended, refused = replace(mended, question=question), unwrapped(error)
    if isinstance(refused, UnresolvedNameError):
        names = refused.names
        meant = await interaction.context.store.read(
            find_meant, FindMeant(interaction.team_id, interaction.user_id, names)
        )
        if any(each.people for each in meant):
            asks = question_in_lines if is_several else question_in_form
            question = asks(words, Question(Ask.NAME, names=names), meant)
            mended = replace(with_those_meant(mended, meant), question=question)
            sentence = question.sentence if question else sentence
    clock = asyncio.get_running_loop().time
    if clock() < until and await open_form(interaction, trigger_id, mended) and clock() < until:
        return FORM_OPENED
    # Also where it opened late: whoever was told that it takes a while is told how it ended.
    return await _note(interaction, words, sentence, mended, await keep(interaction, mended))


async def _note(
    interaction: Interaction, words: Words, sentence: str, draft: Draft, line_id: str = ""
) -> Message:
    """Returns the sentence, with a button to the form for a line; several are told whole."""
    if draft.lines:
        named = await interaction.reader(*MENTIONED.findall(draft.typed))
        return several_refused(words, sentence, draft.typed, named.names, line_id)
    return refused_note(words, sentence, line_id) if line_id else Message.of_lines(sentence)


async def keep(interaction: Interaction, draft: Draft) -> str:
    """Keeps what somebody typed for an hour; returns the id for the button that opens the form."""
    request = KeepLine(interaction.team_id, interaction.user_id, draft)
    return await interaction.context.store.write(keep_line, request)
