"""`kudos run-due`: does what is due, until nothing is left to be sent, for those who use cron.

It is one more process beside all others: what it does is claimed in the database, so that it may
run beside `kudos start` and in several copies at once.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from rich.progress import Progress

from bot.domain.outbox import OutboxKind
from bot.messages.operations import posts as texts
from bot.observability.metrics import Metrics
from bot.services.outbox.outbox import CountDue, count_due
from bot.services.posts.failed_posts import KINDS
from bot.services.posts.schedules import Look, Rehearsed, find_messages, find_workspaces, rehearse
from bot.slack import outgoing
from bot.slack.calls import SlackCalls, timeout
from bot.tenancy.tenancy import Parts, clients_for
from bot.workers.delivery import Delivery
from bot.workers.scheduler import count_weeks, look_at
from storage.engine.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from rich.console import Console

    from bot.config import Settings
    from bot.domain.schedules import DigestRun, Due, PostMessage, ScheduleKind
    from bot.messages.text.words import Words
    from bot.services.posts.schedules import Looked
    from storage.engine.store import Clock, Store

log = structlog.get_logger(__name__)

ASK_EVERY_SECONDS = 0.1
# What is tried again sooner than this is waited for, such as what Slack takes at its own pace.
WAIT_FOR = timedelta(seconds=90)
# If for so long nothing at all can be sent, the next run may do better.
GIVE_UP_AFTER_SECONDS = 180.0


@dataclass
class Ran:
    """What was done, or would be."""

    looked: list[tuple[str, Looked]] = field(default_factory=list)  # with the workspace
    digests: list[tuple[str, DigestRun]] = field(default_factory=list)  # of a rehearsal
    failed: list[PostMessage] = field(default_factory=list)
    waiting: list[PostMessage] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)  # workspaces, or something in them
    digests_at: datetime | None = None  # when there are more to be made; None once all are
    sent: int = 0  # messages, digests and all else among them

    @property
    def is_well(self) -> bool:
        """Whether everything that was due is where it belongs."""
        return not (self.failed or self.waiting or self.not_looked_at or self.early)

    @property
    def early(self) -> dict[tuple[str, ScheduleKind, str], Due]:
        """What is left to its time, by workspace, kind and period."""
        return {
            (team_id, due.schedule.kind, due.period.key): due
            for team_id, looked in self.looked
            for due in looked.early
        }


def moment_of(typed: str) -> datetime:
    """Return a moment as ISO 8601 writes it, in UTC if it names no zone; raises `ValueError`."""
    found = datetime.fromisoformat(typed.strip())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


async def rehearse_due(store: Store, clock: Clock, at: datetime | None) -> Ran:
    """Return what `run_due` would do, and change nothing."""
    ran = Ran()
    for team_id in await store.read(find_workspaces, None):
        try:
            await store.write(rehearse, Look(team_id, at or clock()))
        except Rehearsed as rehearsed:
            ran.looked.append((team_id, rehearsed.looked))
            ran.digests += [(team_id, each) for each in rehearsed.digests]
        except StoreUnavailableError:
            raise
        except Exception:
            log.exception("schedule_fault", team_id=team_id)
            ran.not_looked_at.append(team_id)
    return ran


async def run_due(
    settings: Settings,
    store: Store,
    clock: Clock,
    at: datetime | None,
    show: Callable[[int, int], None],
) -> Ran:
    """Do what is due, at this moment or as if it were another, and return once it is sent.

    `show` is told how many messages have been sent, and how many there are. Leases and retries go
    by the clock on the wall, which is that of every other process.
    """
    ran = Ran()
    started_at = clock()

    def moment() -> datetime | None:
        return None if at is None else at + (clock() - started_at)

    await _look(store, ran, moment())
    posts = await store.read(find_messages, ())
    async with _delivering(settings, store, clock) as delivery:
        sent = 0
        while True:
            # What could not be posted makes another message, to an admin.
            for _ in range(2):
                sent = await _drained(store, CountDue(WAIT_FOR, clock()), show, sent)
            again_at = ran.digests_at
            ran.sent = sent
            if again_at is None:
                break
            await asyncio.sleep(max((again_at - (moment() or clock())).total_seconds(), 0))
            await _look(store, ran, moment())
            delivery.wake()
    for post in await store.read(find_messages, tuple(each.outbox_id for each in posts)):
        if post.has_failed:
            ran.failed.append(post)
        elif post.is_waiting:
            ran.waiting.append(post)
    return ran


async def _look(store: Store, ran: Ran, at: datetime | None) -> None:
    ran.not_looked_at.clear()
    await count_weeks(store)
    coming = []
    for team_id in await store.read(find_workspaces, None):
        looked = await look_at(store, Look(team_id, at))
        ran.looked += [(team_id, each) for each in looked.found]
        coming += [each.digests_at for each in looked.found if each.digests_at is not None]
        if not looked.is_whole:
            ran.not_looked_at.append(team_id)
    ran.digests_at = min(coming, default=None)


async def _drained(store: Store, of: CountDue, show: Callable[[int, int], None], sent: int) -> int:
    """Return, once nothing is left to be sent, how many messages have been sent in all."""
    loop = asyncio.get_running_loop()
    left = await store.read(count_due, of)
    moved_at = loop.time()
    while left:
        show(sent, sent + left)
        if loop.time() - moved_at > GIVE_UP_AFTER_SECONDS:
            break
        await asyncio.sleep(ASK_EVERY_SECONDS)
        before, left = left, await store.read(count_due, of)
        if left < before:
            sent += before - left
            moved_at = loop.time()
    show(sent, sent + left)
    return sent


@asynccontextmanager
async def _delivering(settings: Settings, store: Store, clock: Clock) -> AsyncIterator[Delivery]:
    """Yield what sends, and stop it afterwards."""
    async with outgoing.session(timeout=timeout()) as session:
        metrics = Metrics()
        calls = SlackCalls(session, settings.slack_api_url, metrics.note_called)
        clients = clients_for(Parts(settings, store, clock, calls.client_for))
        delivery = Delivery(store, clock, clients.client_of, calls.respond, calls.upload, metrics)
        delivery.start()
        try:
            yield delivery
        finally:
            await delivery.stop()


def would_do(words: Words, ran: Ran, when: datetime) -> list[str]:
    """Return what would be done, a line each."""
    lines = [
        texts.would_post(words, each.due, each.state)
        for _, looked in ran.looked
        for each in looked.posts
    ]
    lines += [texts.post_missed(words, due) for _, looked in ran.looked for due in looked.skipped]
    lines += [
        texts.would_send_digests(words, each.period, each.place, each.slot_at)
        for _, each in ran.digests
    ]
    return lines if lines or not ran.is_well else [texts.nothing_due(words, when)]


def done(words: Words, ran: Ran, when: datetime) -> list[str]:
    """Return what was done, a line each."""
    unsent = {(post.team_id, post.period, post.channel_id) for post in (*ran.failed, *ran.waiting)}
    lines = [
        texts.post_taken_on(words, each.due, each.state)
        for team_id, looked in ran.looked
        for each in looked.posts
        if (team_id, each.due.period.key, each.due.schedule.place) not in unsent
    ]
    lines += [texts.post_missed(words, due) for _, looked in ran.looked for due in looked.skipped]
    if ran.sent and ran.is_well and not lines:
        lines = [texts.sent(words, ran.sent)]
    return lines if lines or not ran.is_well else [texts.nothing_due(words, when)]


def not_done(words: Words, ran: Ran) -> list[str]:
    """Return what could not be done, a line each."""
    return [
        *[_told(words, texts.post_refused, post) for post in ran.failed],
        *[_told(words, texts.post_waits, post) for post in ran.waiting],
        *[texts.post_early(words, due) for due in ran.early.values()],
        *[texts.workspace_failed(words, team_id) for team_id in ran.not_looked_at],
    ]


def _told(
    words: Words, how: Callable[[Words, ScheduleKind, str, str, str], str], post: PostMessage
) -> str:
    return how(words, KINDS[OutboxKind(post.kind)], post.period, post.channel_id, post.error)


@contextmanager
def showing_progress(words: Words, console: Console) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how far a run has come, where somebody watches."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(texts.sending(words), total=None)

        def show(sent: int, total: int) -> None:
            progress.update(task, completed=sent, total=total)

        yield show
