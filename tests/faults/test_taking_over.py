"""What a process had claimed when it died, or was only stopped: sent in seconds, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.waiting import until
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks
from tests.patience import in_slacks_time
from tests.watching import on_postgres, on_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

pytestmark = in_slacks_time

WITHIN_SECONDS = 3.0
POST = "chat.postMessage"
GENERAL = "C0GENERAL1"
REASONS = [f"part {number} of the release" for number in range(4)]


async def claims_and_sends_nothing(slack: Sandbox) -> None:
    """Have the process claim posts of which the first one hangs, and the others wait behind it."""
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    for reason in REASONS:
        assert (await thanks(slack, reason)).text.startswith(THANKED)
    await slack.faults.reached(POST)
    await until(lambda: slack.person("bo").direct_messages, "the direct messages wait no more")


def check(slack: Sandbox, books: Books) -> None:
    assert [len(posts(slack, reason)) for reason in REASONS] == [1] * len(REASONS)
    check_posted_once(slack, books)


async def test_what_a_killed_process_had_claimed_is_posted_soon_after_its_restart(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    await claims_and_sends_nothing(slack)
    await kudos.kill()
    slack.faults.clear()
    await kudos.up()
    await everything_sent(slack, books, within=WITHIN_SECONDS)
    check(slack, books)


@on_postgres
async def test_what_a_killed_process_had_claimed_is_posted_soon_by_another(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    await claims_and_sends_nothing(slack)
    second = await new_process(kudos.database_url).up()
    await kudos.kill()
    slack.faults.clear()
    await everything_sent(slack, books, within=WITHIN_SECONDS)
    assert second.is_running
    check(slack, books)


@on_postgres
async def test_a_process_that_was_stopped_posts_nothing_that_another_has_taken_over(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    await claims_and_sends_nothing(slack)
    second = await new_process(kudos.database_url).up()
    kudos.pause()
    slack.faults.clear()
    await everything_sent(slack, books, within=WITHIN_SECONDS)
    before = kudos.log().count('"not_sent"')
    kudos.resume()
    # It goes on with what it had claimed, and with what comes.
    await until(lambda: kudos.log().count('"not_sent"') > before, "it goes on", found=kudos.log)
    assert (await thanks(slack, "coming back", by="dina")).text.startswith(THANKED)
    await everything_sent(slack, books)
    assert kudos.is_running
    assert second.is_running
    check(slack, books)


@on_sqlite
async def test_on_sqlite_a_process_that_is_only_stopped_keeps_what_it_claimed(
    slack: Sandbox, kudos: KudosProcess, new_process: Callable[..., KudosProcess], books: Books
) -> None:
    await claims_and_sends_nothing(slack)
    kudos.pause()
    second = await new_process(kudos.database_url).up()
    slack.faults.clear()
    assert (await thanks(slack, "carrying on", by="dina")).text.startswith(THANKED)
    await until(lambda: posts(slack, "carrying on"), "the second one posts what comes")
    assert posts(slack, REASONS[-1]) == []
    kudos.resume()
    await everything_sent(slack, books)
    assert second.is_running
    check(slack, books)
