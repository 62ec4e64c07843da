"""Many workspaces by OAuth: installing, serving each with its own token, and the end of it."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event

from bot.clock import machine_clock
from storage.tables.installations import installations
from tests.conftest import Clock
from tests.installing import (
    ORGANIZATION,
    WORKS,
    Kudos,
    becomes,
    in_organization,
    installs,
    serving,
    workspace,
)
from tests.watching import (
    app_posts,
    balances,
    calls_of,
    live_kudos,
    outbox_states,
    settled,
    tried,
    until,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from storage.engine.store import Connection, Store


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with workspace() as sandbox:
        yield sandbox


@pytest.fixture
async def works() -> AsyncIterator[Sandbox]:
    """Another workspace, in which people and channels have the ids of the first one's."""
    async with workspace(WORKS) as sandbox:
        yield sandbox


@pytest.fixture
async def kudos(
    slack: Sandbox, works: Sandbox, database_url: str, clock: Clock
) -> AsyncIterator[Kudos]:
    async with serving(database_url, clock, slack, works) as running:
        yield running


def texts(sandbox: Sandbox) -> list[str]:
    return [post.text for post in app_posts(sandbox, "general")]


async def gives(sandbox: Sandbox, reason: str) -> None:
    reply = await sandbox.person("ada").types(f"/kudos @bo +2 for {reason}")
    assert reply.text.startswith("You thanked Bo") or reply.text.startswith("You thanked bo")


async def test_two_workspaces_install_kudos_and_each_has_its_own(
    slack: Sandbox, works: Sandbox, kudos: Kudos, store: Store
) -> None:
    assert kudos.router.calls == []  # nothing to ask Slack about, so far
    for sandbox in (slack, works):
        page = await installs(kudos, sandbox)
        assert (page.status, page.title) == (200, "Kudos is installed")
        assert f"team={sandbox.team_id}" in page.link
    await slack.person("fatima").sees_soon(lambda one: "Home" in one.all_text, "app")
    await works.person("wanda").sees_soon(lambda one: "Home" in one.all_text, "app")
    for sandbox in (slack, works):
        await gives(sandbox, f"keeping {sandbox.team_id} going")
        await sandbox.person("bo").sees_soon(lambda one: "going" in one.text)
        await sandbox.person("bo").sees_soon(lambda one: "going" in one.all_text, "app")
    await settled(store)
    for sandbox, other in ((slack, works), (works, slack)):
        assert len(texts(sandbox)) == 1
        assert other.team_id not in texts(sandbox)[0]
        bo = sandbox.person("bo").id
        assert await balances(store, sandbox.team_id) == {bo: 2}
        # Whatever was asked was asked with a token of the workspace itself.
        assert {call.error for call in sandbox.calls} <= {None}


async def test_what_is_kept_of_a_token_opens_nothing(
    slack: Sandbox, kudos: Kudos, store: Store
) -> None:
    await installs(kudos, slack)
    stored = str(await store.read(everything, None))
    assert slack.oauth.token not in stored
    # What is encrypted may hold these four letters by chance.
    assert "xoxb" not in re.sub(r"gAAAAA[\w=-]+", "", stored)
    assert "T0ENGINES1" in stored


async def test_one_uninstalls_and_the_other_goes_on(
    slack: Sandbox, works: Sandbox, kudos: Kudos, store: Store
) -> None:
    for sandbox in (slack, works):
        await installs(kudos, sandbox)
        await gives(sandbox, "a first thing")
    await settled(store)
    await slack.oauth.uninstall()
    await slack.pending()
    reply = await slack.person("ada").types("/kudos @bo for nothing that counts")
    assert reply.is_ephemeral
    assert reply.text.startswith("Kudos is not installed in this workspace any more.")
    assert f"{kudos.url}/slack/install" in reply.text
    assert len(await live_kudos(store, slack.team_id)) == 1  # and all data stays
    await gives(works, "a second thing")
    await works.person("bo").sees_soon(lambda one: "second" in one.text)


