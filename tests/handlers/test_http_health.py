"""What tells an operator's machines how the app is: `/healthz`, `/readyz` and `/metrics`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.clock import machine_clock
from bot.domain.outbox import OutboxKind, OutboxMessage
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.observability import health as health_module
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.services.operations.transfer import begin_import, end_import
from bot.services.settings.workspaces import see_workspace
from storage import outbox
from storage.engine.migrate import head
from tests.conftest import Clock, running
from tests.watching import on_sqlite, settled

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store

PARTS = {"listening", "database", "schema", "outbox", "slack", "scheduler"}


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


async def asked(port: int | None, path: str) -> tuple[int, str]:
    """Return status and text of an answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def ready(port: int | None) -> tuple[int, dict[str, Any]]:
    """Return the status of `/readyz` and its checks."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/readyz") as answer,
    ):
        told: dict[str, Any] = await answer.json()
        assert told["ready"] == (answer.status == 200)
        return answer.status, told["checks"]


async def test_over_http_everything_is_on_one_port(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    async with running(slack, database_url, clock, slack_app_token="", kudos_port=0) as app:
        assert await asked(app.port, "/healthz") == (200, "ok")
        assert await ready(app.port) == (200, dict.fromkeys(PARTS, "ok"))
        assert (await asked(app.port, "/metrics"))[0] == 200


@on_sqlite
async def test_with_a_port_of_its_own_nothing_of_it_is_where_the_world_comes_in(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    async with running(
        slack, database_url, clock, slack_app_token="", kudos_port=0, kudos_health_port=0
    ) as app:
        assert app.port != app.health_port
        assert [(await asked(app.port, path))[0] for path in ("/readyz", "/metrics")] == [404, 404]
        assert await asked(app.port, "/healthz") == (200, "ok")
        assert (await ready(app.health_port))[0] == 200
        assert (await asked(app.health_port, "/metrics"))[0] == 200
        assert (await asked(app.health_port, "/slack/events"))[0] == 404


async def test_in_socket_mode_it_listens_only_if_asked_to(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    async with running(slack, database_url, clock) as app:
        assert (app.port, app.health_port) == (None, None)
    async with running(slack, database_url, clock, kudos_health_port=0) as app:
        assert await ready(app.health_port) == (200, dict.fromkeys({*PARTS, "socket"}, "ok"))


async def gives(slack: Sandbox, store: Store) -> None:
    """Have a kudos given, one refused, and a reaction made."""
    ada = slack.person("ada")
    assert (await ada.types("/kudos @bo for the payload of the release")).ok
    assert (await ada.types("/kudos @ada for the payload of the release")).ok
    message = await slack.person("bo").types("The release is out")
    await slack.person("hana").reacts("trophy", to=message)
    await slack.pending()
    await settled(store)


async def numbers(port: int | None) -> dict[str, float]:
    """Return every number by its name and labels."""
    _, shown = await asked(port, "/metrics")
    return {
        f"{sample.name} {' '.join(sample.labels.values())}".strip(): sample.value
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
    }


async def test_numbers_tell_what_happened_and_never_to_whom(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock, slack_app_token="", kudos_port=0) as app:
        slack.event_url = f"http://127.0.0.1:{app.port}/slack/events"
        await gives(slack, store)
        async with aiohttp.ClientSession() as session:
            await session.post(slack.event_url, data=b"{}")
        found = await numbers(app.port)
        _, shown = await asked(app.port, "/metrics")
    expected = {
        "kudos_received_total command": 2,
        "kudos_received_total event": 1,
        "kudos_acknowledged_seconds_count command": 2,
        "kudos_given_total": 2,
        "kudos_refused_total SelfKudos": 1,
        "kudos_turned_away_total unsigned": 1,
        "kudos_messages_total kudos_posted sent": 1,
        "kudos_outbox_waiting": 0,
        "kudos_outbox_overdue_seconds": 0,
        "kudos_store_waiting": 0,
        "kudos_database_answers": 1,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["kudos_slack_call_seconds_count chat.postMessage ok"] >= 1
    assert found["kudos_scheduler_last_look_timestamp_seconds"] > 0
    ids = (slack.team_id, slack.bot_user_id, "U0", "C0", "release", "Ada", "general")
    assert [each for each in ids if each in shown] == []
    assert re.search(r"xox|xapp", shown) is None


@on_sqlite
async def test_two_apps_in_one_process_count_for_themselves(
    slack: Sandbox, app: KudosApp, database_url: str, clock: Clock
) -> None:
    async with running(slack, database_url, clock, kudos_health_port=0) as second:
        assert "kudos_given_total" in await numbers(second.health_port)


def _stamp_other_version(connection: Connection, _request: None, _now: datetime) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def test_a_schema_of_another_version_is_not_ready(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    await store.write(_stamp_other_version, None)
    health = Health(store, clock, Metrics(), head=head())
    assert (await health.states())["schema"] == "other version"
    await health.stop()


async def test_a_database_that_is_only_half_imported_is_not_ready(
    store: Store, clock: Clock
) -> None:
    await store.write(begin_import, None)
    health = Health(store, clock, Metrics(), head=head())
    assert (await health.states())["schema"] == "importing"
    await health.stop()
    await store.write(end_import, None)
    health = Health(store, clock, Metrics(), head=head())
    assert (await health.states())["schema"] == "ok"
    await health.stop()


def _wish(connection: Connection, team_id: str, now: datetime) -> None:
    outbox.enqueue(
        connection, [OutboxMessage(team_id, "a key", OutboxKind.KUDOS_POSTED, "C1")], now
    )


async def test_an_outbox_that_nobody_takes_on_is_stuck(store: Store, clock: Clock) -> None:
    workspace = Workspace("T1", "Engines", "", "U1", "UTC", WorkspaceSettings())
    await store.write(see_workspace, workspace)
    await store.write(_wish, "T1")
    for minutes, state in ((4, "ok"), (2, "stuck")):
        clock.advance(minutes=minutes)
        health = Health(store, clock, Metrics(), head=head())
        assert (await health.states())["outbox"] == state
        await health.stop()


@on_sqlite
async def test_a_scheduler_that_looks_no_more_is_late(store: Store, clock: Clock) -> None:
    health = Health(store, clock, Metrics())
    looked_at: datetime | None = None
    health.last_looked_at = lambda: looked_at
    assert (await health.states())["scheduler"] == "ok"
    clock.advance(minutes=6)
    assert (await health.states())["scheduler"] == "late"
    looked_at = clock() - timedelta(seconds=20)
    assert (await health.states())["scheduler"] == "ok"
    await health.stop()


@on_sqlite
async def test_slack_is_away_only_when_it_has_not_answered_for_a_while(
    slack: Sandbox, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(slack, database_url, clock, kudos_health_port=0) as app:
        monkeypatch.setattr(health_module, "ASK_SLACK_AFTER_SECONDS", 0.0)
        slack.down = True
        assert (await ready(app.health_port))[1]["slack"] == "ok"
        monkeypatch.setattr(health_module, "SLACK_AWAY_AFTER_SECONDS", 0.0)
        status, checks = await ready(app.health_port)
        assert (status, checks["slack"]) == (503, "away")
        slack.down = False
        assert (await ready(app.health_port))[1]["slack"] == "ok"
