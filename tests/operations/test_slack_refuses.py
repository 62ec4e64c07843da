"""Commands that ask Slack something, on a bad day of Slack's: a sentence, and never a traceback."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.operations.test_init import CTRL_C, PASTE, Terminal
from tests.programs import environment_for, kudos

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.programs import Ended

KINDS: dict[str, Callable[[Sandbox, str], None]] = {
    "missing_scope": lambda slack, method: slack.faults.next(
        method, "error", 9, error="missing_scope"
    ),
    "internal_error": lambda slack, method: slack.faults.next(method, "error", 9),
    "ratelimited": lambda slack, method: slack.faults.next(method, "ratelimited", 9),
    "http_500": lambda slack, method: slack.faults.next(method, "http_500", 9),
    "dropped": lambda slack, method: slack.faults.next(method, "drop_before", 9),
    "silent": lambda slack, method: slack.faults.next(method, "hang_before", 9),
}


async def patiently(ending: asyncio.Task[Ended], slack: Sandbox, method: str, kind: str) -> Ended:
    """Returns how a command ended; what is silent is cut off once it was asked."""
    if kind == "silent":
        await slack.faults.reached(method)
        slack.faults.clear()
    return await ending


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_the_doctor_says_so_in_a_line(
    slack: Sandbox, sqlite_url: str, tmp_path: Path, method: str, kind: str
) -> None:
    KINDS[kind](slack, method)
    environment = environment_for(slack, sqlite_url)
    doctor = asyncio.create_task(kudos("doctor", home=tmp_path, **environment))
    ended = await patiently(doctor, slack, method, kind)
    assert ended.code == 1
    assert "Traceback" not in ended.out + ended.err
    assert sum(line.startswith("✗") for line in ended.out.splitlines()) == 1
    # Where one token can't be tried, the other one is.
    assert {"auth.test", "apps.connections.open"} <= {call.method for call in slack.calls}


async def test_the_doctor_asks_once_whose_the_token_is(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    """What answers the first time may be away the second time."""
    ended = await kudos("doctor", home=tmp_path, **environment_for(slack, sqlite_url))
    assert ended.code == 0, ended.out
    assert [call.method for call in slack.calls].count("auth.test") == 1


@pytest.mark.parametrize("kind", ["missing_scope", "internal_error", "ratelimited", "dropped"])
@pytest.mark.parametrize("step", [1, 2])
async def test_init_says_so_and_asks_again(
    slack: Sandbox, tmp_path: Path, step: int, kind: str
) -> None:
    method = "auth.test" if step == 1 else "apps.connections.open"
    terminal = await Terminal(tmp_path, slack).start()
    if step == 2:
        await terminal.types(slack.bot_token, PASTE)
    await terminal.sees(PASTE, step)
    KINDS[kind](slack, method)
    await terminal.types(slack.bot_token if step == 1 else slack.app_token, PASTE, step)
    told = "Slack does not accept it (" if kind == "missing_scope" else "Slack cannot be reached ("
    await terminal.sees(told)
    await terminal.presses(CTRL_C, PASTE, step + 1)
    assert await terminal.ends() == 2
    assert "Traceback" not in terminal.seen
