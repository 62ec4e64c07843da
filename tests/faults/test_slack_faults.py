"""Slack on a bad day: down, busy, broken, or gone in the middle of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.waiting import until
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

# The way to Slack knows nothing of databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REASON = "untangling the release"
GENERAL = "C0GENERAL1"
RELEASE = "C0RELEASE3"
POST = "chat.postMessage"


async def test_what_is_given_while_slack_is_down_is_posted_once_when_it_is_back(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    await thanks(slack, "being there first")
    await everything_sent(slack, books)
    slack.down = True
    reasons = [f"holding the fort on day {day}" for day in range(3)]
    for reason in reasons:
        assert (await thanks(slack, reason)).text.startswith(THANKED)
    await until(lambda: books.unsent()[0][2], "a first try has failed", found=books.unsent)
    slack.down = False
    await everything_sent(slack, books)
    assert kudos.is_running
    assert [len(posts(slack, reason)) for reason in reasons] == [1, 1, 1]
    check_posted_once(slack, books)


async def test_slack_is_left_alone_for_as_long_as_it_asks(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "ratelimited", retry_after=2)
    for number in range(4):
        reply = await thanks(slack, f"keeping calm number {number}", channel="release")
        assert reply.text.startswith(THANKED)
    await everything_sent(slack, books)
    times = [(call.at_monotonic, call.status) for call in slack.calls if call.method == POST]
    refused = next(at for at, status in times if status == 429)
    # What was on its way already when Slack said so is not held against the app.
    late = [at - refused for at, _ in times if at - refused > 0.2]
    assert min(late) >= 2.0
    assert kudos.is_running
    check_posted_once(slack, books)


@pytest.mark.parametrize("kind", ["http_500", "drop_before", "drop_after"])
async def test_a_post_survives_several_failures_and_stands_once(
    slack: Sandbox, kudos: KudosProcess, books: Books, kind: str
) -> None:
    slack.faults.next(POST, kind, times=1 if kind == "drop_after" else 2, channel=GENERAL)
    await thanks(slack, REASON)
    await everything_sent(slack, books)
    assert kudos.is_running
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


async def test_a_doubt_outlives_a_history_that_cannot_be_asked_at_the_moment(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "drop_after", channel=GENERAL)
    slack.faults.next("conversations.history", "ratelimited", retry_after=1)
    await thanks(slack, REASON)
    await slack.faults.reached("conversations.history")
    await everything_sent(slack, books)
    assert kudos.is_running
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)


async def test_a_slack_that_never_answers_is_given_up_and_asked_again(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    slack.faults.next(POST, "hang_after", channel=RELEASE)
    await thanks(slack, REASON)
    await thanks(slack, REASON, by="dina", to="emre", channel="release")
    await everything_sent(slack, books)
    assert kudos.is_running
    assert len(posts(slack, REASON)) == 1
    assert len(posts(slack, REASON, "release")) == 1
    check_posted_once(slack, books)


async def test_a_channel_that_refuses_holds_up_no_other_and_the_thanks_go_another_way(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "error", channel=GENERAL, error="restricted_action", times=5)
    await thanks(slack, REASON)
    await thanks(slack, REASON, by="dina", to="emre", channel="release")
    await until(lambda: posts(slack, REASON, "release"), "the other channel has its post")
    await everything_sent(slack, books)
    assert kudos.is_running
    # The reply to the command, which Slack lets through, is the other way.
    assert len([one for one in slack.person("bo").sees("general") if REASON in one.all_text]) == 1


async def test_it_starts_while_slack_is_down_and_then_posts_what_was_left(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next(POST, "hang_before", channel=GENERAL)
    await thanks(slack, REASON)
    await slack.faults.reached(POST)
    await kudos.kill()
    books.let_leases_run_out()
    slack.down = slack.hold_sockets = True
    slack.faults.clear()
    kudos.start()
    await until(lambda: kudos.log().count("slack_not_reached") > 1, "it tries again")
    slack.down = False
    await until(lambda: posts(slack, REASON), "the outbox does not wait for the socket")
    slack.hold_sockets = False
    await slack.connected()
    await everything_sent(slack, books)
    assert (await thanks(slack, "coming back", by="dina")).text.startswith(THANKED)
    await everything_sent(slack, books)
    check_posted_once(slack, books)


@pytest.mark.parametrize(
    "name",
    [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ],
)
async def test_a_token_that_slack_refuses_is_one_sentence_and_exit_code_2(
    new_process: Callable[..., KudosProcess], database_url: str, name: str
) -> None:
    token = "xoxb-nobody-knows-me" if name == "SLACK_BOT_TOKEN" else "xapp-nobody-knows-me"
    process = new_process(database_url, **{name: token})
    process.start()
    assert await process.ended() == 2
    lines = [line for line in process.log().splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert name in lines[0]
    assert token not in process.log()


async def test_a_slack_that_is_silent_for_every_method_keeps_nobody_waiting(
    slack: Sandbox, kudos: KudosProcess, books: Books
) -> None:
    slack.faults.next("*", "slow", times=200, seconds=600)
    assert (await thanks(slack, REASON)).text.startswith(THANKED)
    assert (await thanks(slack, "minding the gap", by="dina", to="emre")).text.startswith(THANKED)
    assert "minding the gap" in (await slack.person("dina").types("/kudos history")).text
    await slack.faults.reached("*")
    slack.faults.clear()
    await everything_sent(slack, books)
    assert kudos.is_running
    assert len(posts(slack, REASON)) == 1
    check_posted_once(slack, books)
