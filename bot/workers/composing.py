"""Has the words of a message made, once Slack has told what they depend on."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain.errors import SlackSilentError, UnknownChannelsError, UnknownMembersError
from bot.domain.outbox import OF_A_PERIOD, OutboxKind
from bot.services.outbox.compose import compose
from bot.slack.channels import ChannelLookup
from bot.slack.quotes import ASKED_AT_MOST, find_gone
from bot.slack.web_api import SLACK_FAILED
from bot.workers.batching import BatchingStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from bot.domain.outbox import ClaimedMessage
    from bot.messages.blockkit.message import Message
    from storage.engine.store import Clock, Store

    Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
    Meet = Callable[[str, Sequence[str]], Awaitable[None]]

TELLS_ELSEWHERE = frozenset(
    {
        OutboxKind.KUDOS_ANNOUNCED,
        OutboxKind.WEEKLY_POST,
        OutboxKind.MONTHLY_POST,
        OutboxKind.PERSONAL_DIGEST,
    }
)
"""What tells of kudos outside the channel in which they were given."""
MADE_JUST_NOW_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """A message as it read at a moment of the event loop's clock; None: there is nothing to say."""

    message: Message | None
    at: float


class Making:
    """Makes messages from the store, and asks Slack who may read a channel, and what stands there.

    Where Slack is silent it raises what `bot.slack.web_api.called` raises, and nothing is told yet.
    A digest does without what Slack does not say; so does a reason that mentions people, of whom
    `meet` has the store learn.
    """

    def __init__(self, store: Store, call: Call, clock: Clock, meet: Meet | None = None) -> None:
        self._store = store
        self._read = BatchingStore(store.read)
        self._call = call
        self._meet = meet
        self.channels = ChannelLookup(call, clock)

    @contextmanager
    def ahead(self, claimed: ClaimedMessage) -> Iterator[asyncio.Task[Made] | None]:
        """Has a message made before it is its turn, so for several at once.

        What takes long to make is made when it is its turn, and nothing else waits for it.
        """
        if claimed.kind in OF_A_PERIOD:
            yield None
            return
        making = asyncio.create_task(self.made(claimed))
        try:
            yield making
        finally:
            if not making.cancel() and not making.cancelled():
                making.exception()  # nobody may have asked for it

    async def made(self, claimed: ClaimedMessage, earlier: Made | None = None) -> Made:
        """Returns a message as it reads now, or as it was made just now.

        What changes meanwhile is seen when it is settled, and follows as an update.
        """
        clock = asyncio.get_running_loop().time
        if earlier is not None and clock() <= earlier.at + MADE_JUST_NOW_SECONDS:
            return earlier
        return Made(await self._message(claimed), clock())

    async def _message(self, claimed: ClaimedMessage) -> Message | None:
        """Returns a message as it should read now, None if there is nothing to tell any more."""
        read = self._store.read if claimed.kind in OF_A_PERIOD else self._read
        if claimed.kind not in TELLS_ELSEWHERE:
            try:
                return await read(compose, claimed)
            except UnknownMembersError as error:
                return await read(compose, await self._met(claimed, error))
        claimed = replace(claimed, told=self.channels.lately(claimed.team_id))
        standing: set[str] = set()
        for _ in range(ASKED_AT_MOST):
            try:
                message = await read(compose, claimed)
            except UnknownChannelsError as error:
                told = await self._asked(claimed, error.channel_ids)
                claimed = replace(claimed, told={**claimed.told, **told})
                continue
            except UnknownMembersError as error:
                claimed = await self._met(claimed, error)
                continue
            quotes = message.quotes if message is not None else ()
            unseen = [quote for quote in quotes if quote.kudos_id not in standing]
            gone = await find_gone(self._call, claimed.team_id, unseen)
            if not gone:
                return message
            standing.update(quote.kudos_id for quote in unseen)
            claimed = replace(claimed, gone=(*claimed.gone, *gone))
        return await read(compose, claimed)

    async def _met(self, claimed: ClaimedMessage, error: UnknownMembersError) -> ClaimedMessage:
        """Returns the message to be made again, with the names that Slack tells, if it does."""
        if self._meet is not None:
            with suppress(*SLACK_FAILED, SlackSilentError):
                await self._meet(claimed.team_id, error.user_ids)
        return replace(claimed, has_asked_names=True)

    async def _asked(self, claimed: ClaimedMessage, channel_ids: Iterable[str]) -> dict[str, Any]:
        is_digest = claimed.kind is OutboxKind.PERSONAL_DIGEST
        ask = self.channels.look_up if is_digest else self.channels.ask
        return dict(await ask(claimed.team_id, channel_ids))
