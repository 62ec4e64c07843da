"""From start to ready, and memory when idle.

The floor is Python that imports slack_bolt (its asynchronous app), SQLAlchemy and uvicorn, and says
so. Ready is when `/readyz` first answers with 200: the app listens, knows its workspace and has
felt its database. It is a start like most: the database has its tables, and people in it. It is
wall time, from before the process is made; CPU up to then stands beside it, because a busy machine
does not disturb that.

Memory is the fair share (Pss) after five seconds of nothing to do, of both at the same moment: what
several processes share counts to each of them in part, and both share the same libraries.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tests.bench import apps
from tests.bench.apps import ALL
from tests.bench.figures import compared
from tests.bench.lean_slack import BOT_TOKEN, SIGNING_SECRET
from tests.bench.plan import NAMES
from tests.bench.processes import (
    answers,
    cpu_seconds,
    free_port,
    memory_mib,
    of_product,
    running,
)

if TYPE_CHECKING:
    from tests.bench.figures import Figure
    from tests.bench.plan import Plan
    from tests.bench.processes import Program

LINE = "starting"
TIME_BAR, MEMORY_BAR = 1.5, 1.7
IDLE_SECONDS = 5.0
IMPORTS = (
    "import slack_bolt.async_app, sqlalchemy, uvicorn, time; "
    "print('imported', flush=True); time.sleep(3600)"
)
LOOK_EVERY_SECONDS = 0.01


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    took: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(apps.lean_slack(plan))
        address = await slack.line()
        url = await plan.new_database(database, "starting")
        async with AsyncExitStack() as first:
            await apps.http_app(plan, first, ALL, url, address)
            await apps.sent(url)
        plan.say(f"starting on {NAMES[database]}: {plan.rounds} rounds")
        environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{address}/{ALL}/api/",
            "DATABASE_URL": url,
            "KUDOS_HOME": str(plan.folder),
        }
        for number in range(plan.rounds + 1):
            measured = await _round(plan, environment, idle=number > 0)
            if number:  # the first is for the system's cache to fill
                for name, value in measured.items():
                    took.setdefault(name, []).append(value)
    on = NAMES[database]
    return [
        compared(
            LINE, f"{on}: start to ready", "ms", took["ready"], took["imported"], bar=TIME_BAR
        ),
        compared(LINE, "  CPU of it", "ms", took["ready CPU"], took["imported CPU"]),
        compared(
            LINE,
            f"{on}: idle memory",
            "MiB",
            took["memory"],
            took["imports' memory"],
            bar=MEMORY_BAR,
        ),
        compared(LINE, "  all that is mapped (Rss)", "MiB", took["rss"], took["imports' rss"]),
    ]


async def _round(plan: Plan, environment: dict[str, str], *, idle: bool) -> dict[str, float]:
    """Start the floor and then the app, and look at both when both have nothing to do."""
    async with AsyncExitStack() as stack:
        began = time.perf_counter()
        floor = await stack.enter_async_context(running(plan.tree, plan.folder, ("-c", IMPORTS)))
        await floor.line()
        imported, imported_cpu = time.perf_counter() - began, cpu_seconds(floor.pid)
        port = free_port()
        began = time.perf_counter()
        starting = running(
            plan.tree, plan.folder, of_product("bot", "start"), **environment, KUDOS_PORT=str(port)
        )
        app: Program = await stack.enter_async_context(starting)
        await answers(f"http://127.0.0.1:{port}/readyz", app, pause_seconds=LOOK_EVERY_SECONDS)
        ready, ready_cpu = time.perf_counter() - began, cpu_seconds(app.pid)
        if idle:
            await asyncio.sleep(IDLE_SECONDS)
        memory, floors_memory = memory_mib(app.pid), memory_mib(floor.pid)
    return {
        "imported": 1000 * imported,
        "imported CPU": 1000 * imported_cpu,
        "ready": 1000 * ready,
        "ready CPU": 1000 * ready_cpu,
        "memory": memory["Pss"],
        "imports' memory": floors_memory["Pss"],
        "rss": memory["Rss"],
        "imports' rss": floors_memory["Rss"],
    }