@pytest.mark.parametrize(
    "order",
    [
        ("tokens_revoked", "app_uninstalled"),
        ("app_uninstalled", "tokens_revoked"),
        ("tokens_revoked",),
        ("app_uninstalled",),
    ],
)
async def test_the_end_is_told_in_any_order_and_never_ends_a_later_installation(
    slack: Sandbox, kudos: Kudos, store: Store, clock: Clock, order: tuple[str, ...]
) -> None:
    await installs(kudos, slack)
    await gives(slack, "a first thing")
    told = await slack.oauth.uninstall(order)
    await slack.pending()
    assert all(delivery.acked for delivery in told)
    assert not (await slack.person("ada").types("/kudos me")).text.startswith("You")
    await installs(kudos, slack)
    for delivery in told:  # late, and once more
        await slack.deliver_again(delivery)
        assert delivery.acked
    await asyncio.sleep(1.0)
    clock.advance(seconds=2)  # what was about to be sent when the new token came
    await gives(slack, "a second thing")
    await settled(store)
    assert len(await live_kudos(store, slack.team_id)) == 2
    assert len(texts(slack)) == 2


async def test_what_waits_when_kudos_is_uninstalled_is_sent_after_it_came_back(
    slack: Sandbox, works: Sandbox, kudos: Kudos, store: Store, clock: Clock
) -> None:
    for sandbox in (slack, works):
        await installs(kudos, sandbox)
    await slack.person("fatima").sees_soon(lambda _: True, "app")
    await works.person("wanda").sees_soon(lambda _: True, "app")
    await settled(store)
    slack.faults.next("chat.postMessage", "hang_before", times=2)
    await gives(slack, "what was given at the last moment")
    await slack.faults.reached("chat.postMessage")
    await slack.oauth.uninstall()
    await slack.pending()
    slack.faults.clear()
    await tried(store, slack.team_id, 2)
    clock.advance(minutes=3)
    await kudos.app.look()
    await asyncio.sleep(0.3)
    assert texts(slack) == []
    calls = len(slack.calls)
    for _ in range(3):
        clock.advance(minutes=30)
        await kudos.app.look()
        await asyncio.sleep(0.2)
    assert slack.calls[calls:] == []  # nobody runs against what is not there any more
    clock.now = machine_clock()
    await installs(kudos, slack)
    await slack.person("bo").sees_soon(lambda one: "last moment" in one.text)
    await slack.person("bo").sees_soon(lambda one: "last moment" in one.all_text, "app")
    await settled(store)
    assert len(texts(slack)) == 1


async def test_what_waits_for_a_token_is_given_up_after_three_days(
    slack: Sandbox, works: Sandbox, kudos: Kudos, store: Store, clock: Clock
) -> None:
    for sandbox in (slack, works):
        await installs(kudos, sandbox)
    await settled(store)
    slack.faults.next("chat.postMessage", "error", times=2, error="token_revoked")
    await gives(slack, "what nobody will read")
    await slack.oauth.uninstall()
    await slack.pending()
    clock.advance(days=3, minutes=1)
    await kudos.app.look()

    async def are_given_up() -> bool:
        states = await outbox_states(store, slack.team_id)
        return states.get("failed", 0) >= 1

    await until(are_given_up)
    assert calls_of(slack, "chat.postMessage") == []


async def test_a_refused_token_is_not_tried_again_at_once(
    slack: Sandbox, works: Sandbox, kudos: Kudos, store: Store, clock: Clock
) -> None:
    for sandbox in (slack, works):
        await installs(kudos, sandbox)
    await settled(store)
    # Slack told nobody, as when this process was away for a day.
    await slack.oauth.uninstall(())
    for number in range(5):
        await gives(slack, f"thing number {number}")

    def refusals() -> int:
        return sum(call.error == "account_inactive" for call in slack.calls)

    await becomes(refusals, "Slack has said no")
    await asyncio.sleep(0.5)
    refused = refusals()
    assert refused <= 12
    for _ in range(4):
        clock.advance(minutes=1)
        await kudos.app.look()
        await asyncio.sleep(0.1)
    assert refusals() == refused


