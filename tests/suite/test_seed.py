"""`KUDOS_TEST_SEED`: what a run draws can be drawn again, and a failure says how."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.seed import SETTING

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = """
import random, secrets, uuid
from hypothesis import given, strategies

def test_that_comes_before():
    uuid.uuid4()

def test_that_fails():
    drawn = [uuid.uuid4(), secrets.token_hex(), random.SystemRandom().random(), random.random()]

    @given(strategies.integers())
    def examples(number):
        drawn.append(number)

    examples()
    assert False, f"DRAWN {drawn}"
"""


def run(folder: Path, *words: str, **environment: str) -> str:
    """Return what pytest prints of the tests above."""
    file = folder / "test_draws.py"
    file.write_text(DRAWS, encoding="utf-8")
    others = {name: value for name, value in os.environ.items() if name != SETTING}  # noqa: TID251
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env=others | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed" in done.stdout, done.stdout + done.stderr
    return done.stdout


def drawn(printed: str) -> str:
    found = re.search(r"AssertionError: (DRAWN .*)", printed)
    assert found, printed
    return found[1]


@pytest.mark.long
def test_a_failure_tells_the_seed_with_which_all_of_it_is_drawn_again(tmp_path: Path) -> None:
    first = run(tmp_path, "test_draws.py")
    told = re.search(rf"{SETTING}=(\d+) .*(test_draws.py::test_that_fails)", first)
    assert told, first
    # Alone, and so whatever came before it.
    assert drawn(run(tmp_path, told[2], **{SETTING: told[1]})) == drawn(first)
    other = str(int(told[1]) + 1)
    assert drawn(run(tmp_path, "test_draws.py", **{SETTING: other})) != drawn(first)
