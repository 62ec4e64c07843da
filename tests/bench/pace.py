"""How long people wait at 100 kudos a second for a minute, with everything that follows them.

The app is started as `kudos start` does it and delivers what it is given meanwhile. The load comes
from a process of its own and does not wait for answers: each command is sent when its time has
come, and what it took is counted from that time. Beside it stands how far delivery had come at the
end of the minute. An answer such as "this is still being saved" comes in time and is yet none that
one wants; none may be among them.
"""

from __future__ import annotations

import json
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tests.bench import apps
from tests.bench.apps import ALL
from tests.bench.databases import NOT_SENT, asked
from tests.bench.figures import alone, percentile
from tests.bench.load import at_once
from tests.bench.plan import NAMES
from tests.bench.processes import FailedError, of_bench, run

if TYPE_CHECKING:
    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

LINE = "pace"
PER_SECOND, SECONDS, ROUNDS = 100, 60, 3
P99_BAR_MS, LONGEST_BAR_MS = 150.0, 3000.0


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    rounds = 1 if plan.is_quick else min(plan.rounds, ROUNDS)
    seconds = plan.some(SECONDS)
    told = f"{PER_SECOND} kudos a second for {seconds} s"
    took: list[list[float]] = []
    not_taken: list[float] = []
    late_seconds: list[float] = []
    left: list[float] = []
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(apps.lean_slack(plan))
        address = await slack.line()
        url = await plan.new_database(database, "pace")
        target = await apps.http_app(plan, stack, ALL, url, address)
        await at_once(target, 200, 8)
        words = of_bench(
            *(plan.tree, "load", target.address, target.response_url),
            *(str(PER_SECOND), str(seconds)),
        )
        for number in range(rounds):
            plan.say(f"{told}, {NAMES[database]}: {number + 1} of {rounds}")
            await apps.sent(url)
            told_by_load = json.loads(await run(plan.tree, plan.folder, words))
            took.append(told_by_load["took_ms"])
            not_taken.append(float(told_by_load["not_taken"]))
            ended = time.perf_counter()
            left.append(float(asked(url, NOT_SENT)[0][0]))
            await apps.sent(url)
            late_seconds.append(time.perf_counter() - ended)
        stored = asked(url, "SELECT count(*) FROM kudos")[0][0]
    acknowledged = target.taken + target.late + sum(len(each) for each in took) - sum(not_taken)
    if stored < acknowledged:
        raise FailedError(f"{acknowledged} were acknowledged, {stored} are stored")
    on = f"{NAMES[database]}, {told}"
    p99 = [percentile(each, 99) for each in took]
    p50 = [percentile(each, 50) for each in took]
    longest = [max(each) for each in took]
    return [
        alone(LINE, f"{on}: p99", "ms", p99, bar=P99_BAR_MS),
        alone(LINE, "  the longest", "ms", [max(longest)], bar=LONGEST_BAR_MS),
        alone(LINE, "  answered otherwise than with thanks", "", [sum(not_taken)], bar=0),
        alone(LINE, "  p50", "ms", p50),
        alone(LINE, "  messages not sent yet at the end", "", left),
        alone(LINE, "  sent so much later", "s", late_seconds),
    ]
