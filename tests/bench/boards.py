"""Boards in a long history: the top ten, and one's own rank.

"Any board" are the boards of people, of points and of givers, each of all values and of one, for
every period that boards have, in a workspace of 4,000 people and in one of 160; "my rank" is that
of somebody at the top, in the middle and last. All of them are measured; those that did worst in a
first look are measured again in earnest, and the worst of these is the figure. Each is one question
to the store and is compared with one look-up by primary key that the store answers in the same way.

Flat means that it takes as long with the most kudos as with the fewest, the two in turns. What is
in memory is warm; cold, on SQLite, is a file of which the system keeps nothing in memory. A page as
people see it is more than the bar is about (who asks, the settings, which values there are to
choose from), and stands there for comparison.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.bench.figures import compared
from tests.bench.histories import Histories
from tests.bench.plan import NAMES
from tests.bench.processes import of_bench, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

LINE = "boards"
BAR, FLAT_BAR = 3.0, 1.5


async def measure(plan: Plan) -> list[Figure]:
    """Return the figures of each database."""
    return [figure for database in plan.databases for figure in await _on(plan, database)]


async def _on(plan: Plan, database: str) -> list[Figure]:
    histories = Histories(plan, database, LINE)
    try:
        urls = await histories.urls()
        plan.say(f"boards on {NAMES[database]}: {plan.rounds} rounds")
        words = of_bench(plan.tree, "board_reads", str(plan.rounds), *urls.values())
        took = json.loads(await run(plan.tree, plan.folder, words))
    finally:
        histories.stop()
    return [*_figures(database, plan.sizes, took), *histories.figures]


def _figures(database: str, sizes: Sequence[int], took: dict[str, Any]) -> list[Figure]:
    on = f"{NAMES[database]}, {sizes[-1]:,} kudos"
    figures = []
    for what, found in took["worst"].items():
        figures.append(max((_against_floor(on, *one, bar=BAR) for one in found), key=_ratio))
        if len(sizes) > 1:
            flat = (_against_fewest(sizes[0], *one) for one in took["least flat"][what])
            figures.append(max(flat, key=_ratio))
        figures += [
            _against_floor(f"  {how}", *took[how][what])
            for how in ("in the driver alone", "cold")
            if what in took[how]
        ]
    figures.append(_against_floor(on, *took["page"]))
    return figures + [_against_floor(on, *one, is_detail=True) for one in took["first look"]]


def _against_floor(
    on: str, name: str, times: dict[str, Any], *, bar: float | None = None, is_detail: bool = False
) -> Figure:
    ours, floor = times["ours"][-1], times["floor"][-1]
    return compared(LINE, f"{on}: {name}", "us", ours, floor, bar=bar, is_detail=is_detail)


def _against_fewest(size: int, name: str, times: dict[str, Any]) -> Figure:
    ours, fewest = times["ours"][-1], times["ours"][0]
    return compared(LINE, f"  against {size:,}: {name}", "us", ours, fewest, bar=FLAT_BAR)


def _ratio(figure: Figure) -> float:
    return figure.ratio or 0.0
