"""`@Kudos @ada for …`, said in a channel or a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Audience, Source
from bot.messages.blockkit.ids import KUDOS_UNDO
from tests.watching import all_kudos, app_posts, balances, choose, live_kudos, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store

RELEASE = "untangling the release"


async def says(
    slack: Sandbox, who: Person, text: str, *, channel: str = "general", thread: str | None = None
) -> Message:
    """Say something to Kudos, and wait until the app has heard it."""
    message: Message = await who.types(f"@kudos {text}", in_channel=channel, in_thread=thread)
    await slack.pending()
    return message


def told(who: Person, channel: str = "general") -> list[Message]:
    return [message for message in who.sees(channel) if message.is_ephemeral]


async def test_thanks_in_a_channel_are_posted_there_and_confirmed_to_the_giver(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await says(slack, ada, f"@bo +3 for {RELEASE} #teamwork")
    await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text == f"<@{ada.id}> thanked <@{bo.id}>: {RELEASE}\n+3 points · #teamwork"
    [confirmation] = told(ada)
    assert confirmation.text.startswith("You thanked Bo with 3 points. You have 22 points left")
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.source, kudos.audience) == (Source.MENTION, Audience.PUBLIC)
    await ada.presses(KUDOS_UNDO, on=confirmation)
    assert await balances(store, slack.team_id) == {bo.id: 0}


async def test_thanks_in_a_thread_stay_in_the_thread(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    root = await bo.types("The release is out")
    await says(slack, ada, f"@bo for {RELEASE}", thread=root.ts)
    await settled(store)
    assert app_posts(slack, "general") == []
    [_, post] = [one for one in slack.thread("general", root.ts) if not one.is_ephemeral]
    assert post.text.startswith(f"<@{ada.id}> thanked <@{bo.id}>: {RELEASE}")
    [confirmation] = told(ada)
    assert confirmation.thread_ts == root.ts
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.thread_ts == root.ts


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_refusal_is_seen_by_the_giver_alone_where_they_spoke(
    slack: Sandbox, app: KudosApp, store: Store, in_thread: bool
) -> None:
    ada = slack.person("ada")
    root = await slack.person("bo").types("The release is out")
    thread = root.ts if in_thread else None
    await says(slack, ada, "@ada for being me all week", thread=thread)
    [refused] = told(ada)
    assert refused.text == "You can't give kudos to yourself."
    assert refused.thread_ts == thread
    assert await all_kudos(store, slack.team_id) == []


async def test_the_same_message_counts_once_however_often_it_arrives(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await says(slack, slack.person("ada"), f"@bo for {RELEASE}")
    delivery = slack.deliveries[-1]
    await slack.deliver_again(delivery, times=3)
    again: dict[str, Any] = delivery.payload["event"]
    await slack.deliver_event(again)  # as another event, after the message was edited
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 1
    assert len(app_posts(slack, "general")) == 1


@on_sqlite
async def test_a_bare_mention_gets_help_that_nobody_else_sees(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, "")
    [answer] = told(ada)
    assert answer.text.startswith("How to give kudos")


@on_sqlite
async def test_what_is_unclear_gets_what_would_have_worked(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"+2 for {RELEASE}")
    [answer] = told(ada)
    assert answer.text.startswith(f"I did not understand this: @Kudos +2 for {RELEASE}\n")
    assert f"@Kudos @colleague +2 for {RELEASE}" in answer.text


@on_sqlite
async def test_other_words_are_answered_as_after_the_command(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await says(slack, ada, f"@bo for {RELEASE}")
    await settled(store)
    for words, begins in (
        ("me", "Your kudos"),
        ("history", "Ada"),
        ("undo", "How to give kudos"),  # an event may come twice, and would take back two
        ("help", "How to give kudos"),
    ):
        await says(slack, ada, words)
        assert begins in told(ada)[-1].text
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_in_a_private_channel_thanks_stay_there(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    slack.add_to_channel("leads", "app")
    await says(slack, slack.person("dina"), f"@ada for {RELEASE}", channel="leads")
    await settled(store)
    assert len(app_posts(slack, "leads")) == 1
    assert app_posts(slack, "thanks") == []
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.audience is Audience.CHANNEL


@on_sqlite
async def test_apps_are_not_answered(slack: Sandbox, app: KudosApp, store: Store) -> None:
    event = {
        "type": "app_mention",
        "user": slack.person("build-bot").id,
        "bot_id": "B0BUILD014",
        "text": f"<@{slack.bot_user_id}> <@{slack.person('bo').id}> for {RELEASE}",
        "channel": "C0RELEASE3",
        "ts": "1795003100.000100",
        "event_ts": "1795003100.000100",
    }
    assert (await slack.deliver_event(event)).acked
    without_user = {key: value for key, value in event.items() if key not in {"user", "bot_id"}}
    assert (await slack.deliver_event(without_user)).acked
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_people_of_another_company_are_told_why_not(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("with-pixel", "app")
    pixel = slack.person("pixel")
    await says(slack, pixel, f"@ada for {RELEASE}", channel="with-pixel")
    [refused] = told(pixel, "with-pixel")
    assert refused.text.startswith("Only people of this workspace can give kudos here.")
    assert await all_kudos(store, slack.team_id) == []
