"""Forms that give: each becomes the confirmation, or tells at its field what is wrong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.domain.errors import KudosError
from bot.messages.blockkit.message import Message
from bot.messages.giving.give import at_first_field, done_view, refilled, refusal_at
from bot.messages.refusals.notices import notice_view, still_saving
from bot.messages.text.words import words_for
from bot.slack.web_api import RefusedError
from handlers.giving.form import ask_if_repeated, sign_place
from handlers.giving.mending import ask_to_mend
from handlers.interaction.replies import ANSWER_WITHIN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.errors import JustGivenError
    from bot.domain.give_form import Draft
    from bot.messages.blockkit.view import View
    from handlers.interaction.context import Payload
    from handlers.interaction.replies import Interaction

# An update that overtakes the acknowledgement would be replaced by what that shows.
UPDATE_AFTER_SECONDS = 0.5


@dataclass(frozen=True)
class Outcome:
    """How a submission ended: with a message, or a sentence at a field."""

    view: View | None = None
    message: Message | None = None
    errors: dict[str, str] = field(default_factory=dict)
    refused: KudosError | None = None

    def acknowledgement(self) -> dict[str, Any]:
        """Return what Slack takes as the answer to a submission."""
        if self.view is None:
            return {"response_action": "errors", "errors": self.errors}
        return {"response_action": "update", "view": self.view.payload()}


async def answer_submission(
    interaction: Interaction,
    shown: Payload,
    ack: AsyncAck,
    giving: Coroutine[Any, Any, Outcome],
    draft: Callable[[], Awaitable[Draft]],
    filled: Callable[[], Awaitable[Payload]] | None = None,
) -> None:
    """Answer a form within Slack's time; what takes longer is told in its place once it is over.

    Where the form was closed meanwhile, `draft` is what stood in it, to be corrected. `filled` is
    the form as it can be shown again, where that is not as it came.
    """
    task = interaction.context.start(_outcome(interaction, shown, giving))
    done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN_SECONDS)
    if done:
        await ack(**task.result().acknowledgement())
        return
    words = words_for(interaction.last_locale)
    view = notice_view(words, still_saving(words).text)
    await ack(response_action="update", view=view.payload())
    interaction.context.start(_tell_outcome(interaction, shown, task, draft, filled))


async def _outcome(
    interaction: Interaction, shown: Payload, giving: Coroutine[Any, Any, Outcome]
) -> Outcome:
    try:
        try:
            return await giving
        except KudosError as error:
            reader = await interaction.reader_of(error)
            words = words_for(reader.locale).named(await interaction.settings())
            errors = refusal_at(words, error, reader.names, shown)
            return Outcome(errors=errors, refused=error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the form stays and says so
        return Outcome(errors=at_first_field(interaction.failure_message(error).text, shown))


async def _tell_outcome(
    interaction: Interaction,
    shown: Payload,
    task: asyncio.Task[Outcome],
    draft: Callable[[], Awaitable[Draft]],
    filled: Callable[[], Awaitable[Payload]] | None,
) -> None:
    """Have the view that said "still being saved" say how it ended."""
    await asyncio.sleep(UPDATE_AFTER_SECONDS)
    outcome = await task
    sentence = " ".join(outcome.errors.values())
    view = outcome.view
    if view is None:
        view = refilled(shown if filled is None else await filled(), sentence)
    arguments = {"view_id": interaction.view_id, "view": view.payload()}
    try:
        await interaction.context.call(interaction.team_id, "views.update", arguments)
    except RefusedError:  # closed meanwhile
        message = outcome.message or Message.of_lines(sentence)
        if outcome.refused is not None:
            message = await interaction.message_or_error(
                ask_to_mend(interaction, outcome.refused, await draft())
            )
        direct = {"channel": interaction.user_id} | message.payload()
        await interaction.context.call(interaction.team_id, "chat.postMessage", direct)


async def asked_again(interaction: Interaction, error: JustGivenError, draft: Draft) -> Outcome:
    """Asks in the place of the form whether somebody means once more what they gave just now."""
    message = await ask_if_repeated(interaction, error, draft)
    view = done_view(words_for(interaction.last_locale), message)
    return Outcome(replace(view, private_metadata=sign_place(interaction, draft.place)), message)
