"""Which tests belong to which run: `make quick`, `make test` and `make test-long`.

Three marks decide. What is `long` is left to `make test-long`; what is `thorough` is done there
again with more examples; what is `quick` is all that `make quick` runs. Most follow from where a
test stands and from its database, so that few carry a mark of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import is_hypothesis_test

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent
LONG_ROOMS = {"faults"}  # they kill processes, fill disks and wait for leases
LONG_FILES = {  # they wait for time to pass, or start programs for each case
    "handlers/test_connections.py",
    "handlers/test_response_urls.py",
    "handlers/test_socket_refused.py",
    "handlers/test_start.py",
    "operations/test_doctor_clock.py",
    "operations/test_full_output.py",
    "operations/test_image.py",
    "operations/test_private_files.py",
    "operations/test_sandbox_command.py",
    "operations/test_slack_refuses.py",
}
DIALECT_ROOMS = {"storage"}  # here it matters which database it is; elsewhere SQLite tells enough
QUICK_ROOMS = {"domain", "messages", "sandbox", "storage"}
QUICK_FILES = {  # the ways in, and what follows
    "handlers/giving/test_kudos.py",
    "handlers/test_listeners.py",
    "handlers/giving/test_reactions.py",
    "handlers/giving/test_refusals.py",
}


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark each test with the runs that it belongs to."""
    for item in items:
        if not item.path.is_relative_to(ROOT):
            continue  # what a test of the suite has written
        place = item.path.relative_to(ROOT)
        room = place.parts[0]
        is_on_postgres = _database_of(item) == "postgres"
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.thorough)
        is_long = room in LONG_ROOMS or place.as_posix() in LONG_FILES
        if is_long or (is_on_postgres and room not in DIALECT_ROOMS):
            item.add_marker(pytest.mark.long)
        is_quick = room in QUICK_ROOMS or place.as_posix() in QUICK_FILES
        is_slow = item.get_closest_marker("long") or item.get_closest_marker("in_slacks_time")
        if is_quick and not is_on_postgres and not is_slow:
            item.add_marker(pytest.mark.quick)


def _database_of(item: pytest.Item) -> str:
    """Return the database that a test was parametrized with, empty where it has no choice."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("database_url", "")) if callspec else ""
