"""Tables as other products and Kudos itself write them, and as nobody should have written them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.history_import.columns import Product
from bot.domain.history_import.faults import CannotImportError, ImportFault, RowFault
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.members import ERASED_NAME
from bot.domain.personal_data import ErasePerson
from bot.operations.export import export
from bot.services.giving.kudos import give, undo
from bot.services.people.erasure import erase
from storage.tables.schema import members
from tests.operations import test_importing
from tests.operations.test_import_tables import like
from tests.operations.test_importing import ADA, BO, CHIDI, DINA, HEADER, ROW, imports, table, takes
from tests.rows import each_row
from tests.watching import all_kudos, assert_books_agree, balances, choose, on_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Team

team = test_importing.team  # the fixture

TACOS = (
    *("Receiver UID", "Receiver Username", "Receiver Email", "Giver UID", "Giver Username"),
    *("Giver Email", "Timestamp", "Channel Name", "Message", "Tacos", "Tags", "Type"),
)


FIRST_TACO = (
    "The first row (line 2) is read as: Ada thanks Bo, 3 points, Tuesday, March 4, 2025 at "
    "2:05\u202fPM (Europe/Berlin): “thanks <@UBO> :taco:”"
)
ASKED = (
    "Some days, such as “03-04-2025 2:05:07 PM”, can be read in two ways, and none in the file "
    "tells which. Say it with --date-order day-first or --date-order month-first."
)


def taco(
    receiver: str, giver: str, at: str, message: str = "for the calm", count: int = 1
) -> tuple[str, ...]:
    return (
        *(receiver, f"{receiver[-2:]}_there", "", giver, f"{giver[-2:]}_here", ""),
        *(at, "general", message, str(count), "", "message"),
    )


async def test_an_export_of_heytaco_is_taken_as_it_is(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    rows = (
        taco(BO, ADA, "03-04-2025 2:05:07 PM", "thanks <@UBO> :taco:", 3),
        taco(CHIDI, ADA, "03-14-2025 12:00:00 AM"),
        taco("U0LEFT1", BO, "12-31-2024 11:59:59 PM", "for everything"),
    )
    file = table(tmp_path, *rows, header=TACOS)
    ended = await imports(database_url, team, file, product="heytaco")
    assert ended.code == 0, ended.err
    told = ended.err.splitlines()
    assert told == [
        "The file is read as a table of HeyTaco, in utf-8, with commas between its columns.",
        "In its dates the month comes first, as “03-14-2025 12:00:00 AM” shows.",
        "Times that name no zone are those of Europe/Berlin.",
        FIRST_TACO,
        "These people are not in the workspace and are kept as people who left: T1_there.",
    ]
    found = {kudos.receiver_ids: kudos for kudos in await all_kudos(store, team.team_id)}
    first = found[BO,]
    assert (first.giver_id, first.points_total) == (ADA, 3)
    assert first.created_at == datetime(2025, 3, 4, 13, 5, 7, tzinfo=UTC)
    assert found[CHIDI,].created_at == datetime(2025, 3, 13, 23, tzinfo=UTC)  # midnight in Berlin
    assert await balances(store, team.team_id) == {BO: 3, CHIDI: 1, "U0LEFT1": 1}
    assert (await store.read(who, team.team_id))["U0LEFT1"] == ("T1_there", True)
    await assert_books_agree(store, team.team_id)


def who(connection: Connection, team_id: str, _now: datetime) -> dict[str, tuple[str, bool]]:
    """Return everybody's name, and whether they left."""
    rows = connection.execute(select(members).where(members.c.team_id == team_id))
    return {row.user_id: (row.display_name, row.is_deactivated) for row in rows}


@on_sqlite
async def test_the_product_is_told_by_the_columns(store: Store, team: Team, tmp_path: Path) -> None:
    file = table(tmp_path, taco(BO, ADA, "2025-03-04"), header=TACOS)
    result = await takes(store, team, file, None)
    assert result.understood is not None
    assert (result.understood.product, result.stored) == (Product.HEYTACO, 1)


