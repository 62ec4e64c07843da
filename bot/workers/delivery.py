"""Outbox to Slack: claims what is due, posts it, and settles what became of it.

The promise: announced at least once, and twice only if Slack's answer was lost and the channel's
history cannot be read.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import structlog

from bot.domain.outbox import (
    GIVE_UP_AFTER,
    LEASE,
    LONGEST_PAUSE,
    WITHOUT_TOKEN_PAUSE,
    Capacity,
    ClaimedMessage,
    OutboxKind,
    is_given_up,
    pause_before,
)
from bot.services.outbox import outbox
from bot.services.posts.schedules import note_picture
from bot.slack import pictures
from bot.slack.clients import NoTokenError
from bot.slack.web_api import (
    SLACK_FAILED,
    HeldBackError,
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
    called,
    may_go,
)
from bot.workers.batching import BatchingStore
from bot.workers.composing import Made, Making
from bot.workers.posting import Posting
from bot.workers.presence import Presence
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.observability.metrics import Metrics
    from bot.slack.channels import ChannelLookup
    from bot.workers.composing import Meet
    from storage.engine.store import Clock, Request, Result, Service, Store

log = structlog.get_logger(__name__)

AT_ONCE = 400  # messages on their way
# A workspace whose calls hang does not hold up the others. What waits for its turn in a channel is
# among these: fewer would let one busy channel hold up the direct messages of its workspace.
AT_ONCE_OF_TEAM = 40
LOOK_EVERY_SECONDS = 5.0  # for what another process left behind
# Messages that are enqueued together are claimed in one query: a round for each kudos would cost as
# much as the kudos itself. And whoever gave it gets their answer first.
GATHER_SECONDS = 0.02
YIELD_SECONDS = 0.005
AFTER_FAULT_SECONDS = 1.0
STOP_WITHIN_SECONDS = 6.0
NOTE_WITHIN_SECONDS = 1.0
UNAVAILABLE = "store_unavailable"
POST_FIRST_SECONDS = 3.0  # how long a direct message waits for the post that it links to


@dataclass(slots=True)
class _Hold:
    """How often the process may have been taken for dead when it last knew a claim for its own."""

    lapses: int


class Delivery:
    """Sends what the outbox holds, as soon as it is woken."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        client_of: Callable[[str], Awaitable[AsyncWebClient]],
        respond: Callable[[str, dict[str, Any]], Awaitable[None]],
        upload: Callable[[str, bytes], Awaitable[None]],
        metrics: Metrics,
        meet: Meet | None = None,
    ) -> None:
        self._store = store
        self._write = BatchingStore(store.write)
        self._clock = clock
        self._client_of = client_of
        self._posting = Posting(self._call, respond)
        self._making = Making(store, self._call, clock, meet)
        self._upload = upload
        self._metrics = metrics
        self._woken = asyncio.Event()
        self._presence = Presence(store, self.wake)
        self._beating: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()  # one of them
        self._under_way: Counter[str] = Counter()  # of these, by workspace
        # Workspaces of which the last look may have left messages for want of room.
        self._left_waiting: frozenset[str] = frozenset()
        self._runner: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        # Messages of one channel are sent one after the other, so that they stand in order.
        self._lanes: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._held_until: dict[tuple[str, str], datetime] = {}  # by team and method
        self._posts: dict[str, asyncio.Task[None]] = {}  # by kudos
        # What became of messages, as far as the store has not taken it.
        self._unnoted: deque[tuple[Service[Any, Any], Any]] = deque()

    @property
    def channels(self) -> ChannelLookup:
        """What Slack has told lately of who may read which channel."""
        return self._making.channels

    def start(self) -> None:
        """Begin to look into the outbox; what an earlier process left is found first."""
        loop = asyncio.get_running_loop()
        self._beating = loop.create_task(self._presence.run())
        self._runner = loop.create_task(self._run())

    def wake(self) -> None:
        """Say that there is something in the outbox."""
        self._woken.set()

    async def stop(self) -> None:
        """Take on nothing more and finish what is on its way; the rest waits in the outbox."""
        self._stopping.set()
        self.wake()
        # Not cancelled at once: what is being claimed at this moment would wait for its lease.
        under_way = {*self._tasks, *([self._runner] if self._runner else [])}
        if under_way:
            await asyncio.wait(under_way, timeout=STOP_WITHIN_SECONDS)
        late = [task for task in (*self._tasks, self._runner) if task and not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        with suppress(StoreUnavailableError, TimeoutError):
            async with asyncio.timeout(NOTE_WITHIN_SECONDS):
                await self._catch_up()
        await self._presence.leave()

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while not self._stopping.is_set():
            self._woken.clear()
            began = clock()
            try:
                wait_seconds = await self._take_on()
            except StoreUnavailableError as error:
                log.warning("store_unavailable", reason=str(error))
                wait_seconds = AFTER_FAULT_SECONDS
            except Exception:
                # Whatever it was, the next round may do better; a delivery that ended would not.
                log.exception("delivery_fault")
                wait_seconds = AFTER_FAULT_SECONDS
            # Not `wait_for`: before Python 3.12 it passes over a cancellation that comes as it is
            # woken, and this would never end.
            with suppress(TimeoutError):
                async with asyncio.timeout(0 if self._stopping.is_set() else wait_seconds):
                    await self._woken.wait()
            if not self._stopping.is_set():
                await asyncio.sleep(max(began + GATHER_SECONDS - clock(), YIELD_SECONDS))

    async def _take_on(self) -> float:
        """Begin to send what is due; return after how many seconds to look again."""
        while len(self._tasks) >= AT_ONCE:
            self._ended.clear()
            await self._ended.wait()
        await self._catch_up()
        await self._presence.make_sure()
        room = self._room()
        lapses = self._presence.lapses
        asked = outbox.TakeOn(room, self._presence.process_id)
        taken = await self._store.write(outbox.claim_due, asked)
        for claimed in taken.claimed:
            task = asyncio.get_running_loop().create_task(self._send(claimed, _Hold(lapses)))
            self._tasks.add(task)
            self._under_way[claimed.team_id] += 1
            task.add_done_callback(partial(self._forget, claimed.team_id))
            if claimed.kind is OutboxKind.KUDOS_POSTED and claimed.kudos_id is not None:
                self._posts[claimed.kudos_id] = task
        # Messages that ended while these were being claimed have woken nobody: by the room that was
        # asked for, there was none yet.
        self._left_waiting = frozenset(room.after(taken.claimed).full)
        if not self._left_waiting <= frozenset(self._room().full):
            return 0.0
        if taken.next_due is None:
            return LOOK_EVERY_SECONDS
        return min(max((taken.next_due - self._clock()).total_seconds(), 0.01), LOOK_EVERY_SECONDS)

    def _room(self) -> Capacity:
        return Capacity(AT_ONCE_OF_TEAM, dict(self._under_way))

    def _forget(self, team_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._ended.set()
        self._under_way[team_id] -= 1
        if not self._under_way[team_id]:
            del self._under_way[team_id]
        if team_id in self._left_waiting:
            self.wake()

    async def _send(self, claimed: ClaimedMessage, hold: _Hold) -> None:
        may_go.set(lambda: self._presence.is_sure_since(hold.lapses))
        try:
            post = self._posts.get(claimed.kudos_id or "")
            if claimed.kind is OutboxKind.KUDOS_RECEIVED and post is not None:
                await asyncio.wait({post}, timeout=POST_FIRST_SECONDS)
            file_id = await self._pictured(claimed)
            lane = self._lanes.setdefault((claimed.team_id, claimed.channel_id), asyncio.Lock())
            sent = None
            # It stands in line first, so that messages come in the order of what they tell of.
            with self._making.ahead(claimed) as making:
                async with lane:
                    if making is not None:
                        await making  # the claim may grow old meanwhile
                    if await self._is_still_ours(claimed, hold):
                        sent = await self._send_in_turn(claimed, making, file_id)
            # What comes next in the channel need not wait for this to be noted.
            if sent is not None and await self._note(outbox.note_sent, sent):
                self.wake()
        except StoreUnavailableError as error:
            # It is asked before Slack is: nothing was sent.
            log.warning("store_unavailable", reason=str(error), outbox_id=claimed.outbox_id)
            retry_at = self._clock() + pause_before(claimed.attempts)
            in_doubt = claimed.in_doubt_since is not None
            await self._put_off(outbox.NotSent(claimed, UNAVAILABLE, retry_at, in_doubt))
        except SLACK_FAILED as error:
            # Slack did not say what the words depend on: nothing was sent.
            await self._failed(claimed, error, in_doubt=claimed.in_doubt_since is not None)
        except Exception as error:
            log.exception("delivery_bug", kind=claimed.kind, outbox_id=claimed.outbox_id)
            error_name = f"bug: {type(error).__name__}"
            await self._not_sent(claimed, error_name, may_pass=True, in_doubt=True)
        finally:
            if self._posts.get(claimed.kudos_id or "") is asyncio.current_task():
                del self._posts[claimed.kudos_id or ""]

    async def _is_still_ours(self, claimed: ClaimedMessage, hold: _Hold) -> bool:
        """Renew a claim that somebody else may have by now; return False if so it is."""
        is_sure = self._presence.is_sure_since(hold.lapses)
        if is_sure and claimed.lease_until - self._clock() > LEASE / 2:
            return True
        await self._presence.make_sure()
        hold.lapses = self._presence.lapses
        return await self._write(outbox.renew, claimed)

    async def _pictured(self, claimed: ClaimedMessage) -> str | None:
        """Return the file with a message's picture, if it was made just now.

        It is noted before the message is posted: sent again, that shows the same file.
        """
        if claimed.kind is not OutboxKind.MONTHLY_POST:
            return None
        picture = pictures.to_make(claimed, (await self._making.made(claimed)).message)
        if picture is None:
            return None
        # Not in the channel's lane: other messages need not wait for it.
        call = partial(self._call, claimed.team_id)
        file_id = await pictures.made(call, self._upload, picture, claimed.team_id)
        if file_id is not None:
            await self._note(note_picture, pictures.noted(claimed, file_id))
        return file_id

    async def _send_in_turn(
        self, claimed: ClaimedMessage, making: asyncio.Task[Made] | None, file_id: str | None
    ) -> outbox.Sent | None:
        """Send a message; return what there is to note of it, if it is sent."""
        # It stays in doubt until the history was read, or Slack refused to show it.
        is_in_doubt = claimed.in_doubt_since is not None
        kept: dict[str, Any] = {}
        try:
            place = await self._posting.found(claimed)
            if place is not None:
                # The post that was found may be out of date: an update follows.
                claimed = replace(claimed, revision=claimed.revision - 1)
            else:
                is_in_doubt = False
                earlier = None if making is None else making.result()
                message = (await self._making.made(claimed, earlier)).message
                if message is None:
                    self._metrics.note_message(claimed.kind, "dropped")
                    if await self._note(outbox.note_dropped, claimed):
                        self.wake()
                    return None
                if file_id is not None or claimed.posted_ts is not None:
                    message = message.with_file(file_id)
                kept = message.kept
                place = await self._posting.post(claimed, message)
        except SLACK_FAILED as error:
            await self._failed(claimed, error, in_doubt=is_in_doubt)
            return None
        self._metrics.note_message(claimed.kind, "sent")
        log.info("sent", **_named(claimed))
        return outbox.Sent(claimed, place.channel_id, place.ts, kept)

    async def _failed(self, claimed: ClaimedMessage, error: Exception, *, in_doubt: bool) -> None:
        """Store when, or whether, a message is tried again."""
        match error:
            case RateLimitedError():
                # From the answer on: counted from the question, it would be too early.
                until = self._clock() + timedelta(seconds=error.seconds)
                self._held_until[claimed.team_id, error.method] = until
                await self._put_off(outbox.NotSent(claimed, "ratelimited", until, in_doubt))
            case NoTokenError():
                await self._wait_for_token(claimed, error, in_doubt=in_doubt)
            case HeldBackError():
                # Nothing went out, and the next look begins with saying that this process is there.
                log.warning("held_back", **_named(claimed))
                await self._put_off(outbox.NotSent(claimed, str(error), self._clock(), in_doubt))
            case NotReachedError():
                await self._not_sent(claimed, str(error), may_pass=True, in_doubt=in_doubt)
            case InDoubtError():
                await self._not_sent(claimed, str(error), may_pass=True, in_doubt=True)
            case RefusedError():
                await self._not_sent(claimed, str(error), may_pass=error.may_pass)

    async def _wait_for_token(
        self, claimed: ClaimedMessage, error: NoTokenError, *, in_doubt: bool
    ) -> None:
        """Let a message be until its workspace has a token; installing Kudos again wakes it."""
        now = self._clock()
        if is_given_up(claimed, WITHOUT_TOKEN_PAUSE, now):
            await self._not_sent(claimed, str(error), may_pass=False)
            return
        log.info("no_token", team_id=claimed.team_id, outbox_id=claimed.outbox_id)
        retry_at = error.until or now + WITHOUT_TOKEN_PAUSE
        if claimed.posted_ts is None:
            retry_at = min(retry_at, claimed.created_at + GIVE_UP_AFTER)
        held = outbox.NotSent(claimed, str(error), retry_at, in_doubt)
        waits = outbox.WaitsForToken(held, error.token_number)
        await self._note(outbox.note_waits_for_token, waits)
        self.wake()

    async def _not_sent(
        self, claimed: ClaimedMessage, error: str, *, may_pass: bool, in_doubt: bool = False
    ) -> None:
        now = self._clock()
        may_pass = may_pass and not is_given_up(claimed, LONGEST_PAUSE, now)
        retry_at = now + pause_before(claimed.attempts) if may_pass else None
        self._metrics.note_message(claimed.kind, "delayed" if may_pass else "refused")
        log.warning(
            "not_sent",
            **_named(claimed),
            error=error,
            attempts=claimed.attempts,
            will_retry=may_pass,
        )
        await self._put_off(outbox.NotSent(claimed, error, retry_at, in_doubt))

    async def _put_off(self, not_sent: outbox.NotSent) -> None:
        """Store that a message was not sent, and work out anew when to look again."""
        await self._note(outbox.note_not_sent, not_sent)
        self.wake()

    async def _note(self, service: Service[Request, Result], request: Request) -> Result | None:
        """Store what became of a message; what the store does not take is kept in mind.

        Forgotten, a message that Slack shows already would be posted again after its lease.
        """
        try:
            return await self._write(service, request)
        except StoreUnavailableError as error:
            log.warning("store_unavailable", reason=str(error))
            self._unnoted.append((service, request))
            self.wake()  # which looks again as soon as the store serves
            return None

    async def _catch_up(self) -> None:
        """Store what could not be stored before, so that nothing of it is taken on again."""
        while self._unnoted:
            await self._store.write(*self._unnoted[0])
            self._unnoted.popleft()

    async def _call(self, team_id: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        now = self._clock()
        held_until = self._held_until.get((team_id, method), now)
        if held_until > now:
            raise RateLimitedError(method, (held_until - now).total_seconds())
        return await called(await self._client_of(team_id), method, arguments)


def _named(claimed: ClaimedMessage) -> dict[str, str | None]:
    """Return what a line of the log says of a message; its kudos leads to the request."""
    return {name: getattr(claimed, name) for name in ("kind", "team_id", "outbox_id", "kudos_id")}
