"""`kudos import-history`: thanks of the past out of tables, as an operator types it."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.boards import ShowLeaderboard, ViewLeaderboard
from bot.domain.errors import UndoTooLateError
from bot.domain.history_import.columns import Product
from bot.domain.kudos import RemoveKudos, Source, UndoKudos
from bot.domain.members import Member
from bot.domain.periods import PeriodKind
from bot.domain.personal_data import ErasePerson
from bot.operations.import_history import ImportHistory, import_history
from bot.services.boards.boards import view_leaderboard
from bot.services.giving.budgets import allowance_of
from bot.services.giving.kudos import give, undo
from bot.services.giving.removal import remove
from bot.services.people.erasure import erase
from bot.services.people.members import SeePeople, see_people
from storage.kudos import count_kudos
from storage.tables.schema import kudos as kudos_table
from storage.workspaces import get_workspace
from tests.operations.test_transfer import measured
from tests.programs import Ended, kudos, started
from tests.storage.conftest import PEOPLE, Team
from tests.telling import ALL_OPEN
from tests.watching import (
    all_kudos,
    assert_books_agree,
    balances,
    choose,
    entries,
    on_sqlite,
    outbox_states,
    spent,
    until,
)

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.allowance import Allowance
    from bot.operations.import_history import HistoryImported
    from storage.engine.store import Connection, Store

ADA, BO, CHIDI, DINA = PEOPLE[:4]
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
HEADER = ("Giver", "Receiver", "Tacos", "Message", "Timestamp", "Tag")
ROW = ("Ada", "Bo", "3", "for the calm on Monday", "2025-03-04T10:00:00Z", "#teamwork")


@pytest.fixture
async def team(store: Store) -> Team:
    """A workspace in Berlin, with people whom an export names."""
    team = await Team(store, time_zone="Europe/Berlin").founded()
    names = {ADA: "Ada", BO: "Bo", CHIDI: "Lovelace, Chidi", DINA: "Dina", PEOPLE[4]: "Twin"}
    people = tuple(Member(team.team_id, user_id, name) for user_id, name in names.items())
    twin = Member(team.team_id, PEOPLE[5], "Twin")
    await store.write(see_people, SeePeople(team.team_id, (*people, twin)))
    return team


def table(folder: Path, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Path:
    """Write a table."""
    file = folder / "history.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return file


async def takes(
    store: Store, team: Team, file: Path, product: Product | None = Product.HEYTACO, **how: Any
) -> HistoryImported:
    wish = ImportHistory(product, file, team.team_id, **how)
    return await import_history(store, wish, NOW, lambda _done, _total: None)


async def imports(url: str, team: Team, file: Path, *words: str, product: str = "heytaco") -> Ended:
    command = ("import-history", product, str(file), "--team", team.team_id, *words)
    return await kudos(*command, home=file.parent, DATABASE_URL=url)


def allowance_left(connection: Connection, team_id: str, now: datetime) -> Allowance:
    """Return what Ada may give."""
    return allowance_of(connection, get_workspace(connection, team_id), ADA, now)


async def test_history_counts_on_boards_and_balances_and_touches_nothing_else(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    await store.write(give, team.gift(0, (1,), points=4))
    before = await outbox_states(store, team.team_id)
    allowance = await store.read(allowance_left, team.team_id)
    of_ada = await spent(store, team.team_id, ADA)
    file = table(tmp_path, ROW, ("Bo", ADA, "2", "thanks", "2025-03-05 23:30:00", ""))
    ended = await imports(database_url, team, file)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("2 rows are stored as history. Nobody was told, and no allowance")
    first, second, _ = await all_kudos(store, team.team_id)
    assert (first.source, first.giver_id, first.receiver_ids) == (Source.IMPORTED, ADA, (BO,))
    assert (first.reason, first.value) == ("for the calm on Monday", "teamwork")
    assert first.created_at == datetime(2025, 3, 4, 10, tzinfo=UTC)
    # Without a zone it is the workspace's: late on that day in Berlin.
    assert second.created_at == datetime(2025, 3, 5, 22, 30, tzinfo=UTC)
    days = await store.read(days_given, team.team_id)
    assert days[first.kudos_id] == date(2025, 3, 4)
    assert days[second.kudos_id] == date(2025, 3, 5)
    assert await balances(store, team.team_id) == {BO: 7, ADA: 2}
    assert await spent(store, team.team_id, ADA) == of_ada
    assert await store.read(allowance_left, team.team_id) == allowance
    assert [entry for entry in await entries(store, team.team_id) if entry[0] == "giving"] == [
        ("giving", ADA, -4)
    ]
    assert await outbox_states(store, team.team_id) == before
    wish = ViewLeaderboard(team.team_id, ADA, ShowLeaderboard(period=PeriodKind.ALL), ALL_OPEN)
    board = await store.read(view_leaderboard, wish)
    assert {each.name: each.points for each in board.standings} == {"Bo": 7, "Ada": 2}
    await assert_books_agree(store, team.team_id)
    ended = await kudos("doctor", home=tmp_path, DATABASE_URL=database_url)
    assert "The ledger, the balances, the allowances and the boards agree (3 kudos)." in ended.out


def days_given(connection: Connection, team_id: str, _now: datetime) -> dict[str, date]:
    rows = connection.execute(kudos_table.select().where(kudos_table.c.team_id == team_id))
    return {row.kudos_id: row.given_on for row in rows}


async def test_a_row_counts_once_however_often_it_is_imported(
    store: Store, team: Team, tmp_path: Path
) -> None:
    twice = (ROW, ROW, ("Dina", "Bo", "1", "thanks", "2025-03-04", ""))
    result = await takes(store, team, table(tmp_path, *twice))
    assert (result.stored, result.present) == (3, 0)  # two equal rows are two acts
    # A later export has more, in another order.
    later = table(tmp_path, ("Bo", "Ada", "1", "later", "2025-04-01", ""), *reversed(twice))
    result = await takes(store, team, later)
    assert (result.stored, result.present) == (1, 3)
    assert len(await all_kudos(store, team.team_id)) == 4
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_a_dry_run_tells_the_same_and_stores_nothing(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    await takes(store, team, table(tmp_path, ROW))
    file = table(tmp_path, ROW, ("Bo", "Ada", "1", "x", "2025-04-01", ""))
    ended = await imports(database_url, team, file, "--dry-run")
    assert ended.code == 0
    assert ended.out.startswith("1 row would be stored. 1 row was there already.")
    assert len(await all_kudos(store, team.team_id)) == 1


@on_sqlite
async def test_words_that_somebody_had_erased_do_not_come_back(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await store.write(erase, ErasePerson(team.team_id, ADA))
    await takes(store, team, table(tmp_path, (ADA, *ROW[1:])))
    [kudos] = await all_kudos(store, team.team_id)
    assert (kudos.giver_id, kudos.reason) == (ADA, "")
    assert (await takes(store, team, table(tmp_path, ROW))).unknown == {"Ada": 1}


async def test_history_can_be_taken_back_by_an_admin_and_by_nobody_else(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await takes(store, team, table(tmp_path, ROW))
    [kudos] = await all_kudos(store, team.team_id)
    with pytest.raises(UndoTooLateError):
        await store.write(undo, UndoKudos(team.team_id, ADA))
    admin = Member(team.team_id, DINA, "Dina", is_admin=True)
    await store.write(see_people, SeePeople(team.team_id, (admin,)))
    await store.write(remove, RemoveKudos(team.team_id, DINA, kudos.kudos_id))
    assert (await balances(store, team.team_id))[BO] == 0
    assert await spent(store, team.team_id, ADA) == {}
    await assert_books_agree(store, team.team_id)


async def test_history_does_not_count_for_the_cap_between_two_people(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await choose(store, team.team_id, pair_cap=5, pair_cap_mode="block")
    today = (await store.read(moment, None)).isoformat()
    await takes(store, team, table(tmp_path, ("Ada", "Bo", "5", "x", today, "")))
    await store.write(give, team.gift(0, (1,), points=5))
    assert await balances(store, team.team_id) == {BO: 10}


def moment(_session: Connection, _request: None, now: datetime) -> datetime:
    return now


@pytest.mark.long
async def test_an_import_that_was_killed_goes_on_where_it_stopped(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = many(tmp_path, 2_000)
    command = ("import", "csv", str(file), "--team", team.team_id)
    process = await started(*command, home=tmp_path, DATABASE_URL=database_url)

    async def has_begun() -> bool:
        return bool(await all_kudos_count(store, team))

    await until(has_begun, 60)
    process.kill()
    await process.ended()
    had = await all_kudos_count(store, team)
    assert 0 < had < 2_000
    ended = await kudos(*command, "--json", home=tmp_path, DATABASE_URL=database_url)
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert (told["rows_there_already"], told["rows_stored"]) == (had, 2_000 - had)
    assert await all_kudos_count(store, team) == 2_000
    await assert_books_agree(store, team.team_id)


async def test_history_comes_in_while_people_give(store: Store, team: Team, tmp_path: Path) -> None:
    await choose(store, team.team_id, allowance=1_000)
    importing = asyncio.create_task(takes(store, team, many(tmp_path, 600), Product.CSV))
    given = 0
    while not importing.done():
        await asyncio.gather(
            *[store.write(give, team.gift(giver, ((giver + 1) % 4,))) for giver in range(4)]
        )
        given += 4
    assert (await importing).stored == 600
    assert await all_kudos_count(store, team) == 600 + given
    await assert_books_agree(store, team.team_id)
    assert await store.read(count_deadlocks, None) == 0


def count_deadlocks(connection: Connection, _request: None, _now: datetime) -> int:
    """Return how often two waited for each other, until the database chose one to begin anew."""
    if connection.dialect.name == "sqlite":
        return 0
    statement = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(connection.exec_driver_sql(statement).scalar_one())


@pytest.mark.long
@on_sqlite
async def test_ten_thousand_rows_need_little_memory(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    peaks = [
        await measured(
            *("import", "csv", str(many(tmp_path, count)), "--team", team.team_id),
            url=database_url,
            home=tmp_path,
        )
        for count in (100, 10_000)
    ]
    assert peaks[1] < peaks[0] + 12_000
    assert await all_kudos_count(store, team) == 10_000


def many(folder: Path, count: int) -> Path:
    """Write a table of a year's thanks."""
    rows = [
        (
            PEOPLE[n % 4],
            PEOPLE[(n + 1 + n // 4 % 3) % 4],
            "1",
            f"thanks number {n}",
            datetime.fromtimestamp(1_735_689_600 + n * 3_000, ZoneInfo("UTC")).isoformat(),
        )
        for n in range(count)
    ]
    file = folder / f"of{count}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("giver", "receiver", "points", "reason", "at"), *rows])
    return file


async def all_kudos_count(store: Store, team: Team) -> int:
    return await store.read(count, team.team_id)


def count(connection: Connection, team_id: str, _now: datetime) -> int:
    return count_kudos(connection, team_id)
