"""SIGTERM: what is under way is finished or given back, within ten seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.faults.waiting import until
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks
from tests.patience import in_slacks_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Reply
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

pytestmark = in_slacks_time

STOPS_WITHIN_SECONDS = 10.0
REASON = "untangling the release"
POST = "chat.postMessage"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_it_stops_under_load_with_exit_code_0_and_loses_nothing(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    books.give_plenty()
    replies: dict[str, Reply] = {}

    async def work(who: str, to: str) -> None:
        while kudos.is_running:
            reason = f"part {len(replies)} of the work by {who},"
            replies[reason] = await thanks(slack, reason, by=who, to=to)
            await asyncio.sleep(0.02)

    pairs = (("ada", "bo"), ("chidi", "dina"), ("emre", "fatima"))
    tasks = [asyncio.create_task(work(*pair)) for pair in pairs]
    await until(lambda: len(replies) > 20, "people give")
    kudos.terminate()
    assert await kudos.ended(within=STOPS_WITHIN_SECONDS) == 0
    await asyncio.gather(*tasks)
    books.let_leases_run_out()
    await kudos.up()
    await everything_sent(slack, books)
    stored = books.reasons()
    for reason, reply in replies.items():
        if reply.ok:
            assert reply.text.startswith(THANKED)
            assert stored[reason] == 1
        assert len(posts(slack, reason)) == stored[reason] <= 1
    check_posted_once(slack, books)
    books.check_sums()


@on_sqlite
async def test_it_stops_in_time_while_slack_does_not_answer_and_gives_back_what_it_held(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "hang_before", times=2)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    kudos.terminate()
    assert await kudos.ended(within=STOPS_WITHIN_SECONDS) == 0
    slack.faults.clear()
    books.let_leases_run_out()
    await kudos.up()
    await everything_sent(slack, books)
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


async def test_it_stops_in_time_while_the_store_does_not_answer(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    with books.locked():
        typing = asyncio.create_task(thanks(slack, REASON))
        await until(lambda: slack.deliveries, "the command is sent")
        await typing  # still being saved
        kudos.terminate()
        assert await kudos.ended(within=STOPS_WITHIN_SECONDS) == 0
    await kudos.up()
    assert books.count() <= 1
    await everything_sent(slack, books)
    check_posted_once(slack, books)


@on_sqlite
async def test_it_stops_while_it_still_waits_for_slack_to_start(
    slack: Sandbox, new_process: Callable[..., KudosProcess], database_url: str
) -> None:
    slack.down = True
    process = new_process(database_url)
    process.start()
    await until(lambda: "slack_not_reached" in process.log(), "it tries")
    process.terminate()
    assert await process.ended(within=STOPS_WITHIN_SECONDS) == 0
