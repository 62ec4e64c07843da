"""Which database a command works on, and what it may do to it: real processes."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from storage.engine.migrate import head
from tests.operations.older import OLDER, make_older, older_file
from tests.operations.rows import fill
from tests.operations.test_transfer import files_in
from tests.programs import Ended, environment_for, kudos, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox import Sandbox

PERSON = ("--team", "T0ALPHA", "--user", "U0ALPHA")
# What works on a database that is there, and neither makes nor upgrades one.
NEVER_MAKE = (
    ("export",),
    ("export", "--what", "all"),
    ("run-due", "--dry-run"),
    ("run-due",),
    ("erase", *PERSON),
    ("delete", "--team", "T0ALPHA"),
    ("rotate-key",),
)
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-none",
    "KUDOS_SECRET_KEY": "6Ru1PZEdFyZ0xYvVUHkNnvBJKDkTdMrhSfCmYY6vFIk=",
}


def written_in(path: Path) -> tuple[str, bytes]:
    """Return a file's version and content."""
    with closing(sqlite3.connect(path)) as database:
        [[version]] = database.execute("SELECT version_num FROM alembic_version")
    return version, path.read_bytes()


def sentences_of(ended: Ended) -> list[str]:
    return [*ended.out.splitlines(), *ended.err.splitlines()]


