"""Digests from one week to the next: whom they name, and people who move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.delivery.test_digest import FOR, IN_LONDON, WEEK, comes, weeks
from tests.watching import settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.store import Store
    from tests.conftest import Clock


async def test_the_only_colleague_there_is_to_name_is_not_named_week_after_week(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @emre {FOR}")
    for number in range(3):
        clock.now = IN_LONDON + number * WEEK - timedelta(hours=1)
        await ada.types(f"/kudos @emre {FOR}")
        if number == 0:
            await slack.person("bo").types(f"/kudos @ada {FOR}")
        await settled(store)
        await comes(app, store, clock, IN_LONDON + number * WEEK)
    names = ["You work with Bo" in week.text for week in weeks(ada)]
    assert names == [True, False, True]
