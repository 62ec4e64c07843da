"""Budgets: overrides, boosts, roll-over, zones, the pair cap, and what admins correct."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.domain.budgets import AdjustBalance, EndBoost, GiveBoost, SetOverride
from bot.domain.errors import BalanceTooLowError, NoBoostError, NotAdminError, SettingsError
from bot.domain.workspaces import AllowanceKind, ZoneOf
from bot.services.giving.budgets import (
    adjust,
    end_boost,
    give_boost,
    list_boosts,
    list_overrides,
    set_override,
)
from storage.tables.schema import activity
from tests.asking import answer_to
from tests.watching import (
    assert_books_agree,
    balances,
    calls_of,
    choose,
    live_kudos,
    on_sqlite,
    pings,
    settled,
    spent,
    until,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

FRIDAY = date(2026, 11, 20)


NUMBERS = count()


async def gives(person: Person, points: int, to: str = "@bo") -> str:
    """Have somebody give, and return what they are told."""
    # Words of its own each time: the same ones within a minute are asked about.
    line = f"/kudos {to} +{points} for untangling release {next(NUMBERS)}"
    reply = await person.types(line)
    return await answer_to(person, reply)


async def boosted(slack: Sandbox, store: Store, handle: str, points: int, ends_on: date) -> str:
    """Have Fatima give somebody a boost, and return its id."""
    request = GiveBoost(
        slack.team_id,
        actor_id=slack.person("fatima").id,
        user_id=slack.person(handle).id,
        points=points,
        ends_on=ends_on,
        reason="The release party",
    )
    return (await store.write(give_boost, request)).boost_id


async def overridden(slack: Sandbox, store: Store, subject_id: str, allowance: int | None) -> None:
    """Have Fatima give a group or a person another allowance."""
    actor_id = slack.person("fatima").id
    await store.write(set_override, SetOverride(slack.team_id, actor_id, subject_id, allowance))


# Overrides


async def test_the_highest_override_of_a_persons_groups_and_their_own_is_theirs(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await gives(slack.person("ada"), 1, to="@support")  # so that Kudos knows who is in it
    dina, omar = slack.person("dina"), slack.person("omar")
    await overridden(slack, store, "S0SUPPORT1", 40)
    await overridden(slack, store, omar.id, 60)
    assert "You have 39 points left" in await gives(dina, 1)
    assert "You have 59 points left" in await gives(omar, 1)
    assert "You have 24 points left" in await gives(slack.person("chidi"), 1)
    assert "39 points left to give, of 40" in (await dina.types("/kudos me")).all_text
    await overridden(slack, store, omar.id, 5)
    assert "You have 38 points left" in await gives(omar, 1)
    await overridden(slack, store, "S0SUPPORT1", None)
    assert "You have 2 points left" in await gives(omar, 1)  # less than everybody's, too
    assert "You have 23 points left" in await gives(dina, 1)
    listed = await store.read(list_overrides, slack.team_id)
    assert [(one.subject_id, one.allowance) for one in listed] == [(omar.id, 5)]
    await assert_books_agree(store, slack.team_id)


# Boosts


async def test_a_boost_is_spent_last_and_ends_with_its_day(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await boosted(slack, store, "ada", 10, FRIDAY)
    assert "You have 12 points left to give, of which 10 are extra." in await gives(ada, 23)
    me = (await ada.types("/kudos me")).all_text
    assert "You have 2 points left to give, of 25" in me
    assert "You also have 10 points extra until" in me
    refused = await gives(ada, 13)
    assert "That takes 13 points, and you have 12 points left, of which 10 are extra." in refused
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert f"<!date^{int(monday.timestamp())}^" in refused
    assert "You have 6 points left to give, of which 6 are extra." in await gives(ada, 6)
    [(_, left)] = await store.read(list_boosts, slack.team_id)
    assert left == 6
    clock.now = datetime(2026, 11, 21, tzinfo=UTC)
    assert (await gives(ada, 1)).startswith("You have no points left to give.")
    assert await store.read(list_boosts, slack.team_id) == []
    await assert_books_agree(store, slack.team_id)


async def test_what_is_taken_back_returns_to_what_paid_for_it(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await boosted(slack, store, "ada", 10, date(2026, 12, 31))
    await gives(ada, 20)
    clock.advance(seconds=1)
    await gives(ada, 9)  # five of the week, four of the boost
    undone = (await ada.types("/kudos undo")).text
    assert "9 points returned to you, and you have 15 points left to give." in undone
    assert "You have 11 points left to give, of which 10 are extra." in await gives(ada, 4)
    clock.advance(seconds=1)
    assert "You have 8 points left to give, of which 8 are extra." in await gives(ada, 3)
    # In the week after, both parts still go where they came from.
    clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    await choose(store, slack.team_id, undo_minutes=60 * 24 * 30)
    await ada.types("/kudos undo")
    assert "10 are extra" in (await gives(ada, 1))
    me = (await ada.types("/kudos me")).all_text
    assert "You have 24 points left to give, of 25" in me
    assert "You also have 10 points extra" in me
    assert sorted((await spent(store, slack.team_id, ada.id)).items()) == [
        (datetime(2026, 11, 16, tzinfo=UTC), 24),
        (datetime(2026, 11, 23, tzinfo=UTC), 1),
    ]
    await assert_books_agree(store, slack.team_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 100_001}, "points"),
        ({"ends_on": date(2026, 11, 17)}, "ends_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
@on_sqlite
async def test_a_boost_that_cannot_be_is_refused_at_its_field(
    slack: Sandbox, app: KudosApp, store: Store, change: dict[str, Any], field: str
) -> None:
    wish = GiveBoost(
        slack.team_id, slack.person("ada").id, slack.person("bo").id, 5, FRIDAY, "A party"
    )
    with pytest.raises(SettingsError) as refused:
        await store.write(give_boost, replace(wish, **change))
    assert list(refused.value.faults) == [field]
    with pytest.raises(NotAdminError):
        await store.write(give_boost, replace(wish, actor_id=slack.person("chidi").id))
    assert await store.read(list_boosts, slack.team_id) == []
    assert await acts(store, slack) == []


@on_sqlite
async def test_a_boost_asked_for_twice_is_given_once_and_can_be_ended(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    wish = GiveBoost(slack.team_id, ada.id, bo.id, 5, FRIDAY, "A party", natural_key="V1")
    boost = await store.write(give_boost, wish)
    await store.write(give_boost, wish)
    assert "You have 29 points left to give" in await gives(bo, 1, to="@chidi")
    end = EndBoost(slack.team_id, ada.id, boost.boost_id)
    await store.write(end_boost, end)
    with pytest.raises(NoBoostError):
        await store.write(end_boost, end)
    assert "You have 23 points left to give until" in await gives(bo, 1, to="@chidi")
    assert [what for _, what, _, _ in await acts(store, slack)] == ["boost_given", "boost_ended"]


# Periods, roll-over and zones


@on_sqlite
async def test_what_is_left_rolls_over_up_to_the_most(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await choose(store, slack.team_id, roll_over_max=10)
    assert "You have 7 points left" in await gives(ada, 18)
    clock.advance(days=7)
    assert "You have 32 points left to give, of 32" in (await ada.types("/kudos me")).all_text
    assert "You have 12 points left" in await gives(ada, 20)
    assert "You have 35 points left" in (await slack.person("bo").types("/kudos me")).all_text
    clock.advance(days=7)
    assert "You have 30 points left to give, of 30" in (await ada.types("/kudos me")).all_text


@on_sqlite
async def test_the_allowance_comes_back_on_the_day_and_at_the_hour_that_admins_chose(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await choose(store, slack.team_id, reset_weekday=3, reset_hour=9)
    thursday_at_nine = datetime(2026, 11, 19, 9, tzinfo=UTC)
    given = await gives(ada, 25)
    assert f"<!date^{int(thursday_at_nine.timestamp())}^" in given
    clock.now = thursday_at_nine.replace(hour=8, minute=59)
    assert "no points left" in await gives(ada, 1)
    clock.now = thursday_at_nine
    assert "You have 0 points left" in await gives(ada, 25)
    # A month goes back over all of it, and nothing more can be given.
    await choose(store, slack.team_id, allowance_kind=AllowanceKind.MONTH, allowance=50)
    assert "no points left" in await gives(ada, 1)
    await choose(store, slack.team_id, allowance_kind=AllowanceKind.DAY)
    clock.now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert "You have 49 points left" in await gives(ada, 1)


async def test_a_person_who_changes_zone_does_not_get_two_allowances_for_a_week(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    bo = slack.person("bo")
    await choose(store, slack.team_id, zone_of=ZoneOf.PERSON)
    slack.update_user("bo", tz="Pacific/Kiritimati")
    await slack.pending()
    clock.now = datetime(2026, 11, 22, 9, tzinfo=UTC)  # Sunday 23:00 there
    assert "You have 0 points left" in await gives(bo, 25, to="@ada")
    clock.now = datetime(2026, 11, 22, 10, tzinfo=UTC)  # Monday there, before anywhere else
    assert "You have 0 points left" in await gives(bo, 25, to="@ada")
    for zone in ("Europe/Berlin", "Pacific/Honolulu", "Pacific/Kiritimati"):
        slack.update_user("bo", tz=zone)
        await slack.pending()
        for day in (22, 23, 24):
            clock.now = datetime(2026, 11, day, 20, tzinfo=UTC)
            assert (await gives(bo, 1, to="@ada")).startswith("You have no points left to give.")
    # Others live in zones of their own.
    clock.now = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert f"<!date^{int(datetime(2026, 11, 29, 15, tzinfo=UTC).timestamp())}^" in await gives(
        slack.person("hana"), 1
    )
    await assert_books_agree(store, slack.team_id)


async def test_a_reaction_removed_in_the_next_week_gives_back_to_the_week_it_came_from(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await gives(ada, 24)
    message = await bo.types("The release is out.", in_channel="general")
    await ada.reacts("trophy", to=message)
    await ada.sees_soon(lambda one: "You have 0 points left" in one.all_text)
    clock.advance(days=7)
    await ada.unreacts("trophy", to=message)

    async def is_taken_back() -> bool:
        return await balances(store, slack.team_id) == {bo.id: 24}

    await until(is_taken_back)
    assert "You have 25 points left to give, of 25" in (await ada.types("/kudos me")).all_text
    clock.advance(days=-7)
    assert "You have 1 point left to give, of 25" in (await ada.types("/kudos me")).all_text
    await assert_books_agree(store, slack.team_id)


async def test_two_hundred_at_once_spend_allowance_roll_over_and_boosts_exactly(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, allowance=20, roll_over_max=10)
    clock.advance(days=5)  # Monday: the week before, nothing was given
    await boosted(slack, store, "ada", 12, date(2026, 12, 1))
    await boosted(slack, store, "ada", 8, date(2026, 12, 2))
    ada, bo = slack.person("ada"), slack.person("bo")
    lines = [f"/kudos @bo +1 for untangling release {number}" for number in range(200)]
    await asyncio.gather(*map(ada.types, lines))

    async def all_are_told() -> bool:  # in words, or by a form
        told = [one for one in ada.sees("general") if one.is_ephemeral and "point" in one.text]
        return len(told) + len(calls_of(slack, "views.open")) >= 200

    await until(all_are_told)
    assert len(await live_kudos(store, slack.team_id)) == 50
    assert await balances(store, slack.team_id) == {bo.id: 50}
    assert [left for _, left in await store.read(list_boosts, slack.team_id)] == [0, 0]
    await assert_books_agree(store, slack.team_id)


# What admins correct


async def test_a_correction_stands_in_the_ledger_and_the_person_is_told(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    reason = "Given twice <!channel> <@U0CHIDI003> & *so*"
    wish = AdjustBalance(slack.team_id, ada.id, bo.id, 7, reason, natural_key="V1")
    await store.write(adjust, wish)
    await store.write(adjust, wish)
    clock.advance(seconds=1)
    await store.write(adjust, replace(wish, points=-3, natural_key="V2"))
    assert await balances(store, slack.team_id) == {bo.id: 4}
    assert "Your balance: 4 points." in (await bo.types("/kudos me")).all_text
    with pytest.raises(BalanceTooLowError) as refused:
        await store.write(adjust, replace(wish, points=-5, natural_key="V3"))
    assert (refused.value.points, refused.value.balance) == (5, 4)
    with pytest.raises(NotAdminError):
        await store.write(adjust, replace(wish, actor_id=bo.id, natural_key="V4"))
    for wrong in ({"points": 0}, {"reason": "  "}, {"points": -100_001}):
        with pytest.raises(SettingsError):
            await store.write(adjust, replace(wish, natural_key="V5", **wrong))
    assert await balances(store, slack.team_id) == {bo.id: 4}
    await settled(store)
    given, taken = bo.direct_messages
    assert "Ada, an admin of Kudos here, gave your balance 7 points." in given.text
    assert "Ada, an admin of Kudos here, took 3 points off your balance." in taken.text
    assert "Given twice" in given.all_text
    assert pings(given) == pings(taken) == set()
    assert await acts(store, slack) == [
        (ada.id, "balance_adjusted", 0, 7),
        (ada.id, "balance_adjusted", 7, 4),
    ]
    await assert_books_agree(store, slack.team_id)


async def acts(store: Store, slack: Sandbox) -> list[tuple[str, str, Any, Any]]:
    """Return what the activity list has, first done first."""
    return await store.read(_acts, slack.team_id)


def _acts(connection: Connection, team_id: str, _now: datetime) -> list[tuple[str, str, Any, Any]]:
    of_team = select(activity).where(activity.c.team_id == team_id)
    rows = connection.execute(of_team.order_by(activity.c.created_at, activity.c.what.desc()))
    return [(row.actor_id, row.what, row.before, row.after) for row in rows]
