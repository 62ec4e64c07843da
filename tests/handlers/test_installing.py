"""Many workspaces by OAuth: installing, serving each with its own token, and the end of it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, event

from bot.clock import machine_clock
from bot.installing import State
from storage.schema_installations import installations
from tests.conftest import Clock
from tests.installing import (
    APP,
    ORGANIZATION,
    WORKS,
    Browser,
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
    on_sqlite,
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
    from storage.store import Session, Store


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
    stored = str(await store.read(_everything, None))
    assert slack.oauth.token not in stored
    assert "xoxb" not in stored
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


# -- The pages ---------------------------------------------------------------------------------


async def test_the_install_page_is_plain_and_safe(slack: Sandbox, kudos: Kudos) -> None:
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
    assert page.status == 200
    assert "<script" not in page.html
    assert 'name="viewport"' in page.html
    assert "prefers-color-scheme: dark" in page.html
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    cookie = page.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    asked = parse_qs(urlsplit(page.link).query)
    assert asked["client_id"] == [APP["client_id"]]
    assert "chat:write" in asked["scope"][0].split(",")
    assert asked["redirect_uri"] == [f"{kudos.url}/slack/oauth_redirect"]


async def test_over_https_the_cookie_stays_there(
    slack: Sandbox, sqlite_url: str, clock: Clock
) -> None:
    async with (
        serving(sqlite_url, clock, slack, kudos_url="https://kudos.example") as kudos,
        Browser() as browser,
    ):
        page = await browser.sees(f"http://127.0.0.1:{kudos.app.port}/slack/install")
    assert "secure" in page.headers["Set-Cookie"].lower()


@on_sqlite
async def test_who_does_not_agree_has_changed_nothing(
    slack: Sandbox, kudos: Kudos, store: Store
) -> None:
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
        back = await browser.agrees(page, slack, answer="cancel")
        assert "error=access_denied" in back
        page = await browser.sees(back)
    assert (page.status, page.title) == (200, "Kudos was not installed")
    assert page.link == f"{kudos.url}/slack/install"
    assert await store.read(_everything, None) == []


@on_sqlite
@pytest.mark.parametrize("what", ["no state", "forged", "old", "another browser", "no code"])
async def test_an_answer_that_this_browser_did_not_ask_for_is_not_taken(
    slack: Sandbox, kudos: Kudos, store: Store, clock: Clock, what: str
) -> None:
    async with Browser() as browser, Browser() as other:
        page = await browser.sees(f"{kudos.url}/slack/install")
        back = await browser.agrees(page, slack)
        address, _, query = back.partition("?")
        code, state = parse_qs(query)["code"][0], parse_qs(query)["state"][0]
        if what == "no state":
            back = f"{address}?code={code}"
        elif what == "forged":
            ends_at = state.partition(".")[0]
            made = State((b"not the key",)).made("x" * 43, clock())
            back = f"{address}?code={code}&state={ends_at}.{made.partition('.')[2]}"
        elif what == "old":
            clock.advance(seconds=601)
        elif what == "no code":
            back = f"{address}?state={state}"
        page = await (other if what == "another browser" else browser).sees(back)
    assert (page.status, page.title) == (400, "Please start again")
    assert page.link == f"{kudos.url}/slack/install"
    assert "oauth.v2.access" not in {method for method, _ in kudos.router.calls}
    assert await store.read(_everything, None) == []


@on_sqlite
async def test_a_code_is_good_once(slack: Sandbox, kudos: Kudos) -> None:
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
        back = await browser.agrees(page, slack)
        cookie_stays = await browser.sees(f"{kudos.url}/slack/install")
        assert (await browser.sees(back)).title == "Kudos is installed"
        assert cookie_stays.status == 200
        assert (await browser.sees(back)).title == "Please start again"
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
        state = parse_qs(urlsplit(page.link).query)["state"][0]
        code = parse_qs(urlsplit(back).query)["code"][0]
        again = await browser.sees(f"{kudos.url}/slack/oauth_redirect?code={code}&state={state}")
        assert (again.status, again.title) == (400, "Please start again")
    await gives(slack, "what the first installation is good for")


@on_sqlite
async def test_while_slack_is_away_a_page_says_so(
    slack: Sandbox, kudos: Kudos, store: Store
) -> None:
    async with Browser() as browser:
        page = await browser.sees(f"{kudos.url}/slack/install")
        back = await browser.agrees(page, slack)
        slack.down = True
        page = await browser.sees(back)
        assert (page.status, page.title) == (503, "Slack does not answer")
        slack.down = False
    assert await store.read(_everything, None) == []
    assert (await installs(kudos, slack)).title == "Kudos is installed"


async def test_what_a_workspace_is_called_is_no_markup(sqlite_url: str, clock: Clock) -> None:
    name = '<script>alert(1)</script> & "Sons"'
    source = WORKS | {"team": WORKS["team"] | {"name": name}}  # type: ignore[operator]
    async with workspace(source) as works, serving(sqlite_url, clock, works) as kudos:
        page = await installs(kudos, works)
    assert "<script" not in page.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Sons&quot;" in page.html


@on_sqlite
async def test_a_workspace_of_which_slack_cannot_tell_yet_is_told_to_wait(
    slack: Sandbox, kudos: Kudos, store: Store
) -> None:
    slack.faults.next("auth.test", "http_500", times=2)
    assert (await installs(kudos, slack)).title == "Kudos is installed"
    reply = await slack.person("ada").types("/kudos @bo for nothing that counts")
    assert reply.text.startswith("Kudos is still getting ready for this workspace.")
    await gives(slack, "what counts")
    assert len(await live_kudos(store, slack.team_id)) == 1


# -- Organizations -----------------------------------------------------------------------------


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
    rows = {row.team_id: row for row in await store.read(_everything, None)}
    assert rows.keys() == {ORGANIZATION["id"], one.team_id, two.team_id}
    assert all(row.ended_at is not None for row in rows.values())
    assert [row.bot_token is None for row in rows.values()].count(True) == 2


def _says(word: str, message: Message) -> bool:
    return word in message.text


def _everything(session: Session, _request: None, _now: datetime) -> list[Any]:
    return list(session.execute(installations.select()).all())
