"""Slack says how long to wait: until then not one more call of that method is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.clock import machine_clock
from tests.conftest import running
from tests.patience import in_slacks_time
from tests.watching import OWNER_ID, app_posts, failed, held, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

FOR = "for untangling the release"


def count(slack: Sandbox, method: str) -> int:
    """Return how many calls of a method arrived, refused ones included, the welcome left out."""
    calls = [call for call in slack.calls if call.method == method]
    return sum(call.arguments.get("channel") != OWNER_ID for call in calls)


@pytest.mark.parametrize("retry_after", [1, 30])
async def test_a_limited_method_is_left_alone_for_as_long_as_slack_says(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, retry_after: int
) -> None:
    ada, bo, hana = slack.person("ada"), slack.person("bo"), slack.person("hana")
    message = await bo.types("The release is out")
    slack.faults.next("chat.postMessage", "ratelimited", retry_after=retry_after)
    await ada.types(f"/kudos @bo {FOR}", in_channel="general")
    await held(store, slack.team_id, 2)
    clock.advance(seconds=retry_after - 0.1)
    # More is to be posted, elsewhere too; other methods go on.
    await ada.types(f"/kudos @chidi {FOR}", in_channel="release")
    await hana.reacts("trophy", to=message)
    await hana.sees_soon(lambda one: one.text.startswith("Your reaction thanked Bo"))
    assert count(slack, "chat.postMessage") == 1
    clock.advance(seconds=0.2)
    await settled(store)
    assert len(app_posts(slack, "general")) == len(app_posts(slack, "release")) == 1
    assert len(slack.thread("general", message.ts)) == 1
    assert len(bo.direct_messages) == 2
    assert len(slack.person("chidi").direct_messages) == 1
    assert count(slack, "chat.postMessage") == 7  # one refused, and six messages
    assert await failed(store, slack.team_id) == []


async def test_updates_wait_by_themselves(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    slack.faults.next("chat.update", "ratelimited", retry_after=20)
    await ada.types("/kudos undo")
    await held(store, slack.team_id, 2)
    await ada.types(f"/kudos @chidi {FOR}")
    await slack.person("chidi").sees_soon(lambda one: "thanked you" in one.text, where="app")
    assert count(slack, "chat.update") == 1
    clock.advance(seconds=21)
    await ada.types(f"/kudos @chidi {FOR} again")  # a reason to look into the outbox at once
    await settled(store)
    assert count(slack, "chat.update") == 3
    assert bo.direct_messages[0].text.endswith("were taken back, and 1 point with them.")


async def test_a_limit_that_comes_again_and_again_is_obeyed_each_time(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    slack.faults.next("chat.postMessage", "ratelimited", times=3, retry_after=10)
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    for tries in range(1, 4):
        await held(store, slack.team_id, 2 * tries)
        assert count(slack, "chat.postMessage") == tries
        clock.advance(seconds=11)
        await slack.person("ada").types(f"/kudos @chidi for waking {tries} people up")
    await settled(store)
    assert count(slack, "chat.postMessage") == 3 + 8
    assert len(app_posts(slack, "general")) == 4
    assert await failed(store, slack.team_id) == []


@in_slacks_time
async def test_what_slack_has_put_off_goes_out_as_soon_as_that_is_over(
    slack: Sandbox, database_url: str
) -> None:
    async with running(slack, database_url, machine_clock):
        slack.faults.next("chat.postMessage", "ratelimited", retry_after=1)
        await slack.person("ada").types(f"/kudos @bo {FOR}")
        await slack.person("bo").sees_soon(lambda one: "thanked you" in one.text, where="app")
    calls = [call for call in slack.calls if call.method == "chat.postMessage"]
    refused = next(call.at_monotonic for call in calls if call.status == 429)
    later = [call.at_monotonic - refused for call in calls if call.at_monotonic > refused + 0.5]
    assert 1.0 <= min(later) < 2.0