@on_sqlite
@each_row(
    ("cells", "day"),
    [
        (("03-04-2025 2:05:07 PM", "03-14-2025 2:05 PM"), date(2025, 3, 4)),
        (("03-04-2025 2:05:07 PM", "14-03-2025 2:05 PM"), date(2025, 4, 3)),
        (("03/04/2025", "04/03/2025 14:05", "31/12/2024"), date(2025, 4, 3)),
        (("03.04.2025, 14:05", "13.01.2025"), date(2025, 4, 3)),
        # What would lie in the future is no evidence of an export, but of its order.
        (("03/04/2026 10:00:00 AM", "12/11/2026"), date(2026, 4, 3)),
        (("03/04/2026 10:00:00 AM", "11/12/2026"), date(2026, 3, 4)),
        (("03-03-2025",), date(2025, 3, 3)),  # the same either way
        (("2025-03-04", "2025/03/04"), date(2025, 3, 4)),
    ],
)
async def test_all_dates_of_a_file_say_which_number_is_the_day(
    store: Store, team: Team, tmp_path: Path, cells: tuple[str, ...], day: date
) -> None:
    team = await like(team)
    rows = [(*ROW[:3], str(place), cell, "") for place, cell in enumerate(cells)]
    assert (await takes(store, team, table(tmp_path, *rows))).stored == len(cells)
    first = next(kudos for kudos in await all_kudos(store, team.team_id) if kudos.reason == "0")
    assert first.created_at.date() == day


@on_sqlite
async def test_dates_that_may_be_either_are_asked_about_and_stored_by_nobodys_guess(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = table(tmp_path, taco(BO, ADA, "03-04-2025 2:05:07 PM"), header=TACOS)
    ended = await imports(database_url, team, file)
    assert (ended.code, ended.err.strip()) == (2, ASKED)
    assert await all_kudos(store, team.team_id) == []
    ended = await imports(database_url, team, file, "--date-order", "day-first")
    assert "In its dates the day comes first.\n" in ended.err
    [kudos] = await all_kudos(store, team.team_id)
    assert kudos.created_at.date() == date(2025, 4, 3)


@on_sqlite
async def test_dates_that_contradict_each_other_are_refused(
    store: Store, team: Team, tmp_path: Path
) -> None:
    cells = ("31-01-2025", "01-31-2025")
    file = table(tmp_path, *[(*ROW[:4], cell, "") for cell in cells])
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file)
    assert (raised.value.fault, raised.value.found) == (ImportFault.MIXED_DATES, cells)


@on_sqlite
async def test_a_name_that_nobody_has_is_kept_only_if_the_operator_says_so(
    store: Store, team: Team, tmp_path: Path
) -> None:
    rows = (("Gone Girl", *ROW[1:]), ("Bo", "gone girl", *ROW[2:]), ("Twin", *ROW[1:]))
    file = table(tmp_path, *rows)
    result = await takes(store, team, file)
    assert (result.is_refused, result.unknown) == (True, {"Gone Girl": 1, "gone girl": 1})
    result = await takes(store, team, file, keeps_unknown=True, skips_bad=True)
    assert (result.stored, result.bad) == (2, 1)  # of several people nobody is chosen
    [gone] = result.former
    assert result.former == {gone: "Gone Girl"}
    assert (await store.read(who, team.team_id))[gone] == ("Gone Girl", True)
    assert await balances(store, team.team_id) == {BO: 3, gone: 3}
    # A list of names is taken apart only where each of them is known.
    file = table(tmp_path, ("Ada", "Bo, Nobody", *ROW[2:]))
    assert (await takes(store, team, file, keeps_unknown=True)).unknown == {"Nobody": 1}
    await assert_books_agree(store, team.team_id)


