"""The fault suite finds things: bugs are planted in the started program, and each is seen.

Each has a short plan of its own, of which most is drawn from a seed like those of the long rounds.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from tests.faults.storm.plan import Act, Fault, Plan, Shape, draw
from tests.faults.storm.planted import BUGS
from tests.faults.storm.rounds import carry_out
from tests.faults.storm.shrinking import Shrinking
from tests.faults.storm.weather import ANSWERED
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.servers import OwnPostgres

SQLITE = Shape(people=4, seconds=1.0)
POSTGRES = Shape("postgres", people=4, processes=2, seconds=1.0, allowance=2)
GIVES = {"gives": 1}


@dataclass(frozen=True)
class Found:
    """By what a bug is found, and what the suite then says."""

    says: str
    verbs: dict[str, int] = field(default_factory=lambda: GIVES)
    faults: tuple[Fault, ...] = ()
    shape: Shape = SQLITE
    acts: int = 10
    rounds: int = 1  # more where which of two events comes first is chance


AGAIN = Fault(1, 1.3, "again", times=9, seconds=0.1)
KILL = Fault(1, 0.0, "kill", what=ANSWERED, times=6)
FOUND = {
    "a_commit_is_lost": Found("is lost: 'You thanked"),
    "a_unique_key_is_missing": Found("is stored 2 times", faults=(AGAIN,)),
    "the_allowance_is_checked_outside_the_lock": Found(
        "has given . of 2 points", {"reacts": 1}, shape=POSTGRES, acts=24, rounds=5
    ),
    "an_allowance_is_no_limit": Found(
        "has given .* of 3 points", shape=replace(SQLITE, allowance=3), acts=16
    ),
    "it_is_acknowledged_too_early": Found(
        "is not stored, and nobody told", {"mentions": 1}, (KILL,)
    ),
    "messages_are_wished_for_after_the_commit": Found("stands 0 times in", faults=(KILL,)),
    "a_lease_is_no_lease": Found(
        "a message stands . times",
        faults=(Fault(1, 0.0, "slack", "A", what="chat.postMessage slow", seconds=1.0, times=4),),
        shape=replace(SQLITE, reads_history=False),
        acts=4,
    ),
    "boards_keep_what_was_taken_back": Found(
        "the sums do not agree", {"gives": 2, "undoes": 1}, acts=14
    ),
    "points_do_not_come_back": Found(
        "the ledger tells another story", {"gives": 2, "undoes": 1}, acts=14
    ),
    "workspaces_are_mixed_up": Found(
        "a message tells of another workspace|nobody wished for",
        shape=Shape("sqlite", "http", teams=2, people=4, seconds=1.0),
    ),
    "each_try_has_a_new_key": Found("is stored . times", {"mentions": 1}, (AGAIN,)),
    "a_scheduled_post_has_no_key": Found(
        "1 weekly posts were due, and . stand", faults=(Fault(1, 1.0, "jump", what="slot"),)
    ),
    "a_doubt_is_forgotten": Found(
        "a message stands . times",
        faults=(Fault(1, 0.0, "slack", "A", what="chat.postMessage drop_after", times=3),),
    ),
    "what_is_to_be_sent_is_noted_as_sent": Found("stands 0 times in", faults=(KILL,), rounds=4),
    "the_last_event_wins": Found(
        "counts 1 times|is lost, and nobody told",
        {"reacts": 2, "unreacts": 2, "reacts again": 1},
        (Fault(1, 0.0, "late", seconds=1.0),),
        acts=24,
        rounds=4,
    ),
}


def plan_of(bug: str) -> Plan:
    """Return the short plan by which a bug is found."""
    found = FOUND[bug]
    shape = replace(found.shape, bug=bug)
    drawn = draw("finds", shape, acts=found.acts, faults=0, verbs=found.verbs)
    return drawn.with_only(drawn.acts, found.faults)


def test_each_bug_that_can_be_planted_is_looked_for() -> None:
    assert FOUND.keys() == BUGS.keys()


@pytest.mark.parametrize("bug", FOUND)
async def test_a_planted_bug_is_found(
    bug: str, sqlite_template: Path, storm_postgres: OwnPostgres
) -> None:
    told = ""
    for _ in range(FOUND[bug].rounds):
        outcome = await carry_out(
            plan_of(bug), sqlite_template=sqlite_template, server=storm_postgres
        )
        told = "\n".join(outcome.findings)
        if re.search(FOUND[bug].says, told):
            return
    pytest.fail(told or "nothing was found")


async def test_of_a_long_history_the_part_that_goes_wrong_is_left() -> None:
    shape = Shape(people=4)
    plan = draw("shrinks", shape, acts=60, faults=8)
    culprit, fault = plan.acts[37], plan.faults[3]

    async def goes_wrong(tried: Plan) -> bool:
        return culprit in tried.acts and fault in tried.faults

    said: list[str] = []
    shrinking = Shrinking(plan, goes_wrong, seconds=WAIT_SECONDS, say=said.append)
    shortest = await shrinking.run()
    assert (shortest.acts, shortest.faults) == ((culprit,), (fault,))
    assert "seed shrinks" in str(shortest)
    assert "faults: 8, acts: 60" in said[0]
    assert "still goes wrong with faults: 1, acts: 1" in "".join(said)
    assert said[-1].startswith("Nothing more can be left out")


async def test_when_its_time_is_over_the_shortest_history_so_far_is_told() -> None:
    plan = draw("takes long", Shape(people=4), acts=10, faults=8)
    tried: list[Plan] = []

    async def goes_wrong(part: Plan) -> bool:
        tried.append(part)
        if len(tried) > 1:
            await asyncio.sleep(WAIT_SECONDS)  # a run that would go on for long
        return True

    said: list[str] = []
    shortest = await Shrinking(plan, goes_wrong, seconds=0.2, say=said.append).run()
    assert (shortest.acts, shortest.faults) == (plan.acts, ())
    assert said[-1].startswith("Its time is over after 2 runs")


async def test_what_somebody_gives_after_their_erasure_can_be_joined(
    sqlite_template: Path,
) -> None:
    acts = (
        Act(1, 0.1, "is erased", "A", "p02"),
        Act(2, 1.0, "gives", "A", "p02", to=("p03",), points=1),
        Act(3, 1.6, "joins", "A", "p04", of=2),
    )
    plan = Plan("joins", Shape(people=4, seconds=2.0), acts, ())
    outcome = await carry_out(plan, sqlite_template=sqlite_template, server=None)
    assert outcome.findings == []
    assert outcome.record.erased
    assert outcome.record.joined
