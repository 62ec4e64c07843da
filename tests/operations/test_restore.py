"""`kudos restore`, as an operator types it: real processes and files."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.backup import CannotRestoreError, RestoreFault
from bot.operations.backup import back_up_sqlite
from storage.engine.restoring import restore_sqlite
from tests.operations.older import older_file
from tests.operations.rows import contents, fill
from tests.operations.test_transfer import files_in
from tests.programs import environment_for, kudos, started

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox


NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    """A folder with a database that has something in it, and a backup of that."""
    path = tmp_path / "kudos.db"
    shutil.copy(sqlite_template, path)
    path.chmod(0o600)
    fill(f"sqlite:///{path}")
    back_up_sqlite(f"sqlite:///{path}", tmp_path / "copy.db")
    return tmp_path


def leave_a_log(path: Path) -> None:
    """Change the database and end as a killed process does: its last words stand in the log."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("DELETE FROM notices")
        database.execute("UPDATE members SET display_name = display_name || '!'")
        database.commit()
        logs = {end: path.with_name(f"{path.name}{end}").read_bytes() for end in ("-wal", "-shm")}
    for end, content in logs.items():
        path.with_name(f"{path.name}{end}").write_bytes(content)


async def test_what_is_restored_is_what_was_backed_up(home: Path) -> None:
    before = contents(f"sqlite:///{home}/kudos.db")
    leave_a_log(home / "kudos.db")
    ended = await kudos("restore", "copy.db", "--force", home=home)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{home}/kudos.db is restored, with 12 kudos, the last one of ")
    assert stat.S_IMODE((home / "kudos.db").stat().st_mode) == 0o600
    [kept] = [name for name in files_in(home) if "replaced" in name and name[-1].isdigit()]
    assert f"What was there before is {home / kept} now." in ended.out
    assert not {"kudos.db-wal", "kudos.db-shm"} & set(files_in(home))
    assert contents(f"sqlite:///{home}/kudos.db") == before
    assert contents(f"sqlite:///{home / kept}")["notices"] == []  # with what its log had
    assert contents(f"sqlite:///{home}/copy.db") == before
    assert (await kudos("export", "--what", "all", home=home)).code == 0


async def test_a_database_behind_a_link_is_restored_where_the_link_leads(home: Path) -> None:
    kept_elsewhere = home / "disk" / "real.db"
    kept_elsewhere.parent.mkdir()
    (home / "kudos.db").rename(kept_elsewhere)
    (home / "kudos.db").symlink_to(kept_elsewhere)
    ended = await kudos("restore", "copy.db", "--force", home=home)
    assert ended.out.startswith(f"{kept_elsewhere} is restored, with 12 kudos, the last one of ")
    assert (home / "kudos.db").readlink() == kept_elsewhere
    assert files_in(home) == ["copy.db", "disk", "kudos.db"]
    [kept, real] = sorted(files_in(kept_elsewhere.parent), key=len, reverse=True)
    assert (kept[:16], real) == ("real.db.replaced", "real.db")


