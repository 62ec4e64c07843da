"""A scheduled post while processes die, several of them look at once, and Slack has a bad day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.schedules import ScheduleKind
from tests.faults.schedule_set import due_now, scheduled_posts, something_was_given
from tests.faults.waiting import until
from tests.faults.workday import check_posted_once, everything_sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

POST = "chat.postMessage"
GENERAL = "C0GENERAL1"
UPLOAD_STEPS = ("files.getUploadURLExternal", "files.completeUploadExternal", "files.info")

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
each_kind = pytest.mark.parametrize("kind", [ScheduleKind.WEEKLY, ScheduleKind.MONTHLY])


async def stands_once(slack: Sandbox, books: Books, kind: ScheduleKind) -> None:
    """Wait for the post, and a little longer for a second one that must not come."""
    await until(lambda: scheduled_posts(slack, kind), "the post stands")
    await everything_sent(slack, books)
    assert len(scheduled_posts(slack, kind)) == 1
    check_posted_once(slack, books)
    books.check_sums()


async def killed_while(slack: Sandbox, kudos: KudosProcess, books: Books) -> None:
    """Kill it where it is; start it again after a minute, which is let pass in the store only."""
    await kudos.kill()
    slack.faults.clear()
    books.let_leases_run_out()
    await kudos.up()


@each_kind
async def test_killed_before_it_is_stored_that_a_post_is_due_it_is_posted_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: ScheduleKind
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, kind)
    with books.locked():
        kudos.start()
        await asyncio.sleep(3)
        assert scheduled_posts(slack, kind) == []
        kudos.end()  # it may not have come as far as to be connected
    await until(lambda: not slack.sockets, "its connection is gone, if it had one")
    await kudos.up()
    await stands_once(slack, books, kind)


@each_kind
@pytest.mark.parametrize("fault", ["hang_before", "hang_after", "drop_after"])
async def test_killed_at_each_step_of_posting_it_stands_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: ScheduleKind, fault: str
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, kind)
    slack.faults.next(POST, fault, channel=GENERAL)
    await kudos.up()
    await slack.faults.reached(POST)
    await killed_while(slack, kudos, books)
    await stands_once(slack, books, kind)


@each_kind
async def test_killed_between_slacks_answer_and_its_note_it_stands_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: ScheduleKind
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, kind)
    slack.faults.next(POST, "slow", channel=GENERAL, seconds=30)
    await kudos.up()
    await slack.faults.reached(POST)
    with books.locked():
        slack.faults.clear()
        await until(lambda: scheduled_posts(slack, kind), "it is posted")
        await until(books.somebody_waits, "its place is to be noted")
        await kudos.kill()
    books.let_leases_run_out()
    await kudos.up()
    await stands_once(slack, books, kind)


@on_sqlite
@pytest.mark.parametrize("step", UPLOAD_STEPS)
async def test_killed_while_the_picture_is_on_its_way_the_post_stands_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, step: str
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, ScheduleKind.MONTHLY)
    slack.faults.next(step, "hang_after")
    await kudos.up()
    await slack.faults.reached(step)
    await killed_while(slack, kudos, books)
    await stands_once(slack, books, ScheduleKind.MONTHLY)
    (post,) = scheduled_posts(slack, ScheduleKind.MONTHLY)
    assert [block for block in post.blocks if block["type"] == "image"]


@on_postgres
@each_kind
@pytest.mark.parametrize("count", [2, 5])
async def test_several_processes_that_look_at_the_same_minute_post_once(
    slack: Sandbox,
    kudos: KudosProcess,
    new_process: Callable[..., KudosProcess],
    books: Books,
    kind: ScheduleKind,
    count: int,
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, kind)
    processes = [kudos, *(new_process(books.url) for _ in range(count - 1))]
    with books.locked():  # so that all of them come as far as this
        for process in processes:
            process.start()
        await until(books.somebody_waits, "one of them has found it")
        await asyncio.sleep(2)
    await stands_once(slack, books, kind)
    await until(lambda: slack.sockets == count, "all of them listen")
    assert all(process.is_running for process in processes)


@on_postgres
async def test_what_a_dead_process_has_found_due_is_posted_by_another(
    slack: Sandbox,
    kudos: KudosProcess,
    new_process: Callable[..., KudosProcess],
    books: Books,
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, ScheduleKind.WEEKLY)
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    await kudos.up()
    await slack.faults.reached(POST)
    await new_process(books.url).up()
    await kudos.kill()
    books.let_leases_run_out()
    await stands_once(slack, books, ScheduleKind.WEEKLY)


@on_sqlite
@each_kind
@pytest.mark.parametrize(
    ("fault", "times"),
    [("ratelimited", 2), ("http_500", 2), ("drop_before", 2), ("drop_after", 1), ("hang_after", 1)],
)
async def test_whatever_slack_answers_it_stands_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: ScheduleKind, fault: str, times: int
) -> None:
    await something_was_given(slack, books.url)
    await kudos.kill()
    await due_now(slack, books.url, kind)
    slack.faults.next(POST, fault, times=times, channel=GENERAL)
    await kudos.up()
    await stands_once(slack, books, kind)
    assert kudos.is_running
