"""The pages by which Kudos is installed: what a browser is shown, and what is not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.tenancy.oauth_pages import State
from tests.handlers.installations import test_installing
from tests.handlers.installations.test_installing import everything, gives
from tests.installing import APP, WORKS, Browser, Kudos, installs, serving, workspace
from tests.watching import live_kudos, on_sqlite

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

# The fixtures.
clock, slack = test_installing.clock, test_installing.slack
works, kudos = test_installing.works, test_installing.kudos


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
    assert await store.read(everything, None) == []


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
    assert await store.read(everything, None) == []


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
    assert await store.read(everything, None) == []
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
