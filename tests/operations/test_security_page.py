"""Pages name tests that exist; SECURITY.md and CONTRIBUTING.md have one for each line."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.rows import each_row

NAMED = re.compile(r"`(?:tests/)?([a-z_/]+\.py)::(test_\w+)`")


def named(page: str) -> list[tuple[str, str]]:
    """Return file and name of every test on a page."""
    return NAMED.findall((ROOT / page).read_text(encoding="utf-8"))


@each_row("page", ["SECURITY.md", "PRIVACY.md", "CONTRIBUTING.md"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    found = named(page)
    missing = [
        f"{file}::{name}"
        for file, name in found
        if not re.search(
            rf"^(?:async )?def {name}\(",
            (ROOT / "tests" / file).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]
    assert found
    assert missing == []


def test_every_line_of_the_threat_model_names_its_test_or_that_there_is_none() -> None:
    lines = (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.endswith("| test |")]
    assert len(rows) > 40
    assert [row for row in rows if not NAMED.search(row) and "**no test**" not in row] == []


def test_every_promise_names_its_test() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = page.partition("## What is promised to whom")[2].partition("\n## ")[0]
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if row != "| promise | test |"]
    assert len(promises) > 50
    assert [row for row in promises if not NAMED.search(row)] == []