@pytest.mark.parametrize("words", NEVER_MAKE, ids=" ".join)
async def test_a_command_makes_no_database(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = await kudos(*words, home=tmp_path, **SETTINGS)
    assert ended.code == 2
    [told] = sentences_of(ended)
    assert told.startswith(f"There is no Kudos database at {tmp_path}/kudos.db.")
    assert f"There is no .env in {tmp_path}" in told
    assert ended.database == f"{tmp_path}/kudos.db"
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("words", NEVER_MAKE, ids=" ".join)
async def test_a_command_upgrades_no_database(words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "kudos.db"
    url = older_file(path, "T0ALPHA")
    before = written_in(path)
    ended = await kudos(*words, home=tmp_path, DATABASE_URL=url, **SETTINGS)
    assert ended.code == 2
    [told] = sentences_of(ended)
    assert told.startswith("This database is of an older version of Kudos and was left as it is.")
    assert "`kudos migrate`" in told
    assert written_in(path) == before
    assert files_in(tmp_path) == ["kudos.db"]


async def test_an_empty_file_is_no_database_and_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "kudos.db"
    path.touch()
    for words in (("export",), ("backup",)):
        ended = await kudos(*words, home=tmp_path)
        assert ended.code == 2
        assert ended.err.startswith(f"There is no Kudos database at {path}.")
    assert path.read_bytes() == b""


async def test_another_programs_file_is_not_even_switched_to_a_log(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (n INTEGER)")
    before = path.read_bytes()
    url = f"sqlite:///{path}"
    for words in (("export",), ("backup",), ("doctor",)):
        await kudos(*words, home=tmp_path, DATABASE_URL=url)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "words", [("export",), ("export", "--what", "all"), ("backup",)], ids=" ".join
)
async def test_a_database_without_a_workspace_is_not_copied(
    words: tuple[str, ...], sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    ended = await kudos(*words, str(file), home=tmp_path, DATABASE_URL=sqlite_url)
    assert ended.code == 1
    [told] = sentences_of(ended)
    assert told.startswith("There is no workspace in this database, so nothing was written.")
    assert not file.exists()


async def test_a_database_of_an_older_version_can_be_backed_up(tmp_path: Path) -> None:
    url = older_file(tmp_path / "kudos.db", "T0ALPHA")
    copy = tmp_path / "copy.db"
    ended = await kudos("backup", str(copy), home=tmp_path, DATABASE_URL=url)
    assert (ended.code, ended.err) == (0, "")
    assert written_in(copy)[0] == OLDER


async def test_the_database_is_named_without_its_password(
    postgres_empty: str, tmp_path: Path
) -> None:
    url = f"{postgres_empty}{'&' if '?' in postgres_empty else '?'}application_name=x"
    ended = await kudos("export", home=tmp_path, DATABASE_URL=url)
    assert ended.database.startswith("postgresql://")
    assert ended.database in ended.err
    far = "postgres://kudos:s3cret@127.0.0.1:1/kudos?sslpassword=s3cret"
    ended = await kudos("export", home=tmp_path, DATABASE_URL=far)
    assert ended.database == "postgresql://kudos@127.0.0.1:1/kudos"
    assert "s3cret" not in ended.out + ended.err


async def test_the_settings_are_read_from_the_file_that_is_named(
    sqlite_url: str, tmp_path: Path
) -> None:
    fill(sqlite_url)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///none.db", "utf-8")
    settings = tmp_path / "of.env"
    settings.write_text(f"DATABASE_URL={sqlite_url}\n", "utf-8")
    ended = await kudos("--env-file", str(settings), "export", "--what", "all", home=tmp_path)
    assert (ended.code, ended.database) == (0, sqlite_url.removeprefix("sqlite:///"))
    ended = await kudos("--env-file", str(elsewhere / "none"), "export", home=tmp_path)
    assert ended.code == 2
    assert ended.err.strip() == f"There is no file {elsewhere}/none to read settings from."


async def test_migrate_leaves_a_copy_of_what_it_upgrades(tmp_path: Path) -> None:
    path = tmp_path / "kudos.db"
    url = older_file(path, "T0ALPHA")
    copy = tmp_path / f"kudos.db.before-{head()}"
    ended = await kudos("migrate", home=tmp_path, DATABASE_URL=url)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("The database was upgraded to the tables of this version.")
    assert str(copy) in ended.out
    assert written_in(path)[0] == head()
    assert written_in(copy)[0] == OLDER
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copied_at = copy.stat().st_mtime_ns
    ended = await kudos("migrate", home=tmp_path, DATABASE_URL=url)
    assert ended.out.strip() == "The database has the tables of this version."
    assert copy.stat().st_mtime_ns == copied_at


async def test_a_new_database_has_nothing_to_be_copied(tmp_path: Path) -> None:
    ended = await kudos("migrate", home=tmp_path)
    assert (ended.code, ended.database) == (0, f"{tmp_path}/kudos.db")
    assert files_in(tmp_path) == ["kudos.db"]


async def test_start_logs_an_upgrade_and_where_the_copy_is(slack: Sandbox, tmp_path: Path) -> None:
    url = older_file(tmp_path / "kudos.db")
    environment = environment_for(slack, url) | {"KUDOS_LOG_FORMAT": "json"}
    process = await started("start", home=tmp_path, **environment)
    assert (await process.says()).startswith("Kudos runs in the workspace")
    assert await process.says() == f"Database: {tmp_path}/kudos.db\n"
    process.terminate()
    ended = await process.ended()
    [line] = [each for each in ended.err.splitlines() if "database_upgraded" in each]
    logged = json.loads(line)
    assert (logged["before"], logged["now"]) == (OLDER, head())
    assert written_in(tmp_path / f"kudos.db.before-{head()}")[0] == OLDER
    assert logged["copy"] == str(tmp_path / f"kudos.db.before-{head()}")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Yield a disk with so much room, where this machine lets us have one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, check=False, capture_output=True)  # noqa: S603
    except OSError:
        pytest.skip("no mount")
    if made.returncode:
        pytest.skip("not allowed to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)  # noqa: S603, S607


async def test_without_room_for_a_copy_and_an_upgrade_nothing_is_upgraded(tmp_path: Path) -> None:
    for size in ("500k", "750k"):  # there is room for a copy in the second, and for nothing else
        with small_disk(tmp_path / size, size) as disk:
            path = disk / "kudos.db"
            url = older_file(path, "T0ALPHA")
            ended = await kudos("migrate", home=tmp_path, DATABASE_URL=url)
            assert ended.code == 2
            told = "The database was not upgraded, since no copy of it could be"
            assert ended.err.startswith(told), size
            assert written_in(path)[0] == OLDER
            assert files_in(disk) == ["kudos.db"], size


async def test_for_postgres_it_says_how_a_copy_is_made(
    slack: Sandbox, postgres_empty: str, tmp_path: Path
) -> None:
    make_older(postgres_empty, "T0ALPHA")
    environment = environment_for(slack, postgres_empty)
    ended = await kudos("start", home=tmp_path, **environment)
    assert ended.code == 2
    assert "Make a copy with `kudos backup`, then run `kudos migrate`." in ended.err
    ended = await kudos("migrate", home=tmp_path, **environment)
    assert (ended.code, ended.out.strip()) == (
        0,
        "The database was upgraded to the tables of this version.",
    )
    assert "Postgres keeps no copy" in ended.err
