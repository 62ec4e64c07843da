"""Codes that Slack never gave out: few of them are carried to Slack, whoever makes them up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.tenancy.limits import caller_of
from tests.installing import Browser, Kudos, Seen, installs, serving, workspace
from tests.rows import each_row

if TYPE_CHECKING:
    from tests.conftest import Clock

PROXY = {"kudos_trusted_proxies": "127.0.0.1"}


class Attacker:
    """Somebody who makes codes up, for the browser that they began with."""

    def __init__(self, kudos: Kudos, session: aiohttp.ClientSession) -> None:
        self._kudos = kudos
        self._session = session
        self._state = ""
        self._count = 0

    async def begins(self) -> None:
        """Open the page to install, which anybody may."""
        async with self._session.get(f"{self._kudos.url}/slack/install") as answer:
            page = Seen(answer.status, await answer.text(), {})
        self._state = parse_qs(urlsplit(page.link).query)["state"][0]

    async def tries(self, times: int, *, address: str = "") -> list[int]:
        """Come back with codes that nobody gave out; return how each was answered."""
        headers = {"X-Forwarded-For": address} if address else {}
        statuses = []
        for _ in range(times):
            self._count += 1
            query = {"code": f"1.2.made-up-{self._count}", "state": self._state}
            url = f"{self._kudos.url}/slack/oauth_redirect"
            async with self._session.get(url, params=query, headers=headers) as answer:
                statuses.append(answer.status)
        return statuses

    @property
    def carried(self) -> int:
        """How many codes Slack was asked about."""
        return sum(method == "oauth.v2.access" for method, _ in self._kudos.router.calls)


def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def test_who_makes_codes_up_is_stopped_and_nobody_else(sqlite_url: str, clock: Clock) -> None:
    async with (
        workspace() as works,
        serving(sqlite_url, clock, works, **PROXY) as kudos,
        session() as browser,
    ):
        attacker = Attacker(kudos, browser)
        await attacker.begins()
        assert await attacker.tries(12, address="9.9.9.9") == [400] * 10 + [429] * 2
        assert attacker.carried == 10
        # Of one network of IPv6 everybody is one.
        assert await attacker.tries(10, address="2620:fe::1") == [400] * 10
        assert await attacker.tries(1, address="2620:fe::2") == [429]
        assert await attacker.tries(1, address="8.8.8.8") == [400]
        assert (await installs(kudos, works)).title == "Kudos is installed"
        clock.advance(seconds=601)
        await attacker.begins()
        assert await attacker.tries(1, address="9.9.9.9") == [400]


async def test_many_together_are_stopped_until_a_minute_has_passed(
    sqlite_url: str, clock: Clock
) -> None:
    async with (
        workspace() as works,
        serving(sqlite_url, clock, works, **PROXY) as kudos,
        session() as browser,
    ):
        attacker = Attacker(kudos, browser)
        await attacker.begins()
        for number in range(5):
            assert await attacker.tries(8, address=f"9.9.9.{number}") == [400] * 8
        assert await attacker.tries(2, address="8.8.8.8") == [429] * 2
        assert attacker.carried == 40
        async with Browser() as somebody:
            page = await somebody.sees(f"{kudos.url}/slack/install")
            back = await somebody.agrees(page, works)
            page = await somebody.sees(back)
            assert (page.status, page.title) == (429, "Please try again later")
            assert int(page.headers["Retry-After"]) == 60
            clock.advance(seconds=61)
            assert (await somebody.sees(back)).title == "Kudos is installed"


async def test_a_proxy_that_is_not_believed_does_not_stand_for_everybody(
    sqlite_url: str, clock: Clock
) -> None:
    # Nobody has said which proxy is trusted, so all come from one address, whatever they claim.
    async with (
        workspace() as works,
        serving(sqlite_url, clock, works) as kudos,
        session() as browser,
    ):
        attacker = Attacker(kudos, browser)
        await attacker.begins()
        assert await attacker.tries(20, address="9.9.9.9") == [400] * 20
        assert (await installs(kudos, works)).title == "Kudos is installed"
        assert await attacker.tries(21, address="8.8.8.8") == [400] * 20 + [429]


@each_row(
    ("host", "key"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("2620:fe::1", "2620:fe::/64"),
        ("::ffff:9.9.9.9", "9.9.9.9"),
        ("127.0.0.1", None),
        ("10.0.0.7", None),
        ("fd00::1", None),
        ("somewhere", None),
        (None, None),
    ],
)
def test_callers_are_told_apart_by_their_address(host: str | None, key: str | None) -> None:
    assert caller_of(host) == key
