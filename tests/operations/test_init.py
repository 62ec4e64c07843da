"""`kudos init`, at a terminal of its own: the real process, and a workspace that checks tokens."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import stat
import termios
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from bot.operations.init_env import env_with, link_with
from tests import preloaded
from tests.conftest import MANIFEST, ROOT
from tests.operations.test_transfer import files_in
from tests.patience import WAIT_SECONDS
from tests.programs import kudos

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox

PASTE = "Paste it here"
CTRL_C, CTRL_D = b"\x03", b"\x04"


class Terminal:
    """Somebody at a keyboard, and what they see."""

    def __init__(self, folder: Path, slack: Sandbox, **environment: str) -> None:
        self.folder = folder
        self.seen = ""
        self._environment = {
            "KUDOS_HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "SLACK_API_URL": slack.api_url,
        } | environment

    async def start(self) -> Terminal:
        loop = asyncio.get_running_loop()
        self._ours, theirs = pty.openpty()
        loop.add_reader(self._ours, self._read)
        self._program = preloaded.fork_server().start(
            "bot",
            ["init"],
            cwd=self.folder,
            env=self._environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        return self

    def _read(self) -> None:
        try:
            self.seen += os.read(self._ours, 65_536).decode(errors="replace")
        except OSError:  # the other end is closed
            asyncio.get_running_loop().remove_reader(self._ours)

    async def sees(self, text: str, times: int = 1) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while self.seen.count(text) < times:  # noqa: ASYNC110 - a terminal tells nobody
                await asyncio.sleep(0.02)

    async def types(self, text: str, after: str, times: int = 1) -> None:
        """Type once the question is there and the terminal hides what is typed, if it will."""
        await self.sees(after, times)
        if after == PASTE:
            async with asyncio.timeout(WAIT_SECONDS):
                while termios.tcgetattr(self._ours)[3] & termios.ECHO:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        os.write(self._ours, text.encode() + b"\n")

    async def presses(self, keys: bytes, after: str, times: int = 1) -> None:
        await self.sees(after, times)
        await asyncio.sleep(0.1)
        os.write(self._ours, keys)

    async def ends(self) -> int:
        code = await asyncio.to_thread(self._program.wait, WAIT_SECONDS)
        await asyncio.sleep(0.05)
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        return code


async def test_five_minutes_from_nothing_to_a_file_with_which_kudos_starts(
    slack: Sandbox, tmp_path: Path
) -> None:
    terminal = await Terminal(tmp_path, slack).start()
    await terminal.types(slack.bot_token, PASTE)
    await terminal.types(slack.app_token, PASTE, 2)
    assert await terminal.ends() == 0, terminal.seen
    assert "It works in the workspace Analytical Engines." in terminal.seen
    assert "Next: kudos start" in terminal.seen
    file = tmp_path / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    values = dotenv_values(file)
    assert values["SLACK_BOT_TOKEN"] == slack.bot_token
    assert values["SLACK_APP_TOKEN"] == slack.app_token
    Fernet(values["KUDOS_SECRET_KEY"] or "")
    for secret in values.values():
        assert secret is not None
        assert secret not in terminal.seen
    assert files_in(tmp_path) == [".env"]
    ended = await kudos("doctor", home=tmp_path, SLACK_API_URL=slack.api_url)
    assert "The bot token works in the workspace Analytical Engines." in ended.out
    assert "The app-level token opens Socket Mode connections." in ended.out


async def test_the_manifest_is_printed_and_stands_in_the_link(
    slack: Sandbox, tmp_path: Path
) -> None:
    terminal = await Terminal(tmp_path, slack).start()
    await terminal.presses(CTRL_C, PASTE)
    assert await terminal.ends() == 2
    seen = terminal.seen.replace("\r\n", "\n")
    assert (ROOT / "manifest.yml").read_text("utf-8") in seen
    [link] = re.findall(r"https://api\.slack\.com/apps\?new_app=1&manifest_yaml=\S+", seen)
    asked = parse_qs(urlsplit(link).query)
    assert asked["new_app"] == ["1"]
    assert yaml.safe_load(asked["manifest_yaml"][0]) == MANIFEST


def test_a_manifest_that_is_too_long_for_a_link_is_only_printed() -> None:
    assert link_with(MANIFEST | {"more": "x" * 8_000}) is None


async def test_what_slack_does_not_take_is_said_and_asked_for_again(
    slack: Sandbox, tmp_path: Path
) -> None:
    terminal = await Terminal(tmp_path, slack).start()
    tries = {
        "": "Nothing was pasted.",
        slack.app_token: "That is another kind of token: this one begins with xoxb-.",
        "xoxb-planted": "Slack does not accept it (invalid_auth).",
        "xoxb-two words": "That is another kind of token",
    }
    for number, (typed, told) in enumerate(tries.items(), start=1):
        await terminal.types(typed, PASTE, number)
        await terminal.sees(told)
    await terminal.types(f"  {slack.bot_token}  ", PASTE, 5)
    await terminal.types("xapp-planted", PASTE, 6)
    await terminal.types(slack.app_token, PASTE, 7)
    assert await terminal.ends() == 0, terminal.seen
    assert "planted" not in terminal.seen
    assert dotenv_values(tmp_path / ".env")["SLACK_BOT_TOKEN"] == slack.bot_token


async def test_when_slack_cannot_be_reached_it_says_so(slack: Sandbox, tmp_path: Path) -> None:
    terminal = await Terminal(tmp_path, slack, SLACK_API_URL="http://127.0.0.1:9/").start()
    await terminal.types(slack.bot_token, PASTE)
    await terminal.sees("Slack cannot be reached (")
    await terminal.presses(CTRL_C, PASTE, 2)
    assert await terminal.ends() == 2


async def test_another_file_keeps_all_its_other_lines(slack: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    key = Fernet.generate_key().decode()
    file.write_text(
        "# mine\nKUDOS_PORT=4000\nexport SLACK_BOT_TOKEN='xoxb-old'\n\n"
        f'KUDOS_SECRET_KEY={key}\nOTHER="two\nlines"',
        "utf-8",
    )
    terminal = await Terminal(tmp_path, slack).start()
    await terminal.types("y", "[y/N]")
    await terminal.types(slack.bot_token, PASTE)
    await terminal.types(slack.app_token, PASTE, 2)
    assert await terminal.ends() == 0, terminal.seen
    assert file.read_text("utf-8") == (
        f"# mine\nKUDOS_PORT=4000\nSLACK_BOT_TOKEN={slack.bot_token}\n\n"
        f'KUDOS_SECRET_KEY={key}\nOTHER="two\nlines"\nSLACK_APP_TOKEN={slack.app_token}\n'
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("answer", ["n", "", "yes please", "N"])
async def test_another_file_is_left_alone_without_a_yes(
    slack: Sandbox, tmp_path: Path, answer: str
) -> None:
    file = tmp_path / ".env"
    file.write_text("KUDOS_PORT=4000\n", "utf-8")
    terminal = await Terminal(tmp_path, slack).start()
    await terminal.types(answer, "[y/N]")
    assert await terminal.ends() == 1
    assert f"{file} was left as it is." in terminal.seen
    assert file.read_text("utf-8") == "KUDOS_PORT=4000\n"


@pytest.mark.parametrize("keys", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("step", [1, 2])
async def test_whoever_stops_leaves_nothing_behind(
    slack: Sandbox, tmp_path: Path, keys: bytes, step: int
) -> None:
    terminal = await Terminal(tmp_path, slack).start()
    if step == 2:
        await terminal.types(slack.bot_token, PASTE)
    await terminal.presses(keys, PASTE, step)
    assert await terminal.ends() == 2
    assert "Stopped. Nothing was written." in terminal.seen
    assert "Traceback" not in terminal.seen
    assert files_in(tmp_path) == []


async def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    ended = await kudos("init", home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("`kudos init` asks for tokens without showing them")
    assert len(ended.err.strip().splitlines()) == 1
    assert files_in(tmp_path) == []


async def test_a_setting_in_the_environment_that_goes_before_is_told(
    slack: Sandbox, tmp_path: Path
) -> None:
    terminal = await Terminal(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-of-the-shell").start()
    await terminal.types(slack.bot_token, PASTE)
    await terminal.types(slack.app_token, PASTE, 2)
    assert await terminal.ends() == 0
    assert "SLACK_BOT_TOKEN is also set in the environment" in terminal.seen
    assert "xoxb-of-the-shell" not in terminal.seen


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A=1\n"),
        ("A=0", "A=1\n"),
        ("A=0\nB=2\nA=3\n", "A=1\nB=2\n"),
        ("# A=0\n", "# A=0\nA=1\n"),
        ("A=\n", "A=1\n"),
        ("not a line at all\nA = 0 # why\n", "not a line at all\nA=1\n"),
        ("B='unclosed\n", "B='unclosed\nA=1\n"),
    ],
)
def test_lines_are_put_in_their_places(before: str, after: str) -> None:
    assert env_with(before, {"A": "1"}) == after
