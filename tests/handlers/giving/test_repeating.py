"""The same thanks to the same people within a minute are asked about, and given on one press."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from tests.asking import form_of, lines_form_of
from tests.handlers.giving.test_mentions import says, told
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    choose,
    live_kudos,
    on_sqlite,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"
GIVE = f"/kudos @bo +3 for {RELEASE}"
QUESTION = "You gave this just now. Once more?"


async def test_the_same_command_within_a_minute_asks_and_one_press_gives_it_again(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(GIVE)
    clock.advance(seconds=59)
    reply = await ada.types(GIVE)
    assert reply.is_ephemeral
    assert reply.text == QUESTION
    assert len(await all_kudos(store, slack.team_id)) == 1
    command = slack.deliveries[-1]
    await slack.deliver_again(command)
    assert command.response is not None
    assert command.response["text"] == QUESTION
    await ada.presses(ids.KUDOS_AGAIN, on=reply.message)
    press = slack.deliveries[-1]
    await asyncio.gather(*(slack.deliver_again(press) for _ in range(3)))
    await ada.sees_soon(lambda one: one.text.startswith("You have given these thanks already"))
    assert "Undo" in reply.message.all_text  # what is told of a second press stands beside it
    await slack.deliver_again(command)  # it has become thanks, and is answered as such
    assert command.response["text"].startswith("You thanked Bo with 3 points.")
    assert len(await all_kudos(store, slack.team_id)) == 2
    assert await balances(store, slack.team_id) == {bo.id: 6}
    await settled(store)
    assert len(app_posts(slack, "general")) == 2
    await assert_books_agree(store, slack.team_id)


async def test_after_a_minute_or_with_other_words_people_or_points_nobody_asks(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, allowance=100)
    ada = slack.person("ada")
    for line in (
        GIVE + "s",
        GIVE.replace("+3", "+2"),
        GIVE.replace("@bo", "@chidi"),
        GIVE.replace("@bo", "@bo @chidi"),
        f"{GIVE} #teamwork",
    ):
        assert (await ada.types(GIVE)).text.startswith("You thanked"), line
        assert (await ada.types(line)).text.startswith("You thanked"), line
        clock.advance(seconds=61)
    await ada.types(GIVE)
    assert (await slack.person("chidi").types(GIVE)).text.startswith("You thanked Bo")


@on_sqlite
async def test_thanks_in_the_same_words_are_compared_with_those_to_each(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), GIVE
    chidi = GIVE.replace("@bo", "@chidi")
    assert (await ada.types(bo)).text.startswith("You thanked")
    assert (await ada.types(chidi)).text.startswith("You thanked")
    assert [(await ada.types(line)).text for line in (bo, chidi)] == [QUESTION, QUESTION]
    both = "/kudos @emre for the same thing\n@fatima for the same thing"
    assert "You thanked" in (await ada.types(both)).text
    assert (await ada.types(both)).text == QUESTION


async def test_once_more_is_for_the_same_value(slack: Sandbox, app: KudosApp, store: Store) -> None:
    await choose(store, slack.team_id, values=("courage", "teamwork"))
    ada = slack.person("ada")
    await ada.types(f"{GIVE} #cool #teamwork")
    reply = await ada.types(f"{GIVE} #cool #teamwork")
    assert reply.text == QUESTION
    await ada.presses(ids.KUDOS_AGAIN, on=reply.message)
    await settled(store)
    assert [each.value for each in await all_kudos(store, slack.team_id)] == ["teamwork"] * 2


@on_sqlite
async def test_what_was_taken_back_is_not_asked_about(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE)
    await ada.types("/kudos undo")
    assert (await ada.types(GIVE)).text.startswith("You thanked Bo")
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_a_form_asks_in_its_place(slack: Sandbox, app: KudosApp, store: Store) -> None:
    dina = slack.person("dina")
    # In a private channel without Kudos, the command's own reply posts it.
    line = f"/kudos @ada +3 for {RELEASE}"
    await dina.types(line, in_channel="leads")
    await dina.types("/kudos", in_channel="leads")
    await form_of(dina)
    filled = {ids.GIVE_PEOPLE: ["ada"], ids.GIVE_AMOUNT: "3", ids.GIVE_REASON: RELEASE}
    assert (await dina.submits(filled)).ok
    view = dina.open_view
    assert view is not None
    assert QUESTION in view.all_text
    assert len(await all_kudos(store, slack.team_id)) == 1
    await dina.presses(ids.KUDOS_AGAIN, on=view)
    await dina.sees_view_soon(lambda view: "You thanked Ada with 3 points." in view.all_text)
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 2
    assert len(app_posts(slack, "leads")) == 2


async def test_a_mention_asks_in_a_note_and_stays_in_its_thread(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    root = await slack.person("bo").types("The release is out")
    for _ in range(2):
        await says(slack, ada, f"@bo for {RELEASE}", thread=root.ts)
    await settled(store)
    note = next(one for one in told(ada) if one.text == QUESTION)
    assert note.thread_ts == root.ts
    await ada.presses(ids.KUDOS_AGAIN, on=note)
    await ada.sees_soon(lambda message: "22 points" in message.text or "23 points" in message.text)
    first, second = await all_kudos(store, slack.team_id)
    assert first.thread_ts == second.thread_ts == root.ts


@on_sqlite
async def test_whoever_is_asked_directly_gets_no_post_there(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"@bo for {RELEASE}")
    await settled(store)
    slack.faults.next("chat.postEphemeral", "error", error="user_not_in_channel")
    await says(slack, ada, f"@bo for {RELEASE}")
    await settled(store)
    note = ada.direct_messages[-1]
    assert note.text == QUESTION
    slack.archive("general")
    await ada.presses(ids.KUDOS_AGAIN, on=note)
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 2
    assert not any("> thanked <" in message.text for message in ada.direct_messages)


@on_sqlite
async def test_a_group_and_thanks_in_private_are_asked_about_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    for line in (f"/kudos @support for {RELEASE}", "/kudos private @bo for keeping calm"):
        assert (await ada.types(line)).text.startswith("You thanked")
        reply = await ada.types(line)
        assert reply.text == QUESTION
        await ada.presses(ids.KUDOS_AGAIN, on=reply.message)
    *_, third, fourth = await all_kudos(store, slack.team_id)
    assert third.audience == fourth.audience
    assert len(await all_kudos(store, slack.team_id)) == 4


@on_sqlite
@pytest.mark.parametrize("minutes", [61, 0])
async def test_the_button_is_good_for_an_hour(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, minutes: int
) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE)
    reply = await ada.types(GIVE)
    clock.advance(minutes=minutes)
    await ada.presses(ids.KUDOS_AGAIN, on=reply.message)
    expected = "These words are not here any more" if minutes else "You thanked Bo"
    await ada.sees_soon(lambda message: message.text.startswith(expected))
    assert len(await all_kudos(store, slack.team_id)) == (1 if minutes else 2)


async def test_several_lines_are_asked_about_once_and_one_press_gives_all_of_them(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(who) for who in ("ada", "bo", "chidi"))
    line = f"/kudos @bo +3 for {RELEASE}\n@chidi +2 for reviewing all of it"
    await ada.types(line)
    first = slack.deliveries[-1]
    reply = await ada.types(line)
    assert reply.text == QUESTION
    second = slack.deliveries[-1]
    for command, begins in ((first, "You thanked Bo with 3 points."), (second, QUESTION)):
        await slack.deliver_again(command)
        assert command.response is not None
        assert command.response["text"].startswith(begins)
    assert len(await all_kudos(store, slack.team_id)) == 2
    await ada.presses(ids.KUDOS_AGAIN, on=reply.message)
    press = slack.deliveries[-1]
    await ada.sees_soon(lambda one: one.text.startswith("You thanked Bo with 3 points.\nYou thank"))
    await asyncio.gather(*(slack.deliver_again(press) for _ in range(3)))
    await slack.deliver_again(second)
    assert (second.response or {})["text"].startswith("You thanked Bo with 3 points.")
    assert await balances(store, slack.team_id) == {bo.id: 6, chidi.id: 4}
    await settled(store)
    assert len(app_posts(slack, "general")) == 4
    await assert_books_agree(store, slack.team_id)


async def test_where_a_part_was_given_just_now_it_is_named_and_can_be_left_out(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(who) for who in ("ada", "bo", "chidi"))
    await ada.types(GIVE)
    more = "@chidi +2 for reviewing all of it"
    await says(slack, ada, f"@bo +3 for {RELEASE}\n{more}")
    [note] = told(ada)[1:]
    assert note.text == "You thanked Bo for this just now. Give all of it once more?"
    assert await balances(store, slack.team_id) == {bo.id: 3}
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    form = await lines_form_of(slack, ada)
    assert (form.question, form.lines) == (note.text, f"@bo +3 for {RELEASE}\n{more}")
    asked = await ada.submits()
    assert asked.ok
    await ada.sees_view_soon(lambda view: note.text in view.all_text)
    await ada.closes()
    await ada.presses(ids.KUDOS_CORRECT, on=note)
    await lines_form_of(slack, ada)
    assert (await ada.submits({ids.GIVE_LINES: more})).ok
    assert await balances(store, slack.team_id) == {bo.id: 3, chidi.id: 2}
    await ada.closes()
    await ada.presses(ids.KUDOS_AGAIN, on=note)  # it has become thanks
    await ada.sees_soon(lambda one: one.text.startswith("You have given these thanks already"))
    assert len(await all_kudos(store, slack.team_id)) == 2


async def test_deliveries_at_once_of_several_lines_are_no_repetition_of_each_other(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(who) for who in ("ada", "bo", "chidi"))
    await ada.types("/kudos help")
    command = slack.deliveries[-1]
    for number in range(5):
        command.payload["trigger_id"] += ".next"
        command.payload["text"] = (
            f"<@{bo.id}> for part {number} of the release\n<@{chidi.id}> for the review of {number}"
        )
        copies = [Delivery(f"{number}{n}", "slash_commands", {**command.payload}) for n in range(3)]
        await asyncio.gather(*(slack.deliver_again(copy) for copy in copies))
        for copy in copies:
            assert copy.response is not None
            assert copy.response["text"].startswith("You thanked Bo"), copy.response
    assert await balances(store, slack.team_id) == {bo.id: 5, chidi.id: 5}
