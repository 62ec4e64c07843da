"""What is printed gets nowhere: the work goes on, and a command's exit code stays true."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.clock import machine_clock
from bot.services.giving.kudos import give
from storage.engine.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.installing import free_port
from tests.operations.rows import contents
from tests.operations.test_importing import table
from tests.patience import WAIT_SECONDS
from tests.programs import environment_for, kudos
from tests.rows import Failures, each_row
from tests.storage.conftest import PEOPLE, Team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox import Sandbox

FULL = "/dev/full"
GONE = {
    "full": ">/dev/full 2>/dev/full",
    "closed": ">&- 2>&-",
    "all closed": "<&- >&- 2>&-",
    "nobody reads it": "",
}


@asynccontextmanager
async def command(
    words: str, redirected: str, home: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Starts a command as a shell does; its output goes to nobody, unless it is redirected."""
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", f"exec {sys.executable} -m bot {words} {redirected}"),
        cwd=home,
        env={"PYTHONPATH": str(ROOT), "KUDOS_HOME": str(home), "LANG": "C.UTF-8"} | environment,
        stdout=writing,
        stderr=writing,
    )
    os.close(writing)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def code_of(words: str, redirected: str, home: Path, **environment: str) -> int:
    async with command(words, redirected, home, **environment) as process:
        return await asyncio.wait_for(process.wait(), WAIT_SECONDS)


async def answers(port: int, process: asyncio.subprocess.Process) -> None:
    """Waits until the app is ready."""
    async with asyncio.timeout(WAIT_SECONDS), aiohttp.ClientSession() as session:
        while True:
            assert process.returncode is None, f"it ended with {process.returncode}"
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("gone", GONE)
async def test_kudos_goes_on_where_nothing_can_be_printed(
    slack: Sandbox, sqlite_url: str, tmp_path: Path, gone: str
) -> None:
    port = free_port()
    environment = environment_for(slack, sqlite_url) | {"KUDOS_HEALTH_PORT": str(port)}
    async with command("start", GONE[gone], tmp_path, **environment) as process:
        await answers(port, process)
        ada = slack.person("ada")
        reply = await ada.types("/kudos @bo for the calm release", in_channel="general")
        assert reply.is_ephemeral
        assert "left to give" in reply.text
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WAIT_SECONDS) == 0


@each_row("redirected", [*GONE.values(), "2>/dev/full"])
async def test_what_cannot_start_ends_with_2_where_nobody_can_be_told(
    tmp_path: Path, redirected: str
) -> None:
    assert await code_of("start", redirected, tmp_path) == 2


async def test_what_is_typed_wrong_ends_with_2_where_nobody_can_be_told(tmp_path: Path) -> None:
    assert await code_of("start --no-such-option", "2>/dev/full", tmp_path) == 2


async def test_work_that_is_done_is_not_told_as_refused_where_its_result_cannot_be_printed(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = SqliteStore(sqlite_url, machine_clock)
    team = await Team(store).founded()
    await store.close()
    table(tmp_path, ("U0ADA", "U0BO", "1", "thanks", "2025-03-04", ""))
    whole = f"--team {team.team_id}"
    rows = {  # what is typed, and what is told of it however it was printed
        "backup copy.db": "copy.db has the whole database",
        "restore copy.db --force": "What was there before is ",
        f"import-history heytaco history.csv {whole} --keep-unknown": "This is import ",
        f"erase {whole} --user {PEOPLE[0]} --sure": f"{PEOPLE[0]} is erased",
        f"erase {whole} --user {PEOPLE[1]} --sure --json": '"is_erased": true',
        f"delete {whole} --sure": f"Everything of {team.team_id} is deleted",
    }
    failures = Failures()
    for words, told in rows.items():
        with failures.of(words):
            ended = await kudos(*words.split(), home=tmp_path, into=FULL, DATABASE_URL=sqlite_url)
            assert told in ended.err
            assert "The work is done, but what it came to could not be printed" in ended.err
            assert "(No space left on device)" in ended.err
            assert ended.code == 1
    failures.are_told(len(rows))
    assert not contents(sqlite_url)["members"]


@each_row("words", ["manifest", "secret-key"])
async def test_what_a_command_was_asked_for_is_not_lost_in_silence(
    tmp_path: Path, words: str
) -> None:
    assert await code_of(words, ">/dev/null 2>&1", tmp_path) == 0
    assert await code_of(words, ">/dev/full 2>said", tmp_path) == 2
    assert (tmp_path / "said").read_text("utf-8").startswith("Standard output did not take what")


@each_row(
    "words",
    [
        "import-history '{}.csv' --team T1",
        "backup '{}.db'",
        "erase --team T1 --user '{}' --sure",
        "--env-file '{}' doctor",
    ],
)
async def test_bytes_that_are_no_text_are_refused_in_one_sentence(
    sqlite_url: str, tmp_path: Path, words: str
) -> None:
    typed = words.format("u\udcff")
    assert await code_of(typed, "2>said", tmp_path, DATABASE_URL=sqlite_url) == 2
    [said] = (tmp_path / "said").read_text("utf-8").splitlines()
    assert said.startswith("“u\\xff")
    assert said.endswith("has bytes that are no UTF-8. Mind the spelling; a file must be renamed.")


async def test_an_export_is_utf_8_in_every_locale_and_not_written_to_nowhere(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = SqliteStore(sqlite_url, machine_clock)
    team = await Team(store).founded()
    await store.write(give, replace(team.gift(), reason="für die vielen 🌮"))
    await store.close()
    latin = {"PYTHONIOENCODING": "latin-1", "DATABASE_URL": sqlite_url}
    assert await code_of("export", ">all 2>said", tmp_path, **latin) == 0
    assert "für die vielen 🌮" in (tmp_path / "all").read_text("utf-8")
    for words in ("export --format csv", "export --what all"):
        assert await code_of(words, ">&- 2>said", tmp_path, DATABASE_URL=sqlite_url) == 2
        said = (tmp_path / "said").read_text("utf-8").splitlines()
        assert said[1:] == ["Standard output did not take what this prints: Bad file descriptor."]
    latin |= {"PYTHONIOENCODING": "ascii"}
    assert await code_of("backup kopie-ü🌮.db", ">all", tmp_path, **latin) == 0
    assert (tmp_path / "all").read_text("ascii").startswith("kopie-\\xfc\\U0001f32e.db has the")
    assert await code_of("backup ü🌮.db --json", ">all", tmp_path, **latin) == 0
    assert json.loads((tmp_path / "all").read_text("ascii"))["file"] == "ü🌮.db"
