"""`kudos backup`, as an operator types it: real processes, while others write."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.domain.backup import NotCopiedError
from bot.operations.backup import back_up_sqlite
from bot.operations.files import FileThereError
from tests.operations.older import add_workspace
from tests.operations.rows import contents, fill
from tests.operations.test_transfer import files_in
from tests.programs import kudos

if TYPE_CHECKING:
    from pathlib import Path


SECRET = "s3cret-of-the-database"


@pytest.fixture
def filled(sqlite_url: str) -> str:
    fill(sqlite_url)
    return sqlite_url


async def test_a_copy_holds_everything_and_only_its_owner_may_read_it(
    filled: str, tmp_path: Path
) -> None:
    ended = await kudos("backup", home=tmp_path, DATABASE_URL=filled)
    assert (ended.code, ended.err) == (0, "")
    [name] = files_in(tmp_path / "backups")
    copy = tmp_path / "backups" / name
    size = round(copy.stat().st_size / 1_000)
    assert ended.out.startswith(f"{copy} has the whole database ({size} kB, 12 kudos).")
    assert copy.name.startswith("kudos-20")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert contents(f"sqlite:///{copy}") == contents(filled)


async def test_the_result_is_there_for_programs_too(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    ended = await kudos("backup", str(file), "--json", home=tmp_path, DATABASE_URL=filled)
    assert json.loads(ended.out) == {
        "is_done": True,
        "file": str(file),
        "bytes": file.stat().st_size,
        "kudos": 12,
    }


async def test_a_file_that_is_there_is_never_written_over(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("mine", "utf-8")
    ended = await kudos("backup", str(file), home=tmp_path, DATABASE_URL=filled)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.strip() == f"{file} is there already and was left as it is."
    assert file.read_text("utf-8") == "mine"


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nothing.db"
    ended = await kudos("backup", str(tmp_path / "copy.db"), home=tmp_path, DATABASE_URL=url)
    assert ended.code == 2
    assert ended.err.startswith(f"There is no Kudos database at {tmp_path}/nothing.db.")
    assert files_in(tmp_path) == []


async def test_a_folder_that_is_not_there_is_told_in_a_sentence(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "no" / "copy.db"
    ended = await kudos("backup", str(file), home=tmp_path, DATABASE_URL=filled)
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)


async def test_a_damaged_database_makes_no_backup(filled: str, tmp_path: Path) -> None:
    path = filled.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "r+b") as file:  # noqa: ASYNC230, PTH123
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 5)
    file_ = tmp_path / "copy.db"
    ended = await kudos("backup", str(file_), home=tmp_path, DATABASE_URL=filled)
    assert ended.code == 2
    assert ended.err.startswith("There is no backup: ")
    assert set(files_in(tmp_path)) <= {"kudos.db"}


@pytest.mark.long
async def test_a_copy_made_under_load_has_all_that_was_stored_before(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    add_workspace(sqlite_url)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE pair_of_rows (n INTEGER, side TEXT)")
        database.commit()
    stop, stored = threading.Event(), [0]

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
            while not stop.is_set():
                n = stored[0] + 1
                database.execute("BEGIN IMMEDIATE")
                for side in ("left", "right"):
                    database.execute("INSERT INTO pair_of_rows VALUES (?, ?)", (n, side))
                database.execute("COMMIT")
                stored[0] = n

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            await asyncio.sleep(0.1)
            before = stored[0]
            file = tmp_path / f"copy{number}.db"
            await asyncio.to_thread(back_up_sqlite, sqlite_url, file)
            with closing(sqlite3.connect(file)) as copy:
                [[rows, last]] = copy.execute("SELECT count(*), max(n) FROM pair_of_rows")
            assert rows == 2 * last
            assert before <= last
        assert stored[0] > 50
    finally:
        stop.set()
        thread.join()


def test_a_full_disk_leaves_no_file(filled: str, tmp_path: Path) -> None:
    if shutil.which("mount") is None:
        pytest.skip("no mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    import subprocess  # noqa: PLC0415

    made = subprocess.run(  # noqa: S603
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],  # noqa: S607
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("not allowed to mount a small disk")
    try:
        with pytest.raises((NotCopiedError, OSError)):
            back_up_sqlite(filled, disk / "copy.db")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=False)  # noqa: S603, S607


def test_who_takes_the_name_meanwhile_keeps_it(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("mine", "utf-8")
    with pytest.raises(FileThereError):
        back_up_sqlite(filled, file)
    assert file.read_text("utf-8") == "mine"


async def test_for_postgres_it_says_how_without_the_password(tmp_path: Path) -> None:
    url = f"postgres://kudos:{SECRET}@db.example:5433/kudos?sslmode=require"
    ended = await kudos("backup", "my copy.dump", home=tmp_path, DATABASE_URL=url)
    assert ended.code == 1
    assert SECRET not in ended.out + ended.err
    assert shlex.split(ended.out) == [
        *("pg_dump", "--format=custom", "--no-owner", "--file=my copy.dump"),
        "postgresql://kudos@db.example:5433/kudos?sslmode=require",
    ]
    assert "pg_restore" in ended.err
    ended = await kudos("backup", "--json", home=tmp_path, DATABASE_URL=url)
    told = json.loads(ended.out)
    assert (ended.code, told["is_done"]) == (1, False)
    assert told["command"].startswith("pg_dump ")
    assert SECRET not in ended.out + ended.err


async def test_a_restored_copy_is_the_database_that_it_was(filled: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    before = contents(filled)
    back_up_sqlite(filled, copy)
    path = filled.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM notices")
        database.commit()
    for ending in ("-wal", "-shm"):
        (tmp_path / f"kudos.db{ending}").unlink(missing_ok=True)
    shutil.copy(copy, path)
    assert contents(filled) == before
    ended = await kudos("migrate", home=tmp_path, DATABASE_URL=filled)
    assert ended.code == 0
