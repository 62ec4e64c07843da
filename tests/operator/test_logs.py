"""Logs tell the operator what happened, and nobody anything secret."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.config import read_settings
from bot.logs import masked, set_up_logs

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = [
    "xoxb-1234-5678-AbCdEf",
    "xapp-1-A0123-456-abcdef0123",
    "xoxe.xoxp-1-Mi0yLTEyMzQ",
    "https://hooks.slack.com/commands/T1/123/PLANTEDabc",
    "http://127.0.0.1:3000/response/PLANTED-abc",
    "wss://example.invalid/link/?ticket=PLANTED-1&app_id=2",
    "postgresql://kudos:PLANTED@db/kudos",
]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_masked(secret: str) -> None:
    told = masked(f"before {secret} after")
    assert told.startswith("before ")
    assert told.endswith(" after")
    assert "PLANTED" not in told
    assert not any(part in told for part in ("5678", "abcdef0123", "Mi0y"))


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
