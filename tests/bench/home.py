"""What the Home tab shows, read in a long history, against five look-ups by primary key.

The whole of what the tab needs is one question to the store (`view_home`), and so are the five
look-ups: the person, the workspace, the balance, this week's totals and the allowance, two plain
columns of each at most. People of a workspace of 4,000 and of one of 160 are looked at in turns.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

from bot.domain.home import HomeList, Shown, ViewHome
from bot.services.home.home import view_home
from tests.bench.figures import compared
from tests.bench.histories import Histories
from tests.bench.plan import NAMES
from tests.bench.processes import of_bench, run
from tests.bench.reading import (
    Case,
    Database,
    closed,
    look_up_five,
    timed,
    timed_cold,
    timed_in_driver,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

LINE = "home"
BAR, FLAT_BAR = 3.0, 1.5
TEAMS = {"TBIG000000": 4_000, "T000000007": 160}
CALLS, COLD_TIMES = 40, 11


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    histories = Histories(plan, database, LINE)
    try:
        urls = await histories.urls()
        plan.say(f"Home on {NAMES[database]}: {plan.rounds} rounds")
        words = of_bench(plan.tree, "home", str(plan.rounds), *urls.values())
        took = json.loads(await run(plan.tree, plan.folder, words))
    finally:
        histories.stop()
    return [*_figures(database, plan.sizes, took), *histories.figures]


def _figures(database: str, sizes: Sequence[int], took: dict[str, Any]) -> list[Figure]:
    figures = []
    for name, each in took["warm"].items():
        on = f"{NAMES[database]}, {sizes[-1]:,} kudos, {name}"
        ours, floor = each["ours"], each["floor"]
        figures.append(compared(LINE, on, "us", ours[-1], floor[-1], bar=BAR))
        if len(sizes) > 1:
            told = f"  against {sizes[0]:,}"
            figures.append(compared(LINE, told, "us", ours[-1], ours[0], bar=FLAT_BAR))
        for how in ("in the driver alone", "cold"):
            if name in took[how]:
                of = took[how][name]
                figures.append(compared(LINE, f"  {how}", "us", of["ours"][0], of["floor"][0]))
    return figures


async def measured(urls: Sequence[str], rounds: int) -> dict[str, Any]:
    """Return how long Home took in each database, and what the floor took beside it."""
    databases = [Database(url) for url in urls]
    cases = [_case(team_id, people, len(urls)) for team_id, people in TEAMS.items()]
    took = await timed(databases, cases, rounds=rounds, calls=CALLS)
    found: dict[str, Any] = {"warm": {name: vars(each) for name, each in took.items()}}
    found |= {"in the driver alone": {}, "cold": {}}
    for case in cases:
        driver = await timed_in_driver(databases[-1], case, rounds=rounds, calls=CALLS)
        found["in the driver alone"][case.name] = vars(driver)
        if urls[-1].startswith("sqlite"):
            cold = await timed_cold(databases[-1], case, times=COLD_TIMES)
            found["cold"][case.name] = vars(cold)
    await closed(databases)
    return found


def _case(team_id: str, people: int, databases: int) -> Case:
    users = [f"U{number * 37 % people:08}" for number in range(20)]
    shown = (Shown(HomeList.RECEIVED), Shown(HomeList.GIVEN))
    requests = [ViewHome(team_id, user, shown[place % 2]) for place, user in enumerate(users)]
    floor_requests = [(team_id, user) for user in users]
    return Case(
        f"{people:,} people", view_home, [requests] * databases, look_up_five, floor_requests
    )


if __name__ == "__main__":
    _, given_rounds, *given_urls = sys.argv
    print(json.dumps(asyncio.run(measured(given_urls, int(given_rounds)))))  # noqa: T201 - for who started it
