"""Weeks begin on another day while people give: nothing is left out, and nothing counts twice."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

from bot.domain.kudos import UndoKudos
from bot.domain.periods import CountedWeeks
from bot.domain.preferences import ChangePreferences, Preferences
from bot.services.boards.weeks import begin_weeks, count_older_weeks, find_weeks_left
from bot.services.giving.kudos import give, store_kudos, undo
from bot.services.people.preferences import change_preferences
from bot.services.settings.workspaces import view_workspace
from storage import board_membership, kudos, standings
from storage.workspaces import get_workspace
from tests.storage.conftest import PEOPLE

if TYPE_CHECKING:
    from bot.domain.kudos import GiveKudos
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found, Team

SATURDAY, SUNDAY = 5, 6
BLOCKED_SECONDS = 0.5  # what does not wait is done long before
WITHIN_SECONDS = 10


class Paused:
    """A service that stays in its transaction until it may go on."""

    def __init__(self) -> None:
        self._is_in = Event()
        self._may_go_on = Event()

    def pause(self) -> None:
        self._is_in.set()
        assert self._may_go_on.wait(WITHIN_SECONDS)

    async def reached(self) -> None:
        """Return once it is there."""
        assert await asyncio.to_thread(self._is_in.wait, WITHIN_SECONDS)

    def go_on(self) -> None:
        self._may_go_on.set()

    def give(self, connection: Connection, request: GiveKudos, now: datetime) -> None:
        """Give as `give` does, with a pause once it is known in which workspace."""
        ground = kudos.lock_giver(connection, request, now)
        assert ground is not None
        self.pause()
        assert store_kudos(connection, ground.workspace, request, now, ground.budget) is not None

    def begin(self, connection: Connection, of_week: tuple[str, int], now: datetime) -> None:
        """Change the day as `begin` does, with a pause once all is counted."""
        begin(connection, of_week, now)
        self.pause()


def begin(connection: Connection, of_week: tuple[str, int], now: datetime) -> None:
    begin_weeks(connection, get_workspace(connection, of_week[0]), of_week[1], now)


def off_boards(team: Team, number: int) -> ChangePreferences:
    return ChangePreferences(team.team_id, PEOPLE[number], Preferences(on_boards=False))


def periods(connection: Connection, team_id: str, _now: datetime) -> set[str]:
    """Hold totals against a recount; return the periods that there are."""
    stored = standings.stored(connection, team_id)
    assert stored == standings.recount(connection, team_id)
    assert board_membership.find_wrong_totals(connection, team_id) == []
    return {period for _, period, _ in stored}


async def test_what_is_being_given_when_the_day_changes_counts_in_the_new_weeks(
    store: Store, found: Found
) -> None:
    team, paused = await found(), Paused()
    giving = asyncio.create_task(store.write(paused.give, team.gift(value="teamwork")))
    await paused.reached()
    changing = asyncio.create_task(store.write(begin, (team.team_id, SUNDAY)))
    await asyncio.wait({changing}, timeout=BLOCKED_SECONDS)
    paused.go_on()
    await asyncio.gather(giving, changing)
    assert {"2026-W47", "2026-11-15"} <= await store.read(periods, team.team_id)


async def test_what_comes_while_the_day_changes_goes_by_the_new_one(
    store: Store, found: Found
) -> None:
    team, paused = await found(), Paused()
    first = (await store.write(give, team.gift(1, (2, 3), value="teamwork"))).kudos
    changing = asyncio.create_task(store.write(paused.begin, (team.team_id, SATURDAY)))
    await paused.reached()
    coming = [
        asyncio.create_task(store.write(give, team.gift(4, (5,)))),
        asyncio.create_task(store.write(undo, UndoKudos(team.team_id, PEOPLE[1], first.kudos_id))),
        asyncio.create_task(store.write(change_preferences, off_boards(team, 3))),
    ]
    await asyncio.wait(coming, timeout=BLOCKED_SECONDS)
    paused.go_on()
    await asyncio.gather(changing, *coming)
    assert {"2026-W47", "2026-11-14"} <= await store.read(periods, team.team_id)


async def test_weeks_long_ago_are_counted_in_parts_and_each_once(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found()
    now = clock.now
    for week in range(30, -1, -1):
        clock.now = now - timedelta(weeks=week)
        await store.write(give, team.gift(week % 4, (4 + week % 3,), value="teamwork"))
    await store.write(change_preferences, off_boards(team, 2))
    for begins in (SUNDAY, 0, SUNDAY, SATURDAY):
        await store.write(begin, (team.team_id, begins))
    first = await store.read(periods, team.team_id)
    assert {"2026-11-15", "2026-11-08", "2026-11-14"} <= first
    assert "2026-11-01" not in first
    assert await store.read(find_weeks_left, None) == [team.team_id]
    rounds = 1
    while await store.write(count_older_weeks, team.team_id):
        rounds += 1
        await store.write(give, team.gift())
        await store.read(periods, team.team_id)
    assert rounds > 2
    assert await store.read(find_weeks_left, None) == []
    workspace = await store.read(view_workspace, team.team_id)
    assert workspace.weeks == (CountedWeeks(), CountedWeeks(SUNDAY), CountedWeeks(SATURDAY))
    every = await store.read(periods, team.team_id)
    oldest = date(2026, 4, 19)  # the Sunday before the first thanks
    assert {oldest.isoformat(), (oldest - timedelta(days=1)).isoformat()} <= every
    assert sum(len(key) == len("2026-11-15") for key in every) == 2 * 31
