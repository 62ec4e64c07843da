"""Slack delivers again what it is not sure of: one delivery counts once, and is answered alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from bot.messages.blockkit.ids import KUDOS_UNDO
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    calls_of,
    entries,
    live_kudos,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

GIVE = "/kudos @bo +3 for untangling the release"


async def test_a_command_delivered_again_is_stored_and_posted_once_and_answered_alike(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await slack.person("ada").types(GIVE)
    delivery = slack.deliveries[-1]
    answer = delivery.response
    await asyncio.gather(*(slack.deliver_again(delivery) for _ in range(3)))
    assert delivery.response == answer
    await settled(store)
    clock.advance(days=9)  # the next week even
    await slack.deliver_again(delivery)
    assert delivery.response is not None
    assert delivery.response["text"].startswith("You thanked Bo with 3 points.")
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 1
    assert len(await entries(store, slack.team_id)) == 2
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 3}
    assert len(app_posts(slack, "general")) == 1
    assert len(slack.person("bo").direct_messages) == 1
    await assert_books_agree(store, slack.team_id)


async def test_three_deliveries_at_once_of_a_command_that_nobody_saw_before_count_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await slack.person("ada").types("/kudos help")
    delivery = slack.deliveries[-1]
    delivery.payload["text"] = f"<@{slack.person('bo').id}> +3 for untangling the release"
    answers = []
    for _ in range(5):
        delivery.payload["trigger_id"] += ".next"
        delivery.payload["text"] += " train"
        await asyncio.gather(*(slack.deliver_again(delivery) for _ in range(3)))
        answers.append(delivery.response)
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 5
    assert len(app_posts(slack, "general")) == 5
    assert all(answer and answer["text"].startswith("You thanked Bo") for answer in answers)
    await assert_books_agree(store, slack.team_id)


async def test_the_same_words_typed_again_later_are_two_thank_yous(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    for _ in range(2):
        clock.advance(minutes=2)
        await slack.person("ada").types(GIVE)
    assert len(await live_kudos(store, slack.team_id)) == 2


async def test_a_command_delivered_again_after_undo_gives_nothing_again(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(GIVE)
    delivery = slack.deliveries[-1]
    await ada.presses(KUDOS_UNDO, on=reply.message)
    await slack.deliver_again(delivery)
    assert delivery.response is not None
    assert delivery.response["text"].startswith("You took back your thanks to Bo.")
    assert await live_kudos(store, slack.team_id) == []
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}


async def test_undo_delivered_again_takes_back_no_second_kudos(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    for more in ("", " train"):
        await ada.types(GIVE + more)
    await ada.types("/kudos undo")
    delivery = slack.deliveries[-1]
    first_answer = delivery.response
    await asyncio.gather(*(slack.deliver_again(delivery) for _ in range(3)))
    assert delivery.response == first_answer
    assert len(await live_kudos(store, slack.team_id)) == 1
    await assert_books_agree(store, slack.team_id)


async def test_a_refused_command_delivered_again_is_refused_again(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos @bo for tea")
    delivery = slack.deliveries[-1]
    answer = delivery.response
    await asyncio.gather(*(slack.deliver_again(delivery) for _ in range(3)))
    assert delivery.response == answer
    assert len(calls_of(slack, "views.open")) == 1
    assert await all_kudos(store, slack.team_id) == []
    # The form is of the command: submitted, both of them count once.
    assert (await ada.submits({ids.GIVE_REASON: "tea at midnight"})).ok
    delivery.payload["text"] += " at midnight"
    await slack.deliver_again(delivery)
    assert delivery.response is not None
    assert delivery.response["text"].startswith("You thanked Bo with 1 point.")
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.reason, kudos.channel_id) == ("tea at midnight", "C0GENERAL1")


async def test_a_reaction_delivered_three_times_at_once_and_again_later_counts_once(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    message = await slack.person("bo").types("The release is out")
    await slack.person("hana").reacts("trophy", to=message)
    await slack.pending()
    delivery = slack.deliveries[-1]
    await asyncio.gather(*(slack.deliver_again(delivery) for _ in range(3)))
    await settled(store)
    clock.advance(hours=2)
    await slack.deliver_again(delivery)
    assert delivery.acked
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 1
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 1}
    assert len(slack.thread("general", message.ts)) == 1
    assert len(calls_of(slack, "chat.postEphemeral")) == 1


async def test_a_reaction_that_nobody_saw_before_three_times_at_once_counts_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    message = await slack.person("bo").types("The release is out")
    event = {
        "type": "reaction_added",
        "user": slack.person("hana").id,
        "item_user": slack.person("bo").id,
        "reaction": "trophy",
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "event_ts": "1795003200.000100",
    }
    deliveries = await asyncio.gather(*(slack.deliver_event(event, "Ev0SAME") for _ in range(3)))
    assert all(delivery.acked for delivery in deliveries)
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 1
    assert len(slack.thread("general", message.ts)) == 1
    await assert_books_agree(store, slack.team_id)
