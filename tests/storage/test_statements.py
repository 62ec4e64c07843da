"""Statements that go straight to the driver mean what SQLAlchemy would have them mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from bot.domain.lateness import LATE_AT_MOST
from bot.domain.periods import PeriodKind, period_of
from storage.engine.statements import BatchInsert, Statement, first_id, period_ids, savepoint
from storage.tables.schema import balances, members, notices
from tests.storage.conftest import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found

_OF_TEAM = select(balances.c.user_id, balances.c.points).where(
    balances.c.team_id == bindparam("team_id")
)
ALL = Statement(_OF_TEAM.order_by(balances.c.user_id))
SOME = Statement(
    _OF_TEAM.where(balances.c.user_id.in_(bindparam("user_ids", expanding=True)))
    .where(balances.c.points.in_([1, 2, 3]))
    .order_by(balances.c.points)
)
ADD = Statement(balances.insert())
SECRET = "what nobody may read in a log"


def _add_up(insert: Any) -> Any:
    statement = insert(balances)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id"],
        set_={"points": balances.c.points + statement.excluded.points},
    ).returning(balances.c.points)


ADD_UP = Statement(_add_up)


def of(team_id: str, **points: int) -> list[dict[str, Any]]:
    return [
        {"team_id": team_id, "user_id": user_id, "points": each} for user_id, each in points.items()
    ]


@pytest.fixture
async def told(store: Store, found: Found) -> tuple[Store, str]:
    """A workspace in which three people have points."""
    team = await found()

    def fill(connection: Connection, team_id: str, _now: datetime) -> None:
        ADD.run_many(connection, of(team_id, U1=1, U2=2, U3=3))

    await store.write(fill, team.team_id)
    return store, team.team_id


async def test_rows_have_the_names_of_their_columns(told: tuple[Store, str]) -> None:
    store, team_id = told

    def look(connection: Connection, team_id: str, _now: datetime) -> None:
        rows = ALL.all(connection, {"team_id": team_id})
        assert [(row.user_id, row.points) for row in rows] == [("U1", 1), ("U2", 2), ("U3", 3)]
        first = ALL.first(connection, {"team_id": team_id})
        assert first is not None
        assert first.user_id == "U1"
        assert ALL.first(connection, {"team_id": "T0NOBODY"}) is None
        assert ALL.scalar(connection, {"team_id": team_id}) == "U1"
        assert ALL.scalar(connection, {"team_id": "T0NOBODY"}) is None

    await store.read(look, team_id)


@pytest.mark.parametrize(
    ("user_ids", "points"),
    [([], []), (["U3"], [3]), (["U3", "U1"], [1, 3]), (["U1", "U4", "U1", "U2"], [1, 2])],
)
async def test_a_list_may_be_of_any_length(
    told: tuple[Store, str], user_ids: list[str], points: list[int]
) -> None:
    store, team_id = told

    def look(connection: Connection, team_id: str, _now: datetime) -> list[int]:
        rows = SOME.all(connection, {"team_id": team_id, "user_ids": user_ids})
        return [row.points for row in rows]

    assert await store.read(look, team_id) == points


async def test_many_rows_are_stored_as_one_after_the_other(told: tuple[Store, str]) -> None:
    store, team_id = told

    def add(connection: Connection, team_id: str, _now: datetime) -> None:
        ADD_UP.run_many(connection, of(team_id, U1=10, U4=40))
        ADD_UP.run_many(connection, of(team_id, U1=100))
        ADD_UP.run_many(connection, [])
        [again] = of(team_id, U1=1_000)
        assert ADD_UP.scalar(connection, again) == 1_111
        rows = ALL.all(connection, {"team_id": team_id})
        assert [tuple(row) for row in rows] == [("U1", 1_111), ("U2", 2), ("U3", 3), ("U4", 40)]

    await store.write(add, team_id)


async def test_every_kind_of_value_comes_back_as_it_was(store: Store, found: Found) -> None:
    team = await found()
    add = Statement(members.insert())
    find = Statement(
        select(members).where(members.c.team_id == bindparam("t")).order_by(members.c.user_id)
    )
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, timezone(timedelta(hours=2)))

    def rows(team_id: str, *user_ids: str) -> list[dict[str, Any]]:
        return [
            {
                "team_id": team_id,
                "user_id": user_id,
                "display_name": f"%s \" \\ ' \U0001f600 {user_id}",
                "time_zone": "UTC",
                "locale": "",
                "is_bot": True,
                "is_deactivated": False,
                "is_external": False,
                "is_guest": False,
                "is_admin": False,
                "preferences": {"a": [1, None, "%s"]},
                "is_off_boards": False,
                "home_opened_at": None,
                "erased_at": moment,
                "first_seen_at": moment,
                "updated_at": moment,
            }
            for user_id in user_ids
        ]

    def write(connection: Connection, team_id: str, _now: datetime) -> None:
        add.run(connection, rows(team_id, "A1")[0])
        add.run_many(connection, rows(team_id, "A2", "A3"))
        stored = find.all(connection, {"t": team_id})[:3]
        assert [row._asdict() for row in stored] == rows(team_id, "A1", "A2", "A3")
        assert all(row.erased_at.tzinfo == UTC for row in stored)

    await store.write(write, team.team_id)


async def test_what_fails_within_a_savepoint_undoes_only_that(told: tuple[Store, str]) -> None:
    store, team_id = told

    def fail(connection: Connection, team_id: str, _now: datetime) -> None:
        ADD.run_many(connection, of(team_id, U4=4))
        with pytest.raises(IntegrityError), savepoint(connection):  # noqa: PT012
            ADD.run_many(connection, of(team_id, U5=5, U6=6))
            with pytest.raises(LookupError), savepoint(connection):
                raise LookupError
            ADD.run_many(connection, of(team_id, U1=1))
        with savepoint(connection):
            ADD.run_many(connection, of(team_id, U7=7))

    await store.write(fail, team_id)

    def look(connection: Connection, team_id: str, _now: datetime) -> list[str]:
        return [row.user_id for row in ALL.all(connection, {"team_id": team_id})]

    assert await store.read(look, team_id) == ["U1", "U2", "U3", "U4", "U7"]


@pytest.mark.parametrize("how", ["run", "run_many"])
async def test_an_error_is_sqlalchemys_and_tells_no_words(
    store: Store, found: Found, how: str
) -> None:
    team = await found()
    add = Statement(notices.insert())
    row = {"team_id": team.team_id, "user_id": PEOPLE[0], "kind": SECRET[:32]}
    calls: dict[str, Callable[[Connection], object]] = {
        "run": lambda connection: add.run(connection, row),
        "run_many": lambda connection: add.run_many(connection, [row, row]),
    }

    def fail(connection: Connection, _request: None, _now: datetime) -> None:
        calls[how](connection)

    with pytest.raises(IntegrityError) as raised:
        await store.write(fail, None)
    assert SECRET[:20] not in str(raised.value)


async def test_rows_of_several_tables_are_stored_together_and_the_last_answers(
    store: Store, found: Found
) -> None:
    team = await found()
    add = Statement(
        lambda insert: insert(notices).on_conflict_do_nothing().returning(notices.c.kind)
    )

    def write(connection: Connection, team_id: str, now: datetime) -> None:
        notice = {"team_id": team_id, "user_id": PEOPLE[0], "noticed_at": now}
        for expected in ([("a",), ("b",)], []):
            together = BatchInsert()
            together.add(ADD_UP, of(team_id, U1=1, U2=2))
            together.add(ADD_UP, [])
            together.add(ADD, of(team_id, U3=3) if expected else [])
            together.add(add, [notice | {"kind": "a"}, notice | {"kind": "b"}])
            assert together.run(connection) == expected
        rows = ALL.all(connection, {"team_id": team_id})
        assert [tuple(row) for row in rows] == [("U1", 2), ("U2", 4), ("U3", 3)]

    await store.write(write, team.team_id)


def test_what_slack_tells_of_late_lies_between_the_ids_of_its_period() -> None:
    week = period_of(PeriodKind.WEEK, date(2026, 11, 17))
    first, end = period_ids(week)
    for hours in (-12, 0, 14):
        zone = timezone(timedelta(hours=hours))
        begins = datetime.combine(week.first_day, time(), zone)
        ends = datetime.combine(week.end_day, time(), zone) - timedelta(seconds=1)
        assert first < first_id(begins)
        assert first_id(ends + LATE_AT_MOST) < end
