"""`kill -9` at each point of the way of one kudos, then a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.faults.waiting import until
from tests.faults.workday import (
    THANKED,
    check_posted_once,
    everything_sent,
    last_event,
    posts,
    thanks,
    work_has_begun,
)

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

REASON = "untangling the release"
GENERAL = "C0GENERAL1"
POST = "chat.postMessage"

with_and_without_history = pytest.mark.parametrize(
    "reads_history", [True, False], ids=["reads history", "reads no history"]
)


async def started_again(kudos: KudosProcess, books: Books, slack: Sandbox) -> None:
    """Kill the process; start it again after a minute, which is let pass in the store only."""
    await kudos.kill()
    slack.faults.clear()
    books.let_leases_run_out()
    await kudos.up()
    await everything_sent(slack, books)


async def test_a_command_that_was_not_yet_committed_is_not_stored_and_its_giver_is_told(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    with books.locked():
        typing = asyncio.create_task(thanks(slack, REASON))
        await work_has_begun(slack, books)
        await kudos.kill()
    reply = await typing
    assert not reply.ok
    assert "operation_timeout" in reply.text
    await kudos.up()
    assert books.count() == 0
    reply = await thanks(slack, REASON)
    assert reply.text.startswith(THANKED)
    await everything_sent(slack, books)
    assert books.reasons() == {REASON: 1}
    check_posted_once(slack, books)
    books.check_sums()


async def test_an_event_that_was_not_yet_committed_is_stored_once_when_slack_sends_it_again(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    message = await slack.person("bo").types("The release is out.", "general")
    with books.locked():
        await slack.person("ada").reacts("trophy", to=message)
        await until(
            lambda: any(call.method == "conversations.info" for call in slack.calls),
            "the event is being worked on",
        )
        await work_has_begun(slack, books)
        await kudos.kill()
    assert books.count() == 0
    await kudos.up()
    await everything_sent(slack, books)
    event = last_event(slack)
    assert event.acked
    assert event.attempts > 1
    await slack.deliver_again(event, times=2)
    await everything_sent(slack, books)
    assert books.live_reactions() == {(message.ts, slack.person("ada").id): 1}
    assert len(slack.thread("general", message.ts)) == 1
    check_posted_once(slack, books)
    books.check_sums()


@with_and_without_history
async def test_what_was_acknowledged_but_not_posted_is_posted_once_after_a_restart(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    assert (await thanks(slack, REASON)).text.startswith(THANKED)
    await slack.faults.reached(POST)
    await started_again(kudos, books, slack)
    assert books.reasons() == {REASON: 1}
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


@pytest.mark.parametrize("kind", ["hang_after", "drop_after"])
async def test_what_was_posted_is_found_again_when_its_answer_was_lost(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: str
) -> None:
    slack.faults.next(POST, kind, channel=GENERAL)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    await started_again(kudos, books, slack)
    assert books.reasons() == {REASON: 1}
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


@pytest.mark.parametrize("reads_history", [False])
@pytest.mark.parametrize("kind", ["hang_after", "drop_after"])
async def test_what_was_posted_is_posted_twice_at_most_where_history_cannot_be_read(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: str
) -> None:
    slack.faults.next(POST, kind, channel=GENERAL)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    await started_again(kudos, books, slack)
    await kudos.restart()
    books.let_leases_run_out()
    await everything_sent(slack, books)
    assert books.reasons() == {REASON: 1}
    assert 1 <= len(posts(slack, REASON)) <= 2


@with_and_without_history
async def test_what_was_posted_and_answered_but_not_noted_is_not_posted_a_third_time(
    slack: Sandbox, kudos: KudosProcess, books: Books, reads_history: bool
) -> None:
    slack.faults.next(POST, "slow", channel=GENERAL, seconds=30)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    with books.locked():
        slack.faults.clear()
        await until(lambda: posts(slack, REASON), "it is posted")
        await until(books.somebody_waits, "its place is to be noted")
        await kudos.kill()
    await started_again(kudos, books, slack)
    assert books.reasons() == {REASON: 1}
    assert len(posts(slack, REASON)) <= (1 if reads_history else 2)
    if reads_history:
        check_posted_once(slack, books)


async def test_a_direct_message_and_the_thanks_in_a_thread_are_found_again_too(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    message = await slack.person("bo").types("The release is out.", "general")
    slack.faults.next(POST, "hang_after", times=2)
    await slack.person("ada").reacts("trophy", to=message)
    await slack.faults.reached(POST)
    await slack.faults.reached(POST)
    await started_again(kudos, books, slack)
    assert len(slack.thread("general", message.ts)) == 1
    assert len(slack.person("bo").direct_messages) == 1
    check_posted_once(slack, books)


async def test_thanks_that_were_posted_and_then_taken_back_do_not_go_on_standing(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    ada = slack.person("ada")
    message = await slack.person("bo").types("The release is out.", "general")
    slack.faults.next(POST, "hang_after", channel=GENERAL)
    await ada.reacts("trophy", to=message)
    await slack.faults.reached(POST)
    await ada.unreacts("trophy", to=message)
    await slack.pending()
    assert books.live_reactions() == {}
    (reply,) = slack.thread("general", message.ts)
    assert not reply.edited
    await started_again(kudos, books, slack)
    (reply,) = slack.thread("general", message.ts)
    assert reply.edited
    check_posted_once(slack, books)


async def test_thanks_that_were_posted_before_another_came_are_brought_up_to_date(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    message = await slack.person("bo").types("The release is out.", "general")
    slack.faults.next(POST, "hang_after", channel=GENERAL)
    await slack.person("ada").reacts("trophy", to=message)
    await slack.faults.reached(POST)
    await slack.person("dina").reacts("trophy", to=message)
    await slack.pending()
    await started_again(kudos, books, slack)
    (reply,) = slack.thread("general", message.ts)
    assert "Ada" in reply.all_text
    assert "Dina" in reply.all_text
    check_posted_once(slack, books)
