"""`/kudos` over HTTP: CPU up to the acknowledgement, and how long one waits for it.

The floor is a bare Starlette handler that checks the signature, parses and commits one row, on
the same disk or server, served by the same uvicorn with uvloop and httptools.

**Up to the acknowledgement** means that what follows it is not in the figure: the messages that a
kudos leads to, and Home tabs that are drawn again. CPU cannot be told apart by moments, since both
go on at once in one process; so the app that is measured has its delivery not started and no Home
redrawn (`until_acknowledged.py`), and all else as always. What is to be delivered is written into
the outbox with each kudos, as always, and stays there; that nothing was sent is checked afterwards
with Slack. A second app is started as `kudos start` does it, and measured until its outbox is
empty: that line is "with its messages". Then everybody in its workspace has opened their Home, so
that it is drawn again for who gives and who receives, and it is measured until no Home is published
any more: "with its messages and two Homes" has everything in it. All log as they do by default.

CPU is user and system time of the app's processes. Of Postgres the server's own CPU is shown apart,
and is in no ratio. Rounds of floor and app take turns, in an order that changes; the ratio is the
median of the rounds' ratios. On a machine with too much else to do, some answers say that a kudos
is still being saved: a round is over when all of them are stored.

**One at a time** each target gets one command after the other in turns, so that nobody waits for
anybody else. It is compared with the handler that also commits a row, and with the one that stores
nothing: there the disk's (or the server's) own time for a commit is in the ratio.
"""

from __future__ import annotations

import statistics
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.bench import apps
from tests.bench.apps import ALL, APP, BARE, FLOOR
from tests.bench.databases import asked
from tests.bench.figures import alone, compared
from tests.bench.load import Measured, at_once, in_turns
from tests.bench.plan import NAMES
from tests.bench.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.figures import Figure
    from tests.bench.load import Target
    from tests.bench.plan import Plan

LINE = "giving"
SENDERS = 32
AT_ONCE, ONE_BY_ONE, WARM_UP = 800, 150, 200  # commands a round
CPU_BARS = {"sqlite": (2.0, 1.5), "postgres": (2.5, 2.0)}
LATENCY_BAR = 2.5

Rounds = dict[str, list[Measured]]


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(apps.lean_slack(plan))
        address = await slack.line()
        urls = {name: await plan.new_database(database, name) for name in (APP, ALL)}
        url_of_floor = apps.floor_url(plan, database, FLOOR)
        targets: dict[str, Target] = {
            BARE: await apps.floor(plan, stack, BARE),
            FLOOR: await apps.floor(plan, stack, FLOOR, url_of_floor),
        }
        for name, url in urls.items():
            targets[name] = await apps.http_app(plan, stack, name, url, address)
        plan.say(f"/kudos over HTTP, {NAMES[database]}: {plan.rounds} rounds")
        crowd, server_ms = await crowded(plan, database, targets, urls)
        homes = await _with_homes(plan, targets, urls[ALL], address)
        single: Rounds = {}
        for number in range(plan.rounds):
            turn = [targets[name] for name in (BARE, FLOOR, APP)]
            measured = await in_turns(turn[:: -1 if number % 2 else 1], plan.some(ONE_BY_ONE))
            for name, each in measured.items():
                single.setdefault(name, []).append(each)
        apps.check_nothing_followed(await apps.calls_of(address))
        await apps.stored(urls[APP], targets[APP])
    bar, aim = CPU_BARS[database]
    return [
        *cpu_figures(LINE, database, crowd, server_ms, bar=bar, aim=aim),
        compared(LINE, "  with its messages and two Homes", "ms", homes[ALL], homes[FLOOR]),
        *_latency_figures(database, single),
    ]


async def _with_homes(
    plan: Plan, targets: Mapping[str, Target], url_of_all: str, slack_address: str
) -> dict[str, list[float]]:
    """Return the CPU of a request to the floor, and of one to the app where Homes are open."""
    opened = "UPDATE members SET home_opened_at = first_seen_at"
    asked(url_of_all, opened)
    requests, found = plan.some(AT_ONCE), {FLOOR: list[float](), ALL: list[float]()}
    for _ in range(plan.rounds):
        found[FLOOR].append((await at_once(targets[FLOOR], requests, SENDERS)).cpu_ms)
        before = cpu_seconds(targets[ALL].pid)
        await at_once(targets[ALL], requests, SENDERS)
        await apps.sent(url_of_all)
        await apps.homes_published(slack_address)
        found[ALL].append(1000 * (cpu_seconds(targets[ALL].pid) - before) / requests)
    return found


async def crowded(
    plan: Plan, database: str, targets: Mapping[str, Target], urls: Mapping[str, str]
) -> tuple[Rounds, list[float]]:
    """Return what many at once take of each, and what the database server takes for it."""
    for target in targets.values():
        await at_once(target, WARM_UP, SENDERS // 4)
    await apps.sent(urls[ALL])
    rounds: Rounds = {}
    server_ms: list[float] = []
    requests = plan.some(AT_ONCE)
    for number in range(plan.rounds):
        for name in (FLOOR, APP, ALL)[:: -1 if number % 2 else 1]:
            target = targets[name]
            server = plan.postgres.pid if database == "postgres" else None
            before = cpu_seconds(target.pid), 0.0 if server is None else cpu_seconds(server)
            measured = await at_once(target, requests, SENDERS)
            if name != FLOOR:
                await apps.stored(urls[name], target)
            if name == APP and server is not None:
                server_ms.append(1000 * (cpu_seconds(server) - before[1]) / requests)
            if name == ALL:
                await apps.sent(urls[ALL])
            cpu_ms = 1000 * (cpu_seconds(target.pid) - before[0]) / requests
            rounds.setdefault(name, []).append(replace(measured, cpu_ms=cpu_ms))
    return rounds, server_ms


def cpu_figures(
    line: str,
    database: str,
    rounds: Rounds,
    server_ms: list[float],
    *,
    bar: float,
    aim: float | None = None,
) -> list[Figure]:
    """Return what many at once took of CPU, and how many of them were acknowledged a second."""
    cpu = {name: [each.cpu_ms for each in measured] for name, measured in rounds.items()}
    what = f"{NAMES[database]}: CPU up to the acknowledgement, {SENDERS} at once"
    figures = [
        compared(line, what, "ms", cpu[APP], cpu[FLOOR], bar=bar, aim=aim),
        compared(line, "  with its messages", "ms", cpu[ALL], cpu[FLOOR]),
    ]
    if server_ms:
        figures.append(alone(line, "  CPU of the Postgres server for it", "ms", server_ms))
    for name, called in ((APP, "acknowledged"), (ALL, "acknowledged, with its messages")):
        pace = {each: [one.per_second for one in rounds[each]] for each in (name, FLOOR)}
        figures.append(compared(line, f"  {called}", "/s", pace[name], pace[FLOOR]))
    return figures


def _latency_figures(database: str, rounds: Rounds) -> list[Figure]:
    p50 = {
        name: [statistics.median(each.took_ms) for each in measured]
        for name, measured in rounds.items()
    }
    cpu = {name: [each.cpu_ms for each in measured] for name, measured in rounds.items()}
    what = f"{NAMES[database]}: acknowledged one at a time, p50"
    return [
        compared(LINE, what, "ms", p50[APP], p50[FLOOR], bar=LATENCY_BAR),
        compared(
            LINE,
            "  against a handler that stores nothing",
            "ms",
            p50[APP],
            p50[BARE],
            bar=LATENCY_BAR,
        ),
        compared(LINE, "  CPU of it", "ms", cpu[APP], cpu[FLOOR]),
    ]
