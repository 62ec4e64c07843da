"""Thanks that are not clear: whom the names in them may mean, and what the form asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.give_form import Draft
from bot.domain.mending import draft_of_unclear
from bot.domain.naming import settled_question, with_those_meant
from bot.domain.parsing.commands import Ask
from bot.messages.refusals.questions import question_in_form, question_in_lines
from bot.services.people.members import FindMeant, find_meant

if TYPE_CHECKING:
    from bot.domain.give_form import Place
    from bot.domain.naming import Meant
    from bot.domain.parsing.commands import Unclear
    from handlers.interaction.replies import Interaction


async def draft_for(
    interaction: Interaction, command: Unclear, place: Place, typed: str
) -> Draft | None:
    """Returns the form filled in, with what it asks; None for what was not thanks.

    Whom a name can only mean is filled in, and asked about; nobody is chosen among several.
    """
    understood, question = command.understood, command.question
    if understood is None:
        return None
    draft = draft_of_unclear(understood, place, typed)
    if command.lines:
        draft = Draft(place, typed=typed, lines=command.lines)
    if question is None:
        return draft
    meant: tuple[Meant, ...] = ()
    if question.ask is Ask.NAME:
        meant = await interaction.context.store.read(
            find_meant, FindMeant(interaction.team_id, interaction.user_id, question.names)
        )
    left, is_nobodys = settled_question(question, meant)
    if is_nobodys:
        draft = replace(draft, reason=question.reason_without_names or draft.reason)
    words = await interaction.context.words(interaction.team_id, interaction.user_id)
    asks = (question_in_lines if command.lines else question_in_form)(words, left, meant)
    return replace(with_those_meant(draft, meant), question=asks)
