"""Boards are read off their indexes, on either database: no page sorts, and no rank reads all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from bot.domain.boards import Side
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.periods import PeriodKind, period_of
from bot.services.giving.kudos import give, undo
from storage import boards
from storage.boards import Board
from storage.standings import COUNTS
from storage.tables.schema import standings
from tests.storage.conftest import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found

WEEK = period_of(PeriodKind.WEEK, date(2026, 11, 18))


def plan_of(connection: Connection, asks: Callable[[], object]) -> str:
    """Return how the database goes about the last statement of what asks it."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:  # a few rows are read fastest without any index
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
    event.listen(connection.engine, "before_cursor_execute", note)
    asks()
    event.remove(connection.engine, "before_cursor_execute", note)
    statement, values = asked[-1]
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", values)
    return "\n".join(str(row[-1]) for row in rows)


def _fill(connection: Connection, team_id: str, _now: datetime) -> None:
    """Have so many people on several boards that a database thinks about how to read them."""
    connection.execute(
        standings.insert(),
        [
            {"team_id": team_id, "period": key, "value": value, "user_id": f"U{n:05}"}
            | dict.fromkeys(COUNTS, (n * 7919) % 50 if n % 2 else 0)
            for key in ("2026-W46", WEEK.key, "2026-11")
            for value in ("", "care")
            for n in range(1_000)
        ],
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE standings"))


@pytest.mark.parametrize("side", Side)
async def test_pages_and_ranks_are_read_off_the_index_of_their_board(
    store: Store, found: Found, side: Side
) -> None:
    team = await found()
    await store.write(_fill, team.team_id)
    index = f"ix_standings_{side}"

    def plans(connection: Connection, team_id: str, now: datetime) -> list[str]:
        board = Board(team_id, WEEK, side)
        asked = [
            lambda: boards.find_top(connection, board, limit=10, offset=100),
            lambda: boards.find_place(connection, board, "U00501"),
            lambda: boards.count_people(connection, board),
            lambda: boards.find_page(connection, board, "U00501", now, limit=10),
        ]
        return [plan_of(connection, asks) for asks in asked]

    top, rank, count, page = await store.read(plans, team.team_id)
    for plan, times in ((top, 1), (rank, 2), (count, 1), (page, 4)):
        found_in = plan.count(f"COVERING INDEX {index}") + plan.count(f"Only Scan using {index}")
        assert found_in == times, plan
        # Neither is the own row looked for in the index, nor is any part of the board sorted.
        assert "pk_standings" in plan or "autoindex_standings_1" in plan or plan in {top, count}
        assert "Sort" not in plan.replace("Incremental Sort", "") or side is Side.POINTS, plan


async def test_values_are_stepped_through_and_not_counted(store: Store, found: Found) -> None:
    team = await found()

    def plan(connection: Connection, team_id: str, now: datetime) -> str:
        return plan_of(
            connection, lambda: boards.find_values(connection, Board(team_id, WEEK), now, 99)
        )

    told = await store.read(plan, team.team_id)
    assert "SCAN standings" not in told
    assert "Seq Scan on standings" not in told


async def test_values_are_those_for_which_somebody_was_thanked(
    store: Store, clock: Clock, found: Found
) -> None:
    team, other = await found(), await found()
    await store.write(give, team.gift(value="teamwork"))
    await store.write(give, team.gift(receivers=(2,), value="care"))
    await store.write(give, team.gift(receivers=(3,), value="hush", audience=Audience.PRIVATE))
    there = team.gift(receivers=(3,), value="project-x", audience=Audience.CHANNEL)
    await store.write(give, there)
    await store.write(give, other.gift(value="elsewhere"))
    gone = await store.write(give, team.gift(receivers=(4,), value="gone"))
    await store.write(undo, UndoKudos(team.team_id, PEOPLE[0], gone.kudos.kudos_id))

    def values(connection: Connection, limit: int, now: datetime) -> list[str]:
        return boards.find_values(connection, Board(team.team_id, WEEK), now, limit)

    assert await store.read(values, 99) == ["care", "teamwork"]
    assert await store.read(values, 1) == ["care"]
