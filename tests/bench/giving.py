"""`/kudos` over HTTP: CPU up to the acknowledgement, and how long one waits for it.

The floor is a bare Starlette handler that checks the signature, parses and commits one row, on
the same disk or server, served by the same uvicorn with uvloop and httptools.

**Up to the acknowledgement** means that what follows it is not in the figure: the messages that a
kudos leads to, and Home tabs that are drawn again. CPU cannot be told apart by moments, since both
go on at once in one process; so the app that is measured has its delivery not started and no Home
redrawn (`until_acknowledged.py`), and all else as always. What is to be delivered is written into
the outbox with each kudos, as always, and stays there; that nothing was sent is checked afterwards
with Slack. A second app is started as `kudos start` does it, and measured until its outbox is
empty: that line, "with all that follows", has everything in it. Both log as they do by default.

CPU is user and system time of the app's processes. Of Postgres the server's own CPU is shown apart,
and is in no ratio. Rounds of floor and app take turns, in an order that changes; the ratio is the
median of the rounds' ratios.

**One at a time** each target gets one command after the other in turns, so that nobody waits for
anybody else. It is compared with the handler that also commits a row, and with the one that stores
nothing: there the disk's (or the server's) own time for a commit is in the ratio.
"""

from __future__ import annotations

import asyncio
import json
import statistics
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING

import aiohttp

