"""Many messages at once are all on their way at once: none of them waits for a later look."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tests.conftest import running
from tests.patience import in_slacks_time
from tests.watching import app_posts, choose, held, settled, tried

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = in_slacks_time

MANY = 150
MESSAGES = 2 * MANY  # each has a post, and a direct message
WITHIN_SECONDS = 3.0
GIVERS = ("ada", "chidi", "dina", "emre", "goran")
POST = "chat.postMessage"


async def many_thanks(slack: Sandbox, store: Store) -> None:
    """Have people give so many kudos at the same moment; all are answered."""
    await choose(store, slack.team_id, allowance=1_000)
    replies = await asyncio.gather(
        *(
            slack.person(GIVERS[number % len(GIVERS)]).types(
                f"/kudos @bo +1 for part {number} of the release"
            )
            for number in range(MANY)
        )
    )
    assert all(reply.ok and reply.text.startswith("You thanked") for reply in replies)


async def assert_told_in_time(slack: Sandbox, store: Store, since: float) -> None:
    """Fail unless all of them stand in Slack, once, and do so in time."""
    await settled(store)
    took = time.monotonic() - since
    assert len(app_posts(slack, "general")) == MANY
    assert len(slack.person("bo").direct_messages) == MANY
    assert took < WITHIN_SECONDS


async def test_many_kudos_at_once_are_all_posted_in_time(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await many_thanks(slack, store)
    await assert_told_in_time(slack, store, time.monotonic())


async def test_what_waits_when_it_starts_again_is_posted_in_time(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        slack.faults.next(POST, "ratelimited", retry_after=30)
        await many_thanks(slack, store)
        await held(store, slack.team_id, MESSAGES)
    clock.advance(seconds=31)
    since = time.monotonic()
    async with running(slack, database_url, clock, welcomes=False):
        await assert_told_in_time(slack, store, since)


async def test_what_waits_when_slack_is_back_is_posted_in_time(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    slack.down = True
    await many_thanks(slack, store)
    await tried(store, slack.team_id, MESSAGES)
    slack.down = False
    clock.advance(seconds=2)
    since = time.monotonic()
    await app.look()
    await assert_told_in_time(slack, store, since)
