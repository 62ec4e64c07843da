"""Joining in with somebody's thanks: by the button below them, or by an emoji on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.kudos import Audience, Source
from bot.messages.blockkit.ids import KUDOS_JOIN, KUDOS_UNDO
from bot.sandbox.model import Delivery
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    choose,
    live_kudos,
    on_sqlite,
    pings,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from storage.engine.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"
THANKED = "<@U0ADA00001> thanked <@U0BO000002>: untangling the release\n+3 points · #teamwork"


@pytest.fixture
async def post(slack: Sandbox, app: KudosApp, store: Store) -> Message:
    await slack.person("ada").types(f"/kudos @bo +3 for {RELEASE} #teamwork")
    await settled(store)
    [posted] = app_posts(slack, "general")
    return posted


async def test_add_mine_thanks_the_same_people_and_the_post_tells_who_joined_in(
    slack: Sandbox, store: Store, post: Message, clock: Clock
) -> None:
    bo = slack.person("bo")
    reply = await slack.person("chidi").presses(KUDOS_JOIN, on=post)
    assert reply.ok
    told = await slack.person("chidi").sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith("You thanked Bo with 1 point. You have 24 points left to give")
    await settled(store)
    assert post.text == f"{THANKED}\nChidi joined in."
    assert pings(post) == {slack.person("ada").id, bo.id}  # those who join are not pinged again
    assert bo.direct_messages[-1].text.startswith(
        f"Chidi joined in when Ada thanked you: {RELEASE}\n+1 point · #teamwork"
    )
    for name in ("dina", "emre", "fatima"):
        clock.advance(seconds=1)
        await slack.person(name).presses(KUDOS_JOIN, on=post)
    await settled(store)
    assert post.text == f"{THANKED}\nChidi, Dina, and 2 others joined in."
    assert await balances(store, slack.team_id) == {bo.id: 7}
    stored = await all_kudos(store, slack.team_id)
    [first] = [kudos for kudos in stored if kudos.joins_id is None]
    joined = [kudos for kudos in stored if kudos.source is Source.JOINED]
    assert [each.joins_id for each in joined] == [first.kudos_id] * 4
    await assert_books_agree(store, slack.team_id)


async def test_pressed_twice_it_counts_once_and_says_so(
    slack: Sandbox, store: Store, post: Message
) -> None:
    chidi = slack.person("chidi")
    await chidi.presses(KUDOS_JOIN, on=post)
    first = slack.deliveries[-1]
    await chidi.presses(KUDOS_JOIN, on=post)
    await chidi.sees_soon(lambda one: one.text == "You have joined in already. It counts once.")
    copies = [Delivery(f"copy{n}", "interactive", first.payload) for n in range(3)]
    await asyncio.gather(*(slack.deliver_again(copy) for copy in copies))
    assert len(await all_kudos(store, slack.team_id)) == 2


async def test_ten_presses_at_once_count_once(slack: Sandbox, store: Store, post: Message) -> None:
    chidi = slack.person("chidi")
    await asyncio.gather(*(chidi.presses(KUDOS_JOIN, on=post) for _ in range(10)))
    await settled(store)
    assert len(await live_kudos(store, slack.team_id)) == 2
    assert post.text == f"{THANKED}\nChidi joined in."
    await assert_books_agree(store, slack.team_id)


async def test_giver_and_receiver_cannot_join_in(
    slack: Sandbox, store: Store, post: Message
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.presses(KUDOS_JOIN, on=post)
    await ada.sees_soon(lambda one: one.text.startswith("You gave these thanks yourself."))
    await bo.presses(KUDOS_JOIN, on=post)
    await bo.sees_soon(lambda one: one.text == "You can't give kudos to yourself.")
    assert len(await all_kudos(store, slack.team_id)) == 1


async def test_one_of_several_receivers_thanks_the_others(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    chidi, emre, hana = (slack.person(name) for name in ("chidi", "emre", "hana"))
    await slack.person("ada").types(f"/kudos @platform for {RELEASE}")
    await settled(store)
    slack.update_user("hana", deleted=True)  # and somebody has left since
    await slack.pending()
    [post] = app_posts(slack, "general")
    await chidi.presses(KUDOS_JOIN, on=post)
    [joined] = [one for one in await all_kudos(store, slack.team_id) if one.joins_id]
    assert joined.receiver_ids == (emre.id,)
    assert await balances(store, slack.team_id) == {chidi.id: 1, emre.id: 2, hana.id: 1}


async def test_joining_in_can_be_undone_and_done_again(
    slack: Sandbox, store: Store, post: Message
) -> None:
    chidi = slack.person("chidi")
    for _ in range(2):
        await chidi.presses(KUDOS_JOIN, on=post)
        await settled(store)
        assert post.text == f"{THANKED}\nChidi joined in."
        told = [one for one in chidi.sees("general") if one.is_ephemeral][-1]
        await chidi.presses(KUDOS_UNDO, on=told)
        await settled(store)
        assert post.text == THANKED
    await chidi.presses(KUDOS_JOIN, on=post)
    reply = await chidi.types("/kudos undo")
    assert reply.text.startswith("You took back your thanks to Bo.")
    assert len(await live_kudos(store, slack.team_id)) == 1
    await assert_books_agree(store, slack.team_id)


async def test_what_was_taken_back_cannot_be_joined_and_those_who_did_stay(
    slack: Sandbox, store: Store, post: Message
) -> None:
    ada, chidi, dina = (slack.person(name) for name in ("ada", "chidi", "dina"))
    pressed = [block for block in post.blocks if block["type"] == "actions"]
    assert pressed
    await chidi.presses(KUDOS_JOIN, on=post)
    await settled(store)
    payload = slack.deliveries[-1].payload
    assert (await ada.types("/kudos undo")).ok
    await settled(store)
    assert post.text == "The thanks from Ada to Bo were taken back.\nChidi joined in."
    assert not [block for block in post.blocks if block["type"] == "actions"]
    # Somebody's Slack still shows the button.
    late = Delivery("late", "interactive", payload | {"user": payload["user"] | {"id": dina.id}})
    late.payload["actions"] = [payload["actions"][0] | {"action_ts": "1795003205.000900"}]
    await slack.deliver_again(late)
    assert late.acked
    await chidi.sees_soon(lambda one: one.text.startswith("These thanks were taken back, so"))
    assert len(await live_kudos(store, slack.team_id)) == 1


@pytest.mark.parametrize("value", ["", "gone", "x" * 2_000, None])
@on_sqlite
async def test_a_button_of_a_kudos_that_never_was_is_answered_by_a_sentence(
    slack: Sandbox, store: Store, post: Message, value: str | None
) -> None:
    chidi = slack.person("chidi")
    await chidi.presses(KUDOS_JOIN, on=post)
    payload = slack.deliveries[-1].payload
    action = payload["actions"][0] | {"value": value, "action_ts": "1795003205.000900"}
    delivery = Delivery("by hand", "interactive", payload | {"actions": [action]})
    await slack.deliver_again(delivery)
    assert delivery.acked
    await chidi.sees_soon(lambda one: one.text.startswith("These thanks were taken back, so"))
    assert len(await all_kudos(store, slack.team_id)) == 2


async def test_private_thanks_cannot_be_joined(slack: Sandbox, store: Store, post: Message) -> None:
    dina, chidi = slack.person("dina"), slack.person("chidi")
    await dina.types(f"/kudos private @bo for {RELEASE}")
    stored = await all_kudos(store, slack.team_id)
    [secret] = [kudos for kudos in stored if kudos.audience is Audience.PRIVATE]
    await chidi.presses(KUDOS_JOIN, on=post)
    payload = slack.deliveries[-1].payload
    action = payload["actions"][0] | {"value": secret.kudos_id, "action_ts": "1795003205.0009"}
    await slack.deliver_again(Delivery("by hand", "interactive", payload | {"actions": [action]}))
    await chidi.sees_soon(lambda one: one.text.startswith("These thanks were taken back, so"))
    assert len(await live_kudos(store, slack.team_id)) == 3


async def test_people_of_another_company_are_told_why_not(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("with-pixel", "app")
    await slack.person("ada").types(f"/kudos @bo for {RELEASE}", in_channel="with-pixel")
    await settled(store)
    [post] = app_posts(slack, "with-pixel")
    pixel = slack.person("pixel")
    await pixel.presses(KUDOS_JOIN, on=post)
    told = await pixel.sees_soon(lambda one: one.is_ephemeral, where="with-pixel")
    assert told.text.startswith("Only people of this workspace can give kudos here.")
    assert len(await all_kudos(store, slack.team_id)) == 1


async def test_nobody_joins_in_without_points_where_thanks_end_with_them(
    slack: Sandbox, store: Store, post: Message
) -> None:
    await choose(store, slack.team_id, thanks_go_on=False)
    chidi = slack.person("chidi")
    await chidi.types(f"/kudos @dina +25 for {RELEASE}")
    await chidi.presses(KUDOS_JOIN, on=post)
    await chidi.sees_soon(lambda one: one.text.startswith("You have no points left to give."))
    await chidi.reacts("trophy", to=post)
    await slack.pending()
    await chidi.sees_soon(lambda one: one.text.startswith("Your reaction gave no kudos."))
    await settled(store)
    assert post.text == THANKED


async def test_an_emoji_on_the_post_joins_in_and_taking_it_away_takes_it_back(
    slack: Sandbox, store: Store, post: Message
) -> None:
    await choose(store, slack.team_id, reaction_worth={"trophy": 2, "kudos": 1})
    bo, chidi = slack.person("bo"), slack.person("chidi")
    await chidi.reacts("trophy", to=post)
    told = await chidi.sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith("Your reaction thanked Bo with 2 points.")
    await settled(store)
    assert post.text == f"{THANKED}\nChidi joined in."
    assert slack.thread("general", post.ts) == []
    assert await balances(store, slack.team_id) == {bo.id: 5}
    await chidi.unreacts("trophy", to=post)
    await slack.pending()
    await settled(store)
    assert post.text == THANKED
    assert await balances(store, slack.team_id) == {bo.id: 3}
    await assert_books_agree(store, slack.team_id)


async def test_several_emoji_join_in_once_and_the_last_one_holds_it(
    slack: Sandbox, store: Store, post: Message
) -> None:
    chidi = slack.person("chidi")
    for emoji in ("trophy", "kudos"):
        await chidi.reacts(emoji, to=post)
        await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 2
    await chidi.unreacts("trophy", to=post)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 2
    await chidi.unreacts("kudos", to=post)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_several_emoji_that_are_taken_away_at_once_hold_nothing(
    slack: Sandbox, store: Store, post: Message
) -> None:
    chidi = slack.person("chidi")
    for _ in range(5):
        for emoji in ("trophy", "kudos"):
            await chidi.reacts(emoji, to=post)
            await slack.pending()
        assert len(await live_kudos(store, slack.team_id)) == 2
        for emoji in ("trophy", "kudos"):
            await chidi.unreacts(emoji, to=post)
        await slack.pending()
        assert len(await live_kudos(store, slack.team_id)) == 1


async def test_an_emoji_neither_doubles_nor_takes_back_what_the_button_gave(
    slack: Sandbox, store: Store, post: Message
) -> None:
    chidi = slack.person("chidi")
    await chidi.presses(KUDOS_JOIN, on=post)
    await chidi.reacts("trophy", to=post)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 2
    await chidi.unreacts("trophy", to=post)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 2


async def test_on_the_copy_in_the_announcement_channel_one_joins_in_with_the_same(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    await slack.person("ada").types(f"/kudos @bo +3 for {RELEASE} #teamwork")
    await settled(store)
    [post], [copy] = app_posts(slack, "general"), app_posts(slack, "thanks")
    chidi = slack.person("chidi")
    await chidi.reacts("trophy", to=copy)
    await chidi.sees_soon(lambda one: one.is_ephemeral, where="thanks")
    clock.advance(seconds=1)
    await slack.person("dina").presses(KUDOS_JOIN, on=copy)
    await settled(store)
    for shown in (post, copy):
        assert shown.text == f"{THANKED}\nChidi and Dina joined in."
    await chidi.reacts("trophy", to=post)
    await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 3


@on_sqlite
async def test_an_emoji_on_another_message_of_kudos_is_only_an_emoji(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    written = await slack.person("bo").types("Done")
    await slack.person("hana").reacts("trophy", to=written)
    await slack.pending()
    await settled(store)
    [thanks] = slack.thread("general", written.ts)
    await slack.person("chidi").reacts("trophy", to=thanks)
    await slack.pending()
    assert len(await all_kudos(store, slack.team_id)) == 1
