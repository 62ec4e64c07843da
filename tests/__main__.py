"""`python -m tests RUN`: what `make quick`, `make test` and `make test-long` do."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.supervised import TOLD_TO_STOP, environment_for_tests, run

ROOT = Path(__file__).parent
PYTEST = (sys.executable, "-m", "pytest", "-q")
ALONE = "in_slacks_time"


@dataclass(frozen=True)
class Part:
    """Some tests that run together; `workers` is 0 where each must have the machine to itself."""

    marked: str
    workers: int
    options: tuple[str, ...] = ()

    def command(self) -> list[str]:
        """Return what runs it."""
        if not self.workers:
            return [*PYTEST, "-m", self.marked, *_files_marked(ALONE)]
        beside = ("-n", str(self.workers), "--dist", "worksteal")
        return [*PYTEST, *beside, "-m", self.marked, *self.options]


def parts_of(name: str, workers: int) -> tuple[Part, ...]:
    """Return what a run consists of. `make test` and `make test-long` together are every test."""
    return {
        "quick": (Part("quick", workers),),
        "test": (
            Part(f"not long and not {ALONE}", workers),
            Part(f"not long and {ALONE}", 0),
        ),
        "test-long": (
            Part(f"(long or thorough) and not {ALONE}", workers, ("--hypothesis-profile", "long")),
            Part(f"long and {ALONE}", 0),
        ),
    }[name]


def main() -> None:
    """Run the parts one after the other, and end with the code of the first that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("run", choices=("quick", "test", "test-long"))
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    began = time.monotonic()
    codes = []
    for part in parts_of(options.run, options.workers):
        codes.append(run(part.command(), environment_for_tests()))
        if codes[-1] == TOLD_TO_STOP:
            break
    sys.stdout.write(f"{options.run}: {time.monotonic() - began:.0f} s\n")
    sys.exit(next((code for code in codes if code), 0))


def _files_marked(mark: str) -> list[str]:
    """Return the files with such tests, so that the others need not be read."""
    files = sorted(ROOT.rglob("test_*.py"))
    return [str(file) for file in files if mark in file.read_text(encoding="utf-8")]


if __name__ == "__main__":
    main()
