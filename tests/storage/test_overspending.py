"""Forty at once against one allowance, round after round: what is left is spent, and no more."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import AllowanceExceededError
from bot.domain.workspaces import WorkspaceSettings
from bot.services.giving.kudos import give
from tests.examples import examples
from tests.watching import assert_books_agree, balances

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found, Team

ROUNDS = int(os.environ.get("KUDOS_SPENDING_ROUNDS", examples(10)))  # noqa: TID251 - of the tests
AT_ONCE = 40
ALLOWANCE = 10


async def gives(store: Store, team: Team, number: int) -> int:
    """Have one person give to several in turn; return the points that were taken from them."""
    points = 1 + number % 3
    try:
        await store.write(give, team.gift(0, (1 + number % 7,), points=points))
    except AllowanceExceededError:
        return 0
    return points


@pytest.mark.thorough
@pytest.mark.timeout(600 + 10 * ROUNDS)
async def test_forty_at_once_spend_what_is_left_and_no_more(
    found: Found, store: Store, clock: Clock
) -> None:
    team = await found(settings=WorkspaceSettings(allowance=ALLOWANCE))
    for number in range(1, ROUNDS + 1):
        taken = sum(await asyncio.gather(*(gives(store, team, one) for one in range(AT_ONCE))))
        assert taken == ALLOWANCE  # there was always somebody with a single point
        assert sum((await balances(store, team.team_id)).values()) == number * ALLOWANCE
        clock.advance(weeks=1)
    await assert_books_agree(store, team.team_id)


@pytest.mark.thorough
@pytest.mark.timeout(600 + 10 * ROUNDS)
async def test_forty_at_once_without_an_amount_are_paid_in_full_or_carry_none(
    found: Found, store: Store, clock: Clock
) -> None:
    team = await found(settings=WorkspaceSettings(allowance=ALLOWANCE, points_default=3))
    for number in range(1, ROUNDS + 1):
        done = await asyncio.gather(
            *(
                store.write(give, replace(team.gift(0, (1 + one % 7,)), amounts=()))
                for one in range(AT_ONCE)
            )
        )
        paid = sorted(one.kudos.points_total for one in done)
        assert paid == [0] * (AT_ONCE - 3) + [3] * 3
        assert sum((await balances(store, team.team_id)).values()) == number * 9
        clock.advance(weeks=1)
    await assert_books_agree(store, team.team_id)
