"""Which channels everybody may read: Slack is asked, and believed for a minute.

A public channel that is made private tells apps only by a message that few of them may read.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.privacy import Publicity
from bot.slack.web_api import (
    SLACK_FAILED,
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from storage.engine.store import Clock

    Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]

METHOD = "conversations.info"
BELIEVED_FOR = timedelta(minutes=1)
ASKED_AT_ONCE = 8
KEPT_AT_MOST = 20_000


class ChannelLookup:
    """What one process has been told of channels lately."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._turns = asyncio.Semaphore(ASKED_AT_ONCE)
        self._held_until: dict[str, datetime] = {}  # by team: Slack takes no questions before
        self._told: dict[str, dict[str, tuple[datetime, Publicity]]] = {}  # by team and channel

    def lately(self, team_id: str) -> dict[str, Publicity]:
        """Return what Slack has told of a workspace's channels in the last minute."""
        now = self._clock()
        of_team = self._told.get(team_id, {})
        return {
            channel_id: publicity
            for channel_id, (told_at, publicity) in of_team.items()
            if abs(now - told_at) <= BELIEVED_FOR
        }

    async def ask(self, team_id: str, channel_ids: Iterable[str]) -> dict[str, Publicity]:
        """Return who may read these channels now; raises what `bot.slack.web_api.called` raises.

        A channel that the app may not see is private.
        """
        ids = tuple(channel_ids)
        found = await asyncio.gather(*(self._one(team_id, each) for each in ids))
        return dict(zip(ids, found, strict=True))

    async def look_up(self, team_id: str, channel_ids: Iterable[str]) -> dict[str, Publicity]:
        """Return who may read these channels now; unknown where Slack does not say."""
        ids = tuple(channel_ids)
        found = await asyncio.gather(*(self._unless_silent(team_id, each) for each in ids))
        return dict(zip(ids, found, strict=True))

    async def _unless_silent(self, team_id: str, channel_id: str) -> Publicity:
        try:
            return await self._one(team_id, channel_id)
        except SLACK_FAILED:
            return Publicity.UNKNOWN

    async def _one(self, team_id: str, channel_id: str) -> Publicity:
        async with self._turns:
            known = self._told.get(team_id, {}).get(channel_id)
            if known is not None and abs(self._clock() - known[0]) <= BELIEVED_FOR:
                return known[1]  # somebody else has asked meanwhile
            publicity = await self._asked(team_id, channel_id)
        of_team = self._told.setdefault(team_id, {})
        if len(of_team) >= KEPT_AT_MOST:
            of_team.clear()
        of_team[channel_id] = self._clock(), publicity
        return publicity

    async def _asked(self, team_id: str, channel_id: str) -> Publicity:
        question = {"channel": channel_id}
        held_for = (self._held_until.get(team_id, self._clock()) - self._clock()).total_seconds()
        if held_for > 0:
            raise RateLimitedError(METHOD, held_for)
        try:
            answer = await self._call(team_id, METHOD, question)
        except RateLimitedError as error:
            self._held_until[team_id] = self._clock() + timedelta(seconds=error.seconds)
            raise
        except RefusedError as error:
            if error.may_pass:
                raise NotReachedError(str(error)) from error
            return Publicity.PRIVATE
        except InDoubtError as error:
            raise NotReachedError(str(error)) from error  # only a question: nothing was posted
        channel = answer.get("channel") or {}
        is_public = bool(channel.get("is_channel")) and not channel.get("is_private", True)
        return Publicity.PUBLIC if is_public else Publicity.PRIVATE
