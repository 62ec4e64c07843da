"""Workbooks of Excel that are imported, and what somebody may have made instead of one."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from bot.domain.history_import.faults import CannotImportError, ImportFault, RowFault
from tests.operations import test_importing
from tests.operations.test_history_tables import TACOS
from tests.operations.test_importing import ADA, BO, DINA, HEADER, imports, takes
from tests.rows import each_row
from tests.watching import all_kudos, assert_books_agree, balances, on_sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storage.engine.store import Store
    from tests.storage.conftest import Team

team = test_importing.team  # the fixture

NOON = datetime(2025, 3, 4, 12, 30, 5)  # noqa: DTZ001 - workbooks know no zone
DAY = datetime(2025, 3, 14)  # noqa: DTZ001 - as above


def workbook(folder: Path, *rows: Sequence[Any], merged: str = "") -> Path:
    """Write a workbook with two sheets, of which the first one has the rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Tacos")
    for row in rows:
        sheet.append(tuple(row))
        for cell in sheet[sheet.max_row]:
            if cell.value == DAY:
                cell.number_format = "yyyy-mm-dd"
    if merged:
        sheet.merge_cells(merged)
    book.create_sheet("Notes").append(["nothing of interest"])
    file = folder / "history.xlsx"
    book.save(file)
    return file


def given(
    giver: str = "Ada", receiver: str = "Bo", points: Any = 3, at: Any = NOON
) -> tuple[Any, ...]:
    return (giver, receiver, points, "für Zoë =1+1", at, None)


async def test_a_workbook_of_heytaco_is_taken_as_it_is(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    person = (BO, "bo", "", ADA, "ada", "")
    rows = (
        (*person, NOON, "general", "thanks", 3, None, "message"),
        (*person, DAY, "general", "for the day", 2.0, "#care", "message"),
        (*person, "03-14-2025 2:05:07 PM", "general", "as text", "1", None, None),
    )
    ended = await imports(database_url, team, workbook(tmp_path, TACOS, *rows))
    assert ended.code == 0, ended.err
    assert (
        "The file is read as a table of HeyTaco, from the sheet “Tacos” of a workbook.\n"
    ) in ended.err
    found = {kudos.reason: kudos for kudos in await all_kudos(store, team.team_id)}
    assert found["thanks"].created_at == datetime(2025, 3, 4, 11, 30, 5, tzinfo=UTC)
    assert found["for the day"].created_at == datetime(2025, 3, 14, 11, tzinfo=UTC)  # its noon
    assert found["for the day"].value == "care"
    assert found["as text"].created_at == datetime(2025, 3, 14, 13, 5, 7, tzinfo=UTC)
    assert await balances(store, team.team_id) == {BO: 6}
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_a_title_may_stand_above_and_blanks_between(
    store: Store, team: Team, tmp_path: Path
) -> None:
    rows = (("Our tacos of 2025",), (), HEADER, given(), (), given("Bo", "Dina", 1), (None,) * 9)
    result = await takes(store, team, workbook(tmp_path, *rows, merged="A1:F1"))
    assert (result.stored, result.bad) == (2, 0)
    assert result.understood is not None
    assert result.understood.line == 4
    assert await balances(store, team.team_id) == {BO: 3, DINA: 1}


@on_sqlite
async def test_rows_that_cannot_be_taken_are_told_by_their_number(
    store: Store, team: Team, tmp_path: Path
) -> None:
    rows = (
        given("=A1"),  # a formula that no program has worked out
        given("#REF!"),
        given(points=1.5),
        given(points=True),
        given(at=3),
        (*given(), "one more"),
    )
    result = await takes(store, team, workbook(tmp_path, HEADER, *rows))
    assert [(line, error.fault) for line, error in result.first_bad] == [
        (2, RowFault.MISSING),
        (3, RowFault.UNKNOWN_PERSON),
        (4, RowFault.NO_POINTS),
        (5, RowFault.NO_POINTS),
        (6, RowFault.NO_MOMENT),
        (7, RowFault.TOO_WIDE),
    ]


@on_sqlite
async def test_another_sheet_can_be_named(store: Store, team: Team, tmp_path: Path) -> None:
    file = workbook(tmp_path, HEADER, given())
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file, sheet="Tocas")
    assert (raised.value.fault, raised.value.found) == (
        ImportFault.NO_SUCH_SHEET,
        ("Tacos", "Notes"),
    )
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file, sheet="Notes")
    assert raised.value.fault is ImportFault.NO_COLUMN
    assert (await takes(store, team, file, sheet="Tacos")).stored == 1


def changed(file: Path, part: str, content: bytes | None) -> None:
    """Put something else in the place of a part of a workbook, or leave it out."""
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist() if name != part}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, kept in (parts if content is None else {**parts, part: content}).items():
            book.writestr(name, kept)


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="%s"><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row>'
    b"</sheetData></worksheet>" % MAIN
)


@on_sqlite
@each_row(
    ("part", "content", "fault"),
    [
        ("xl/sharedStrings.xml", b" " * ((1 << 26) + 1), ImportFault.TOO_LARGE),  # a zip bomb
        (SHEET, LAUGHS, ImportFault.NO_WORKBOOK),
        (SHEET, b"<worksheet", ImportFault.NO_WORKBOOK),
        (SHEET, b'<worksheet xmlns="%s"><sheetData/></worksheet>' % MAIN, ImportFault.EMPTY),
        (BOOK, None, ImportFault.NO_WORKBOOK),
        (BOOK, b'<workbook xmlns="%s"><sheets/></workbook>' % MAIN, ImportFault.NO_SHEET),
        ("[Content_Types].xml", None, ImportFault.NO_WORKBOOK),
        ("[Content_Types].xml", NO_TYPES, ImportFault.NO_WORKBOOK),
    ],
)
async def test_what_is_no_workbook_is_refused_in_one_sentence(
    store: Store, team: Team, tmp_path: Path, part: str, content: bytes | None, fault: ImportFault
) -> None:
    file = workbook(tmp_path, HEADER, given())
    changed(file, part, content)
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file)
    assert raised.value.fault is fault
    assert await all_kudos(store, team.team_id) == []


@on_sqlite
async def test_a_damaged_or_old_workbook_is_refused_in_one_sentence(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = workbook(tmp_path, HEADER, given())
    whole = file.read_bytes()
    for content, told in (
        (whole[:-100], "The file is no workbook of Excel, or is damaged. Save it as CSV."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "The workbook is of Excel before 2007, or ",
        ),
    ):
        file.write_bytes(content)
        ended = await imports(database_url, team, file)
        assert ended.code == 2
        assert ended.err.splitlines()[-1].startswith(told)
