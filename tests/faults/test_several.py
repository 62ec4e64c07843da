"""The same thing several times: deliveries of one act, and processes on one Postgres."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.faults.waiting import until
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

REASON = "untangling the release"
POST = "chat.postMessage"

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


async def test_a_command_and_an_event_that_come_three_times_at_once_count_once(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    assert (await thanks(slack, REASON)).text.startswith(THANKED)
    command = slack.deliveries[-1]
    message = await slack.person("bo").types("The release is out.", "general")
    await slack.person("ada").reacts("trophy", to=message)
    event = slack.deliveries[-1]
    await asyncio.gather(
        *(slack.deliver_again(delivery) for delivery in (command, event) for _ in range(3))
    )
    await kudos.restart()
    books.let_leases_run_out()
    await slack.deliver_again(command)
    await slack.deliver_again(event, times=2)
    await everything_sent(slack, books)
    assert books.reasons()[REASON] == 1
    assert books.live_reactions() == {(message.ts, slack.person("ada").id): 1}
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)
    books.check_sums()


@on_postgres
async def test_two_processes_share_the_work_and_post_each_message_once(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    second = await new_process(kudos.database_url).up()
    books.give_plenty()
    message = await slack.person("bo").types("The release is out.", "general")
    await slack.person("ada").reacts("trophy", to=message)
    event = slack.deliveries[-1]
    reasons = [f"part {number} of the work," for number in range(40)]
    pairs = (("ada", "bo"), ("chidi", "dina"), ("bo", "ada"), ("dina", "chidi"))

    async def work(part: int) -> None:
        giver, receiver = pairs[part]
        for reason in reasons[part::4]:
            reply = await thanks(slack, reason, by=giver, to=receiver)
            assert reply.text.startswith(THANKED), reply.text

    await asyncio.gather(
        *(work(part) for part in range(4)), *(slack.deliver_again(event) for _ in range(3))
    )
    await everything_sent(slack, books)
    assert books.reasons() == dict.fromkeys([*reasons, ""], 1)
    assert [len(posts(slack, reason)) for reason in reasons] == [1] * len(reasons)
    check_posted_once(slack, books)
    books.check_sums()
    assert kudos.is_running
    assert second.is_running


@on_postgres
async def test_what_a_dead_process_had_taken_on_is_posted_by_the_other_when_its_lease_ends(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    slack.faults.next(POST, "hang_before", times=2)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    second = await new_process(kudos.database_url).up()
    await kudos.kill()
    slack.faults.clear()
    books.let_leases_run_out()
    await until(lambda: posts(slack, REASON), "the other one posts it")
    await everything_sent(slack, books)
    assert len(posts(slack, REASON)) == 1
    assert second.is_running
    check_posted_once(slack, books)


@on_postgres
async def test_a_process_that_was_frozen_for_longer_than_its_lease_does_not_post_again(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    slack.faults.next(POST, "hang_after", times=1, channel="C0GENERAL1")
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    # It goes by its own clock, which here does not show that a minute has passed: what it has
    # not begun to send it would send.
    await until(lambda: slack.person("bo").direct_messages, "nothing else is left to send")
    second = await new_process(kudos.database_url).up()
    kudos.pause()
    slack.faults.clear()
    books.let_leases_run_out()
    await everything_sent(slack, books)
    kudos.resume()
    await until(
        lambda: "not_sent" in kudos.log() or "store" in kudos.log(), "the first one goes on"
    )
    await everything_sent(slack, books)
    assert len(posts(slack, REASON)) == 1
    assert second.is_running
    check_posted_once(slack, books)
