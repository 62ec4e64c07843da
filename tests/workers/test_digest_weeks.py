"""Digests from one week to the next: whom they name, and people who move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.handlers.people.test_preferences import prefers
from tests.watching import on_sqlite, settled
from tests.workers.test_digest import (
    FOR,
    IN_LONDON,
    IN_NEW_YORK,
    IN_TOKYO,
    WEEK,
    comes,
    weeks,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
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


async def test_who_moves_to_where_it_was_told_already_gets_it_at_once(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, fatima, hana = (slack.person(name) for name in ("ada", "fatima", "hana"))
    await ada.types(f"/kudos @fatima @hana {FOR}")
    await settled(store)
    await comes(app, store, clock, IN_TOKYO)
    assert (len(weeks(hana)), len(weeks(fatima))) == (1, 0)
    clock.advance(hours=3)
    for _ in range(2):  # Slack tells it twice
        slack.update_user("fatima", tz="Asia/Tokyo")
        await slack.pending()
    await settled(store)
    assert len(weeks(fatima)) == 1
    # Neither their old zone nor another move brings it again.
    await comes(app, store, clock, IN_NEW_YORK)
    slack.update_user("fatima", tz="America/New_York")
    slack.update_user("hana", tz="Europe/Berlin")
    await slack.pending()
    await settled(store)
    assert (len(weeks(hana)), len(weeks(fatima))) == (1, 1)
    await comes(app, store, clock, IN_NEW_YORK + WEEK)
    assert (len(weeks(hana)), len(weeks(fatima))) == (2, 2)


@on_sqlite
async def test_who_moves_and_wants_none_or_has_done_nothing_gets_none(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, fatima = slack.person("ada"), slack.person("fatima")
    await ada.types(f"/kudos @fatima @hana {FOR}")
    await prefers(fatima, "on_boards", "direct_messages")
    await settled(store)
    await comes(app, store, clock, IN_TOKYO)
    for name in ("fatima", "goran"):
        slack.update_user(name, tz="Asia/Tokyo")
    await slack.pending()
    await settled(store)
    assert weeks(fatima) == []
    assert weeks(slack.person("goran")) == []
    # And long after that time, the week is over.
    await prefers(fatima, "on_boards", "direct_messages", "weekly_nudge")
    clock.advance(hours=60)
    slack.update_user("ada", tz="Asia/Tokyo")
    await slack.pending()
    await settled(store)
    assert weeks(ada) == []
