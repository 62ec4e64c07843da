"""One number from which a run takes its ids, its examples and its chances: `KUDOS_TEST_SEED`.

It is drawn anew for each run and told with every failure. What a test draws depends on the seed and
on the test alone, so that it is the same whatever ran before it, and in whichever process.
"""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

SETTING = "KUDOS_TEST_SEED"
_CHANCE = random.Random()  # noqa: S311 - for tests, and to be repeated


def begin(config: pytest.Config) -> None:
    """Draw the seed, unless it is given; the processes of this run inherit it."""
    drawn = random.SystemRandom().randrange(10**6)
    seed = int(os.environ.setdefault(SETTING, str(drawn)))  # noqa: TID251 - a setting of the tests
    config.option.hypothesis_seed = str(seed)
    _CHANCE.seed(seed)
    # `uuid4`, `secrets` and `SystemRandom` all ask here, whoever has imported them by which name.
    os.urandom = _CHANCE.randbytes
    random._urandom = _CHANCE.randbytes  # type: ignore[attr-defined]  # noqa: SLF001


def begin_test(item: pytest.Item) -> None:
    """Let the test draw what it always draws with this seed."""
    seed = f"{current()} {item.nodeid}"
    _CHANCE.seed(seed)
    random.seed(seed)


def current() -> str:
    """Return the seed of this run."""
    return os.environ[SETTING]  # noqa: TID251 - a setting of the tests


def unique(prefix: str) -> str:
    """Return a name that no other run has, whatever its seed: runs may share a server."""
    return f"{prefix}_{os.getpid()}_{time.monotonic_ns():x}"


def tell(report: Any) -> None:
    """Say with a failure how to see it again."""
    if report.failed:
        report.sections.append(("Again", f"{SETTING}={current()} .venv/bin/pytest {report.nodeid}"))
