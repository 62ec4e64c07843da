"""A port that nothing can listen on: a sentence that names the setting, and exit code 2."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.programs import environment_for, kudos

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox import Sandbox


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        # Even a program that would share it: two at once would each get a part of what Slack sends.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def test_a_port_that_is_taken_is_told_with_its_setting(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    over_http = environment_for(slack, sqlite_url) | {
        "SLACK_APP_TOKEN": "",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    for setting in ("KUDOS_PORT", "KUDOS_HEALTH_PORT"):
        with taken_port() as port:
            ended = await kudos("start", home=tmp_path, **over_http, **{setting: str(port)})
        assert ended.code == 2
        assert ended.err.splitlines()[-1] == (
            f"127.0.0.1:{port} is taken by another program, perhaps by a Kudos that still runs. "
            f"Stop that one, or set {setting} to another port."
        )
        assert "Errno" not in ended.err


async def test_an_address_of_another_machine_is_told(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    elsewhere = environment_for(slack, sqlite_url) | {
        "KUDOS_HOST": "192.0.2.1",
        "KUDOS_HEALTH_PORT": "0",
    }
    ended = await kudos("start", home=tmp_path, **elsewhere)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == (
        "192.0.2.1 is no address of this machine. Set KUDOS_HOST to one, such as 127.0.0.1, or to "
        "0.0.0.0 for all of them."
    )


async def test_the_sandbox_says_so_too(tmp_path: Path) -> None:
    with taken_port() as port:
        ended = await kudos("sandbox", "--port", str(port), home=tmp_path)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == (
        "The port is taken by another program. Name another one with --port, or set KUDOS_PORT."
    )