async def test_authorisation_costs_no_call_and_no_query_for_each_request(
    slack: Sandbox, kudos: Kudos, store: Store
) -> None:
    await installs(kudos, slack)
    await slack.person("fatima").sees_soon(lambda _: True, "app")
    await settled(store)
    bo = slack.person("bo")
    await bo.types("/kudos help")
    queries: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if "installations" in statement:
            queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    calls = len(slack.calls)
    began = asyncio.get_running_loop().time()
    for _ in range(40):
        assert (await bo.types("/kudos help")).text
    seconds = asyncio.get_running_loop().time() - began
    event.remove(Engine, "before_cursor_execute", note)
    assert slack.calls[calls:] == []
    asked = [one for one in queries if "org" in one and "bot_token" in one]
    assert len(asked) <= 2 + seconds / 0.8


async def test_what_one_process_stores_is_known_in_another_within_a_second(
    slack: Sandbox, works: Sandbox, database_url: str, clock: Clock
) -> None:
    async with (
        serving(database_url, clock, slack, works) as first,
        serving(database_url, clock, slack, works) as second,
    ):
        await slack.person("ada").types("/kudos me")  # the second one knows that it is not there
        await installs(first, slack)
        await asyncio.sleep(1.0)
        assert slack.event_url == f"{second.url}/slack/events"
        await gives(slack, "what goes through the second process")
        slack.event_url = f"{first.url}/slack/events"
        await slack.oauth.uninstall()
        await slack.pending()
        await asyncio.sleep(1.0)
        slack.event_url = f"{second.url}/slack/events"
        reply = await slack.person("ada").types("/kudos me")
        assert reply.text.startswith("Kudos is not installed")


@pytest.fixture
async def sheds() -> AsyncIterator[tuple[Sandbox, Sandbox]]:
    """Two workspaces of one organization."""
    async with (
        workspace(in_organization(1), is_org_wide=True) as one,
        workspace(in_organization(2), is_org_wide=True) as two,
    ):
        yield one, two


async def test_an_organization_installs_once_for_all_its_workspaces(
    sheds: tuple[Sandbox, Sandbox], database_url: str, clock: Clock, store: Store
) -> None:
    one, two = sheds
    async with serving(database_url, clock, one, two) as kudos:
        page = await installs(kudos, one)
        assert (page.status, page.title) == (200, "Kudos is installed")
        # The token is good in both; each answers for itself.
        two.oauth.accept(one.oauth)
        kudos.router.by_team = True
        await gives(one, "the first shed")
        # Of the second one nobody has told anything before.
        await gives(two, "the second shed")
        for sandbox, word in ((one, "first"), (two, "second")):
            await sandbox.person("bo").sees_soon(partial(_says, word))
        await settled(store)
        assert [len(texts(sandbox)) for sandbox in sheds] == [1, 1]
        reply = await two.person("bo").types("/kudos")
        assert reply.ok
        await two.person("bo").sees_view_soon(lambda view: "kudos" in view.title.lower())
        home = await two.person("bo").opens_home()
        assert home is not None
        # Taken from one of them, the other goes on.
        await two.oauth.set_granted(False)
        await two.pending()
        reply = await two.person("ada").types("/kudos me")
        assert reply.text.startswith("Kudos is not installed")
        await gives(one, "the first shed again")
        await two.oauth.set_granted(True)
        await two.pending()
        await gives(two, "the second shed again")
        # And taken from the organization, nobody does.
        await one.oauth.uninstall()
        await one.pending()
        for sandbox in sheds:
            reply = await sandbox.person("ada").types("/kudos me")
            assert reply.text.startswith("Kudos is not installed")
    rows = {row.team_id: row for row in await store.read(everything, None)}
    assert rows.keys() == {ORGANIZATION["id"], one.team_id, two.team_id}
    assert all(row.ended_at is not None for row in rows.values())
    assert [row.bot_token is None for row in rows.values()].count(True) == 2


def _says(word: str, message: Message) -> bool:
    return word in message.text


def everything(connection: Connection, _request: None, _now: datetime) -> list[Any]:
    return list(connection.execute(installations.select()).all())


@pytest.mark.parametrize("method", ["users.list", "emoji.list"])
@pytest.mark.parametrize("error", ["missing_scope", "internal_error"])
async def test_an_install_is_ready_where_slack_does_not_tell_of_people_or_emoji(
    slack: Sandbox, kudos: Kudos, method: str, error: str
) -> None:
    slack.faults.next(method, "error", error=error)
    page = await installs(kudos, slack)
    assert (page.status, page.title) == (200, "Kudos is installed")
    await gives(slack, "being ready at once")
