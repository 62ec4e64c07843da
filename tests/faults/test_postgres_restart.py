"""A Postgres server that stops, crashes and comes back while people give."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.outbox import LEASE
from tests.faults.books import PEOPLE, Books
from tests.faults.servers import OwnPostgres
from tests.faults.waiting import until
from tests.faults.workday import (
    NOT_SAVED,
    STILL_SAVING,
    THANKED,
    check_posted_once,
    everything_sent,
    thanks,
)
from tests.patience import in_slacks_time

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Reply
    from tests.faults.process import KudosProcess

WRITERS = 6
GENERAL = "C0GENERAL1"
POST = "chat.postMessage"
OUTCOMES = (THANKED, NOT_SAVED)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres()
    yield server
    server.end()


@pytest.fixture
def database_url(own_postgres: OwnPostgres) -> str:
    return own_postgres.new_database()


@pytest.fixture
async def giving(slack: Sandbox) -> AsyncIterator[Giving]:
    stream = Giving(slack)
    yield stream
    await stream.stop()


class Giving:
    """Several people who give and react as fast as they are answered."""

    def __init__(self, slack: Sandbox) -> None:
        self.replies: dict[str, tuple[str, Reply]] = {}  # by reason: who gave, and the answer
        self.reactions: list[tuple[str, str]] = []  # message and who reacted
        self._slack = slack
        self._is_over = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        people = PEOPLE[:WRITERS]
        self._tasks = [asyncio.create_task(self._give(person)) for person in people]
        self._tasks.append(asyncio.create_task(self._react("goran")))

    async def stop(self) -> None:
        self._is_over = True
        await asyncio.gather(*self._tasks)
        self._tasks = []

    async def _give(self, who: str) -> None:
        to = PEOPLE[(PEOPLE.index(who) + 1) % len(PEOPLE)]
        while not self._is_over:
            reason = f"helping out, part {len(self.replies)} by {who}"
            reply = await thanks(self._slack, reason, by=who, to=to)
            self.replies[reason] = who, reply
            # So many people, as fast as they can, would only measure the machine.
            await asyncio.sleep(0.05)

    async def _react(self, who: str) -> None:
        while not self._is_over:
            message = await self._slack.person("bo").types("Another release is out.", "general")
            await self._slack.person(who).reacts("trophy", to=message)
            self.reactions.append((message.ts, self._slack.person(who).id))
            await asyncio.sleep(0.2)

    def outcome(self, reason: str) -> str | None:
        """Return what a giver was told in the end: at once, or later by the response_url."""
        who, reply = self.replies[reason]
        assert reply.ok, (reason, reply.error)
        if reply.text.startswith(THANKED) or NOT_SAVED in reply.text:
            return reply.text.partition("\n")[0]
        assert STILL_SAVING in reply.text, reply.text
        later = [one for one in self._slack.person(who).sees() if one.is_ephemeral]
        own = [one.text for one in later if reason in one.all_text]
        return own[0] if own else None


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_nothing_is_lost_or_doubled_when_the_server_restarts_under_load(
    slack: Sandbox, kudos: KudosProcess, own_postgres: OwnPostgres, giving: Giving, mode: str
) -> None:
    books = Books(kudos.database_url, slack.team_id)
    books.give_plenty()
    giving.start()
    for _ in range(2):
        so_far = len(giving.replies)
        await until(lambda had=so_far: len(giving.replies) > had + 10, "people give")  # type: ignore[misc]
        await asyncio.to_thread(own_postgres.restart, mode)
    so_far = len(giving.replies)
    await until(lambda: len(giving.replies) > so_far + 10, "people give again")
    await giving.stop()
    assert kudos.is_running
    books.let_leases_run_out()
    await everything_sent(slack, books)
    stored = books.reasons()
    for reason in giving.replies:
        told = giving.outcome(reason)
        if told is not None:
            assert stored[reason] == (1 if told.startswith(THANKED) else 0), (reason, told)
        assert stored[reason] <= 1
    assert books.live_reactions() == dict.fromkeys(giving.reactions, 1)
    check_posted_once(slack, books)
    books.check_sums()


async def test_a_server_that_is_down_for_longer_is_told_to_people_and_found_again(
    slack: Sandbox, kudos: KudosProcess, own_postgres: OwnPostgres
) -> None:
    books = Books(kudos.database_url, slack.team_id)
    message = await slack.person("bo").types("The release is out.", "general")
    await asyncio.to_thread(own_postgres.stop, "fast")
    try:
        reply = await thanks(slack, "untangling the release")
        assert STILL_SAVING in reply.text or NOT_SAVED in reply.text
        await slack.person("ada").sees_soon(lambda one: NOT_SAVED in one.text)
        await slack.person("dina").reacts("trophy", to=message)
        event = slack.deliveries[-1]
        await until(lambda: event.attempts, "an attempt has failed")
        assert event.response is None
    finally:
        await asyncio.to_thread(own_postgres.start)
    assert kudos.is_running
    assert books.count() in {0, 1}  # the reaction may be there already
    assert books.reasons()["untangling the release"] == 0
    await everything_sent(slack, books)
    assert books.live_reactions() == {(message.ts, slack.person("dina").id): 1}
    assert (await thanks(slack, "coming back to it")).text.startswith(THANKED)
    await everything_sent(slack, books)
    check_posted_once(slack, books)


@in_slacks_time
async def test_what_was_taken_on_when_the_server_went_does_not_wait_for_its_lease(
    slack: Sandbox, kudos: KudosProcess, own_postgres: OwnPostgres
) -> None:
    books = Books(kudos.database_url, slack.team_id)
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    for number in range(4):  # the first one hangs, and the others stand in line behind it
        await thanks(slack, f"part {number} of the release")
    await slack.faults.reached(POST)
    await asyncio.to_thread(own_postgres.stop, "fast")
    try:
        slack.faults.clear()
        await until(lambda: kudos.log().count('"store_unavailable"') > 3, "it asks in vain")
    finally:
        await asyncio.to_thread(own_postgres.start)
    await everything_sent(slack, books, within=LEASE.total_seconds() / 2)
    check_posted_once(slack, books)


async def test_a_server_that_is_not_there_at_start_is_one_sentence(
    new_process: Callable[..., KudosProcess], database_url: str, own_postgres: OwnPostgres
) -> None:
    await asyncio.to_thread(own_postgres.stop, "fast")
    try:
        process = new_process(database_url)
        process.start()
        assert await process.ended() == 2
        assert "database" in process.log()
        assert "Traceback" not in process.log()
    finally:
        await asyncio.to_thread(own_postgres.start)
