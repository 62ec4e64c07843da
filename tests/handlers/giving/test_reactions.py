"""An emoji on somebody's message, from the event to what everybody sees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

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
    spent,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Json, Message
    from storage.engine.store import Store
    from tests.conftest import Clock


@pytest.fixture
async def message(slack: Sandbox, app: KudosApp) -> Message:
    written: Message = await slack.person("bo").types("The release is out, without a hitch")
    return written


def event(slack: Sandbox, message: Message, *, kind: str = "added", **more: object) -> Json:
    return {
        "type": f"reaction_{kind}",
        "user": slack.person("hana").id,
        "item_user": message.user_id,
        "reaction": "trophy",
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "event_ts": "1795003200.000100",
    } | more


async def test_a_listed_emoji_thanks_the_author_and_taking_it_away_takes_it_back(
    slack: Sandbox, store: Store, message: Message
) -> None:
    hana, bo = slack.person("hana"), slack.person("bo")
    await hana.reacts("trophy", to=message)
    told = await hana.sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith("Your reaction thanked Bo with 1 point. You have 24 points left")
    await settled(store)
    [thanks] = slack.thread("general", message.ts)
    assert thanks.text == "Bo was thanked by Hana (:trophy: +1)."
    assert pings(thanks) == set()
    [direct] = bo.direct_messages
    assert direct.text.startswith("Hana thanked you: :trophy:\n+1 point")
    assert f"p{message.ts.replace('.', '')}|See the message>" in direct.text
    assert app_posts(slack, "general") == []
    assert await balances(store, slack.team_id) == {bo.id: 1}

    await hana.unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert thanks.text == "The thanks for this message were taken back."
    assert direct.text == "The thanks from Hana to you were taken back, and 1 point with them."
    assert await live_kudos(store, slack.team_id) == []
    assert await balances(store, slack.team_id) == {bo.id: 0}
    await assert_books_agree(store, slack.team_id)


async def test_one_reply_under_the_message_tells_of_all_who_reacted(
    slack: Sandbox, store: Store, message: Message, clock: Clock
) -> None:
    await choose(store, slack.team_id, reaction_worth={"trophy": 2, "kudos": 1})
    for name, emoji in (("hana", "trophy"), ("ada", "kudos"), ("hana", "kudos")):
        clock.advance(seconds=1)
        await slack.person(name).reacts(emoji, to=message)
        await slack.pending()
        await settled(store)
    [thanks] = slack.thread("general", message.ts)
    assert thanks.text == "Bo was thanked by Hana (:trophy: +2 :kudos: +1) and Ada (:kudos: +1)."
    await slack.person("hana").unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert slack.thread("general", message.ts) == [thanks]
    assert thanks.text == "Bo was thanked by Ada (:kudos: +1) and Hana (:kudos: +1)."


async def test_a_reaction_on_a_reply_is_answered_in_its_thread(
    slack: Sandbox, store: Store, message: Message
) -> None:
    reply = await slack.person("chidi").types("I only pressed enter", in_thread=message.ts)
    await slack.person("hana").reacts("trophy", to=reply)
    await slack.pending()
    await settled(store)
    assert [one.text for one in slack.thread("general", message.ts)] == [
        "I only pressed enter",
        "Chidi was thanked by Hana (:trophy: +1).",
    ]


async def test_a_removal_that_arrives_before_its_addition_leaves_nothing(
    slack: Sandbox, store: Store, message: Message
) -> None:
    removed = event(slack, message, kind="removed", event_ts="1795003205.000200")
    added = event(slack, message, kind="added", event_ts="1795003205.000100")
    for one in (removed, added, removed, added):
        assert (await slack.deliver_event(one)).acked
    await settled(store)
    assert await all_kudos(store, slack.team_id) == []
    assert slack.thread("general", message.ts) == []


async def test_added_removed_and_added_again_in_any_order_counts_once(
    slack: Sandbox, store: Store, message: Message
) -> None:
    events = [
        event(slack, message, kind=kind, event_ts=f"1795003205.00{number}")
        for number, kind in enumerate(["added", "removed", "added"])
    ]
    for order in ((2, 0, 1), (0, 2, 1), (1, 1, 2, 0), (2, 1, 0)):
        for number in order:
            await slack.deliver_event(events[number])
    [kudos] = await live_kudos(store, slack.team_id)
    assert kudos.receiver_ids == (message.user_id,)
    await settled(store)
    assert [one.text for one in slack.thread("general", message.ts)] == [
        "Bo was thanked by Hana (:trophy: +1)."
    ]
    await assert_books_agree(store, slack.team_id)


async def test_event_times_are_compared_as_numbers(
    slack: Sandbox, store: Store, message: Message
) -> None:
    await slack.deliver_event(event(slack, message, event_ts="999999999.9"))
    await slack.deliver_event(event(slack, message, kind="removed", event_ts="1000000000.1"))
    assert await live_kudos(store, slack.team_id) == []


async def test_skin_tones_are_one_emoji(slack: Sandbox, store: Store, message: Message) -> None:
    await choose(store, slack.team_id, reaction_worth={"clap": 1})
    hana = slack.person("hana")
    for name in ("clap", "clap::skin-tone-2", "clap::skin-tone-6"):
        await hana.reacts(name, to=message)
        await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 1
    for name in ("clap", "clap::skin-tone-6"):
        await hana.unreacts(name, to=message)
        await slack.pending()
    assert len(await live_kudos(store, slack.team_id)) == 1  # one of the tones still stands
    await hana.unreacts("clap::skin-tone-2", to=message)
    await slack.pending()
    assert await live_kudos(store, slack.team_id) == []
    assert len(await all_kudos(store, slack.team_id)) == 1


@pytest.mark.parametrize(
    ("listed", "used"),
    [("kudos", "well-done"), ("thumbsup", "+1"), ("+1", "thumbsup"), ("well-done", "kudos")],
)
@on_sqlite
async def test_an_alias_is_the_emoji_that_it_stands_for(
    slack: Sandbox, store: Store, message: Message, listed: str, used: str
) -> None:
    await choose(store, slack.team_id, reaction_worth={listed: 3})
    hana = slack.person("hana")
    await hana.reacts(used, to=message)
    await slack.pending()
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 3}
    await hana.unreacts(used, to=message)
    await slack.pending()
    assert await live_kudos(store, slack.team_id) == []


async def test_what_thanks_nobody_is_only_an_emoji(
    slack: Sandbox, store: Store, message: Message
) -> None:
    bo, hana, pixel = slack.person("bo"), slack.person("hana"), slack.person("pixel")
    release = slack.channel("release").messages
    by_bot = next(one for one in release if one.user_id == slack.person("build-bot").id)
    await bo.reacts("trophy", to=message)  # their own
    await hana.reacts("trophy", to=by_bot)
    await hana.reacts("tada", to=message)  # not listed
    await slack.pending()
    juri = slack.person("juri").id
    without_author = event(slack, message)
    del without_author["item_user"]
    for one in (
        without_author,
        event(slack, message, item={"type": "file", "file": "F0FILE0001"}),
        event(slack, message, item={"type": "file_comment", "file": "F0FILE0001"}),
        event(slack, message, item_user=pixel.id),
        event(slack, message, user=pixel.id),
        event(slack, message, item_user=juri),
        event(slack, message, item_user=slack.bot_user_id),
        event(slack, message, item_user="USLACKBOT"),
        event(slack, message, user=slack.person("build-bot").id),
    ):
        assert (await slack.deliver_event(one)).acked
    await settled(store)
    assert await all_kudos(store, slack.team_id) == []
    assert slack.thread("general", message.ts) == []
    assert not any(one.is_ephemeral for one in [*hana.sees("general"), *bo.sees("general")])


async def test_a_reaction_without_allowance_is_told_at_most_once_an_hour(
    slack: Sandbox, store: Store, message: Message, clock: Clock
) -> None:
    await choose(store, slack.team_id, thanks_go_on=False)
    hana = slack.person("hana")
    await hana.types("/kudos @chidi +25 for untangling the release")
    await settled(store)

    async def reacts_to_something_new() -> list[str]:
        fresh = await slack.person("bo").types("Something new")
        await hana.reacts("trophy", to=fresh)
        await slack.pending()
        await settled(store)
        return [one.text for one in hana.sees("general") if "Your reaction" in one.text]

    [told] = await reacts_to_something_new()
    assert told.startswith("Your reaction gave no kudos.\nYou have no points left to give.")
    assert told.endswith("I mention this at most once an hour.")
    clock.advance(minutes=59)
    assert await reacts_to_something_new() == [told]
    clock.advance(minutes=1)
    assert await reacts_to_something_new() == [told, told]
    assert len(await live_kudos(store, slack.team_id)) == 1
    assert list((await spent(store, slack.team_id, hana.id)).values()) == [25]


async def test_a_refused_reaction_gives_nothing_when_it_is_removed_or_the_week_ends(
    slack: Sandbox, store: Store, message: Message, clock: Clock
) -> None:
    await choose(store, slack.team_id, thanks_go_on=False)
    hana = slack.person("hana")
    await hana.types("/kudos @chidi +25 for untangling the release")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    clock.advance(days=7)
    await hana.unreacts("trophy", to=message)
    await slack.pending()
    bo = slack.person("bo").id
    assert bo not in await balances(store, slack.team_id)
    await hana.reacts("trophy", to=message)  # now there is an allowance again
    await slack.pending()
    assert (await balances(store, slack.team_id))[bo] == 1


async def test_a_removal_after_the_week_gives_back_to_the_week_that_paid(
    slack: Sandbox, store: Store, message: Message, clock: Clock
) -> None:
    hana = slack.person("hana")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    await hana.types("/kudos @chidi +5 for untangling the release")
    await hana.unreacts("trophy", to=message)
    await slack.pending()
    assert await spent(store, slack.team_id, hana.id) == {
        datetime(2026, 11, 16, tzinfo=UTC): 0,
        datetime(2026, 11, 23, tzinfo=UTC): 5,
    }
    assert "You have 20 points left" in (await hana.types("/kudos me")).text
    await assert_books_agree(store, slack.team_id)


async def test_an_emoji_that_is_no_longer_listed_can_still_be_taken_back(
    slack: Sandbox, store: Store, message: Message
) -> None:
    hana = slack.person("hana")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    await choose(store, slack.team_id, reaction_worth={})
    await hana.unreacts("trophy", to=message)
    await slack.pending()
    assert await live_kudos(store, slack.team_id) == []
    await hana.reacts("trophy", to=message)
    await slack.pending()
    assert await live_kudos(store, slack.team_id) == []


async def test_reactions_in_a_private_channel_stay_there(
    slack: Sandbox, store: Store, message: Message
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    slack.add_to_channel("leads", "app")
    dina, ada, bo = slack.person("dina"), slack.person("ada"), slack.person("bo")
    secret = await ada.types("Only for leads", in_channel="leads")
    await dina.reacts("trophy", to=secret)
    await dina.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert len(slack.thread("leads", secret.ts)) == 1
    [copy] = app_posts(slack, "thanks")  # of the public one alone
    assert pings(copy) == {dina.id, bo.id}
    seen = await bo.types("/kudos history @dina")
    assert "Ada" not in seen.text
    assert "Dina thanked Bo" in seen.text
    assert "Dina thanked Ada" in (await ada.types("/kudos history @dina")).text
