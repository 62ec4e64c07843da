"""`python -m tests.faults.storm`: many rounds, with a table at the end; `make faults ROUNDS=n`."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from storage.engine.migrate import migrate
from tests.faults.servers import OwnPostgres
from tests.faults.storm.plan import Plan, Shape, draw, plan_from
from tests.faults.storm.rounds import Outcome, carry_out
from tests.faults.storm.shrinking import shortest_history

# One after the other: both databases, both ways in, with and without the channels' history.
SHAPES = (
    Shape("postgres", "http", teams=3, people=13, processes=3, seconds=8.0),
    Shape("sqlite", "sockets", people=13, seconds=8.0),
    Shape("postgres", "sockets", people=13, processes=2, seconds=8.0),
    Shape("sqlite", "http", teams=3, people=13, seconds=8.0),
    Shape("postgres", "http", teams=3, people=13, processes=2, reads_history=False, seconds=8.0),
    Shape("sqlite", "sockets", people=13, reads_history=False, seconds=8.0),
)
ACTS = 200
FAULTS = 26
SHRINK_SECONDS = 600.0

out = Console(soft_wrap=True)


def plan_of(seed: str, shape: Shape) -> Plan:
    """Return the plan of a long round."""
    return draw(seed, shape, acts=ACTS, faults=FAULTS)


class Sum:
    """What all rounds come to."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.failed: list[str] = []
        self.numbers: Counter[str] = Counter()
        self.verbs: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        """Count one round."""
        record = outcome.record
        self.numbers.update(
            rounds=1, acts=sum(record.verbs.values()), events=record.events, kills=outcome.kills
        )
        self.numbers["faults"] += sum(record.faults.values())
        self.numbers["posts due"] += len(record.slots)
        self.verbs += record.verbs
        self.faults += record.faults
        if not outcome.is_well:
            self.failed.append(outcome.plan.seed)

    def as_dict(self) -> dict[str, object]:
        """Return everything, to be written as JSON."""
        return {
            **self.numbers,
            "seconds": round(time.monotonic() - self.began),
            "failed seeds": self.failed,
            "acts by kind": dict(self.verbs.most_common()),
            "faults by kind": dict(self.faults.most_common()),
        }

    def show(self) -> None:
        """Print it as a table and as JSON."""
        table = Table(title="Fault suite", show_header=False)
        for name, value in self.as_dict().items():
            shown = value
            if isinstance(value, dict):
                shown = ", ".join(f"{kind} {count}" for kind, count in value.items())
            table.add_row(name, str(shown))
        out.print(table)
        out.print_json(json.dumps(self.as_dict()))


def main() -> None:
    """Read the options, run the rounds, and end with 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.storm", description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", default="", help="of the first round; printed by each")
    parser.add_argument("--plan", type=Path, help="a history that was written before")
    parser.add_argument("--shape", type=int, help=f"only this one, 0 to {len(SHAPES) - 1}")
    parser.add_argument(
        "--shrink-seconds", type=float, default=SHRINK_SECONDS, help="0 to leave histories long"
    )
    options = parser.parse_args()
    first = int(options.seed or random.SystemRandom().randrange(10**6))
    plans = [
        plan_of(str(first + number), SHAPES[(first + number) % len(SHAPES)])
        if options.shape is None
        else plan_of(str(first + number), SHAPES[options.shape])
        for number in range(options.rounds)
    ]
    if options.plan is not None:
        plans = [plan_from(options.plan.read_text(encoding="utf-8"))]
    sys.exit(0 if asyncio.run(run(plans, shrink_seconds=options.shrink_seconds)) else 1)


async def run(plans: list[Plan], *, shrink_seconds: float) -> bool:
    """Carry out all plans; return whether nothing was found."""
    total = Sum()
    with tempfile.TemporaryDirectory(prefix="kudos-storm-") as folder:
        template = Path(folder) / "template.db"
        migrate(f"sqlite:///{template}")
        server = None
        try:
            for number, plan in enumerate(plans, start=1):
                if plan.shape.database == "postgres" and server is None:
                    server = OwnPostgres()
                    server.note_commit_times()

                async def once(plan: Plan, server: OwnPostgres | None = server) -> Outcome:
                    return await carry_out(plan, sqlite_template=template, server=server)

                outcome = await once(plan)
                total.add(outcome)
                _tell(number, len(plans), outcome)
                if not outcome.is_well and shrink_seconds:
                    shortest = await shortest_history(plan, once, seconds=shrink_seconds, say=_say)
                    out.print(shortest, markup=False, highlight=False)
        finally:
            if server is not None:
                server.end()
            total.show()
    return not total.failed


def _say(line: str) -> None:
    out.print(line, markup=False, highlight=False)


def _tell(number: int, count: int, outcome: Outcome) -> None:
    shape, record = outcome.plan.shape, outcome.record
    out.print(
        f"round {number} of {count}, SEED={outcome.plan.seed}: {shape.database} {shape.way}, "
        f"{shape.processes} processes, {shape.teams} workspaces, "
        f"{sum(record.verbs.values())} acts, {record.events} events, "
        f"{sum(record.faults.values())} faults, {outcome.kills} kills, {outcome.seconds:.0f} s: "
        + ("well" if outcome.is_well else "FAILED"),
        markup=False,
        highlight=False,
    )
    for line in outcome.findings:
        out.print(f"  {line}", markup=False, highlight=False)
    for process, log in enumerate(outcome.logs):
        path = Path(tempfile.gettempdir()) / f"kudos-storm-{outcome.plan.seed}-{process}.log"
        path.write_text(log, encoding="utf-8")
        out.print(f"  A log is in {path}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
