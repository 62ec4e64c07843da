"""Answers a person in time, whatever happens: Slack waits three seconds, then shows an error."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.errors import KudosError, NotThankableError, UnknownMembersError
from bot.messages.message import Message
from bot.messages.notices import not_saved, something_broke, still_saving
from bot.messages.refusals import refusal
from bot.messages.words import words_for
from bot.services.members import FindNames, find_reader
from bot.slack import InDoubtError, NotReachedError, RefusedError
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.domain.members import Reader
    from handlers.edge import Edge, Payload

log = structlog.get_logger(__name__)

TELL_AGAIN_AFTER_SECONDS = (1, 5, 30)
ANSWER_WITHIN_SECONDS = 2.5  # of Slack's three; the rest is for the way there and back


@dataclass(frozen=True)
class Asked:
    """One thing that one person asked for, and how they are answered."""

    edge: Edge
    team_id: str
    user_id: str
    response_url: str

    async def reader(self, *others: str) -> Reader:
        """Return the person's language and the names of others; remembers the language."""
        request = FindNames(self.team_id, self.user_id, others)
        reader = await self.edge.store.read(find_reader, request)
        self.edge.locales[self.team_id, self.user_id] = reader.locale
        return reader

    async def answer(self, work: Coroutine[Any, Any, Message]) -> Message:
        """Return the answer, or, if it takes too long, a word that it will follow.

        A refusal, a store that cannot serve and a bug become a sentence too.
        """
        task = self.edge.start(self._told(work))
        done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN_SECONDS)
        if done:
            return task.result()
        self.edge.start(self._answer_later(task))
        return still_saving(words_for(self._last_locale))

    async def _told(self, work: Coroutine[Any, Any, Message]) -> Message:
        try:
            try:
                return await work
            except KudosError as error:
                others: tuple[str, ...] = ()
                if isinstance(error, NotThankableError | UnknownMembersError):
                    others = error.user_ids
                reader = await self.reader(*others)
                return Message.of_lines(refusal(words_for(reader.locale), error, reader.names))
        except StoreUnavailableError as error:
            log.warning("store_unavailable", reason=str(error), team_id=self.team_id)
            return not_saved(words_for(self._last_locale))
        except Exception:
            # A bug: the operator finds it by the reference that the person is told.
            reference = secrets.token_hex(4)
            log.exception("bug", reference=reference, team_id=self.team_id)
            return something_broke(words_for(self._last_locale), reference)

    @property
    def _last_locale(self) -> str | None:
        """The language as last known, for when the store cannot be asked."""
        return self.edge.locales.get((self.team_id, self.user_id))

    async def _answer_later(self, task: asyncio.Task[Message]) -> None:
        message = await task
        await self.tell(message.payload())

    async def tell(self, payload: Payload) -> None:
        """Post to the person by what came with their request, more than once if need be."""
        for pause_seconds in (*TELL_AGAIN_AFTER_SECONDS, None):
            try:
                await self.edge.respond(self.response_url, payload)
            except (NotReachedError, InDoubtError, RefusedError) as error:
                is_last = pause_seconds is None or isinstance(error, RefusedError)
                log.warning("not_told", reason=str(error), team_id=self.team_id, is_last=is_last)
                if is_last:
                    return
                await asyncio.sleep(pause_seconds or 0)
            else:
                return
