"""What `kudos import-history` reads: tables of all kinds, their columns, times and people."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import TYPE_CHECKING

import pytest

from bot.domain.history_import.columns import Product, read_map
from bot.domain.history_import.faults import CannotImportError, ImportFault, RowFault
from bot.operations.import_history import read_people
from bot.services.people.members import SeePeople, see_people
from storage.members import find_members
from tests.operations import test_importing
from tests.operations.test_importing import (
    ADA,
    BO,
    CHIDI,
    DINA,
    HEADER,
    ROW,
    days_given,
    imports,
    table,
    takes,
)
from tests.programs import kudos
from tests.rows import each_row
from tests.storage.conftest import PEOPLE, Team
from tests.watching import all_kudos, assert_books_agree, balances, choose, on_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.members import Member
    from storage.engine.store import Connection, Store

team = test_importing.team  # the fixture


async def like(team: Team) -> Team:
    """Found a workspace like another one, with nothing in its ledger."""
    founded = await Team(team.store, time_zone=team.time_zone).founded()
    known = await team.store.read(people_of, team.team_id)
    people = tuple(replace(member, team_id=founded.team_id) for member in known)
    await team.store.write(see_people, SeePeople(founded.team_id, people))
    return founded


def people_of(connection: Connection, team_id: str, _now: datetime) -> list[Member]:
    return list(find_members(connection, team_id, PEOPLE).values())


BAD = (
    (("Nobody", "Bo", "1", "", "2025-01-01", ""), RowFault.UNKNOWN_PERSON),
    (("Twin", "Bo", "1", "", "2025-01-01", ""), RowFault.SEVERAL_PEOPLE),
    (("Ada", "ada@example.com", "1", "", "2025-01-01", ""), RowFault.UNKNOWN_PERSON),
    (("Ada", "", "1", "", "2025-01-01", ""), RowFault.MISSING),
    (("Ada", "Ada", "1", "", "2025-01-01", ""), RowFault.SELF),
    (("Ada", "Bo", "0", "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "-3", "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "1,000", "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "1.5", "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "", "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "9" * 30, "", "2025-01-01", ""), RowFault.NO_POINTS),
    (("Ada", "Bo", "1", "", "31/31/2025", ""), RowFault.NO_MOMENT),
    (("Ada", "Bo", "1", "", "yesterday", ""), RowFault.NO_MOMENT),
    (("Ada", "Bo", "1", "", "0001-01-01", ""), RowFault.NO_MOMENT),
    (("Ada", "Bo", "1", "", "1999-12-31", ""), RowFault.NO_MOMENT),
    (("Ada", "Bo", "1", "", "9999-12-31T23:59:59-12:00", ""), RowFault.NO_MOMENT),
    (("Ada", "Bo", "1", "", "2099-12-31", ""), RowFault.FUTURE),
    (("Ada",), RowFault.MISSING),
)


@on_sqlite
async def test_one_bad_row_keeps_all_from_being_stored_unless_told_otherwise(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = table(tmp_path, ROW, *[row for row, _ in BAD], ROW)
    result = await takes(store, team, file)
    assert result.is_refused
    assert (result.rows, result.bad, result.stored) == (len(BAD) + 2, len(BAD), 0)
    assert [(line, error.fault) for line, error in result.first_bad] == [
        (line, fault) for line, (_, fault) in enumerate(BAD, start=3)
    ]
    assert result.unknown == {"Nobody": 1, "ada@example.com": 1}
    assert await all_kudos(store, team.team_id) == []
    ended = await imports(database_url, team, file)
    assert (ended.code, ended.out) == (1, "")
    told = ended.err.splitlines()
    assert told[2].startswith("The first row (line 2) is read as: Ada thanks Bo, 3 points, ")
    assert told[3] == "Line 3: nobody here is called Nobody."
    assert "Line 14: “31/31/2025” is not a clear day or time; say how it is written" in ended.err
    assert "Nobody here is called ada@example.com (1 row)." in told
    assert told[-1].startswith("18 rows cannot be taken, so nothing was stored.")
    ended = await imports(database_url, team, file, "--skip-bad", "--json")
    assert ended.code == 0
    found = json.loads(ended.out)
    assert (found["rows_stored"], found["rows_bad"], found["is_refused"]) == (2, 18, False)
    assert len(await all_kudos(store, team.team_id)) == 2
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_only_the_first_bad_rows_are_listed(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    rows = [(f"Nobody {number}", "Bo", "1", "", "2025-01-01", "") for number in range(60)]
    ended = await imports(database_url, team, table(tmp_path, *rows))
    assert sum(line.startswith("Line ") for line in ended.err.splitlines()) == 20
    assert "And 40 more names." in ended.err


@on_sqlite
@each_row(
    ("cell", "at"),
    [
        ("2025-03-04", datetime(2025, 3, 4, 11, tzinfo=UTC)),  # its noon in Berlin
        ("2025-03-04T10:00:00+01:00", datetime(2025, 3, 4, 9, tzinfo=UTC)),
        ("2025-03-04 10:00:00 UTC", datetime(2025, 3, 4, 10, tzinfo=UTC)),
        ("2025-03-04 10:00:00 +0000", datetime(2025, 3, 4, 10, tzinfo=UTC)),
        ("2025-03-04 10:00", datetime(2025, 3, 4, 9, tzinfo=UTC)),
        ("2025-03-30 02:30", datetime(2025, 3, 30, 1, 30, tzinfo=UTC)),  # the clock jumps over it
        ("March 4, 2025 10:00 AM", datetime(2025, 3, 4, 9, tzinfo=UTC)),
        ("Mar 4, 2025", datetime(2025, 3, 4, 11, tzinfo=UTC)),
        ("1741082400", datetime(2025, 3, 4, 10, tzinfo=UTC)),
        ("1741082400.000100", datetime(2025, 3, 4, 10, 0, 0, 100, tzinfo=UTC)),
        ("1741082400000", datetime(2025, 3, 4, 10, tzinfo=UTC)),
    ],
)
async def test_times_are_read_as_they_are_usually_written(
    store: Store, team: Team, tmp_path: Path, cell: str, at: datetime
) -> None:
    team = await like(team)
    await takes(store, team, table(tmp_path, (*ROW[:4], cell, "")))
    [kudos] = await all_kudos(store, team.team_id)
    assert abs((kudos.created_at - at).total_seconds()) < 0.001


@on_sqlite
async def test_an_unclear_way_of_writing_times_can_be_told(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = table(tmp_path, (*ROW[:4], "03/04/2025", ""))
    for form, day in (("%m/%d/%Y", date(2025, 3, 4)), ("%d/%m/%Y", date(2025, 4, 3))):
        ended = await imports(database_url, team, file, "--date-format", form)
        assert ended.code == 0, ended.err
        assert day in (await store.read(days_given, team.team_id)).values()
    for form in ("%Y-%Y", "%", "%Q", "", "%H:%M", "x"):
        ended = await imports(database_url, team, file, "--date-format", form)
        told = f"--date-format “{form}” tells no day. Write it like %m/%d/%Y or %d.%m.%Y %H:%M."
        assert (ended.code, ended.err.strip()) == (2, told)


@on_sqlite
async def test_people_are_found_by_id_name_and_by_what_the_operator_tells(
    store: Store, team: Team, tmp_path: Path
) -> None:
    told = tmp_path / "people.csv"
    told.write_text(f"bo@example.com,{BO}\nsomebody else,U0NOTHERE\n", "utf-8")
    cells = (BO, f"<@{BO}>", "@bo", "BO", " Bo ", "BO@EXAMPLE.COM")
    rows = [("Ada", cell, "1", cell, "2025-03-04", "") for cell in cells]
    result = await takes(store, team, table(tmp_path, *rows), people=told)
    assert result.stored == len(cells)
    assert await balances(store, team.team_id) == {BO: len(cells)}
    result = await takes(
        store,
        team,
        table(tmp_path, ("somebody else", "Bo", "1", "", "2025-03-04", "")),
        people=told,
    )
    assert result.unknown == {"somebody else": 1}


def test_slacks_own_list_of_members_tells_who_is_who(tmp_path: Path) -> None:
    file = tmp_path / "slack-members.csv"
    file.write_text(
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,"
        "expiration-timestamp\n"
        f"ada,ada@example.com,Admin,1,1,0,{ADA},Ada Lovelace,ada,\n"
        f"sam1,sam1@example.com,Member,1,1,0,{BO},Sam Smith,,\n"
        f"sam2,sam2@example.com,Member,1,1,0,{CHIDI},Sam Smith,,\n",
        "utf-8",
    )
    told = read_people(file)
    assert told["ada@example.com"] == told["Ada Lovelace"] == told["ada"] == ADA
    assert (told["sam1@example.com"], told["sam2@example.com"]) == (BO, CHIDI)
    assert "Sam Smith" not in told  # it could be either


@on_sqlite
async def test_several_receivers_get_the_points_each(
    store: Store, team: Team, tmp_path: Path
) -> None:
    rows = (
        ("Ada", "Bo, Dina", "2", "both", "2025-03-04", ""),
        ("Ada", "Lovelace, Chidi", "3", "a name with a comma", "2025-03-04", ""),
        ("Ada", "Bo; Dina and Ada", "1", "herself left out", "2025-03-04", ""),
    )
    await takes(store, team, table(tmp_path, *rows))
    assert await balances(store, team.team_id) == {BO: 3, DINA: 3, CHIDI: 3}
    await assert_books_agree(store, team.team_id)


@on_sqlite
@each_row(
    ("product", "header"),
    [
        (Product.HEYTACO, ("Giver", "Recipient", "Tacos", "Message", "Date", "Tag")),
        (
            Product.BONUSLY,
            ("Giver Email", "Receivers", "Amount", "Reason", "Created At", "Hashtag"),
        ),
        (
            Product.BONUSLY,
            ("giver_email", "receiver_email", "amount", "reason", "created_at", "hashtags"),
        ),
        (Product.CSV, ("from", "to", "points", "reason", "at", "value")),
        (Product.CSV, ("Sender", "Recipient", "Quantity", "Comment", "createdAt", "Company Value")),
    ],
)
async def test_likely_columns_are_found(
    store: Store, team: Team, tmp_path: Path, product: Product, header: tuple[str, ...]
) -> None:
    team = await like(team)
    await takes(store, team, table(tmp_path, ROW, header=header), product)
    [kudos] = await all_kudos(store, team.team_id)
    assert (kudos.giver_id, kudos.receiver_ids, kudos.points_total) == (ADA, (BO,), 3)
    assert (kudos.reason, kudos.value) == (ROW[3], "teamwork")


@on_sqlite
async def test_other_columns_can_be_named(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = table(tmp_path, ROW, header=("A", "B", "C", "D", "E", "F"))
    ended = await imports(database_url, team, file, product="csv")
    assert ended.code == 2
    assert ended.err.startswith(
        "No column looks like the giver. The columns are A, B, C, D, E, and F. "
        "Name the right one: --map giver=COLUMN"
    )
    ended = await imports(
        database_url, team, file, "--map", "giver=A,receiver=b, at=E,reason=Z", product="csv"
    )
    assert ended.err.startswith("There is no column Z.")
    ended = await imports(
        database_url, team, file, "--map", "giver=A,receiver=b, at=E,reason=D", product="csv"
    )
    assert ended.code == 0, ended.err
    [kudos] = await all_kudos(store, team.team_id)
    assert (kudos.points_total, kudos.reason, kudos.value) == (1, ROW[3], None)


@each_row("typed", ["giver", "giver=", "who=A", "giver=A,,at=B"])
def test_a_map_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(CannotImportError) as raised:
        read_map(typed)
    assert raised.value.fault is ImportFault.UNCLEAR_MAP


@on_sqlite
@each_row(
    ("encoding", "delimiter", "ending"),
    product(("utf-8", "utf-8-sig", "utf-16", "cp1252"), (",", ";", "\t", "|"), ("\n", "\r\n")),
)
async def test_tables_of_all_kinds_are_read(
    store: Store, team: Team, tmp_path: Path, encoding: str, delimiter: str, ending: str
) -> None:
    team = await like(team)
    file = tmp_path / "history.csv"
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
        writer.writerows([HEADER, (*ROW[:3], "für Zoë,\n“so; gut”|\there", *ROW[4:]), ()])
    result = await takes(store, team, file)
    assert (result.rows, result.stored) == (1, 1)
    [kudos] = await all_kudos(store, team.team_id)
    assert kudos.reason == "für Zoë,\n“so; gut”|\there"


@on_sqlite
async def test_excels_first_line_is_understood(store: Store, team: Team, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text("sep=;\n" + ";".join(HEADER) + "\n" + ";".join(ROW) + "\n", "utf-8")
    assert (await takes(store, team, file)).stored == 1


@on_sqlite
@each_row("content", [b"", b"\n", b"\x00\x01\x02\x03", b"PK\x03\x04\x00zip\x00"])
async def test_what_is_no_table_is_refused(
    store: Store, team: Team, database_url: str, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    with pytest.raises(CannotImportError):
        await takes(store, team, file)


@on_sqlite
async def test_what_is_missing_on_the_command_line_is_said_in_a_sentence(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = table(tmp_path, ROW)
    history, to = ("import-history",), ("--team", team.team_id)
    commands = {
        ("import",): "Which file? For example: kudos import all.jsonl",
        ("import-history",): "Which file? For example: kudos import-history thanks.csv --team",
        ("import", "heytaco"): "Which file? For example: kudos import-history thanks.csv --team",
        ("import", "karma", str(file)): "I can read exports of heytaco, bonusly, and csv, not of",
        (*history, "karma", str(file)): "I can read exports of heytaco, bonusly, and csv, not of",
        (*history, str(file)): "For which workspace?",
        ("import", "csv", str(file)): "For which workspace?",
        (*history, str(file), "--team", "T0"): "This database has no workspace T0. It has",
        (*history, "no.csv", "--team", team.team_id): "This machine refused",
        (*history, str(file), *to, "--encoding", "latin-99"): "There is no encoding latin-99.",
        ("import", str(file), "--team", "T0"): "--team belongs to the history of another product: ",
        (*history, "no.csv", "--undo", "last", *to): "--undo reads no file, so nothing was done: "
        "leave out no.csv.",
        (
            *history,
            "--undo",
            "x",
            "--list",
            "--map",
            "at=x",
        ): "--undo reads no file, so nothing was done: leave out --map and --list.",
        ("import", "--list", "--skip-bad"): "--list reads no file, so nothing was done: leave out "
        "--skip-bad.",
        ("import", str(file)): "This is not a file that `kudos export --what all` has written. ",
    }
    for command, told in commands.items():
        ended = await kudos(*command, home=tmp_path, DATABASE_URL=database_url)
        assert (ended.code, ended.out) == (2, ""), command
        assert ended.err.startswith(told), ended.err
        assert len(ended.err.strip().splitlines()) == 1


@on_sqlite
async def test_values_are_spelled_as_the_workspace_does(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await choose(store, team.team_id, values=("TeamWork",))
    rows = [(*ROW[:3], str(n), ROW[4], tag) for n, tag in enumerate(("teamwork", "#craft, #x", ""))]
    await takes(store, team, table(tmp_path, *rows))
    found = {kudos.reason: kudos.value for kudos in await all_kudos(store, team.team_id)}
    assert found == {"0": "TeamWork", "1": "craft", "2": None}
