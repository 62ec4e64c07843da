"""The suite's watch over walks through a workspace sees what the product asks, and bites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import kudos, statistics
from tests.storage.conftest import PEOPLE
from tests.walks import ALLOWED, WalksWatched, is_walk

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found

WALKS = (
    "SCAN kudos",
    "SCAN outbox USING COVERING INDEX ix_outbox_team_id_kudos_id",
    "SEARCH kudos USING INDEX sqlite_autoindex_kudos_1 (team_id=?)",
    "SEARCH receipts_1 USING INDEX ix_receipts_team_id_kudos_id (team_id=?)",
    "SEARCH kudos USING INDEX sqlite_autoindex_kudos_1 (team_id=?) LEFT-JOIN",
)
FINDS = (
    "SEARCH kudos USING INDEX sqlite_autoindex_kudos_1 (team_id=? AND kudos_id=?)",
    "SEARCH receipts USING INDEX ix (team_id=? AND receiver_id=? AND kudos_id<?) LEFT-JOIN",
    "SEARCH outbox USING INDEX ix_outbox_due (due_at<?)",
    "SCAN outbox USING INDEX ix_outbox_due",
    "SEARCH members USING INDEX sqlite_autoindex_members_1 (team_id=?)",
)
SORTED = (
    "SELECT * FROM kudos WHERE team_id = ? AND joins_id = ? AND source = 'joined' "
    "AND reversed_at IS NULL ORDER BY kudos_id"
)


def test_a_walk_is_told_from_a_search() -> None:
    assert [step for step in WALKS if not is_walk(step)] == []
    assert [step for step in FINDS if is_walk(step)] == []


def test_a_sort_by_the_key_is_seen_to_walk(sqlite_template: Path) -> None:
    watched = WalksWatched()
    watched.plan_by(sqlite_template)
    assert watched.walks_of(SORTED, ("T1", "K1")) != []
    assert watched.walks_of(SORTED.partition(" ORDER")[0], ("T1", "K1")) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_the_store_asks_is_watched(
    store: Store, found: Found, no_query_walks_through_a_workspace: WalksWatched
) -> None:
    team, watched = await found(), no_query_walks_through_a_workspace
    before = watched.seen

    def ask(connection: Connection, team_id: str, _now: datetime) -> None:
        kudos.find_live_joins(connection, team_id, "0" * 32)
        kudos.find_live_reactions(connection, team_id, "C1", "1.1")

    await store.read(ask, team.team_id)
    assert watched.seen >= before + 2
    assert watched.found == []


def test_what_is_allowed_is_there() -> None:
    for name in ALLOWED:
        module, _, function = name.rpartition(".")
        assert hasattr(__import__(module, fromlist=["_"]), function), name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_table_is_counted_once_it_is_long(
    store: Store, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    await found()

    def known(connection: Connection, _request: None, _now: datetime) -> set[str]:
        statistics.renew(connection)
        is_there = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"
        if not connection.exec_driver_sql(is_there).scalar():
            return set()
        return set(connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1").scalars())

    assert await store.write(known, None) == set()
    monkeypatch.setattr(statistics, "LONG_ROWS", len(PEOPLE))
    assert await store.write(known, None) == {"members"}
