"""`/kudos` over Socket Mode: CPU up to the acknowledgement.

The floor is a bare aiohttp WebSocket client that parses each envelope, commits one row and answers.
Slack's side of the connections is in the process that measures, a Slack of its own for each. What
"up to the acknowledgement" means, and how rounds take turns, is told in `giving.py`.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tests.bench import apps
from tests.bench.apps import ALL, APP, FLOOR
from tests.bench.giving import cpu_figures, crowded
from tests.bench.lean_slack import LeanSlack
from tests.bench.load import PEOPLE, SocketTarget
from tests.bench.plan import NAMES
from tests.bench.processes import holds, of_bench, running

if TYPE_CHECKING:
    from tests.bench.figures import Figure
    from tests.bench.load import Target
    from tests.bench.plan import Plan

LINE = "sockets"
BAR = 3.0


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        slacks = {name: LeanSlack(PEOPLE) for name in (FLOOR, APP, ALL)}
        for slack in slacks.values():
            await stack.enter_async_context(slack.serving())
        urls = {name: await plan.new_database(database, f"socket_{name}") for name in (APP, ALL)}
        address = slacks[FLOOR].address.replace("http", "ws", 1)
        url_of_floor = apps.floor_url(plan, database, "socket_floor")
        words = of_bench(plan.tree, "floor_socket", f"{address}/link/", url_of_floor)
        programs = {
            FLOOR: await stack.enter_async_context(running(plan.tree, plan.folder, words)),
            **{
                name: await apps.started(plan, stack, name, url, slacks[name].address)
                for name, url in urls.items()
            },
        }
        targets: dict[str, Target] = {}
        for name, slack in slacks.items():
            await holds(lambda slack=slack: slack.connections, "it is connected")  # type: ignore[misc]
            expects = "payload" if name == FLOOR else apps.TAKEN
            targets[name] = SocketTarget(name, programs[name].pid, slack, expects)
        for url in urls.values():
            await apps.settled(url)
        plan.say(f"/kudos over Socket Mode, {NAMES[database]}: {plan.rounds} rounds")
        rounds, server_ms = await crowded(plan, database, targets, urls)
        apps.check_nothing_followed(slacks[APP].calls)
    return cpu_figures(LINE, database, rounds, server_ms, bar=BAR)
