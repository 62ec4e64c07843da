"""A database that can't be Kudos', or that has settings of its own: told, or made no difference."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.clock import machine_clock
from storage.engine.migrate import migrate
from storage.engine.opening import opened
from tests import postgres
from tests.programs import kudos

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from storage.engine.store import Connection

FOREIGN = (
    "This database has another program's tables (their version is {found}). Give Kudos a database "
    "of its own, and name that in DATABASE_URL."
)
SQL_ASCII = (
    "This Postgres database keeps text as SQL_ASCII, which can't hold every name and emoji. Make "
    "one with UTF8: CREATE DATABASE kudos ENCODING 'UTF8' TEMPLATE template0"
)


@pytest.fixture
def of_ascii(postgres_server: str) -> Iterator[str]:
    """A database whose encoding is none."""
    how = "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    with postgres.new_database(postgres_server, how) as url:
        yield url


@pytest.fixture
def of_ours(postgres_server: str) -> Iterator[str]:
    """A database with the tables of this version."""
    with postgres.new_database(postgres_server) as url:
        migrate(url)
        yield url


@pytest.fixture
def of_another_country(postgres_server: str) -> Iterator[str]:
    """A database that writes times as in Germany, in Japan's zone, and text in Latin letters."""
    with postgres.new_database(postgres_server) as url:
        name = make_url(url).database
        postgres.on_server(
            postgres_server,
            f"ALTER DATABASE {name} SET DateStyle = 'German, DMY'",
            f"ALTER DATABASE {name} SET TimeZone = 'Asia/Tokyo'",
            f"ALTER DATABASE {name} SET client_encoding = 'LATIN1'",
        )
        yield url


@pytest.mark.parametrize("command", ["migrate", "start", "doctor"])
async def test_a_database_that_cannot_hold_every_name_is_refused(
    of_ascii: str, tmp_path: Path, command: str
) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    ended = await kudos(command, home=tmp_path, DATABASE_URL=of_ascii, **tokens, **nowhere)
    assert ended.code == (1 if command == "doctor" else 2)
    assert SQL_ASCII in (ended.out if command == "doctor" else ended.err)
    assert "Traceback" not in ended.err


async def test_an_account_without_rights_and_a_lost_table_are_told(
    of_ours: str, tmp_path: Path
) -> None:
    url = make_url(of_ours)
    narrow = f"narrow_{url.database}"
    mended = f"DROP OWNED BY {narrow}; DROP ROLE {narrow}"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {narrow} LOGIN".encode())
        connection.execute(f"GRANT SELECT ON alembic_version, workspaces TO {narrow}".encode())
        try:
            few_rights = url.set(username=narrow).render_as_string(hide_password=False)
            for words in (("doctor",), ("run-due", "--dry-run")):
                await assert_told("permission denied for table", words, few_rights, tmp_path)
            connection.execute(b"DROP TABLE receipts CASCADE")
            await assert_told('relation "receipts" does not exist', ["doctor"], of_ours, tmp_path)
        finally:
            connection.execute(mended.encode())


async def assert_told(why: str, words: Sequence[str], url: str, home: Path) -> None:
    """Fail unless the command ends with that reason in a sentence."""
    ended = await kudos(*words, home=home, DATABASE_URL=url)
    told = ended.out + ended.err
    assert why in told, (words, told)
    assert "Traceback" not in told, words
    assert ended.code in {1, 2}


async def test_what_a_server_has_as_its_own_makes_no_difference(of_another_country: str) -> None:
    migrate(of_another_country)
    store = opened(of_another_country, machine_clock)

    def told(
        connection: Connection, _request: None, now: datetime
    ) -> tuple[datetime, datetime, str]:
        written = "CAST(:moment AS timestamptz), CAST(:name AS text)"
        row = connection.execute(
            text(f"SELECT now(), {written}"), {"moment": now, "name": "ნინო 🌮"}
        ).one()
        assert abs(row[0] - now) < timedelta(minutes=5)
        return row[1], now, row[2]

    try:
        read, now, name = await store.write(told, None)
    finally:
        await store.close()
    assert (read, name) == (now, "ნინო 🌮")
    assert read.tzinfo is not None
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize("revision", ["1975ea83b712", "0007"])
async def test_another_programs_tables_are_left_alone_in_a_file(
    tmp_path: Path, revision: str
) -> None:
    file = tmp_path / "kudos.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        theirs.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        theirs.commit()
    ended = await kudos("migrate", home=tmp_path, DATABASE_URL=f"sqlite:///{file}")
    assert ended.code == 2
    assert FOREIGN.format(found=revision) in ended.err
    told = await kudos("doctor", home=tmp_path, DATABASE_URL=f"sqlite:///{file}")
    assert told.code == 1
    assert FOREIGN.format(found=revision) in told.out
    with closing(sqlite3.connect(file)) as theirs:
        [tables] = theirs.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        assert tables == (1,)


async def test_another_programs_tables_are_left_alone_on_a_server(
    postgres_empty: str, tmp_path: Path
) -> None:
    address = postgres_empty.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as theirs:
        theirs.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        theirs.execute("INSERT INTO alembic_version VALUES ('1975ea83b712')")
    ended = await kudos("migrate", home=tmp_path, DATABASE_URL=postgres_empty)
    assert ended.code == 2
    assert FOREIGN.format(found="1975ea83b712") in ended.err
