"""Requests that are not listened to: an operator reads why, once a minute, and how many."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.clock import machine_clock
from bot.observability.metrics import Metrics
from bot.observability.turned_away import HINTS, TurnedAway
from tests.conftest import Clock, running
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox import Sandbox


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@asynccontextmanager
async def over_http(
    slack: Sandbox, database_url: str, clock: Clock, *, path: str = "/slack/events", **more: Any
) -> AsyncIterator[tuple[KudosApp, list[Any]]]:
    """Run the app in HTTP mode; yield it, and all that it logs."""
    with capture_logs() as logs:
        async with running(
            slack, database_url, clock, slack_app_token="", kudos_port=0, **more
        ) as app:
            slack.event_url = f"http://127.0.0.1:{app.port}{path}"
            yield app, logs


def warnings(logs: list[Any]) -> list[Any]:
    return [line for line in logs if line["event"] == "turned_away"]


async def numbers(app: KudosApp) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{app.port}/metrics") as answer,
    ):
        return await answer.text()


@on_sqlite
async def test_a_wrong_signing_secret_is_told_once_and_every_request_is_counted(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    wrong = "the-secret-of-another-app"
    async with over_http(slack, database_url, clock, slack_signing_secret=wrong) as (app, logs):
        for _ in range(5):
            assert not (await slack.person("ada").types("/kudos help")).ok
        shown = await numbers(app)
    [told] = warnings(logs)
    assert (told["log_level"], told["reason"]) == ("warning", "wrong_signature")
    assert told["hint"].startswith("Is SLACK_SIGNING_SECRET the signing secret of this Slack app")
    assert wrong not in repr(logs)
    assert slack.signing_secret not in repr(logs)
    assert 'kudos_turned_away_total{reason="wrong_signature"} 5.0' in shown


@on_sqlite
@pytest.mark.parametrize(
    ("minutes", "age"), [(12, "12 minutes old"), (-7, "7 minutes in the future")]
)
async def test_a_clock_that_is_wrong_is_told_with_the_age_of_a_request(
    slack: Sandbox, database_url: str, clock: Clock, minutes: int, age: str
) -> None:
    async with over_http(slack, database_url, clock) as (app, logs):
        clock.advance(minutes=minutes)
        for _ in range(3):
            assert not (await slack.person("ada").types("/kudos help")).ok
        shown = await numbers(app)
    [told] = warnings(logs)
    assert (told["reason"], told["age"]) == ("outdated", age)
    assert "clock" in told["hint"]
    assert 'kudos_turned_away_total{reason="outdated"} 3.0' in shown


@on_sqlite
async def test_a_request_without_a_signature_is_told(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    async with over_http(slack, database_url, clock) as (_, logs), aiohttp.ClientSession() as one:
        for _ in range(3):
            async with one.post(slack.event_url or "", data=b"words of somebody") as answer:
                assert answer.status == 401
    [told] = warnings(logs)
    assert told["reason"] == "unsigned"
    assert "somebody" not in repr(logs).replace("somebody else", "")


@on_sqlite
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/slack/event", "/slack/event"),
        ("/", "/"),
        ("/slack/events/", "/slack/events/"),
        ("/x%0Aforged", "another one"),
        ("/" + "x" * 500, "another one"),
    ],
)
async def test_a_request_of_slacks_to_another_address_is_told(
    slack: Sandbox, database_url: str, clock: Clock, path: str, shown: str
) -> None:
    async with over_http(slack, database_url, clock, path=path) as (app, logs):
        for _ in range(2):
            assert not (await slack.person("ada").types("/kudos help")).ok
        # Who is not Slack finds nothing, and is not told of.
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{app.port}/wp-login.php") as answer,
        ):
            assert answer.status == 404
    [told] = warnings(logs)
    assert (told["reason"], told["path"]) == ("other_address", shown)
    assert "/slack/events" in told["hint"]


def test_each_kind_is_told_once_a_minute_with_how_many_were_left_out() -> None:
    now_seconds = [0.0]
    turned_away = TurnedAway(Metrics(), lambda: now_seconds[0])
    with capture_logs() as logs:
        for second in range(150):
            now_seconds[0] = float(second)
            for reason in (*HINTS, "too_large"):
                turned_away.note(reason)
    for reason in HINTS:
        of_kind = [line.get("untold", 0) for line in logs if line["reason"] == reason]
        assert of_kind == [0, 59, 59]
    assert len(logs) == 3 * len(HINTS)
