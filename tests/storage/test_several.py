"""Several thanks in one message: all of them, or none, out of one allowance."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from bot.domain.errors import (
    AllowanceExceededError,
    OneOfSeveralError,
    PairCapExceededError,
    SelfKudosError,
    TooManyTogetherError,
)
from bot.domain.kudos import GiveTogether, KudosGiven, Source, UndoKudos, ViewGiven
from bot.domain.outbox import OutboxKind
from bot.domain.workspaces import TOGETHER_MAX, PairCapMode, WorkspaceSettings
from bot.services.giving.kudos import undo
from bot.services.giving.several import give_several, view_given
from tests.storage.conftest import PEOPLE
from tests.watching import assert_books_agree, balances, kinds_in_outbox, live_kudos, spent

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.storage.conftest import Found, Team

TEN = WorkspaceSettings(allowance=10, points_default=2)
Line = tuple[int, int | None]  # to whom, and how much where that is typed


def together(team: Team, *lines: Line, source: Source = Source.COMMAND) -> GiveTogether:
    """Returns the request of the first person to thank each of these."""
    key = f"command:{uuid4().hex}"
    gifts = [
        replace(
            team.gift(0, (to,), natural_key=f"{key}:{place}"),
            amounts=() if points is None else (points,),
            source=source,
        )
        for place, (to, points) in enumerate(lines, start=1)
    ]
    return GiveTogether(tuple(gifts))


def paid(given: tuple[KudosGiven, ...]) -> list[int]:
    return [one.kudos.points_total for one in given]


async def test_each_line_is_thanks_of_its_own_and_comes_once(found: Found, store: Store) -> None:
    team = await found(settings=TEN)
    request = together(team, (1, 5), (2, None), (1, 1))  # what is left would not pay it again
    tries = [store.write(give_several, request) for _ in range(3)]
    first, *others = [paid(given) for given in await asyncio.gather(*tries)]
    assert first == [5, 2, 1]
    assert others == [first, first]
    assert await balances(store, team.team_id) == {PEOPLE[1]: 6, PEOPLE[2]: 2}
    assert list((await spent(store, team.team_id, PEOPLE[0])).values()) == [8]
    given = await store.write(give_several, request)
    assert [one.allowance_left for one in given] == [2, 2, 2]
    await assert_books_agree(store, team.team_id)


@pytest.mark.parametrize("place", [1, 2, 3])
async def test_one_that_is_refused_has_none_of_them_given(
    found: Found, store: Store, place: int
) -> None:
    team = await found(settings=TEN)
    lines: list[Line] = [(1, 1), (2, 1), (3, 1)]
    lines[place - 1] = (0, 1)
    with pytest.raises(OneOfSeveralError) as refused:
        await store.write(give_several, together(team, *lines))
    assert refused.value.place == place
    assert refused.value.receiver_ids == (PEOPLE[0],)
    assert isinstance(refused.value.error, SelfKudosError)
    assert await live_kudos(store, team.team_id) == []
    assert await spent(store, team.team_id, PEOPLE[0]) == {}
    assert await kinds_in_outbox(store, team.team_id) == []


async def test_the_allowance_covers_all_that_was_named_or_nothing_is_given(
    found: Found, store: Store
) -> None:
    team = await found(settings=TEN)
    with pytest.raises(AllowanceExceededError) as refused:
        await store.write(give_several, together(team, (1, 6), (2, None), (3, 5)))
    assert (refused.value.points_total, refused.value.allowance_left) == (11, 10)
    assert await live_kudos(store, team.team_id) == []


async def test_those_without_an_amount_are_all_paid_or_carry_none(
    found: Found, store: Store
) -> None:
    team = await found(settings=TEN)
    given = await store.write(give_several, together(team, (1, None), (2, 7), (3, None)))
    assert paid(given) == [0, 7, 0]  # each is worth two, and three are left for both
    assert given[-1].allowance_left == 3
    await assert_books_agree(store, team.team_id)
    exact = await found(settings=TEN)
    given = await store.write(give_several, together(exact, (1, None), (2, 6), (3, None)))
    assert paid(given) == [2, 6, 2]
    ends = await found(settings=replace(TEN, thanks_go_on=False))
    with pytest.raises(AllowanceExceededError) as refused:
        await store.write(give_several, together(ends, (1, None), (2, 7), (3, None)))
    assert refused.value.points_total == 11


async def test_many_messages_at_once_never_overspend(found: Found, store: Store) -> None:
    team = await found(settings=TEN)
    asked = (together(team, (1, 2), (2, 2)) for _ in range(8))
    ended = await asyncio.gather(
        *(store.write(give_several, one) for one in asked), return_exceptions=True
    )
    assert sum(isinstance(one, tuple) for one in ended) == 2
    assert sum(isinstance(one, AllowanceExceededError) for one in ended) == 6
    assert await balances(store, team.team_id) == {PEOPLE[1]: 4, PEOPLE[2]: 4}
    await assert_books_agree(store, team.team_id)


async def test_the_pair_cap_counts_the_lines_before(found: Found, store: Store) -> None:
    capped = replace(TEN, pair_cap_thanks=1, pair_cap_mode=PairCapMode.BLOCK)
    team = await found(settings=capped)
    with pytest.raises(PairCapExceededError) as refused:
        await store.write(give_several, together(team, (1, 1), (2, 1), (1, 1)))
    assert refused.value.user_ids == (PEOPLE[1],)
    assert await live_kudos(store, team.team_id) == []


async def test_more_than_a_confirmation_can_tell_of_is_refused(found: Found, store: Store) -> None:
    team = await found(settings=TEN)
    with pytest.raises(TooManyTogetherError):
        await store.write(give_several, together(team, *[(1, None)] * (TOGETHER_MAX + 1)))


async def test_a_mention_has_one_confirmation_for_all(found: Found, store: Store) -> None:
    team = await found(settings=TEN)
    request = together(team, (1, 1), (2, 1), (3, 1), source=Source.MENTION)
    await store.write(give_several, request)
    kinds = await kinds_in_outbox(store, team.team_id)
    assert kinds.count(OutboxKind.KUDOS_GIVEN) == 1
    assert kinds.count(OutboxKind.KUDOS_POSTED) == 3


async def test_one_that_is_taken_back_leaves_the_others(found: Found, store: Store) -> None:
    team = await found(settings=TEN)
    given = await store.write(give_several, together(team, (1, 3), (2, 4)))
    ids = tuple(one.kudos.kudos_id for one in given)
    await store.write(undo, UndoKudos(team.team_id, PEOPLE[0], ids[0]))
    seen = await store.read(view_given, ViewGiven(team.team_id, PEOPLE[0], ids))
    assert [one.kudos.reversed_at is None for one in seen] == [False, True]
    assert [one.allowance_left for one in seen] == [6, 6]
    assert await store.read(view_given, ViewGiven(team.team_id, PEOPLE[1], ids)) == ()
    await assert_books_agree(store, team.team_id)
