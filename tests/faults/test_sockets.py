"""Socket Mode connections that are refreshed, cut, refused or frozen while people give."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.faults.proxy import Network
from tests.faults.waiting import until
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Reply
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

# Connections know nothing of databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAIRS = (("ada", "bo"), ("chidi", "dina"), ("emre", "fatima"))


class Giving:
    """Three people who give, one kudos after the other."""

    def __init__(self, slack: Sandbox) -> None:
        self.replies: dict[str, Reply] = {}
        self._slack = slack
        self._is_over = False
        self._tasks = [asyncio.create_task(self._give(*pair)) for pair in PAIRS]

    async def _give(self, who: str, to: str) -> None:
        while not self._is_over:
            reason = f"part {len(self.replies)} of the work by {who},"
            self.replies[reason] = await thanks(self._slack, reason, by=who, to=to)
            await asyncio.sleep(0.05)

    async def some(self, count: int = 6) -> None:
        """Return after some more kudos that were acknowledged."""
        before = len(self.acknowledged)
        await until(
            lambda: len(self.acknowledged) >= before + count,
            "people can give",
        )

    @property
    def acknowledged(self) -> list[str]:
        return [reason for reason, reply in self.replies.items() if reply.text.startswith(THANKED)]

    async def stop(self) -> None:
        self._is_over = True
        await asyncio.gather(*self._tasks)


@pytest.fixture
async def giving(slack: Sandbox, kudos: KudosProcess, books: Books) -> AsyncIterator[Giving]:
    assert kudos.is_running
    books.give_plenty()
    stream = Giving(slack)
    yield stream
    await stream.stop()


async def check(slack: Sandbox, books: Books, giving: Giving) -> None:
    await giving.stop()
    await everything_sent(slack, books)
    stored = books.reasons()
    for reason, reply in giving.replies.items():
        assert stored[reason] <= 1
        assert len(posts(slack, reason)) == stored[reason]
        if reply.ok:
            assert reply.text.startswith(THANKED), reply.text
            assert stored[reason] == 1
    check_posted_once(slack, books)
    books.check_sums()


async def test_slack_refreshes_its_connections_and_nothing_is_lost_or_doubled(
    slack: Sandbox, books: Books, giving: Giving
) -> None:
    for _ in range(3):
        await giving.some()
        await slack.refresh_sockets(notice_seconds=1)
        await slack.connected()
    await giving.some()
    await check(slack, books, giving)
    # Slack's client ends the old connection before it opens the new one, so what is under way at
    # that very moment is seen to fail, though it is stored.
    failed = [reply.error for reply in giving.replies.values() if not reply.ok]
    assert len(failed) <= 3 * len(PAIRS)


async def test_a_connection_that_was_cut_comes_back_and_events_of_the_meantime_count_once(
    slack: Sandbox, books: Books, giving: Giving
) -> None:
    await giving.some()
    await slack.drop_sockets()
    message = await slack.person("bo").types("The release is out.", "general")
    await slack.person("goran").reacts("trophy", to=message)
    event = slack.deliveries[-1]
    await slack.connected()
    await giving.some()
    await slack.pending()
    if not event.acked:
        await slack.deliver_again(event)
    assert event.acked
    await check(slack, books, giving)
    assert books.live_reactions() == {(message.ts, slack.person("goran").id): 1}


async def test_a_connection_over_which_nothing_comes_any_more_is_replaced(
    slack: Sandbox, new_process: Callable[..., KudosProcess], database_url: str, books: Books
) -> None:
    async with Network(slack.url) as network:
        slack._workspace.app["base_url"] = network.url  # noqa: SLF001 - the address it hands out
        process = new_process(database_url, SLACK_API_URL=f"{network.url}/api/")
        await process.up()
        assert (await thanks(slack, "being there first")).text.startswith(THANKED)
        network.freeze()
        lost = await thanks(slack, "talking into the void")
        assert "operation_timeout" in lost.text
        await slack.connected(2)
        replies = [await thanks(slack, f"trying again, number {number}") for number in range(2)]
        # Slack still believes in the old connection, and sends every other payload there.
        assert any(reply.text.startswith(THANKED) for reply in replies)
        books.let_leases_run_out()
        await everything_sent(slack, books)
        assert process.is_running
        check_posted_once(slack, books)