from tests.bench.databases import NOT_SENT, asked
from tests.bench.figures import Figure, alone, compared
from tests.bench.lean_slack import BOT_TOKEN, SIGNING_SECRET
from tests.bench.load import PEOPLE, Measured, Target, at_once, in_turns
from tests.bench.plan import NAMES
from tests.bench.processes import (
    FailedError,
    Program,
    answers,
    cpu_seconds,
    free_port,
    holds,
    of_bench,
    of_product,
    running,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.plan import Plan

LINE = "giving"
SENDERS = 32
AT_ONCE, ONE_BY_ONE, WARM_UP = 800, 150, 200  # commands a round
CPU_BARS = {"sqlite": (2.0, 1.5), "postgres": (2.5, 2.0)}
LATENCY_BAR = 2.5
BARE, FLOOR, APP, ALL = "bare", "floor", "until_acknowledged", "everything"

Rounds = dict[str, list[Measured]]


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(lean_slack(plan.folder, plan.tree))
        address = await slack.line()
        targets = {
            name: await stack.enter_async_context(await _floor(plan, stack, database, name))
            for name in (BARE, FLOOR)
        }
        urls = {name: await plan.new_database(database, name) for name in (APP, ALL)}
        words = {APP: of_bench(plan.tree, "until_acknowledged"), ALL: of_product("bot", "start")}
        for name, url in urls.items():
            program, port = await app(plan, stack, url, f"{address}/{name}", words[name])
            target = Target(
                name,
                f"http://127.0.0.1:{port}/slack/events",
                SIGNING_SECRET,
                f"{address}/{name}/response/none",
                program.pid,
                "You thanked",
            )
            targets[name] = await stack.enter_async_context(target)
        plan.say(f"/kudos over HTTP, {NAMES[database]}: {plan.rounds} rounds")
        for target in targets.values():
            await at_once(target, WARM_UP, SENDERS)
        await _sent(urls[ALL])
        crowd, server_ms = await _crowd(plan, database, targets, urls[ALL])
        single: Rounds = {}
        for number in range(plan.rounds):
            turn = [targets[name] for name in (BARE, FLOOR, APP)]
            measured = await in_turns(turn[:: -1 if number % 2 else 1], plan.some(ONE_BY_ONE))
            for name, each in measured.items():
                single.setdefault(name, []).append(each)
        await _check_nothing_followed(address)
        _check_stored(urls[APP], targets[APP])
    return [*_cpu_figures(database, crowd, server_ms), *_latency_figures(database, single)]


def lean_slack(folder: Path, tree: Path, *words: str) -> AbstractAsyncContextManager[Program]:
    """Return the Slack of a line, which prints its address first."""
    return running(tree, folder, of_bench(tree, "lean_slack", "--people", str(PEOPLE), *words))


async def _crowd(
    plan: Plan, database: str, targets: dict[str, Target], url_of_all: str
) -> tuple[Rounds, list[float]]:
    """Return what many at once take of each, and what the database server takes for it."""
    rounds: Rounds = {}
    server_ms: list[float] = []
    requests = plan.some(AT_ONCE)
    for number in range(plan.rounds):
        for name in (FLOOR, APP, ALL)[:: -1 if number % 2 else 1]:
            target = targets[name]
            server = plan.postgres.pid if database == "postgres" else None
            before = cpu_seconds(target.pid), 0.0 if server is None else cpu_seconds(server)
            measured = await at_once(target, requests, SENDERS)
            if name == APP and server is not None:
                server_ms.append(1000 * (cpu_seconds(server) - before[1]) / requests)
            if name == ALL:
                await _sent(url_of_all)
                cpu_ms = 1000 * (cpu_seconds(target.pid) - before[0]) / requests
                measured = Measured(measured.per_second, measured.took_ms, cpu_ms)
            rounds.setdefault(name, []).append(measured)
    return rounds, server_ms


def _cpu_figures(database: str, rounds: Rounds, server_ms: list[float]) -> list[Figure]:
    bar, aim = CPU_BARS[database]
    on = NAMES[database]
    cpu = {name: [each.cpu_ms for each in measured] for name, measured in rounds.items()}
    what = f"{on}: CPU up to the acknowledgement, {SENDERS} at once"
    figures = [
        compared(LINE, what, "ms", cpu[APP], cpu[FLOOR], bar=bar, aim=aim),
        compared(LINE, "  with all that follows it", "ms", cpu[ALL], cpu[FLOOR]),
    ]
    if server_ms:
        figures.append(alone(LINE, "  CPU of the Postgres server for it", "ms", server_ms))
    for name, called in ((FLOOR, "the floor"), (APP, "Kudos"), (ALL, "with all that follows")):
        per_second = [each.per_second for each in rounds[name]]
        figures.append(alone(LINE, f"  acknowledged: {called}", "/s", per_second))
    return figures


def _latency_figures(database: str, rounds: Rounds) -> list[Figure]:
    on = NAMES[database]
    p50 = {
        name: [statistics.median(each.took_ms) for each in measured]
        for name, measured in rounds.items()
    }
    cpu = {name: [each.cpu_ms for each in measured] for name, measured in rounds.items()}
    what = f"{on}: acknowledged one at a time, p50"
    return [
        compared(LINE, what, "ms", p50[APP], p50[FLOOR], bar=LATENCY_BAR),
        compared(LINE, "  against a handler that stores nothing", "ms", p50[APP], p50[BARE]),
        compared(LINE, "  CPU of it", "ms", cpu[APP], cpu[FLOOR]),
    ]


async def _floor(plan: Plan, stack: AsyncExitStack, database: str, name: str) -> Target:
    url = "none"
    if name == FLOOR:
        is_file = database == "sqlite"
        url = f"sqlite:///{plan.folder}/floor.db" if is_file else plan.postgres.database()
    port = free_port()
    words = of_bench(plan.tree, "floor", SIGNING_SECRET, str(port), url)
    program = await stack.enter_async_context(running(plan.tree, plan.folder, words))
    await answers(f"http://127.0.0.1:{port}/healthz", program)
    address = f"http://127.0.0.1:{port}/slack/events"
    return Target(name, address, SIGNING_SECRET, "http://127.0.0.1/none", program.pid, "{}")


async def app(
    plan: Plan,
    stack: AsyncExitStack,
    database_url: str,
    slack_address: str,
    words: Sequence[str],
    **environment: str,
) -> tuple[Program, int]:
    """Start the app; return it and its port once everybody is met and nothing is to be sent."""
    port = free_port()
    given = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack_address}/api/",
        "DATABASE_URL": database_url,
        "KUDOS_HOME": str(plan.folder),
        "KUDOS_PORT": str(port),
    }
    starting = running(plan.tree, plan.folder, words, **(given | environment))
    program = await stack.enter_async_context(starting)
    if "KUDOS_HEALTH_PORT" not in environment and "SLACK_APP_TOKEN" not in environment:
        await answers(f"http://127.0.0.1:{port}/healthz", program)
    await _met_everybody(database_url)
    settings = json.dumps({"allowance": 10_000})  # so that more rounds do not end in refusals
    asked(database_url, f"UPDATE workspaces SET settings = '{settings}'")  # noqa: S608 - our own
    await asyncio.sleep(1.5)  # settings are kept for a second
    return program, port


async def _met_everybody(url: str) -> None:
    def is_everybody() -> bool:
        return bool(asked(url, "SELECT count(*) FROM members")[0][0] >= PEOPLE)

    await holds(is_everybody, "everybody is met")


async def _sent(url: str) -> None:
    """Return once the outbox is empty."""
    await holds(lambda: not asked(url, NOT_SENT)[0][0], "the outbox is empty")


async def _check_nothing_followed(address: str) -> None:
    """Raise if the app that is measured up to the acknowledgement has sent anything after all."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/calls") as response:
        calls = (await response.json(content_type=None))["calls"]
    signs = ("chat.", "views.", "response/")
    sent = [path for path in calls if path.startswith(f"/{APP}/") and any(s in path for s in signs)]
    if sent:
        raise FailedError(f"not only up to the acknowledgement was measured: {sent}")


def _check_stored(url: str, target: Target) -> None:
    """Raise unless every command that was acknowledged is stored as a kudos."""
    stored, taken = asked(url, "SELECT count(*) FROM kudos")[0][0], next(target.numbers)
    if stored != taken:
        raise FailedError(f"{taken} were acknowledged, {stored} are stored")
