"""Some rounds of the fault suite, always the same; `make faults ROUNDS=n` draws new ones.

`KUDOS_FAULT_SEED` takes another seed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.storm.plan import Plan, Shape, draw
from tests.faults.storm.rounds import Outcome, carry_out
from tests.faults.storm.shrinking import shortest_history

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.servers import OwnPostgres

# A change is judged by rounds that were well before it; new ones are for long runs.
SEED = os.environ.get("KUDOS_FAULT_SEED", "302412")  # noqa: TID251 - a setting of the tests
SHRINK_SECONDS = 90.0  # in CI; `make faults` takes ten minutes
SHAPES = {
    "forty people of three workspaces on postgres": Shape(
        "postgres", "http", teams=3, people=13, processes=2, seconds=5.0
    ),
    "three workspaces on sqlite": Shape("sqlite", "http", teams=3, people=6, seconds=3.0),
    "socket mode on sqlite": Shape("sqlite", "sockets", people=8, seconds=3.0),
    "two in socket mode without history": Shape(
        "postgres", "sockets", people=8, processes=2, reads_history=False, seconds=3.0
    ),
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("where", SHAPES)
async def test_whatever_goes_wrong_nothing_is_lost_doubled_or_overspent(
    where: str, sqlite_template: Path, storm_postgres: OwnPostgres
) -> None:
    shape = SHAPES[where]
    plan = draw(SEED, shape, acts=15 * int(shape.seconds), faults=2 * int(shape.seconds))

    async def once(tried: Plan) -> Outcome:
        return await carry_out(tried, sqlite_template=sqlite_template, server=storm_postgres)

    outcome = await once(plan)
    if not outcome.is_well:
        shortest = await shortest_history(plan, once, seconds=SHRINK_SECONDS, say=print)
        pytest.fail("\n".join([f"KUDOS_FAULT_SEED={SEED}", *outcome.findings, shortest]))
    assert outcome.record.given