@on_sqlite
async def test_a_file_in_which_nobody_is_known_is_for_another_workspace(
    store: Store, team: Team, tmp_path: Path
) -> None:
    file = table(tmp_path, taco("U0OTHER1", "U0OTHER2", "2025-03-04"), header=TACOS)
    with pytest.raises(CannotImportError) as raised:
        await takes(store, team, file)
    assert raised.value.fault is ImportFault.NOBODY_KNOWN


async def exported(store: Store, team: Team, folder: Path) -> Path:
    out = io.StringIO()
    await export(store, out, as_csv=True, team_id=team.team_id)
    file = folder / f"{team.team_id}.csv"
    file.write_text(out.getvalue(), "utf-8", newline="")
    return file


def told(kudos: Kudos) -> tuple[object, ...]:
    return (
        *(kudos.kudos_id, kudos.giver_id, kudos.receipts, kudos.reason, kudos.value),
        *(kudos.audience, kudos.channel_id, kudos.created_at),
    )


async def test_what_is_exported_as_a_table_is_imported_as_it_was(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await choose(store, team.team_id, allowance=1_000, values=("Care", "our-customers"))
    for gift, reason in (
        (team.gift(0, (1, 2, 3), points=4), "=SUM(1,2) “all”;\n\tof it"),
        (team.gift(1, (0,), value="care"), "'=1+1 is two"),
        (team.gift(2, (0,), audience=Audience.PRIVATE), "between the two of us"),
        (team.gift(3, (0, 1), audience=Audience.CHANNEL), "over here alone"),
        (team.gift(2, (3,)), "this was taken back"),
    ):
        await store.write(give, replace(gift, reason=reason))
    await store.write(undo, UndoKudos(team.team_id, CHIDI))
    await store.write(erase, ErasePerson(team.team_id, DINA))
    file = await exported(store, team, tmp_path)
    before = await all_kudos(store, team.team_id)
    # It is all here already.
    result = await takes(store, team, file, None)
    assert (result.stored, result.present, result.taken_back) == (0, 4, 1)
    result = await takes(store, team, file, None, is_rehearsal=True)
    assert (result.stored, result.present, result.taken_back) == (0, 4, 1)
    text = file.read_text("utf-8-sig")
    other = await like(team)
    await store.write(forget, (other.team_id, (CHIDI, DINA)))  # two whom nobody there has met
    file.write_text(text.replace(team.team_id, other.team_id), "utf-8-sig", newline="")
    result = await takes(store, other, file, None)
    assert (result.stored, result.bad) == (4, 0), result.first_bad
    assert result.former == {CHIDI: "Lovelace, Chidi", DINA: ERASED_NAME}
    after = await all_kudos(store, other.team_id)
    live = [kudos for kudos in before if kudos.reversed_at is None]
    assert sorted(map(told, after)) == sorted(map(told, live))
    there = await balances(store, team.team_id)
    assert await balances(store, other.team_id) == {
        one: sum_ for one, sum_ in there.items() if sum_
    }
    await assert_books_agree(store, other.team_id)
    # And once more it goes out and comes in, there and where it came from.
    again = await exported(store, other, tmp_path)
    assert (await takes(store, other, again, None)).stored == 0
    text = again.read_text("utf-8-sig").replace(other.team_id, team.team_id)
    again.write_text(text, "utf-8-sig", newline="")
    assert (await takes(store, team, again, None)).stored == 0
    assert (await store.read(who, other.team_id))[DINA] == (ERASED_NAME, True)


def forget(connection: Connection, request: tuple[str, tuple[str, ...]], _now: datetime) -> None:
    team_id, user_ids = request
    connection.execute(
        members.delete().where(members.c.team_id == team_id, members.c.user_id.in_(user_ids))
    )


@on_sqlite
async def test_rows_of_one_thanks_stand_together_and_tell_the_same(
    store: Store, team: Team, tmp_path: Path
) -> None:
    await store.write(give, team.gift(0, (1, 2)))
    await store.write(give, team.gift(3, (0, 1)))
    file = await exported(store, team, tmp_path)
    header, one, two, three, four = csv.reader(file.read_text("utf-8-sig").splitlines())
    changed = [*two[:9], "other words", *two[10:]]
    elsewhere = [three[0], "T0ELSE", *three[2:]]
    told_public = [*three[:10], "everybody", *three[11:]]
    cases = (
        ((one, three, two), RowFault.SCATTERED),
        ((one, changed), RowFault.UNLIKE),
        ((one, two, two), RowFault.UNLIKE),
        ((one, two, elsewhere, four), RowFault.OTHER_TEAM),
        ((one, two, told_public), RowFault.NO_AUDIENCE),
    )
    for rows, fault in cases:
        result = await takes(
            store, team, table(tmp_path, *map(tuple, rows), header=tuple(header)), None
        )
        assert [error.fault for _, error in result.first_bad] == [fault]


@on_sqlite
async def test_one_workspace_and_some_days_alone_are_exported(
    store: Store, team: Team, tmp_path: Path
) -> None:
    other = await like(team)
    await takes(store, team, table(tmp_path, ROW, (*ROW[:4], "2025-05-01", "")))
    await takes(store, other, table(tmp_path, ROW))
    for since, count in ((None, 2), (date(2025, 5, 1), 1), (date(2025, 5, 2), 0)):
        out = io.StringIO()
        found = await export(store, out, as_csv=True, team_id=team.team_id, since=since)
        rows = list(csv.DictReader(io.StringIO(out.getvalue().removeprefix("\ufeff"))))
        assert (found, len(rows)) == (count, count)
        assert {row["team_id"] for row in rows} <= {team.team_id}


HEAD = ",".join(HEADER)
GOOD = "Ada,Bo,3,thanks,2025-03-04,\n"


@on_sqlite
@each_row(
    ("content", "told"),
    [
        ("", "The file is empty."),
        (f"{HEAD}\n", "The file has the names of its columns and no row below them."),
        (f"{HEAD}\n\n,,,,,\n", "The file has the names of its columns and no row below them."),
        ("a,b\n1,2\n", "No column looks like the giver. The columns are a and b."),
        (f'{HEAD}\n{GOOD}Ada,Bo,1,"never closed,2025-03-04,\n{GOOD}', "Line 4: it cannot be read"),
        (f'{HEAD}\n{GOOD}Ada,"Bo,1,"x",2025-03-04,\n{GOOD}', "Line 3: it cannot be read"),
        (
            f"{HEAD}\nAda,Bo,3,thanks, all,2025-03-04,tag\n",
            "Line 2: it has more cells than there are",
        ),
        (f"{HEAD}\nAda\x00,Bo,3,thanks\x00,2025-03-04\x00,\n", "Line 2: “2025-03-04"),
        (f"{HEAD}\n{GOOD}".encode("utf-16-le"), "This is not a table with the names of its"),
        (
            f"{HEAD}\nAda,Bo,3,für\x81,2025-03-04,\n".encode("latin-1"),
            "The file is not all in cp12",
        ),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_in_a_sentence_and_nothing_is_stored(
    store: Store, team: Team, database_url: str, tmp_path: Path, content: str | bytes, told: str
) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    ended = await imports(database_url, team, file)
    said = [line for line in ended.err.splitlines() if line.startswith(told)]
    assert (ended.code in {1, 2}, len(said)) == (True, 1), ended.err
    assert "Traceback" not in ended.err
    assert await all_kudos(store, team.team_id) == []


@on_sqlite
async def test_the_encoding_is_told_or_said(
    store: Store, team: Team, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(f"{HEAD}\nAda,Bo,3,für Zoë,2025-03-04,\n".encode("mac-roman"))
    ended = await imports(database_url, team, file, "--dry-run")
    assert "in cp1252, with commas" in ended.err  # taken for what Windows writes, and told
    ended = await imports(database_url, team, file, "--encoding", "mac-roman")
    assert ended.code == 0, ended.err
    [kudos] = await all_kudos(store, team.team_id)
    assert kudos.reason == "für Zoë"
