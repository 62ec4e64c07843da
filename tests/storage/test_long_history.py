"""The generator of long histories, with which speed is measured: what it writes is a true store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.operations.checks import check_stores
from storage.engine.opening import opened
from tests.bench.history import SMALL_WORKSPACES, make

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Clock


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_made_history_agrees_with_a_recount(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, clock: Clock
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'made.db'}"
    else:
        url = request.getfixturevalue("postgres_empty")
    make(url, 1_000)
    store = opened(url, clock)
    reports = await store.read(check_stores, None)
    await store.close()
    assert len(reports) == 1 + SMALL_WORKSPACES
    assert sum(report.kudos_count for report in reports) > 900
    for report in reports:
        assert not report.wrong_balances
        assert not report.wrong_allowances
        assert not report.wrong_standings
