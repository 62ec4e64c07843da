"""`kudos export --what all` and `kudos import`, as an operator types them: real processes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.app import open_store
from bot.clock import machine_clock
from bot.config import read_settings
from bot.operations.transfer import import_all
from storage.engine.columns import metadata
from storage.engine.migrate import head, is_current, is_half_imported, migrate
from storage.tables.schema import members, outbox
from tests.operations.rows import TEAMS, contents, fill
from tests.patience import WAIT_SECONDS
from tests.programs import Ended, kudos, started

ROWS = 20_000


@pytest.fixture
def filled(sqlite_url: str) -> str:
    """A SQLite file with rows in every table."""
    fill(sqlite_url)
    return sqlite_url


async def exported(url: str, file: Path) -> Ended:
    ended = await kudos("export", str(file), "--what", "all", home=file.parent, DATABASE_URL=url)
    assert ended.code == 0, ended.err
    return ended


async def imported(url: str, file: Path, *words: str) -> Ended:
    return await kudos("import", str(file), *words, home=file.parent, DATABASE_URL=url)


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_the_rows_of_these_tests_are_in_every_table(filled: str) -> None:
    found = contents(filled)
    assert found.keys() == {table.name for table in metadata.sorted_tables}
    assert all(len(rows) >= len(TEAMS) for rows in found.values())


@pytest.mark.long
async def test_sqlite_to_postgres_and_back_loses_nothing(
    filled: str, postgres_empty: str, tmp_path: Path
) -> None:
    migrate(postgres_empty)
    before = contents(filled)
    total = sum(len(rows) for rows in before.values())
    first = tmp_path / "first.jsonl"
    ended = await exported(filled, first)
    assert ended.err.startswith(f"Everything is written: {total:,} rows.")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    ended = await imported(postgres_empty, first)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{total:,} rows are stored. 0 rows were there already.")
    assert contents(postgres_empty) == before
    second = tmp_path / "second.jsonl"
    await exported(postgres_empty, second)
    assert lines_of(second)[1:-1] == lines_of(first)[1:-1]
    back = f"sqlite:///{tmp_path}/new-folder/back.db"
    ended = await imported(back, second)
    assert ended.code == 0, ended.err
    assert contents(back) == before


async def test_the_first_line_says_what_it_is_and_the_last_proves_it(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    first, *rows, last = lines_of(file)
    assert (first["kudos_export"], first["schema"]) == (1, head())
    assert {"version", "exported_at"} <= first.keys()
    assert sum(first["rows"].values()) == len(rows) == last["end"]["rows"]
    body = file.read_bytes().rsplit(b"\n", 2)[0] + b"\n"
    assert last["end"]["sha256"] == hashlib.sha256(body).hexdigest()


async def test_everything_goes_to_standard_output_too(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    ended = await kudos("export", "--what", "all", home=tmp_path, DATABASE_URL=filled)
    assert ended.code == 0
    assert ended.out.splitlines()[1:-1] == file.read_text("utf-8").splitlines()[1:-1]


async def test_an_export_is_of_one_moment_and_keeps_nobody_from_writing(
    database_url: str, tmp_path: Path
) -> None:
    fill(database_url, 6)
    add_members(database_url, 5_000)
    file = tmp_path / "all.jsonl"
    exporting = asyncio.create_task(exported(database_url, file))
    engine = create_engine(database_url, poolclass=NullPool)
    number = 0
    while not exporting.done():
        with engine.begin() as session:  # two tables in one transaction: both are there or neither
            team_id = f"T0LATE{number}"
            session.execute(metadata.tables["workspaces"].insert(), workspace_row(team_id))
            session.execute(members.insert(), member_row(team_id, "U0LATE"))
        number += 1
        await asyncio.sleep(0.01)
    engine.dispose()
    await exporting
    assert number > 3
    rows = lines_of(file)[1:-1]
    of = {
        name: {each["row"]["team_id"] for each in rows if each["table"] == name}
        for name in ("workspaces", "members")
    }
    assert of["members"] == of["workspaces"]


async def test_an_import_is_done_once_however_often_it_is_run(
    filled: str, postgres_empty: str, tmp_path: Path
) -> None:
    migrate(postgres_empty)
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    await imported(postgres_empty, file)
    before = contents(postgres_empty)
    ended = await imported(postgres_empty, file, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["rows_stored"]) == (0, 0)
    assert told["rows_there_already"] == sum(len(rows) for rows in before.values())
    assert contents(postgres_empty) == before


@pytest.mark.long
async def test_an_import_that_was_killed_goes_on_where_it_stopped(
    database_url: str, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    migrate(source)
    fill(source)
    add_members(source, ROWS)
    file = tmp_path / "all.jsonl"
    await exported(source, file)
    process = await started("import", str(file), home=tmp_path, DATABASE_URL=database_url)
    async with asyncio.timeout(WAIT_SECONDS):
        while not 0 < count_members(database_url) < ROWS:
            assert process.is_running
            await asyncio.sleep(0.005)
    process.kill()
    await process.ended()
    had = count_members(database_url)
    assert had < ROWS
    assert is_half_imported(database_url)
    ended = await imported(database_url, file, "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["rows_there_already"] >= had
    assert contents(database_url) == contents(source)
    assert is_current(database_url)


async def test_a_dry_run_checks_all_and_stores_nothing(
    filled: str, database_url: str, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    migrate(source)
    fill(source)
    file = tmp_path / "all.jsonl"
    await exported(source, file)
    target = f"sqlite:///{tmp_path}/not-there.db"
    ended = await imported(target, file, "--dry-run")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("The file is whole and fits.")
    assert not (tmp_path / "not-there.db").exists()


async def test_messages_keep_their_state_so_that_nothing_is_sent_twice(
    filled: str, postgres_empty: str, tmp_path: Path
) -> None:
    migrate(postgres_empty)
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    await imported(postgres_empty, file)
    engine = create_engine(postgres_empty, poolclass=NullPool)
    with engine.begin() as session:
        states = {row.state for row in session.execute(outbox.select())}
    engine.dispose()
    assert states == {"waiting", "sending", "sent", "failed", "dropped"}


@pytest.mark.long
async def test_memory_does_not_grow_with_the_rows(sqlite_url: str, tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, ROWS):
        url = f"sqlite:///{tmp_path}/of{count}.db"
        migrate(url)
        fill(url)
        add_members(url, count)
        file, target = tmp_path / f"{count}.jsonl", f"sqlite:///{tmp_path}/to{count}.db"
        out = await measured("export", str(file), "--what", "all", url=url, home=tmp_path)
        into = await measured("import", str(file), url=target, home=tmp_path)
        peaks.append((out, into))
    (small_out, small_in), (large_out, large_in) = peaks
    assert large_out < small_out + 8_000
    assert large_in < small_in + 8_000


async def measured(*words: str, url: str, home: Path) -> int:
    """Return the most memory that a command had, in kB."""
    process = await started(*words, home=home, DATABASE_URL=url)
    waiting = asyncio.create_task(process.ended())
    peak = 0
    while not waiting.done():
        peak = max(peak, most_memory(process.pid))
        await asyncio.sleep(0.005)
    assert (await waiting).code == 0
    return peak


def most_memory(pid: int) -> int:
    """Return the most memory that a process had so far, in kB; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    return max([int(found) for found in re.findall(r"VmHWM:\s+(\d+)", status)], default=0)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_progress_is_shown_to_whoever_asks(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    target = f"sqlite:///{tmp_path}/target.db"
    store = open_store(read_settings(_env_file=None, database_url=target), machine_clock)
    shown: list[tuple[int, int]] = []
    result = await import_all(
        store, file, lambda done, total: shown.append((done, total)), is_rehearsal=False
    )
    await store.close()
    assert shown == sorted(shown)
    assert shown[-1] == (2 * result.stored, 2 * result.stored)


def workspace_row(team_id: str) -> dict[str, Any]:
    return {
        "team_id": team_id,
        "name": team_id,
        "url": "https://x.slack.example/",
        "bot_user_id": "U0BOT",
        "time_zone": "UTC",
        "emoji_aliases": {},
        "settings": {},
        "created_at": machine_clock(),
    }


def member_row(team_id: str, user_id: str) -> dict[str, Any]:
    kinds = ("is_bot", "is_deactivated", "is_external", "is_guest", "is_admin", "is_off_boards")
    return {
        "team_id": team_id,
        "user_id": user_id,
        "display_name": "somebody with a name",
        "time_zone": "UTC",
        "locale": "en-US",
        "preferences": {},
        "first_seen_at": machine_clock(),
        "updated_at": machine_clock(),
    } | dict.fromkeys(kinds, False)


def add_members(url: str, count: int) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as session:
        rows = [member_row(TEAMS[0], f"U1{number:08}") for number in range(count)]
        session.execute(members.insert(), rows)
    engine.dispose()


def count_members(url: str) -> int:
    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as session:
            statement = "SELECT count(*) FROM members WHERE user_id > 'U1'"
            return int(session.exec_driver_sql(statement).scalar_one())
    except sqlite3.Error:
        return 0
