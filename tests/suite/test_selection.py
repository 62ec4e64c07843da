"""Which tests `make quick`, `make test` and `make test-long` run."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.__main__ import parts_of
from tests.conftest import ROOT
from tests.dates import days


def collected(*words: str) -> set[str]:
    """Return the names of the tests that a run has."""
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(re.findall(r"^\S+::.*$", done.stdout, flags=re.MULTILINE))


@pytest.mark.long
def test_the_usual_and_the_long_run_have_every_test_and_only_examples_twice() -> None:
    every = collected()
    runs = {
        name: set().union(*(collected("-m", part.marked) for part in parts_of(name, 1)))
        for name in ("quick", "test", "test-long")
    }
    assert runs["test"] | runs["test-long"] == every
    assert runs["test"] & runs["test-long"] <= collected("-m", "thorough")
    assert runs["quick"] < runs["test"]


def test_the_days_are_ahead_and_what_they_are_called_whatever_day_it_is() -> None:
    for now in (
        datetime(2026, 11, 29, 12, tzinfo=UTC),  # a Sunday
        datetime(2027, 1, 31, 23, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2096, 12, 31, 12, tzinfo=UTC),  # 2100 has no leap day
    ):
        month, years, leap, sunday, end, last = (day.begins_at for day in days(now))
        assert all(now < day for day in (month, years, leap, sunday, end, last))
        assert years.year - now.year in {4, 5}  # the fifth where a century has no leap day
        assert (leap.month, leap.day) == (2, 29)
        assert sunday.weekday() == 6
        assert (end.weekday(), (end + timedelta(hours=1)).weekday()) == (6, 0)
        assert (last + timedelta(hours=1)).day == 1
