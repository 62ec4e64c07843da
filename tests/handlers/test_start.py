"""Starting while Slack has a bad moment: Kudos starts all the same, and learns the rest later."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.app import KudosApp, StartError, open_store
from bot.services.settings.workspaces import view_workspace
from tests.conftest import running, settings_for
from tests.faults.waiting import until

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from tests.conftest import Clock

AT_THE_START = ("apps.connections.open", "auth.test", "emoji.list", "users.list")
WELCOMES = "chat.postMessage"  # which the outbox tries again, as it does with every message
# What nothing works without: Slack's own word for no ends the start with a sentence.
NEEDED = ("apps.connections.open", "auth.test")
THANKED = "You thanked"
PASSING = ("internal_error", "service_unavailable", "ratelimited", "http_500", "drop")


def refuse(slack: Sandbox, method: str, kind: str, times: int = 1) -> None:
    if kind == "ratelimited":
        slack.faults.next(method, kind, times, retry_after=1)
    elif kind == "drop":
        slack.faults.next(method, "drop_before", times)
    elif kind == "http_500":
        slack.faults.next(method, kind, times)
    else:
        slack.faults.next(method, "error", times, error=kind)


async def works(slack: Sandbox) -> None:
    reply = await slack.person("ada").types("/kudos @bo for the calm release")
    assert reply.text.startswith(THANKED)
    await slack.person("bo").sees_soon(lambda one: "calm release" in one.all_text, "app")


async def test_these_are_the_methods_that_are_called_at_the_start(
    slack: Sandbox, sqlite_url: str, clock: Clock
) -> None:
    async with running(slack, sqlite_url, clock):
        pass
    assert {call.method for call in slack.calls} == {*AT_THE_START, WELCOMES}


@pytest.mark.parametrize("kind", [*PASSING, "missing_scope"])
@pytest.mark.parametrize("method", AT_THE_START)
async def test_it_starts_and_works_whatever_is_refused_once(
    slack: Sandbox, sqlite_url: str, clock: Clock, method: str, kind: str
) -> None:
    refuse(slack, method, kind)
    if method in NEEDED and kind == "missing_scope":
        with pytest.raises(StartError, match=kind):
            async with running(slack, sqlite_url, clock):
                pass
        return
    async with running(slack, sqlite_url, clock) as app:
        await works(slack)
        assert app.workspace is not None
        assert not slack.faults.are_waiting


@pytest.mark.parametrize("method", AT_THE_START)
async def test_it_starts_when_slack_is_silent_for_a_while(
    slack: Sandbox, sqlite_url: str, clock: Clock, method: str
) -> None:
    slack.faults.next(method, "hang_before")
    store = open_store(settings_for(slack, sqlite_url), clock)
    app = KudosApp(settings_for(slack, sqlite_url), store, clock)
    starting = asyncio.create_task(app.__aenter__())
    try:
        await slack.faults.reached(method)
        slack.faults.clear()
        await starting
        await works(slack)
    finally:
        slack.faults.clear()
        await asyncio.wait({starting})
        await app.__aexit__()


@pytest.mark.parametrize("kind", PASSING)
async def test_what_slack_does_not_tell_at_the_start_is_learned_later(
    slack: Sandbox, sqlite_url: str, clock: Clock, kind: str
) -> None:
    """Both the first question and the next one fail; the zone is that of most people then."""
    refuse(slack, "users.list", kind, times=2)
    refuse(slack, "emoji.list", kind)
    async with running(slack, sqlite_url, clock):
        store = open_store(settings_for(slack, sqlite_url), clock)
        try:
            workspace = await store.read(view_workspace, slack.team_id)
        finally:
            await store.close()
        asked = sum(call.method == "users.info" for call in slack.calls)
        await works(slack)
    assert workspace.time_zone == "Europe/London"
    assert workspace.emoji_aliases
    assert sum(call.method == "users.info" for call in slack.calls) == asked


@pytest.mark.parametrize("method", ["users.list", "emoji.list"])
async def test_what_was_known_before_stays_where_slack_tells_nothing_any_more(
    slack: Sandbox, sqlite_url: str, clock: Clock, method: str
) -> None:
    store = open_store(settings_for(slack, sqlite_url), clock)
    try:
        async with running(slack, sqlite_url, clock):
            before = await store.read(view_workspace, slack.team_id)
        slack.faults.next(method, "error", times=9, error="missing_scope")
        async with running(slack, sqlite_url, clock, welcomes=False):
            after = await store.read(view_workspace, slack.team_id)
            await works(slack)
    finally:
        await store.close()
    assert before == after
    assert after.emoji_aliases


async def test_it_stops_at_once_while_slack_does_not_tell_of_people(
    slack: Sandbox, sqlite_url: str, clock: Clock
) -> None:
    slack.faults.next("users.list", "ratelimited", times=9, retry_after=600)
    async with running(slack, sqlite_url, clock, welcomes=False):
        await until(lambda: sum(c.method == "users.list" for c in slack.calls) == 2, "asked again")
        loop = asyncio.get_running_loop()
        told = loop.time()
    assert loop.time() - told < 5  # of the six for which work is waited for


async def test_the_zone_is_of_those_who_work_there_now(
    slack: Sandbox, sqlite_url: str, clock: Clock
) -> None:
    """Slack tells no zone of whoever has left, and people who have left are in its list."""
    for number in range(30):
        slack.add_user({"handle": f"gone{number}", "real_name": "Gone", "deleted": True})
    async with running(slack, sqlite_url, clock) as app:
        assert app.workspace is not None
        assert app.workspace.time_zone == "Europe/London"
