"""The allowance: so much a week, from Monday 00:00 of the workspace's zone, never overspent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.sandbox import Sandbox
from tests.asking import answer_to, form_of
from tests.conftest import MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.watching import (
    assert_books_agree,
    balances,
    calls_of,
    choose,
    live_kudos,
    on_sqlite,
    settled,
    spent,
    until,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from storage.engine.store import Store

GIVE = "/kudos @bo +{points} for untangling the release"


async def test_twenty_five_points_a_week_can_be_given_and_not_one_more(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    assert "You have 5 points left" in (await ada.types(GIVE.format(points=20))).text
    refused = await answer_to(ada, await ada.types(GIVE.format(points=6)))
    assert "That takes 6 points, and you have 5 points left." in refused
    assert "You have 0 points left" in (await ada.types(GIVE.format(points=5))).text
    await ada.types(GIVE.format(points=1))
    asked = await form_of(ada)
    assert asked.question.startswith("You have no points left to give.")
    # The reader's own zone says when, by Slack's markup.
    assert f"<!date^{int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())}^" in asked.question
    await ada.closes()
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 25}
    # Another person's allowance is their own.
    assert (await slack.person("chidi").types(GIVE.format(points=25))).text.startswith("You thank")


async def test_taking_back_makes_room_again(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE.format(points=25))
    await ada.types("/kudos undo")
    assert (await ada.types(GIVE.format(points=25))).text.startswith("You thanked Bo")
    await assert_books_agree(store, slack.team_id)


@pytest.mark.parametrize(
    ("zone", "monday"),
    [
        ("Pacific/Auckland", datetime(2026, 11, 22, 11, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
    ],
)
@on_sqlite
async def test_the_week_begins_on_monday_at_midnight_of_the_workspaces_zone(
    database_url: str, store: Store, clock: Clock, zone: str, monday: datetime
) -> None:
    workspace = {
        "people": [{"handle": handle, "tz": zone} for handle in ("ada", "bo")]
        + [{"handle": "hana", "tz": "Europe/London"}],
        "channels": [{"name": "general", "app": True}],
    }
    async with (
        Sandbox(MANIFEST, workspace, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock, welcomes=False),
    ):
        ada = slack.person("ada")
        clock.now = monday
        clock.advance(seconds=-1)
        assert "0 points left" in (await ada.types(GIVE.format(points=25))).text
        refused = await answer_to(ada, await ada.types(GIVE.format(points=1)))
        assert "no points left" in refused
        # Each week's board has its own thanks, too.
        assert "25 points" in (await ada.types("/kudos leaderboard")).text
        clock.now = monday
        assert "No kudos here yet" in (await ada.types("/kudos leaderboard")).text
        assert "0 points left" in (await ada.types(GIVE.format(points=25) + " too")).text
        assert len(await spent(store, slack.team_id, ada.id)) == 2


async def test_two_hundred_at_once_never_overspend(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=50)
    ada, bo = slack.person("ada"), slack.person("bo")
    lines = [f"/kudos @bo +1 for untangling release {number}" for number in range(200)]
    await asyncio.gather(*map(ada.types, lines))

    async def all_are_told() -> bool:  # those that took long are told later
        words = sum(_is_told_how_it_ended(one.text) for one in ada.sees("general"))
        return words + len(calls_of(slack, "views.open")) >= 200

    await until(all_are_told)
    texts = [one.text for one in ada.sees("general") if one.is_ephemeral]
    assert sum(text.startswith("You thanked Bo with 1 point.") for text in texts) == 50
    assert len(await live_kudos(store, slack.team_id)) == 50
    assert await balances(store, slack.team_id) == {bo.id: 50}
    assert list((await spent(store, slack.team_id, ada.id)).values()) == [50]
    await assert_books_agree(store, slack.team_id)


def _is_told_how_it_ended(text: str) -> bool:
    return text.startswith(("You thanked Bo", "You have no points left"))


@pytest.mark.long
async def test_many_givers_at_once_to_the_same_people_all_count(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    names = ["ada", "chidi", "emre", "fatima", "goran", "hana", "mei", "omar"]
    to = ["@bo @dina", "@dina @bo", "@support @bo", "@bo @support"]
    lines = [
        (name, f"/kudos {whom} for untangling release {number}")
        for name in names
        for number, whom in enumerate(to)
    ]
    replies = await asyncio.gather(*(slack.person(name).types(line) for name, line in lines))
    assert all(reply.ok for reply in replies)

    async def all_are_stored() -> bool:
        return len(await live_kudos(store, slack.team_id)) == len(lines)

    await until(all_are_stored)
    await assert_books_agree(store, slack.team_id)
    await settled(store)


async def test_a_larger_allowance_counts_from_the_next_command_on(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE.format(points=25))
    await choose(store, slack.team_id, allowance=30)
    assert "You have 0 points left" in (await ada.types(GIVE.format(points=5))).text
    await choose(store, slack.team_id, allowance=10)  # less than is spent: nothing is owed
    refused = await answer_to(ada, await ada.types(GIVE.format(points=1)))
    assert refused.startswith("You have no points left to give.")
