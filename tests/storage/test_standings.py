"""Standings and balances are kept up as things happen, and equal to a count from the beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import KudosError
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.workspaces import WorkspaceSettings
from bot.services.boards.weeks import begin_weeks, count_older_weeks, find_weeks_left
from bot.services.giving.kudos import give, undo
from storage import ledger, standings
from storage.tables.schema import standings as table
from storage.workspaces import get_workspace
from tests.examples import examples
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found, Team

START = datetime(2025, 12, 25, tzinfo=UTC)  # years, quarters and ISO weeks end at different days
_person = st.integers(0, 4)
_gift = st.fixed_dictionaries(
    {
        "giver": _person,
        "receivers": st.lists(_person, min_size=1, max_size=3, unique=True).map(tuple),
        "points": st.integers(1, 5),
        "value": st.sampled_from([None, "teamwork", "courage"]),
        "audience": st.sampled_from([Audience.PUBLIC, Audience.CHANNEL, Audience.PRIVATE]),
    }
)
_undo = st.integers(0, 30)  # which of the kudos so far, counted around
_week = st.sampled_from(["week:0", "week:5", "week:6", "count"])  # an admin sets it; a later look
_pass = st.sampled_from([0.5, 3, 24, 24 * 7, 24 * 40, -30]).map(lambda h: timedelta(hours=h))
HISTORIES = st.lists(st.one_of(_gift, _gift, _undo, _pass, _week), min_size=1, max_size=25)


async def play(store: Store, clock: Clock, team: Team, history: list[Any]) -> None:
    """Let a history happen; what is refused changes nothing."""
    clock.now = START
    done: list[tuple[str, str]] = []
    for event in history:
        try:
            if isinstance(event, timedelta):
                clock.now += event
            elif event == "count":
                await store.write(count_older_weeks, team.team_id)
            elif isinstance(event, str):
                await store.write(begin, (team.team_id, int(event[-1])))
            elif isinstance(event, int):
                if done:
                    kudos_id, giver_id = done[event % len(done)]
                    await store.write(undo, UndoKudos(team.team_id, giver_id, kudos_id))
            else:
                clock.now += timedelta(seconds=1)
                stored = (await store.write(give, team.gift(**event))).kudos
                done.append((stored.kudos_id, stored.giver_id))
        except KudosError:
            pass


def begin(connection: Connection, of_week: tuple[str, int], now: datetime) -> None:
    """Have weeks begin on another day, as it is when an admin sets it."""
    team_id, weekday = of_week
    begin_weeks(connection, get_workspace(connection, team_id), weekday, now)


async def compare_all(store: Store, team: Team) -> None:
    """Do the same as things are, and once everything is counted."""
    await store.write(compare, team.team_id)
    while await store.write(count_older_weeks, team.team_id):
        pass
    assert await store.read(find_weeks_left, None) == []
    await store.write(compare, team.team_id)


def compare(connection: Connection, team_id: str, _now: datetime) -> int:
    """Hold what is stored against what it should be; return how many totals there are."""
    counted = standings.recount(connection, team_id)
    assert standings.stored(connection, team_id) == counted
    stored = ledger.stored_balances(connection, team_id)
    recounted = ledger.recount_balances(connection, team_id)
    assert {user: points for user, points in stored.items() if points} == {
        user: points for user, points in recounted.items() if points
    }
    assert all(points >= 0 for points in stored.values())
    assert ledger.stored_spent(connection, team_id) == ledger.recount_spent(connection, team_id)
    return len(counted)


GENEROUS = WorkspaceSettings(allowance=40, undo_minutes=10**6)


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(history=HISTORIES)
@on_sqlite
async def test_whatever_happens_the_totals_equal_a_recount(
    store: Store, clock: Clock, found: Found, history: list[Any]
) -> None:
    team = await found(settings=GENEROUS)
    await play(store, clock, team, history)
    await compare_all(store, team)


@settings(
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(history=HISTORIES)
async def test_whatever_happens_the_totals_equal_a_recount_on_both_databases(
    store: Store, clock: Clock, found: Found, history: list[Any]
) -> None:
    team = await found(settings=GENEROUS, time_zone="Pacific/Apia")
    await play(store, clock, team, history)
    await compare_all(store, team)


async def test_a_recount_sees_a_total_that_is_wrong(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found()
    await play(
        store, clock, team, [{"giver": 0, "receivers": (1,), "points": 2, "value": "teamwork"}]
    )
    assert await store.write(compare, team.team_id) == 2 * 2 * 5  # people, values, periods

    def spoil(connection: Connection, team_id: str, _now: datetime) -> None:
        changed = table.update().values(points_received=99)
        connection.execute(changed.where(table.c.team_id == team_id))

    await store.write(spoil, team.team_id)
    with pytest.raises(AssertionError):
        await store.write(compare, team.team_id)


async def test_a_recount_sees_private_thanks_that_were_not_counted(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found()
    private = {"giver": 0, "receivers": (1, 2), "audience": Audience.PRIVATE}
    await play(store, clock, team, [private | {"value": "teamwork"}])
    assert await store.write(compare, team.team_id) == 2 * 5  # receivers alone, periods

    def spoil(connection: Connection, team_id: str, _now: datetime) -> None:
        connection.execute(
            table.update().values(privately_received=0).where(table.c.team_id == team_id)
        )

    await store.write(spoil, team.team_id)
    with pytest.raises(AssertionError):
        await store.write(compare, team.team_id)


async def test_an_older_store_counts_its_values_anew_without_what_private_channels_said(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found(settings=GENEROUS)
    given = {"value": "project-x", "points": 2}
    there = given | {"audience": Audience.CHANNEL}
    history: list[Any] = [
        given | {"giver": 0, "receivers": (1, 2)},
        there | {"giver": 0, "receivers": (1, 3)},
        timedelta(days=40),
        given | {"giver": 0, "receivers": (1,)},
        given | {"giver": 3, "receivers": (1,), "value": "courage"},
    ]
    await play(store, clock, team, history)
    right = await store.read(_rows, team.team_id)

    def count_anew(connection: Connection, team_id: str, _now: datetime) -> None:
        too_many = table.update().values(kudos_received=9, givers_count=9)
        connection.execute(too_many.where(table.c.team_id == team_id, table.c.value == "project-x"))
        # The migration by itself: later ones change tables that it does not touch.
        migration = import_module("storage.migrations.versions.0006_values_of_what_is_public")
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()

    await store.write(count_anew, team.team_id)
    assert await store.read(_rows, team.team_id) == right
    await store.write(compare, team.team_id)
    # The pair is known too: the same two again are no new giver in this month.
    again = team.gift(receivers=(1,), value="project-x", points=2)
    await store.write(give, again)
    await store.write(compare, team.team_id)


def _rows(connection: Connection, team_id: str, _now: datetime) -> list[Any]:
    rows = connection.execute(table.select().where(table.c.team_id == team_id))
    return sorted(tuple(row) for row in rows if any(row[4:10]))
