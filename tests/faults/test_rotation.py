"""Tokens that end: one process gets the new one, whatever happens to it meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.app import open_store
from bot.clock import machine_clock
from bot.config import read_settings
from bot.services.installations.installations import list_encrypted_tokens, list_installations
from bot.slack.clients import ManyWorkspaces, NoTokenError
from bot.slack.token_vault import TokenVault
from bot.slack.web_api import WatchedClient
from bot.workers.token_refresh import TokenRefresh
from storage.tables.installations import installations
from tests.conftest import Clock
from tests.faults.process import KudosProcess
from tests.faults.waiting import until
from tests.installing import APP, KEY, free_port, installs, serving, workspace
from tests.patience import WAIT_SECONDS
from tests.watching import app_posts, settled
from tests.watching import until as until_so

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
ACCESS = "oauth.v2.access"


@pytest.fixture
def clock() -> Clock:
    return Clock(machine_clock())


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with workspace() as sandbox:
        sandbox.oauth.rotates_tokens = True
        yield sandbox


@pytest.fixture
async def installed(slack: Sandbox, database_url: str, clock: Clock) -> None:
    """Kudos is installed, with a token that ends in twelve hours."""
    async with serving(database_url, clock, slack) as kudos:
        assert (await installs(kudos, slack)).title == "Kudos is installed"
        await slack.person("fatima").sees_soon(lambda _: True, "app")


def refreshes(slack: Sandbox) -> list[str | None]:
    """Return how every wish for a new token ended."""
    return [
        call.error
        for call in slack.calls
        if call.method == ACCESS and call.arguments.get("grant_type") == "refresh_token"
    ]


def many_workspaces(slack: Sandbox, port: int) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "",
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": slack.api_url,
        "SLACK_CLIENT_ID": APP["client_id"],
        "SLACK_CLIENT_SECRET": APP["client_secret"],
        "SLACK_SIGNING_SECRET": APP["signing_secret"],
        "KUDOS_SECRET_KEY": KEY,
        "KUDOS_URL": f"http://127.0.0.1:{port}",
        "KUDOS_PORT": str(port),
    }


class ManyProcess(KudosProcess):
    """`kudos start` for many workspaces, over HTTP."""

    def __init__(self, slack: Sandbox, database_url: str, folder: Path) -> None:
        self.port = free_port()
        super().__init__(slack, database_url, folder, **many_workspaces(slack, self.port))

    async def up(self) -> ManyProcess:
        """Start it, and return when it listens."""
        self.start()

        async def listens() -> bool:
            try:
                async with (
                    aiohttp.ClientSession() as session,
                    session.get(f"http://127.0.0.1:{self.port}/healthz") as answer,
                ):
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

        async with asyncio.timeout(WAIT_SECONDS):
            while not await listens():
                assert self.is_running, self.log()
                await asyncio.sleep(0.05)
        return self

    async def kill(self) -> None:
        self.end()

    def complaints(self) -> list[str]:
        lines = self.log_path.read_text(errors="replace").splitlines()
        signs = (*self.slack.oauth.tokens, KEY, APP["client_secret"], "delivery_bug", "task_failed")
        return [line for line in lines if any(sign in line for sign in signs)]


@pytest.fixture
def new_many(slack: Sandbox, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: list[ManyProcess] = []

    def make() -> ManyProcess:
        made.append(ManyProcess(slack, database_url, tmp_path_factory.mktemp("process")))
        return made[-1]

    yield make
    for process in made:
        process.end()
    assert [line for process in made for line in process.complaints()] == []


async def ends_in(store: Store, span: timedelta, *, lease_over: bool = True) -> None:
    await store.write(_end_in, (span, lease_over))


def _end_in(connection: Connection, request: tuple[timedelta, bool], _now: datetime) -> None:
    span, lease_over = request
    values: dict[str, Any] = {"token_expires_at": machine_clock() + span}
    if lease_over:
        values["refreshing_until"] = None
    connection.execute(installations.update().values(**values))


@on_postgres
async def test_two_processes_get_one_new_token_and_both_go_on(
    slack: Sandbox, installed: None, store: Store, new_many: Callable[[], ManyProcess]
) -> None:
    await ends_in(store, timedelta(hours=1))
    slack.faults.next(ACCESS, "slow", seconds=30)  # both are there while one asks
    first, second = await asyncio.gather(new_many().up(), new_many().up())
    await until(lambda: refreshes(slack) == [None], "one asks for a new token")
    slack.faults.clear()

    async def is_renewed() -> bool:
        [status] = await store.read(list_installations, None)
        assert status.token_expires_at is not None
        return status.token_expires_at > machine_clock() + timedelta(hours=11)

    await until_so(is_renewed)
    for number, process in enumerate((first, second)):
        slack.event_url = f"http://127.0.0.1:{process.port}/slack/events"
        reply = await slack.person("ada").types(f"/kudos @bo for part {number} of the work")
        assert reply.text.startswith("You thanked Bo"), (reply.text, process.log())
    await until(lambda: len(app_posts(slack, "general")) == 2, "both post", found=first.log)
    assert refreshes(slack) == [None]


@on_postgres
async def test_a_process_that_dies_with_the_new_token_is_followed_by_another(
    slack: Sandbox, installed: None, store: Store, new_many: Callable[[], ManyProcess]
) -> None:
    await ends_in(store, timedelta(hours=1))
    slack.faults.next(ACCESS, "hang_after")
    first = new_many()
    await first.up()
    await slack.faults.reached(ACCESS)
    await first.kill()
    slack.faults.clear()
    second = await new_many().up()
    slack.event_url = f"http://127.0.0.1:{second.port}/slack/events"
    # As long as the dead one's claim holds, the old token does.
    reply = await slack.person("ada").types("/kudos @bo for what the old token can post")
    assert reply.ok
    await until(lambda: len(app_posts(slack, "general")) == 1, "it posts", found=second.log)
    await ends_in(store, timedelta(hours=1))  # its lease is over, which nobody waits a minute for
    await second.kill()
    third = await new_many().up()
    slack.event_url = f"http://127.0.0.1:{third.port}/slack/events"
    await until(lambda: refreshes(slack)[1:] == [None], "the other asks", found=third.log)
    reply = await slack.person("ada").types("/kudos @bo for what the new token can post")
    assert reply.ok
    await until(lambda: len(app_posts(slack, "general")) == 2, "it posts", found=third.log)


class Process:
    """The part of a process that looks after tokens."""

    def __init__(
        self, slack: Sandbox, store: Store, clock: Clock, session: aiohttp.ClientSession
    ) -> None:
        def client(token: str | None, team_id: str | None = None) -> WatchedClient:
            return WatchedClient(
                watch=lambda *_: None,
                token=token,
                team_id=team_id,
                base_url=slack.api_url,
                session=session,
                retry_handlers=[],
            )

        vault = TokenVault(KEY)
        self.store = store
        self.clients = ManyWorkspaces(store, vault, client, clock)
        self.token_refresh = TokenRefresh(
            store,
            client(None),
            vault,
            clock,
            credentials={"client_id": APP["client_id"], "client_secret": APP["client_secret"]},
            delete_after=None,
            changed=self.clients.forget,
        )


@pytest.fixture
async def two(
    slack: Sandbox, installed: None, database_url: str, clock: Clock
) -> AsyncIterator[tuple[Process, Process]]:
    async with aiohttp.ClientSession() as session:
        settings = read_settings(_env_file=None, database_url=database_url)
        stores = [open_store(settings, clock) for _ in range(2)]
        one, other = (Process(slack, store, clock, session) for store in stores)
        yield one, other
        for store in stores:
            await store.close()


async def test_however_often_they_look_at_once_each_refresh_token_is_used_once(
    slack: Sandbox, two: tuple[Process, Process], clock: Clock
) -> None:
    slack.oauth.grace_seconds = -1.0  # a second use would end it
    for number in range(1, 11):
        await slack.move_clock(slack.now() + timedelta(hours=10, minutes=30))
        clock.now = slack.now()
        await asyncio.gather(*(each.token_refresh.look() for each in two for _ in range(3)))
        assert refreshes(slack) == [None] * number
        for each in two:
            each.clients.forget(slack.team_id)  # hours have passed
            client = await each.clients.client_of(slack.team_id)
            assert (await client.auth_test())["ok"]
    numbers = {len(await each.store.read(list_encrypted_tokens, None)) for each in two}
    assert numbers == {1}


async def test_a_refresh_that_slack_refuses_leaves_the_old_token_to_its_end(
    slack: Sandbox, two: tuple[Process, Process], clock: Clock
) -> None:
    slack.oauth.grace_seconds = -1.0
    one, other = two
    await slack.move_clock(slack.now() + timedelta(hours=10, minutes=30))
    clock.now = slack.now()
    slack.faults.next(ACCESS, "drop_after")  # Slack gave it, and nobody ever had it
    await one.token_refresh.look()
    [status] = await one.store.read(list_installations, None)
    assert status.fault is None
    assert (await (await one.clients.client_of(slack.team_id)).auth_test())["ok"]
    clock.advance(seconds=31)
    await other.token_refresh.look()
    [status] = await one.store.read(list_installations, None)
    assert status.fault == "invalid_refresh_token"
    await other.token_refresh.look()
    assert refreshes(slack) == ["drop_after", "invalid_refresh_token"]  # and is not asked again
    clock.advance(hours=2)
    for each in two:
        each.clients.forget(slack.team_id)
        with pytest.raises(NoTokenError):
            await each.clients.client_of(slack.team_id)


async def test_within_slacks_grace_the_same_refresh_token_helps(
    slack: Sandbox, two: tuple[Process, Process], clock: Clock
) -> None:
    one, other = two
    await slack.move_clock(slack.now() + timedelta(hours=10, minutes=30))
    clock.now = slack.now()
    for fault in ("drop_after", "http_500", "drop_before"):
        slack.faults.next(ACCESS, fault)
        await one.token_refresh.look()
        clock.advance(seconds=31)
    await other.token_refresh.look()
    assert refreshes(slack)[-1] is None
    [status] = await one.store.read(list_installations, None)
    assert status.fault is None
    assert (await (await other.clients.client_of(slack.team_id)).auth_test())["ok"]


async def test_what_waited_for_a_token_that_had_ended_is_sent_with_the_new_one(
    slack: Sandbox, installed: None, database_url: str, clock: Clock, store: Store
) -> None:
    # The machine was off for a day.
    await slack.move_clock(slack.now() + timedelta(hours=24))
    slack.faults.next(ACCESS, "drop_before")
    await ends_in(store, timedelta(hours=-12))
    async with serving(database_url, clock, slack) as kudos:
        await slack.faults.reached(ACCESS)
        reply = await slack.person("ada").types("/kudos @bo for what waits a little")
        assert reply.text.startswith("You thanked Bo")
        await asyncio.sleep(0.3)
        assert app_posts(slack, "general") == []
        clock.advance(seconds=31)
        await kudos.app.look()
        clock.advance(seconds=31)
        await kudos.app.look()
        await slack.person("bo").sees_soon(lambda one: "waits a little" in one.text)
        await settled(store)
