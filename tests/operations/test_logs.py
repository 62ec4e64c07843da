"""Logs tell the operator what happened, and nobody anything secret."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import null
from sqlalchemy.exc import IntegrityError

from bot.config import read_settings
from bot.observability.logs import masked, set_up_logs
from storage.tables.schema import workspaces
from tests.conftest import running
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.logs_heard import Heard

SECRETS = [
    "xoxb-1234-5678-AbCdEf",
    "xapp-1-A0123-456-abcdef0123",
    "xoxe.xoxp-1-Mi0yLTEyMzQ",
    "https://hooks.slack.com/commands/T1/123/PLANTEDabc",
    "http://127.0.0.1:3000/response/PLANTED-abc",
    "wss://example.invalid/link/?ticket=PLANTED-1&app_id=2",
    "postgresql://kudos:PLANTED@db/kudos",
]

WORDS = "PLANTED words of somebody"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configured = root.handlers, root.level, structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**configured)


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_masked(secret: str) -> None:
    told = masked(f"before {secret} after")
    assert told.startswith("before ")
    assert told.endswith(" after")
    assert "PLANTED" not in told
    assert not any(part in told for part in ("5678", "abcdef0123", "Mi0y"))


def test_a_line_that_nobody_takes_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        set_up_logs(read_settings(_env_file=None))
        structlog.get_logger("bot.app").info("event")
        with suppress(OSError):
            full.close()
    structlog.get_logger("bot.app").info("event")


def open_connection(address: str) -> None:
    raise RuntimeError(address)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_gets_through_logs_traces_or_other_packages(
    secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(read_settings(_env_file=None, kudos_log_level="debug", kudos_log_format="json"))
    structlog.get_logger("bot.app").info("event", where=secret)
    logging.getLogger("slack_sdk").info("Opened %s", secret)
    try:
        open_connection(secret)
    except RuntimeError:
        structlog.get_logger("bot.app").exception("bug")
        logging.getLogger("slack_bolt").exception("Failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert all(json.loads(line)["level"] for line in lines)
    assert "PLANTED" not in "\n".join(lines)
    assert "5678-AbCdEf" not in "\n".join(lines)


def test_slacks_packages_never_log_at_debug() -> None:
    set_up_logs(read_settings(_env_file=None, kudos_log_level="debug"))
    assert not logging.getLogger("slack_sdk.web").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("slack_bolt.AsyncApp").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("bot.app").isEnabledFor(logging.DEBUG)


async def test_what_a_database_refuses_is_logged_without_the_row(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(read_settings(_env_file=None, kudos_log_format="json"))
    with pytest.raises(IntegrityError) as refused:
        await store.write(_breaks_a_rule, WORDS)
    structlog.get_logger("bot.app").error("bug", exc_info=refused.value)
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)["exception"]
    assert "constraint" in told
    assert "_breaks_a_rule" in told
    assert "PLANTED" not in line


def _breaks_a_rule(connection: Connection, name: str, now: datetime) -> None:
    values = {"team_id": "T1", "name": name, "url": "", "bot_user_id": "U1", "created_at": now}
    values |= {"emoji_aliases": {}, "settings": {}, "time_zone": null()}
    connection.execute(workspaces.insert().values(values))


def test_the_suite_hears_what_must_not_be_logged(
    no_log_tells_secrets_or_what_people_wrote: Heard,
) -> None:
    heard = no_log_tells_secrets_or_what_people_wrote
    logging.getLogger("slack_sdk").error("Sent for untangling the release")
    structlog.get_logger("bot.app").info("event", what={"reason": "untangling the release"})
    structlog.get_logger("bot.app").info("event", token="xoxb-1234-5678-AbCdEf")  # masked later
    assert len(heard.found) == 2
    heard.found.clear()
    structlog.get_logger("bot.app").info("sent", kind="kudos_posted")
    assert heard.found == []


@on_sqlite
async def test_no_library_warns_of_settings_that_are_ours(
    slack: Sandbox,
    database_url: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Bolt looks for these itself.
    for name, value in {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": "12.34",
        "SLACK_CLIENT_SECRET": "0123456789abcdef",
    }.items():
        monkeypatch.setenv(name, value)
    with caplog.at_level("INFO"):
        async with running(slack, database_url, clock):
            pass
    told = [record.getMessage() for record in caplog.records if "slack_bolt" in record.name]
    assert [line for line in told if "token" in line or "InstallationStore" in line] == []
    assert os.environ["SLACK_CLIENT_ID"] == "12.34"  # noqa: TID251 - it is back
