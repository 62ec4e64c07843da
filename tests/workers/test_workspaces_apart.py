"""One workspace's failure stops nobody else's posts: two workspaces, one store, one delivery."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.members import Member
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.observability.metrics import Metrics
from bot.sandbox import Sandbox
from bot.services.giving.kudos import give
from bot.services.people.members import SeePeople, see_people
from bot.services.settings.workspaces import see_workspace
from bot.slack.web_api import post_to_response_url, upload_file
from bot.workers.delivery import Delivery
from bot.workers.scheduler import Scheduler
from tests.conftest import MANIFEST, Clock
from tests.patience import WAIT_SECONDS
from tests.watching import app_posts, choose, settled, tried

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.engine.store import Store

WORKS = {
    "team": {"id": "T0PIXELWK1", "name": "Pixel Works", "domain": "pixel-works"},
    "people": [{"handle": "ada", "id": "U0ADA00001"}, {"handle": "bo", "id": "U0BO000002"}],
    "channels": [{"name": "general", "id": "C0GENERAL1", "app": True}],
}


@pytest.fixture
async def works() -> AsyncIterator[Sandbox]:
    """Another workspace; its people and channels have the ids that the first one's have."""
    async with Sandbox(MANIFEST, WORKS) as sandbox:
        yield sandbox


@pytest.fixture
async def delivery(
    slack: Sandbox, works: Sandbox, store: Store, clock: Clock
) -> AsyncIterator[Delivery]:
    """What sends for both of them."""
    for workspace in (slack, works):
        await store.write(see_workspace, _workspace(workspace))
        people = [workspace.person(handle) for handle in ("ada", "bo")]
        told = tuple(Member(workspace.team_id, person.id, person.name) for person in people)
        await store.write(see_people, SeePeople(workspace.team_id, told))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WAIT_SECONDS)) as session:
        clients = {
            workspace.team_id: AsyncWebClient(
                token=workspace.bot_token,
                base_url=workspace.api_url,
                session=session,
                retry_handlers=[],
            )
            for workspace in (slack, works)
        }

        async def respond(url: str, payload: dict[str, Any]) -> None:
            await post_to_response_url(session, url, payload)

        async def upload(url: str, content: bytes) -> None:
            await upload_file(session, url, content)

        async def client_of(team_id: str) -> AsyncWebClient:
            return clients[team_id]

        started = Delivery(store, clock, client_of, respond, upload, Metrics())
        started.start()
        yield started
        for workspace in (slack, works):
            workspace.faults.clear()
        await started.stop()


def _workspace(sandbox: Sandbox) -> Workspace:
    return Workspace(
        team_id=sandbox.team_id,
        name=sandbox.team_id,
        url=f"{sandbox.url}/",
        bot_user_id=sandbox.bot_user_id,
        time_zone="UTC",
        settings=WorkspaceSettings(),
    )


async def gives(
    store: Store, delivery: Delivery, sandbox: Sandbox, times: int = 1, to: tuple[str, ...] = ()
) -> None:
    """Have Ada thank Bo, or others, in one of the workspaces."""
    for _ in range(times):
        gift = GiveKudos(
            team_id=sandbox.team_id,
            natural_key=f"command:{uuid4().hex}",
            giver_id=sandbox.person("ada").id,
            receiver_ids=to or (sandbox.person("bo").id,),
            source=Source.COMMAND,
            audience=Audience.PUBLIC,
            channel_id=sandbox.channel("general").id,
            reason=f"keeping {sandbox.team_id} going",
        )
        await store.write(give, gift)
    delivery.wake()


async def test_each_workspace_gets_its_own_posts_and_no_other(
    slack: Sandbox, works: Sandbox, store: Store, delivery: Delivery
) -> None:
    for workspace in (slack, works):
        await gives(store, delivery, workspace, times=3)
    await settled(store)
    for workspace in (slack, works):
        posts = app_posts(workspace, "general")
        assert len(posts) == 3
        assert all(f"keeping {workspace.team_id} going" in post.text for post in posts)
        assert len(workspace.person("bo").direct_messages) == 3


