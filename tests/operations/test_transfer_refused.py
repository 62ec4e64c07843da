"""What `kudos export --what all` and `kudos import` refuse, and what a half import holds up."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.app import open_store
from bot.clock import machine_clock
from bot.config import read_settings
from bot.domain.transfer import TransferError
from bot.messages.operations.data import transfer_fault
from bot.messages.text.words import words_for
from bot.operations.transfer import import_all
from bot.services.operations.transfer import begin_import, end_import, json_line
from storage.engine.columns import metadata
from storage.engine.migrate import (
    HalfImportedError,
    find_version,
    is_current,
    is_half_imported,
    migrate,
)
from tests.operations import test_transfer
from tests.operations.older import OLDER, make_older
from tests.operations.rows import contents, fill
from tests.operations.test_transfer import exported, files_in, imported, lines_of, workspace_row
from tests.programs import kudos

if TYPE_CHECKING:
    from pathlib import Path

filled = test_transfer.filled  # the fixture

SETTINGS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def write_lines(file: Path, lines: list[dict[str, Any]]) -> None:
    """Write a file whose end fits, so that only what a test has changed can be wrong."""
    body = b"".join(json_line(line) for line in lines[:-1])
    end = {"end": {"rows": len(lines) - 2, "sha256": hashlib.sha256(body).hexdigest()}}
    file.write_bytes(body + json_line(end))


async def test_nothing_else_can_be_done_with_what_is_only_half_imported(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    target = f"sqlite:///{tmp_path}/target.db"
    migrate(target)
    store = open_store(read_settings(_env_file=None, database_url=target), machine_clock)
    await store.write(begin_import, None)
    await store.close()
    for words, code in ((("start",), 2), (("doctor",), 1), (("export",), 2)):
        ended = await kudos(*words, home=tmp_path, **SETTINGS, DATABASE_URL=target)
        assert ended.code == code
        assert "An import into this database has not ended." in ended.out + ended.err
    assert (await imported(target, file, "--dry-run")).code == 0
    assert is_half_imported(target)
    assert (await imported(target, file)).code == 0
    assert contents(target) == contents(filled)
    assert is_current(target)


def test_a_half_imported_database_is_neither_current_nor_brought_up_to_date(
    database_url: str,
) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        for _ in range(2):  # done again, it is no different
            begin_import(connection, None, machine_clock())
    for refused in (migrate, is_current):
        with pytest.raises(HalfImportedError):
            refused(database_url)
    with engine.begin() as connection:
        end_import(connection, None, machine_clock())
    assert is_current(database_url)


async def test_another_row_in_the_place_of_one_is_told_before_anything_is_stored(
    filled: str, database_url: str, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    migrate(source)
    fill(source)
    file = tmp_path / "all.jsonl"
    await exported(source, file)
    engine = create_engine(database_url, poolclass=NullPool)
    lines = lines_of(file)
    [other] = [each["row"] for each in lines[1:-1] if each["table"] == "workspaces"][:1]
    with engine.begin() as session:
        session.execute(metadata.tables["workspaces"].insert(), workspace_row(other["team_id"]))
    engine.dispose()
    before = contents(database_url)
    for words in (("--dry-run",), ()):
        ended = await imported(database_url, file, *words)
        assert ended.code == 2
        assert "in the table workspaces: T0ALPHA." in ended.err
        assert contents(database_url) == before


async def test_a_database_with_other_data_is_left_as_it_is(
    database_url: str, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/source.db"
    migrate(source)
    fill(source)
    file = tmp_path / "all.jsonl"
    await exported(source, file)
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as session:
        session.execute(metadata.tables["workspaces"].insert(), workspace_row("T0OTHER"))
    engine.dispose()
    before = contents(database_url)
    for words in (("--dry-run",), ()):
        ended = await imported(database_url, file, *words)
        assert ended.code == 2
        assert ended.err.startswith("This database has other data already, so nothing was imported")
        assert contents(database_url) == before
    assert is_current(database_url)


async def test_no_database_is_made_or_upgraded_for_what_cannot_be_taken(
    filled: str, tmp_path: Path
) -> None:
    (tmp_path / "garbage").write_bytes(b"\x00\xff\n")
    for name in ("none", "garbage"):
        ended = await kudos("import", name, home=tmp_path)
        assert (ended.code, len(ended.err.splitlines())) == (2, 1)
        assert not (tmp_path / "kudos.db").exists()
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    older = f"sqlite:///{tmp_path}/older.db"
    make_older(older)
    for words in (("--dry-run",), ()):
        ended = await imported(older, file, *words)
        assert ended.code == 2
        assert ended.err.startswith("This database is of an older version of Kudos and was left")
        assert find_version(older) == OLDER


async def test_a_file_that_is_not_right_is_refused_in_one_sentence(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    await exported(filled, file)
    whole, lines = file.read_bytes(), lines_of(file)
    row = next(index for index, line in enumerate(lines) if line.get("table") == "members")
    target = f"sqlite:///{tmp_path}/target.db"
    migrate(target)
    before = contents(target)
    store = open_store(read_settings(_env_file=None, database_url=target), machine_clock)

    def changed(index: int, **parts: Any) -> list[dict[str, Any]]:
        return [*lines[:index], lines[index] | parts, *lines[index + 1 :]]

    cases: list[tuple[Any, str]] = [
        (b"", "not a file that `kudos export --what all`"),
        (b"\x00\xff\xfe\n", "not a file that `kudos export --what all`"),
        (b"[1]\n", "not a file that `kudos export --what all`"),
        (b"{}\n" + whole, "not a file that `kudos export --what all`"),
        (whole[: len(whole) // 2], "ends too early"),
        (whole[:-2], "ends too early"),
        (whole.replace(b"Zo", b"So", 1), "changed or damaged"),
        (whole + b"{}\n", "changed or damaged"),
        (changed(0, kudos_export=2, version="9.0"), "newer version of Kudos (9.0)"),
        (changed(0, schema="9999", version="9.0"), "newer version of Kudos (9.0)"),
        (changed(0, schema="0001"), "older version"),
        (changed(0, rows={"members": 1}), "changed or damaged"),
        (changed(row, table="nonsense"), "does not fit into the table nonsense"),
        (changed(row, row=lines[row + 1]["row"]), "does not fit into the table members"),
        (changed(row, table=7), f"Line {row + 1} cannot be read"),
        (changed(row, row={"team_id": "T1"}), "does not fit into the table members"),
        (changed(row, row=lines[row]["row"] | {"extra": 1}), "does not fit into the table members"),
        (
            changed(row, row=lines[row]["row"] | {"is_bot": 1}),
            "does not fit into the table members",
        ),
        (
            changed(row, row=lines[row]["row"] | {"updated_at": "2026-01-01T00:00:00"}),
            "does not fit into the table members",
        ),
        (
            changed(row, row=lines[row]["row"] | {"display_name": "\ud800"}),
            "does not fit into the table members",
        ),
    ]
    for number, (content, told) in enumerate(cases):
        bad = tmp_path / f"bad{number}.jsonl"
        if isinstance(content, bytes):
            bad.write_bytes(content)
        else:
            write_lines(bad, content)
        with pytest.raises(TransferError) as raised:
            await import_all(store, bad, lambda _done, _total: None, is_rehearsal=False)
        sentence = transfer_fault(words_for(None), raised.value)
        assert told in sentence, (number, sentence)
    await store.close()
    assert contents(target) == before
    ended = await imported(target, bad)
    assert (ended.code, ended.out, ended.err.strip()) == (2, "", sentence)


async def test_a_file_that_is_there_is_not_written_over(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text("mine", "utf-8")
    ended = await kudos("export", str(file), "--what", "all", home=tmp_path, DATABASE_URL=filled)
    assert ended.code == 2
    assert (
        ended.err.strip()
        == f"{file} is there already and was left as it is. To replace it, add --force."
    )
    assert file.read_text("utf-8") == "mine"
    assert set(files_in(tmp_path)) - {"kudos.db"} == {"all.jsonl"}


async def test_everything_as_a_table_is_refused(filled: str, tmp_path: Path) -> None:
    ended = await kudos(
        *("export", "x.csv", "--what", "all", "--format", "csv"),
        home=tmp_path,
        DATABASE_URL=filled,
    )
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)
