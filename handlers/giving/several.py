"""Several thanks in one command or one mention, which are given together or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyUndoneError
from bot.domain.kudos import GiveTogether, ViewGiven
from bot.messages.giving.several import several_given
from bot.messages.text.words import words_for
from bot.services.giving.kudos import undo
from bot.services.giving.several import give_several, view_given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.kudos import GiveKudos, KudosGiven, UndoKudos
    from bot.messages.blockkit.message import Message
    from handlers.interaction.replies import Interaction


async def given_or_refused(
    interaction: Interaction, gives: Iterable[GiveKudos]
) -> tuple[KudosGiven, ...]:
    """Gives all of them; each has a key of its own, the same in each delivery."""
    given = await interaction.context.write(give_several, GiveTogether.of(gives))
    concerned = {user_id for each in given for user_id in each.kudos.receiver_ids}
    interaction.context.homes.redraw(interaction.team_id, interaction.user_id, *sorted(concerned))
    return given


async def undone_among(
    interaction: Interaction, request: UndoKudos, kudos_ids: Iterable[str]
) -> Message:
    """Takes one of several back and returns how all of them stand then, pressed once or twice."""
    with suppress(AlreadyUndoneError):
        undone = await interaction.context.write(undo, request)
        interaction.context.homes.redraw(
            interaction.team_id, interaction.user_id, *undone.kudos.receiver_ids
        )
    view = ViewGiven(interaction.team_id, interaction.user_id, tuple(kudos_ids))
    return await confirmed(interaction, await interaction.context.store.read(view_given, view))


async def confirmed(interaction: Interaction, given: tuple[KudosGiven, ...]) -> Message:
    """Returns the confirmation of all of them."""
    locale = given[-1].reader.locale
    interaction.context.locales[interaction.team_id, interaction.user_id] = locale
    words = words_for(locale).named(await interaction.settings())
    return several_given(words, given)
