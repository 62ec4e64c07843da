"""Socket Mode while Slack does not take the app-level token any more: told, and not asked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.ingress import socket_mode
from tests.conftest import Clock, running
from tests.watching import on_sqlite, until

if TYPE_CHECKING:
    import pytest

    from bot.sandbox import Sandbox

OPEN = "apps.connections.open"


@on_sqlite
async def test_a_token_that_slack_takes_no_more_is_told_with_what_to_do(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    with capture_logs() as logs:
        async with running(slack, database_url, clock):
            asked = sum(call.method == OPEN for call in slack.calls)
            slack.faults.next(OPEN, "error", times=1000, error="token_revoked")
            await slack.drop_sockets()

            async def is_told() -> bool:
                return any(line["event"] == "socket_refused" for line in logs)

            await until(is_told)
        # It was asked once, and the app stops at once though it would ask again.
        assert sum(call.method == OPEN for call in slack.calls) == asked + 1
    [told] = [line for line in logs if line["event"] == "socket_refused"]
    assert (told["log_level"], told["reason"]) == ("warning", "token_revoked")
    assert told["hint"].startswith("Slack does not accept SLACK_APP_TOKEN any more")
    assert slack.app_token not in repr(logs)


@on_sqlite
async def test_when_slack_takes_the_token_again_the_connection_is_back(
    slack: Sandbox, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "ASK_AGAIN_SECONDS", 0.1)
    async with running(slack, database_url, clock):
        slack.faults.next(OPEN, "error", error="invalid_auth")
        await slack.drop_sockets()
        await slack.faults.reached(OPEN)
        await slack.connected(1)
        assert (await slack.person("ada").types("/kudos help")).ok
