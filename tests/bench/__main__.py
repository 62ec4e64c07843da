"""`make bench`: what Kudos costs, as ratios to floors that are measured in the same run.

Real processes on loopback. Absolute numbers are of this machine and this minute; the ratios carry
over. Each module says what its lines mean.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console

from bot.clock import machine_clock
from tests.bench.databases import Postgres
from tests.bench.figures import Figure, table, write_json
from tests.bench.machine import described, loads
from tests.bench.plan import Plan
from tests.bench.processes import FailedError

ROOT = Path(__file__).parent.parent.parent
LINES = {
    "giving": "/kudos over HTTP, up to the acknowledgement",
    "sockets": "/kudos over Socket Mode, up to the acknowledgement",
    "pace": "how long people wait at 100 kudos a second, all that follows included",
    "calls": "one outgoing message",
    "dispatch": "finding the listener of a request",
    "boards": "boards in a long history, against one look-up by primary key",
    "home": "what the Home tab shows, in a long history, against five look-ups",
    "starting": "from start to ready, and memory when idle",
}
ROUNDS, QUICK_ROUNDS = 7, 2
WIDTH = 120  # where the table goes to a file


async def main(asked: argparse.Namespace) -> int:
    """Measure what was asked for, print it and write it; return how many lines failed."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    began, load_before = machine_clock(), loads()
    _clean_up_when_told_to_stop()
    folder = Path(tempfile.mkdtemp(prefix="kudos-bench-"))
    postgres = Postgres()
    plan = Plan(
        tree=asked.tree.resolve(),
        folder=folder,
        rounds=asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS),
        is_quick=asked.quick,
        databases=tuple(asked.database or ("sqlite", "postgres")),
        history=asked.history.resolve(),
        sizes=tuple(sorted(asked.kudos)),
        postgres=postgres,
        console=console,
    )
    figures: list[Figure] = []
    failed: dict[str, str] = {}
    try:
        for line in asked.lines or LINES:
            try:
                found = await importlib.import_module(f"tests.bench.{line}").measure(plan)
            except (FailedError, TimeoutError) as error:
                failed[line] = str(error)
                console.print(f"{line} failed: {error}", style="red", markup=False)
                continue
            console.print(table(f"{line}: {LINES[line]}", found))
            figures += found
        about = {
            "began": began.isoformat(timespec="seconds"),
            "ended": machine_clock().isoformat(timespec="seconds"),
            "rounds": plan.rounds,
            "quick": plan.is_quick,
            "load_before": load_before,
            **described(plan.tree),
            "postgres": postgres.settings(),
            "failed": failed,
        }
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    write_json(asked.json, about, figures)
    missed = [figure for figure in figures if figure.is_reached is False]
    barred = [figure for figure in figures if figure.bar is not None]
    console.print(f"{len(barred) - len(missed)} of {len(barred)} bars are reached; {asked.json}")
    return len(failed)


def _clean_up_when_told_to_stop() -> None:
    """Have SIGTERM, which `timeout` sends, end what was started as Ctrl-C does."""
    running = asyncio.current_task()
    if running is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)


def read_arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("lines", nargs="*", choices=[[], *LINES], help="default: all")
    parser.add_argument("--rounds", type=int, help=f"default {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help="less of everything, for a first look")
    parser.add_argument("--database", action="append", choices=("sqlite", "postgres"))
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    parser.add_argument("--tree", type=Path, default=ROOT, help="whose product is measured")
    parser.add_argument("--history", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--kudos", type=int, nargs="+", default=[100_000, 1_000_000])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(min(1, uvloop.run(main(read_arguments()))))
