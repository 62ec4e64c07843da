"""The ledger only grows, and what is derived from it always agrees with it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.app import open_store
from bot.config import read_settings
from bot.domain.errors import AllowanceExceededError, AlreadyUndoneError, NothingToUndoError
from bot.domain.kudos import UndoKudos
from bot.domain.workspaces import WorkspaceSettings
from bot.services.giving.kudos import give, undo
from storage.tables.schema import kudos as kudos_table
from tests.storage.conftest import PEOPLE
from tests.watching import assert_books_agree, balances, entries, live_kudos, spent

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found


def run(connection: Connection, statement: str, _now: datetime) -> Any:
    """Run whatever somebody with a database shell could run."""
    return connection.execute(text(statement)).rowcount


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET points = points + 1",
        "UPDATE ledger_entries SET user_id = 'U0PERSON07'",
        "DELETE FROM ledger_entries",
        "DELETE FROM ledger_entries WHERE account = 'giving'",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_an_entry(
    store: Store, found: Found, statement: str
) -> None:
    team = await found()
    await store.write(give, team.gift(points=3))
    before = await entries(store, team.team_id)
    with pytest.raises(DBAPIError, match="the ledger only grows"):
        await store.write(run, statement)
    assert await entries(store, team.team_id) == before
    assert len(before) == 2


async def test_every_movement_ends_at_nothing_once_it_is_taken_back(
    store: Store, found: Found
) -> None:
    team = await found()
    given = await store.write(give, team.gift(0, (1, 2, 3), points=4))
    await store.write(undo, UndoKudos(team.team_id, PEOPLE[0], given.kudos.kudos_id))
    booked = await entries(store, team.team_id)
    assert len(booked) == 8
    for user_id in PEOPLE[:4]:
        assert sum(points for _, of_user, points in booked if of_user == user_id) == 0


async def test_one_act_is_booked_once_whatever_asks_for_it_at_the_same_moment(
    store: Store, database_url: str, clock: Clock, found: Found
) -> None:
    team = await found()
    other = open_store(read_settings(_env_file=None, database_url=database_url), clock)
    gift = team.gift(points=2, natural_key="command:1.2.3")
    stores = [store, other] * 8
    given = await asyncio.gather(*(one.write(give, gift) for one in stores))
    assert len({one.kudos.kudos_id for one in given}) == 1
    request = UndoKudos(team.team_id, PEOPLE[0], given[0].kudos.kudos_id)
    undone = await asyncio.gather(
        *(one.write(undo, request) for one in stores), return_exceptions=True
    )
    await other.close()
    assert sum(not isinstance(one, BaseException) for one in undone) == 1
    assert sum(isinstance(one, AlreadyUndoneError) for one in undone) == 15
    assert len(await entries(store, team.team_id)) == 4
    assert await balances(store, team.team_id) == {PEOPLE[1]: 0}


async def test_two_processes_at_once_never_spend_the_same_point(
    store: Store, database_url: str, clock: Clock, found: Found
) -> None:
    team = await found(settings=WorkspaceSettings(allowance=50))
    other = open_store(read_settings(_env_file=None, database_url=database_url), clock)
    gifts = [team.gift(0, (1 + number % 7,), points=1 + number % 3) for number in range(100)]
    outcomes = await asyncio.gather(
        *((store, other)[number % 2].write(give, gift) for number, gift in enumerate(gifts)),
        return_exceptions=True,
    )
    await other.close()
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, AllowanceExceededError) for one in refused)
    assert refused
    [total] = (await spent(store, team.team_id, PEOPLE[0])).values()
    stored = await live_kudos(store, team.team_id)
    assert total == sum(kudos.points_total for kudos in stored) <= 50
    assert total >= 48  # gifts of one point fill what is left
    assert len(stored) == 100 - len(refused)
    await assert_books_agree(store, team.team_id)


async def test_a_refusal_leaves_nothing_behind(store: Store, found: Found) -> None:
    team = await found()
    for request in (team.gift(points=13), team.gift(0, (1, 2), points=12)):
        await store.write(give, request)
        with pytest.raises(AllowanceExceededError) as refused:
            await store.write(give, team.gift(0, (1, 2, 3), points=25))
        assert refused.value.points_total == 75
        await store.write(undo, UndoKudos(team.team_id, PEOPLE[0]))
    with pytest.raises(NothingToUndoError):
        await store.write(undo, UndoKudos(team.team_id, PEOPLE[0]))
    assert len(await entries(store, team.team_id)) == 2 * 2 + 2 * 3
    await assert_books_agree(store, team.team_id)


async def test_what_was_given_lately_gets_the_label_of_its_period(
    found: Found, store: Store, clock: Clock
) -> None:
    team = await found()
    await store.write(give, team.gift())
    clock.advance(days=60)
    await store.write(give, team.gift(receivers=(1, 2)))

    def label_anew(connection: Connection, _team_id: str, _now: datetime) -> list[Any]:
        connection.execute(kudos_table.update().values(allowance_label=None))
        module = import_module("storage.migrations.versions.0010_labels_of_kudos")
        module.label_lately(connection)
        columns = (kudos_table.c.given_on, kudos_table.c.allowance_label)
        return sorted(tuple(row) for row in connection.execute(select(*columns)))

    [(_, none), (given_on, label)] = await store.write(label_anew, team.team_id)
    assert none is None
    assert label == (given_on - timedelta(days=given_on.weekday())).isoformat()
