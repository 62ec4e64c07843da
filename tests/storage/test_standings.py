"""Standings and balances are kept up as things happen, and equal to a count from the beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import KudosError
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.workspaces import WorkspaceSettings
from bot.services.kudos import give, undo
from storage import ledger, standings
from storage.schema import standings as table
from tests.examples import examples
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from storage.store import Session, Store
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
_pass = st.sampled_from([0.5, 3, 24, 24 * 7, 24 * 40, -30]).map(lambda h: timedelta(hours=h))
HISTORIES = st.lists(st.one_of(_gift, _gift, _undo, _pass), min_size=1, max_size=25)


async def play(store: Store, clock: Clock, team: Team, history: list[Any]) -> None:
    """Let a history happen; what is refused changes nothing."""
    clock.now = START
    done: list[tuple[str, str]] = []
    for event in history:
        try:
            if isinstance(event, timedelta):
                clock.now += event
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


def compare(session: Session, team_id: str, _now: datetime) -> int:
    """Hold what is stored against what it should be; return how many totals there are."""
    counted = standings.recount(session, team_id)
    assert standings.stored(session, team_id) == counted
    stored = ledger.stored_balances(session, team_id)
    recounted = ledger.recount_balances(session, team_id)
    assert {user: points for user, points in stored.items() if points} == {
        user: points for user, points in recounted.items() if points
    }
    assert all(points >= 0 for points in stored.values())
    assert ledger.stored_spent(session, team_id) == ledger.recount_spent(session, team_id)
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
    await store.write(compare, team.team_id)


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
    await store.write(compare, team.team_id)


async def test_a_recount_sees_a_total_that_is_wrong(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found()
    await play(
        store, clock, team, [{"giver": 0, "receivers": (1,), "points": 2, "value": "teamwork"}]
    )
    assert await store.write(compare, team.team_id) == 2 * 2 * 5  # people, values, periods

    def spoil(session: Session, team_id: str, _now: datetime) -> None:
        changed = table.update().values(points_received=99)
        session.execute(changed.where(table.c.team_id == team_id))

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

    def spoil(session: Session, team_id: str, _now: datetime) -> None:
        session.execute(
            table.update().values(privately_received=0).where(table.c.team_id == team_id)
        )

    await store.write(spoil, team.team_id)
    with pytest.raises(AssertionError):
        await store.write(compare, team.team_id)