def rename_ada(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE members SET display_name = ?", (name,))
        database.commit()


def first_name(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT min(display_name) FROM members").fetchone()[0])


def test_what_was_kept_is_never_written_over(home: Path) -> None:
    path = home / "kudos.db"
    kept = []
    for name in ("one", "two", "three"):
        rename_ada(path, name)
        restored = restore_sqlite(f"sqlite:///{path}", home / "copy.db", NOW, replacing=True)
        kept.append(home / str(restored.kept))
    assert [first_name(each) for each in kept] == ["one", "two", "three"]
    assert first_name(path) == first_name(home / "copy.db")


def test_two_restores_at_once_do_not_meet(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "kudos.db"
    rename_ada(path, "one")
    faults = []

    def restore() -> str | None:
        return restore_sqlite(f"sqlite:///{path}", home / "copy.db", NOW, replacing=True).kept

    def in_the_middle(_number: int) -> None:
        monkeypatch.undo()
        with pytest.raises(CannotRestoreError) as refused:
            restore()
        faults.append(refused.value.fault)

    monkeypatch.setattr(os, "fsync", in_the_middle)
    assert first_name(home / str(restore())) == "one"
    assert faults == [RestoreFault.IN_USE]
    assert not [name for name in files_in(home) if "restoring" in name]


@pytest.mark.parametrize("call", ["fsync", "replace", "rename", "link"])
def test_a_restore_that_fails_leaves_the_database_in_its_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = home / "kudos.db"
    rename_ada(path, "one")
    works: Callable[..., object] = getattr(os, call)
    for failing in range(5):
        left = failing

        def fails(*given: object, **also: object) -> object:
            nonlocal left
            left -= 1
            if call == "fsync":  # whoever is killed meanwhile leaves a database, too
                assert path.exists()
            if left == -1:
                raise OSError(errno.EIO, "Input/output error")
            return works(*given, **also)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, fails)
            try:
                restore_sqlite(f"sqlite:///{path}", home / "copy.db", NOW, replacing=True)
            except OSError:
                assert first_name(path) == "one"
                assert files_in(home) == ["copy.db", "kudos.db"]
                continue
        break
    assert left >= 0 or call == "link"  # a file system without links is one all the same
    assert first_name(path) == first_name(home / "copy.db")


async def test_a_log_that_was_left_alone_is_not_mixed_in(home: Path) -> None:
    before = contents(f"sqlite:///{home}/kudos.db")
    leave_a_log(home / "kudos.db")
    (home / "kudos.db").unlink()
    ended = await kudos("restore", "copy.db", "--json", home=home)
    assert json.loads(ended.out) == {
        "is_done": True,
        "file": f"{home}/kudos.db",
        "kept": None,
        "kudos": 12,
        "workspaces": 2,
    }
    assert not {"kudos.db-wal", "kudos.db-shm"} & set(files_in(home))
    assert contents(f"sqlite:///{home}/kudos.db") == before


async def test_a_backup_of_an_older_version_is_taken_and_upgraded_at_the_start(
    tmp_path: Path,
) -> None:
    older_file(tmp_path / "old.db", "T0ALPHA")
    ended = await kudos("restore", "old.db", home=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert "It is of an older version, and is upgraded at the next start." in ended.out
    assert (await kudos("migrate", home=tmp_path)).code == 0


def spoil(home: Path) -> None:
    content = (home / "copy.db").read_bytes()
    (home / "copy.db").write_bytes(content[:8192] + b"\xff" * 8192 + content[16384:])


def cut_off(home: Path) -> None:
    (home / "copy.db").write_bytes((home / "copy.db").read_bytes()[:40_000])


def write_words(home: Path) -> None:
    (home / "copy.db").write_text('{"kudos": "export"}\n' * 500, "utf-8")


def take_away(home: Path) -> None:
    (home / "copy.db").unlink()


def of_another_program(version: str | None) -> object:
    def change(home: Path) -> None:
        (home / "copy.db").unlink()
        with closing(sqlite3.connect(home / "copy.db")) as database:
            database.execute("CREATE TABLE kudos (created_at)")
            database.execute("INSERT INTO kudos VALUES ('last Tuesday')")
            if version is not None:
                database.execute("CREATE TABLE alembic_version (version_num)")
                database.execute("INSERT INTO alembic_version VALUES (?)", (version,))
            database.commit()

    return change


def of_version(version: str | None) -> object:
    def change(home: Path) -> None:
        with closing(sqlite3.connect(home / "copy.db")) as database:
            if version is None:
                database.execute("DROP TABLE alembic_version")
            else:
                database.execute("UPDATE alembic_version SET version_num = ?", (version,))
            database.commit()

    return change


def empty(home: Path) -> None:
    with closing(sqlite3.connect(home / "copy.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for [name] in tables:
            if name not in {"alembic_version", "ledger_entries"}:
                database.execute(f'DELETE FROM "{name}"')  # noqa: S608
        database.execute("DROP TABLE ledger_entries")
        database.commit()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoil, "copy.db is damaged and was not restored: database disk image is malformed"),
        (cut_off, "copy.db is damaged and was not restored: "),
        (write_words, "copy.db is damaged and was not restored: file is not a database."),
        (take_away, "There is no file copy.db."),
        (of_version(None), "copy.db is no backup of Kudos."),
        (of_another_program(None), "copy.db is no backup of Kudos. For a file of"),
        (of_another_program("0007"), "copy.db is no backup of Kudos. For a file"),
        (of_version("9999"), "copy.db belongs to a newer version of Kudos, or to another program."),
        (of_version("a1b2c3d4e5f6"), "copy.db belongs to a newer version of Kudos, or to another"),
        (of_version("importing:0008"), "copy.db was made while an import had not ended"),
        (empty, "There is no workspace in copy.db, so it was not restored."),
    ],
)
async def test_what_is_no_sound_backup_is_not_restored(
    change: object, sentence: str, home: Path
) -> None:
    assert callable(change)
    change(home)
    before = contents(f"sqlite:///{home}/kudos.db")
    ended = await kudos("restore", "copy.db", "--force", home=home)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(sentence), ended.err
    assert len(ended.err.splitlines()) == 1
    assert contents(f"sqlite:///{home}/kudos.db") == before
    assert [name for name in files_in(home) if "part" in name or "replaced" in name] == []


async def test_a_database_that_is_there_stays_without_force(home: Path) -> None:
    before = contents(f"sqlite:///{home}/kudos.db")
    ended = await kudos("restore", "copy.db", home=home)
    assert ended.code == 2
    assert ended.err.startswith(f"There is a database at {home}/kudos.db, and it was left as it is")
    ended = await kudos("restore", "kudos.db", "--force", home=home)
    assert ended.err.startswith("kudos.db is the database itself, and no copy of it.")
    assert contents(f"sqlite:///{home}/kudos.db") == before


async def test_nothing_is_restored_under_an_app_that_runs(
    slack: Sandbox, home: Path, sqlite_template: Path
) -> None:
    path = home / "running.db"
    shutil.copy(sqlite_template, path)
    environment = environment_for(slack, f"sqlite:///{path}")
    process = await started("start", home=home, **environment)
    assert await process.says()
    ended = await kudos("restore", "copy.db", "--force", home=home, **environment)
    assert ended.code == 2
    assert ended.err.strip() == (
        f"A program is working with {path}. Stop Kudos, then run this again."
    )
    reply = await slack.person("ada").types("/kudos me", in_channel="general")
    assert reply.ok
    process.terminate()
    assert await process.wait() == 0
    ended = await kudos("restore", "copy.db", "--force", home=home, **environment)
    assert (ended.code, ended.err) == (0, "")


async def test_nothing_is_restored_under_another_program_that_has_it_open(home: Path) -> None:
    with closing(sqlite3.connect(home / "kudos.db")) as database:
        database.execute("SELECT * FROM workspaces").fetchall()
        ended = await kudos("restore", "copy.db", "--force", home=home)
    assert ended.code == 2
    assert ended.err.startswith(f"A program is working with {home}/kudos.db.")


async def test_for_postgres_it_says_which_command_does_it(tmp_path: Path) -> None:
    url = "postgres://kudos:s3cret@db.example:5433/kudos"
    ended = await kudos("restore", "my copy.dump", home=tmp_path, DATABASE_URL=url)
    assert ended.code == 1
    assert shlex.split(ended.out) == [
        *("pg_restore", "--no-owner", "--dbname=postgresql://kudos@db.example:5433/kudos"),
        "my copy.dump",
    ]
    assert "s3cret" not in ended.out + ended.err


async def test_a_damaged_database_names_the_likely_cause_and_the_cure(
    slack: Sandbox, home: Path
) -> None:
    environment = environment_for(slack, f"sqlite:///{home}/kudos.db")
    sound = (home / "copy.db").read_bytes()
    damaged = {
        b"no database at all " * 500: ("file is not a database", "or it is another file"),
        sound[:4096] + bytes([5]) * (len(sound) - 4096): (
            "malformed",
            "The likely cause is a -wal file that was left beside the database",
        ),
    }
    for content, causes in damaged.items():
        (home / "kudos.db").write_bytes(content)
        for words in (("export",), ("start",), ("doctor",), ("backup",), ("migrate",)):
            ended = await kudos(*words, home=home, **environment)
            told = ended.out + ended.err
            assert ended.code in {1, 2}
            for cause in (*causes, "`kudos restore FILE --force`"):
                assert cause in told, words
    ended = await kudos("restore", "copy.db", "--force", home=home)
    assert (ended.code, ended.err) == (0, "")
