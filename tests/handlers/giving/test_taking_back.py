"""Kudos are taken back from the menu of their post, and one delivery is answered in one way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.messages.blockkit.ids import KUDOS_JOIN, KUDOS_REMOVE, KUDOS_UNDO
from bot.sandbox.model import Delivery
from tests.watching import (
    app_posts,
    assert_books_agree,
    balances,
    live_kudos,
    on_sqlite,
    opened,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from storage.engine.store import Store
    from tests.conftest import Clock

GIVE = "/kudos @bo +3 for untangling the release"
TOO_LATE = "It is too late to undo this."
NOT_YOURS = "Only the person who gave these kudos, or an admin of Kudos, can take them back."


async def given(slack: Sandbox, store: Store, by: str = "chidi") -> Message:
    """Have somebody give a kudos in #general; return its post."""
    await slack.person(by).types(GIVE)
    await settled(store)
    return app_posts(slack, "general")[-1]


async def says(slack: Sandbox, who: str, on: Message) -> str:
    """Return what somebody is told who takes kudos back from the menu of a message."""
    person = slack.person(who)
    if person.open_view is not None:
        await person.closes()
    await person.uses_shortcut(KUDOS_REMOVE, on=on)
    return (await opened(person)).all_text


async def test_its_giver_takes_it_back_from_the_menu_of_the_post(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    post = await given(slack, store)
    clock.advance(minutes=10)
    told = await says(slack, "chidi", post)
    assert "You took back your thanks to Bo." in told
    assert "3 points returned to you, and you have 25 points left to give." in told
    await settled(store)
    assert post.text == "The thanks from Chidi to Bo were taken back."
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}
    await assert_books_agree(store, slack.team_id)
    assert "These thanks were taken back before." in await says(slack, "chidi", post)


@on_sqlite
async def test_when_it_is_too_late_the_giver_is_told_so(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    post = await given(slack, store)
    clock.advance(minutes=10, seconds=1)
    assert TOO_LATE in await says(slack, "chidi", post)
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
@pytest.mark.parametrize("who", ["bo", "hana"])
async def test_who_gave_something_else_is_told_whose_it_is(
    slack: Sandbox, app: KudosApp, store: Store, who: str
) -> None:
    post = await given(slack, store)
    assert NOT_YOURS in await says(slack, who, post)
    message = await slack.person("hana").types("The release is out")
    assert "There are no kudos in this message" in await says(slack, who, message)
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_who_joined_in_takes_back_their_own_part_alone(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    hana = slack.person("hana")
    await hana.presses(KUDOS_JOIN, on=post)
    await settled(store)
    assert "You took back your thanks to Bo." in await says(slack, "hana", post)
    [left] = await live_kudos(store, slack.team_id)
    assert left.giver_id == slack.person("chidi").id
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_an_admin_takes_back_their_own_in_time_and_is_asked_later(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    post = await given(slack, store, by="ada")
    assert "You took back your thanks to Bo." in await says(slack, "ada", post)
    post = await given(slack, store, by="ada")
    clock.advance(minutes=11)
    assert "If you take this back" in await says(slack, "ada", post)
    await slack.person("ada").submits()
    assert await live_kudos(store, slack.team_id) == []


@on_sqlite
async def test_nobody_is_taken_for_an_admin_while_slack_does_not_say_so(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    slack.faults.next("users.info", "http_500")
    assert "it did not answer" in await says(slack, "ada", post)


async def test_one_undo_that_is_delivered_three_times_at_once_has_one_answer(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    for number in range(8):
        await ada.types(f"/kudos @bo +1 for untangling release {number}")
        clock.advance(seconds=1)
    await ada.types("/kudos help")
    payload = slack.deliveries[-1].payload | {"text": "undo"}
    for number in range(6):
        same = [
            Delivery(f"{number}-{n}", "slash_commands", payload | {"trigger_id": f"1.{number}"})
            for n in range(3)
        ]
        await asyncio.gather(*(slack.deliver_again(each) for each in same))
        [answer] = {str((each.response or {}).get("text")) for each in same}
        assert answer.startswith("You took back your thanks to Bo."), answer
    assert len(await live_kudos(store, slack.team_id)) == 2
    await assert_books_agree(store, slack.team_id)


async def test_one_press_that_is_delivered_three_times_at_once_has_one_outcome(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(GIVE)
    await ada.types(GIVE + " too")
    await ada.presses(KUDOS_UNDO, on=reply.message)
    await ada.sees_soon(lambda one: one.text.startswith("You took back"))
    press = slack.deliveries[-1]
    await asyncio.gather(*(slack.deliver_again(press) for _ in range(3)))
    await settled(store)
    assert not [one for one in ada.sees("general") if "taken back before" in one.text]
    assert len(await live_kudos(store, slack.team_id)) == 1
