"""The one door to the database: all or nothing for each, whoever shares the commit."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import AllowanceExceededError, SelfKudosError
from bot.domain.members import Member
from bot.services.giving.kudos import give
from storage import members
from tests.storage.conftest import PEOPLE
from tests.watching import all_kudos, assert_books_agree, entries, live_kudos

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.kudos import GiveKudos, KudosGiven
    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found


class OddError(Exception):
    """What a bug would raise."""


def give_and_fail(connection: Connection, request: GiveKudos, now: datetime) -> KudosGiven:
    """Write all that a kudos writes, and then raise."""
    give(connection, request, now)
    raise OddError


async def together(store: Store, *work: tuple[Callable[..., object], object]) -> list[object]:
    """Run these while the writer is busy, so that on SQLite they wait and share one commit."""
    release = threading.Event()

    def holds_the_writer(_session: Connection, _request: None, _now: datetime) -> None:
        release.wait(10)

    first = asyncio.create_task(store.write(holds_the_writer, None))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(store.write(service, request)) for service, request in work]
    await asyncio.sleep(0.05)
    release.set()
    await first
    return list(await asyncio.gather(*rest, return_exceptions=True))


async def test_a_refusal_undoes_only_itself(store: Store, found: Found) -> None:
    team = await found()
    outcomes = await together(
        store,
        (give, team.gift(0, (1,), points=5)),
        (give, team.gift(2, (2,))),
        (give, team.gift(1, (3,), points=5)),
        (give_and_fail, team.gift(4, (5,), points=5)),
        (give, team.gift(3, (4, 5), points=25)),
        (give, team.gift(2, (3,), points=5)),
    )
    errors = {
        number: type(one) for number, one in enumerate(outcomes) if isinstance(one, Exception)
    }
    assert errors == {1: SelfKudosError, 3: OddError, 4: AllowanceExceededError}
    stored = await live_kudos(store, team.team_id)
    assert sorted(kudos.giver_id for kudos in stored) == sorted([PEOPLE[0], PEOPLE[1], PEOPLE[2]])
    assert len(await entries(store, team.team_id)) == 6
    await assert_books_agree(store, team.team_id)


async def test_what_a_caller_has_seen_is_stored(store: Store, found: Found) -> None:
    team = await found()

    async def gives_and_looks(number: int) -> bool:
        given = await store.write(give, team.gift(number % 8, ((number + 1) % 8,)))
        return given.kudos in await all_kudos(store, team.team_id)

    assert all(await asyncio.gather(*(gives_and_looks(number) for number in range(40))))
    assert len(await all_kudos(store, team.team_id)) == 40


async def test_what_raises_leaves_nothing(store: Store, found: Found) -> None:
    team = await found()
    for _ in range(2):
        with pytest.raises(OddError):
            await store.write(give_and_fail, team.gift())
    assert await all_kudos(store, team.team_id) == []
    assert await entries(store, team.team_id) == []
    # And the next one is stored.
    await store.write(give, team.gift())
    assert len(await all_kudos(store, team.team_id)) == 1


async def test_a_caller_that_goes_away_does_not_disturb_the_others(
    store: Store, found: Found
) -> None:
    team = await found()
    tasks = [asyncio.create_task(store.write(give, team.gift(0, (1,)))) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    done = [one for one in outcomes if not isinstance(one, BaseException)]
    assert len(done) == 10
    stored = {kudos.kudos_id for kudos in await all_kudos(store, team.team_id)}
    assert {one.kudos.kudos_id for one in done} <= stored
    await assert_books_agree(store, team.team_id)


async def test_a_read_sees_one_moment(store: Store, found: Found) -> None:
    team = await found()
    seen = threading.Event()
    go_on = threading.Event()

    def looks_twice(connection: Connection, team_id: str, _now: datetime) -> tuple[int, int]:
        first = len(members.names_of(connection, team_id, [*PEOPLE, "U0NEW00001"]))
        seen.set()
        go_on.wait(10)
        return first, len(members.names_of(connection, team_id, [*PEOPLE, "U0NEW00001"]))

    reading = asyncio.create_task(store.read(looks_twice, team.team_id))
    await asyncio.to_thread(seen.wait, 10)

    def somebody_joins(connection: Connection, team_id: str, now: datetime) -> None:
        joined = Member(team_id, "U0NEW00001", "New")
        members.save_members(connection, [joined], now)

    await store.write(somebody_joins, team.team_id)
    go_on.set()
    assert await reading == (8, 8)


async def test_moments_are_stored_in_utc(store: Store, found: Found) -> None:
    team = await found(time_zone="Asia/Tokyo")
    given = await store.write(give, team.gift())
    [stored] = await all_kudos(store, team.team_id)
    assert stored.created_at == given.kudos.created_at
    assert stored.created_at.utcoffset() is not None
    assert stored.created_at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