@pytest.mark.parametrize("trouble", ["down", "limited", "refuses", "hangs"])
async def test_trouble_in_one_workspace_is_no_trouble_in_another(
    slack: Sandbox, works: Sandbox, store: Store, clock: Clock, delivery: Delivery, trouble: str
) -> None:
    if trouble == "down":
        slack.down = True
    elif trouble == "limited":
        slack.faults.next("chat.postMessage", "ratelimited", retry_after=600)
    elif trouble == "refuses":
        slack.faults.next("chat.postMessage", "error", times=100, error="account_inactive")
    else:
        slack.faults.next("chat.postMessage", "hang_before", times=100)
    await gives(store, delivery, slack, times=10)
    await gives(store, delivery, works, times=5)
    ada = works.person("ada")
    await ada.sees_soon(lambda _: len(app_posts(works, "general")) == 5)
    assert app_posts(slack, "general") == []
    if trouble in {"refuses", "hangs"}:
        return
    # And nothing of the other one is lost: ten posts and ten direct messages. Each of them has been
    # tried before the clock moves, since the next try is so long after the end of the one before.
    await tried(store, slack.team_id, 20)
    slack.down = False
    slack.faults.clear()
    clock.advance(seconds=601)
    delivery.wake()
    await slack.person("ada").sees_soon(lambda _: len(app_posts(slack, "general")) == 10)


async def test_a_hundred_calls_that_hang_in_one_workspace_hold_up_no_other(
    slack: Sandbox, works: Sandbox, store: Store, clock: Clock, delivery: Delivery
) -> None:
    crowd = [f"U0CROWD{number:03}" for number in range(160)]
    people = tuple(Member(slack.team_id, user_id, user_id) for user_id in crowd)
    await store.write(see_people, SeePeople(slack.team_id, people))
    await choose(store, slack.team_id, allowance=1_000)
    slack.faults.next("chat.postMessage", "hang_before", times=1_000)
    for first in range(0, len(crowd), 40):
        await gives(store, delivery, slack, to=tuple(crowd[first : first + 40]))
    clock.advance(seconds=1)  # what follows is not due before that
    await gives(store, delivery, works, times=5)
    ada = works.person("ada")
    await ada.sees_soon(lambda _: len(app_posts(works, "general")) == 5)
    assert app_posts(slack, "general") == []


async def test_a_weekly_post_that_fails_in_one_workspace_is_no_trouble_in_another(
    slack: Sandbox, works: Sandbox, store: Store, clock: Clock, delivery: Delivery
) -> None:
    for workspace in (slack, works):
        await gives(store, delivery, workspace, times=1)
        await choose(store, workspace.team_id, weekly_channel_id="C0GENERAL1", digest_on=False)
    await settled(store)
    slack.archive("general")
    clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
    scheduler = Scheduler(store, clock, delivery.wake)
    found = await scheduler.look()
    assert sorted(found) == sorted([slack.team_id, works.team_id])
    await settled(store)
    await scheduler.stop()
    assert len(app_posts(works, "general")) == 2
    assert len(app_posts(slack, "general")) == 1


@pytest.mark.parametrize(
    ("broken", "posts", "digests"), [("digest_time", 2, 0), ("weekly_time", 1, 1)]
)
async def test_one_kind_of_post_that_fails_keeps_the_others_from_nothing(
    slack: Sandbox,
    works: Sandbox,
    store: Store,
    clock: Clock,
    delivery: Delivery,
    broken: str,
    posts: int,
    digests: int,
) -> None:
    for workspace in (slack, works):
        await gives(store, delivery, workspace, times=1)
        await choose(
            store,
            workspace.team_id,
            weekly_channel_id="C0GENERAL1",
            digest_weekday=0,
            digest_time="09:00",
        )
    await settled(store)
    await choose(store, slack.team_id, **{broken: "no time that anybody could read"})
    clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
    scheduler = Scheduler(store, clock, delivery.wake)
    for _ in range(2):
        await scheduler.look()
        await settled(store)
    await scheduler.stop()
    for workspace, expected in ((slack, (posts, digests)), (works, (2, 1))):
        weeks = [
            message
            for message in workspace.person("bo").direct_messages
            if message.text.startswith("Your week in kudos")
        ]
        assert (len(app_posts(workspace, "general")), len(weeks)) == expected
