"""Answers a person in time, whatever happens: Slack waits three seconds, then shows an error."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import (
    JustGivenError,
    KudosError,
    NotThankableError,
    OneOfSeveralError,
    PairCapExceededError,
    SlackSilentError,
    UnknownMembersError,
)
from bot.messages.blockkit.message import Message
from bot.messages.giving.give import done_view
from bot.messages.refusals.notices import not_saved, perhaps_saved, something_broke, still_saving
from bot.messages.refusals.refusals import refusal
from bot.messages.text.words import words_for
from bot.services.people.members import FindNames, find_reader
from bot.slack.web_api import SLACK_FAILED, RateLimitedError, RefusedError
from storage.engine.store import CommitInDoubtError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Sequence

    from bot.domain.members import Reader
    from bot.domain.workspaces import WorkspaceSettings
    from handlers.interaction.context import HandlerContext, Payload

NAMING = (
    JustGivenError,
    NotThankableError,
    OneOfSeveralError,
    PairCapExceededError,
    UnknownMembersError,
)
"""Refusals that name people."""

log = structlog.get_logger(__name__)

TELL_AGAIN_AFTER_SECONDS = (1, 5, 30)
TELL_WITHIN_SECONDS = 30 * 60  # for so long a response_url is good
ANSWER_WITHIN_SECONDS = 2.5  # of Slack's three; the rest is for the way there and back
_taken_seconds: ContextVar[float] = ContextVar("taken_seconds", default=0.0)


def note_time_taken(seconds: float) -> None:
    """Takes what asking for a right took from the time in which the answer must be there."""
    _taken_seconds.set(seconds)


def seconds_to_answer() -> float:
    """Returns how long the one who asked can still be kept waiting."""
    return max(0.0, ANSWER_WITHIN_SECONDS - _taken_seconds.get())


@dataclass(frozen=True)
class Interaction:
    """One thing that one person asked for, and how they are answered."""

    context: HandlerContext
    team_id: str
    user_id: str
    response_url: str  # empty in a view
    view_id: str = ""
    app_id: str = ""  # Slack's, as far as the payload tells

    async def reader(self, *others: str) -> Reader:
        """Return the person's language and the names of others; remembers the language."""
        request = FindNames(self.team_id, self.user_id, others)
        reader = await self.context.store.read(find_reader, request)
        self.context.locales[self.team_id, self.user_id] = reader.locale
        return reader

    async def names_of(self, named_ids: Sequence[str]) -> dict[str, str]:
        """Return what people and groups are called; who is unknown to the store is asked for."""
        known = dict((await self.reader(*named_ids)).names)
        unknown = [each for each in named_ids if not known.get(each)]
        people = [each for each in unknown if not each.startswith("S")]
        with suppress(SlackSilentError):
            for member in await self.context.slack.people(self.team_id, people):
                known[member.user_id] = member.display_name
        if len(people) < len(unknown):
            groups = await self.context.slack.group_names(self.team_id)
            known |= {each: groups[each].removeprefix("@") for each in unknown if each in groups}
        return {each: known[each] for each in named_ids if known.get(each)}

    async def answer(self, work: Coroutine[Any, Any, Message]) -> Message:
        """Return the answer, or, if it takes too long, a word that it will follow.

        A refusal, a store that cannot serve and a bug become a sentence too.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Message | None] = loop.create_future()
        self.context.start(self._answer(work, answered))
        # `asyncio.wait` would take one more turn of the event loop, in the middle of every answer.
        timer = loop.call_later(seconds_to_answer(), _give_up, answered)
        message = await answered
        timer.cancel()
        return still_saving(words_for(self.last_locale)) if message is None else message

    async def _answer(
        self, work: Coroutine[Any, Any, Message], answered: asyncio.Future[Message | None]
    ) -> None:
        """Hand the answer to whoever waits, or tell it later if they wait no more."""
        message = await self.message_or_error(work)
        if answered.done():
            await self.tell(message)
        else:
            answered.set_result(message)

    async def message_or_error(self, work: Coroutine[Any, Any, Message]) -> Message:
        """Return the answer, or the sentence that a refusal, the store or a bug becomes."""
        try:
            try:
                return await work
            except KudosError as error:
                reader = await self.reader_of(error)
                words = words_for(reader.locale).named(await self.settings())
                return Message.of_lines(refusal(words, error, reader.names))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
            return self.failure_message(error)

    async def reader_of(self, error: KudosError) -> Reader:
        """Return the person's language and the names of those whom a refusal is about."""
        self.context.metrics.note_refused(error)
        return await self.reader(*named_by(error))

    async def settings(self) -> WorkspaceSettings:
        """Return what the workspace's admins chose."""
        return (await self.context.workspace(self.team_id)).settings

    def failure_message(self, error: Exception) -> Message:
        """Return what is told of a store that cannot serve, or of a bug, which is logged."""
        if isinstance(error, StoreUnavailableError):
            log.warning("store_unavailable", reason=str(error), team_id=self.team_id)
            told = perhaps_saved if isinstance(error, CommitInDoubtError) else not_saved
            return told(words_for(self.last_locale))
        # A bug: the operator finds it by the reference that the person is told.
        reference = secrets.token_hex(4)
        log.error("bug", reference=reference, team_id=self.team_id, exc_info=error)
        return something_broke(words_for(self.last_locale), reference)

    @property
    def last_locale(self) -> str | None:
        """The language as last known, for when the store cannot be asked."""
        return self.context.locales.get((self.team_id, self.user_id))

    async def tell(self, message: Message, **more: object) -> None:
        """Tell the person after the acknowledgement: where they asked, or else directly.

        `more` is for Slack, as `replace_original`. A view that was closed meanwhile cannot tell.
        What Slack may not have taken is sent again, since nobody else will say how it ended: after
        as long as it asks for, and for as long as the address is good. Twice is better than never.
        """
        clock = asyncio.get_running_loop().time
        until, pauses = clock() + TELL_WITHIN_SECONDS, iter(TELL_AGAIN_AFTER_SECONDS)
        while True:
            try:
                await self._tell_once(message, more)
            except SLACK_FAILED as error:
                pause_seconds = _pause_after(error, pauses)
                is_last = pause_seconds is None or clock() + pause_seconds > until
                log.warning("not_told", reason=str(error), team_id=self.team_id, is_last=is_last)
                if is_last:
                    return
                await asyncio.sleep(pause_seconds or 0)
            else:
                return

    async def _tell_once(self, message: Message, more: Payload) -> None:
        if self.response_url:
            await self.context.respond(self.response_url, more | message.payload())
            return
        if self.view_id:
            view = done_view(words_for(self.last_locale), message)
            arguments = {"view_id": self.view_id, "view": view.payload()}
            with suppress(RefusedError):
                await self.context.call(self.team_id, "views.update", arguments)
                return
        arguments = {"channel": self.user_id} | message.payload()
        await self.context.call(self.team_id, "chat.postMessage", arguments)


def named_by(error: KudosError) -> tuple[str, ...]:
    """Returns the people whom a refusal names."""
    return error.user_ids if isinstance(error, NAMING) else ()


def _pause_after(error: Exception, pauses: Iterator[float]) -> float | None:
    """Returns how long to wait before what failed is told again; None where it must not be."""
    match error:
        case RateLimitedError():
            return error.seconds
        case RefusedError():
            return None
    return next(pauses, None)


def _give_up(answered: asyncio.Future[Message | None]) -> None:
    if not answered.done():
        answered.set_result(None)
