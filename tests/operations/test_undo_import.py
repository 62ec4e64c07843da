"""An import is taken back as a whole, goes on where it was stopped, and says how far it is."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.schema import DropTable

from bot.cli.console import ProgressLines
from bot.domain.history_import.columns import Product
from bot.domain.history_import.faults import CannotImportError, ImportFault
from bot.domain.kudos import RemoveKudos
from bot.domain.members import Member
from bot.operations.import_history import ImportHistory, import_history, undo_import
from bot.services.giving.kudos import give
from bot.services.giving.removal import remove
from bot.services.operations.imports import (
    BeginImport,
    OfImport,
    begin_import,
    begin_undo,
    list_imports,
)
from bot.services.people.members import SeePeople, see_people
from storage.tables import imports as schema_imports
from storage.tables.imports import imported_kudos
from tests.operations import test_importing
from tests.operations.test_import_tables import like
from tests.operations.test_importing import (
    BO,
    DINA,
    NOW,
    ROW,
    all_kudos_count,
    imports,
    many,
    table,
    takes,
)
from tests.programs import kudos, started
from tests.watching import (
    all_kudos,
    assert_books_agree,
    balances,
    entries,
    on_sqlite,
    outbox_states,
    until,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Team

team = test_importing.team  # the fixture


def show(_done: int, _total: int) -> None:
    """Look at no progress."""


async def test_an_import_is_taken_back_as_a_whole_and_can_come_again(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    await store.write(give, team.gift(0, (1,), points=4))
    await takes(store, team, table(tmp_path, ("Dina", "Bo", "1", "x", "2025-03-04", "")))
    before = await balances(store, team.team_id)
    file = table(tmp_path, ROW, ROW, ("Bo", "Dina", "2", "thanks", "2025-03-05", ""))
    ended = await imports(database_url, team, file)
    assert ended.code == 0, ended.err
    assert await balances(store, team.team_id) == {BO: 11, DINA: 2}
    first, command = ended.out.splitlines()[-1].split(". To take it back: ")
    import_id = first.removeprefix("This is import ")
    booked = await entries(store, team.team_id)
    told = await outbox_states(store, team.team_id)

    ended = await kudos(*command.split()[1:], home=tmp_path, DATABASE_URL=database_url)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Import {import_id} is taken back: 3 thanks. Boards and balances")
    assert {one: sum_ for one, sum_ in (await balances(store, team.team_id)).items() if sum_} == (
        before
    )
    after = await entries(store, team.team_id)
    reversing = Counter(after) - Counter(booked)  # the ledger only grows
    assert reversing == {("receiving", BO, -3): 2, ("receiving", DINA, -2): 1}
    assert not Counter(booked) - Counter(after)
    assert await outbox_states(store, team.team_id) == told  # nobody hears of it
    await assert_books_agree(store, team.team_id)
    ended = await kudos("doctor", home=tmp_path, DATABASE_URL=database_url)
    assert "The ledger, the balances, the allowances and the boards agree (5 kudos)." in ended.out

    # What was taken back is no obstacle to the same rows.
    result = await takes(store, team, file)
    assert (result.stored, result.present) == (3, 0)
    assert await balances(store, team.team_id) == {BO: 11, DINA: 2}
    assert (await takes(store, team, file)).stored == 0
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_imports_are_listed_and_the_last_one_is_taken_back_by_that_name(
    store: Store, team: Team, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    first = await takes(store, team, table(tmp_path, ROW))
    clock.advance(seconds=1)
    second = await takes(store, team, table(tmp_path, ("Bo", "Dina", "2", "x", "2025-03-05", "")))
    command = ("import", "--undo", "last")
    ended = await kudos(*command, "--dry-run", home=tmp_path, DATABASE_URL=database_url)
    assert ended.out == f"Import {second.import_id} would be taken back: 1 thanks.\n"
    await kudos(*command, home=tmp_path, DATABASE_URL=database_url)
    ended = await kudos("import", "--list", "--json", home=tmp_path, DATABASE_URL=database_url)
    listed = {each["import_id"]: each for each in json.loads(ended.out)["imports"]}
    assert (listed[first.import_id]["kudos"], listed[first.import_id]["undone_at"]) == (1, None)
    assert listed[second.import_id]["kudos"] == 0
    assert listed[second.import_id]["file_name"] == "history.csv"
    ended = await kudos("import-history", "--list", home=tmp_path, DATABASE_URL=database_url)
    assert sorted(line.endswith("(taken back)") for line in ended.out.splitlines()) == [False, True]
    for wrong in (second.import_id, "nonsense"):
        ended = await kudos("import", "--undo", wrong, home=tmp_path, DATABASE_URL=database_url)
        assert ended.code == 2
        assert ended.err.startswith(f"There is no import {wrong} that could be taken back.")


@on_sqlite
async def test_what_is_left_of_a_file_comes_as_an_import_of_its_own(
    store: Store, team: Team, tmp_path: Path
) -> None:
    file = table(tmp_path, ROW, ("Gone Girl", *ROW[1:]))
    first = await takes(store, team, file, skips_bad=True)
    second = await takes(store, team, file, keeps_unknown=True)
    assert (first.stored, second.stored) == (1, 1)
    assert first.import_id != second.import_id
    other = await like(team)
    await takes(store, other, table(tmp_path, ROW))
    with pytest.raises(CannotImportError) as raised:
        await undo_import(store, "last", None, show, is_rehearsal=False)
    assert raised.value.fault is ImportFault.SEVERAL_IMPORTS
    assert set(raised.value.found) == {team.team_id, other.team_id}
    undone = await undo_import(store, second.import_id, None, show, is_rehearsal=False)
    assert (undone.noted.team_id, undone.undone) == (team.team_id, 1)
    assert (await balances(store, team.team_id))[BO] == 3


@on_sqlite
async def test_what_an_admin_took_back_before_is_taken_back_once(
    store: Store, team: Team, tmp_path: Path
) -> None:
    result = await takes(store, team, table(tmp_path, ROW, ROW))
    admin = Member(team.team_id, DINA, "Dina", is_admin=True)
    await store.write(see_people, SeePeople(team.team_id, (admin,)))
    removed = (await all_kudos(store, team.team_id))[0]
    await store.write(remove, RemoveKudos(team.team_id, DINA, removed.kudos_id))
    undone = await undo_import(store, result.import_id, None, show, is_rehearsal=False)
    assert (undone.undone, undone.before) == (1, 1)
    assert (await balances(store, team.team_id))[BO] == 0
    await assert_books_agree(store, team.team_id)


async def test_an_import_that_is_taken_back_while_it_runs_stores_nothing_more(
    store: Store, team: Team, tmp_path: Path
) -> None:
    file = many(tmp_path, 300)

    async def has_begun() -> bool:
        listed = await store.read(list_imports, team.team_id)
        return any(each.standing for each in listed)

    async def undo_soon() -> None:
        await until(has_begun, 60)
        await undo_import(store, "last", team.team_id, show, is_rehearsal=False)

    undoing = asyncio.create_task(undo_soon())
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file, Product.CSV)
    assert raised.value.fault is ImportFault.TAKEN_BACK
    await undoing
    assert [each.standing for each in await store.read(list_imports, team.team_id)] == [0]
    assert {*(await balances(store, team.team_id)).values()} == {0}
    await assert_books_agree(store, team.team_id)


async def test_two_imports_of_one_file_at_once_store_each_row_once(
    store: Store, team: Team, tmp_path: Path
) -> None:
    file = many(tmp_path, 200)
    results = await asyncio.gather(*[takes(store, team, file, Product.CSV) for _ in range(2)])
    assert sum(result.stored for result in results) == 200
    assert await all_kudos_count(store, team) == 200
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_an_interrupted_import_goes_on_as_the_same_one(
    store: Store, team: Team, tmp_path: Path
) -> None:
    file = many(tmp_path, 100)
    shown = 0

    def stop(done: int, total: int) -> None:
        nonlocal shown
        shown = done
        if done and total:
            raise KeyboardInterrupt

    wish = ImportHistory(Product.CSV, file, team.team_id)
    with pytest.raises(KeyboardInterrupt):
        await import_history(store, wish, NOW, stop)
    [begun] = await store.read(list_imports, team.team_id)
    assert (begun.standing, begun.ended_at) == (shown, None)
    result = await takes(store, team, file, Product.CSV)
    assert (result.stored, result.present, result.import_id) == (
        100 - shown,
        shown,
        begun.import_id,
    )
    undone = await undo_import(store, begun.import_id, None, show, is_rehearsal=False)
    assert undone.undone == 100
    await assert_books_agree(store, team.team_id)


async def test_what_was_imported_before_imports_had_ids_can_be_taken_back_too(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await store.write(give, team.gift(0, (1,), points=4))
    await takes(store, team, table(tmp_path, ROW, ROW))
    await store.write(migrated_anew, None)
    undone = await undo_import(store, "earlier", team.team_id, show, is_rehearsal=False)
    assert undone.undone == 2
    assert await balances(store, team.team_id) == {BO: 4}
    await assert_books_agree(store, team.team_id)


def migrated_anew(connection: Connection, _request: None, _now: datetime) -> None:
    """Have the migration make the tables of imports, as of a database that had none."""
    connection.execute(DropTable(imported_kudos))
    connection.execute(DropTable(schema_imports.imports))
    migration = import_module("storage.migrations.versions.0012_imports")
    with Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()


@on_sqlite
async def test_one_that_was_taken_back_is_not_gone_on_with(
    store: Store, team: Team, tmp_path: Path
) -> None:
    begin = BeginImport(team.team_id, "history.csv", "0" * 64)
    begun = await store.write(begin_import, begin)
    assert await store.write(begin_import, begin) == begun
    await store.write(begin_undo, OfImport(team.team_id, begun))
    assert await store.write(begin_import, begin) != begun


@pytest.mark.long
@on_sqlite
async def test_ctrl_c_says_that_running_it_again_goes_on(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = many(tmp_path, 3_000)
    command = ("import-history", str(file), "--team", team.team_id)
    process = await started(*command, home=tmp_path, DATABASE_URL=database_url)

    async def has_begun() -> bool:
        return bool(await all_kudos_count(store, team))

    await until(has_begun, 60)
    process.send_signal(signal.SIGINT)
    ended = await process.ended()
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[-1] == (
        "Stopped. Run the same command again and it goes on where it was."
    )
    assert 0 < await all_kudos_count(store, team) < 3_000
    ended = await kudos(*command, home=tmp_path, DATABASE_URL=database_url)
    assert ended.code == 0, ended.err
    assert await all_kudos_count(store, team) == 3_000
    await assert_books_agree(store, team.team_id)


def test_where_nobody_watches_a_line_is_said_every_ten_seconds() -> None:
    seconds = 0.0
    said: list[str] = []
    lines = ProgressLines("Reading", said.append, lambda: seconds)
    for second in range(35):
        seconds = second
        lines.show(second * 1_000, 0 if second < 15 else 50_000)
    assert said == [
        "Reading: 10,000 so far",
        "Reading: 20,000 of 50,000",
        "Reading: 30,000 of 50,000",
    ]
