"""The announcement channel: a copy of what everybody may see, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.watching import app_posts, choose, failed, pings, sends_command, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

FOR = "for untangling the release"


@pytest.fixture(autouse=True)
async def announced_in_thanks(slack: Sandbox, app: KudosApp, store: Store) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)


async def test_public_thanks_are_told_where_they_were_given_and_there(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo {FOR}", in_channel="release")
    await settled(store)
    [post], [copy] = app_posts(slack, "release"), app_posts(slack, "thanks")
    assert copy.text == post.text
    assert pings(copy) == {ada.id, bo.id}
    await ada.types("/kudos undo")
    await settled(store)
    taken_back = "The thanks from Ada to Bo were taken back."
    assert (post.text, copy.text) == (taken_back, taken_back)


async def test_thanks_given_there_are_told_once(slack: Sandbox, store: Store) -> None:
    await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel="thanks")
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_what_not_everybody_may_see_is_not_told_there(slack: Sandbox, store: Store) -> None:
    slack.add_to_channel("leads", "app")
    ada = slack.person("ada")
    await ada.types(f"/kudos @dina {FOR}", in_channel="leads")
    await ada.types(f"/kudos @bo {FOR}", in_channel="@bo")
    await ada.types(f"/kudos private @bo {FOR}", in_channel="general")
    await settled(store)
    assert len(app_posts(slack, "leads")) == 1
    assert app_posts(slack, "thanks") == []
    assert app_posts(slack, "general") == []
    dm = [one for one in ada.sees("@bo") if "thanked" in one.text and not one.is_ephemeral]
    assert len(dm) == 1


async def test_a_private_channel_without_the_app_hears_it_from_the_command_alone(
    slack: Sandbox, store: Store
) -> None:
    await slack.person("ada").types(f"/kudos @dina {FOR}", in_channel="leads")
    await settled(store)
    told = [one for one in slack.person("fatima").sees("leads") if "thanked" in one.text]
    assert len(told) == 1
    assert app_posts(slack, "thanks") == []


async def test_where_the_app_cannot_post_the_announcement_channel_is_enough(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    slack.faults.next("chat.postMessage", "error", error="restricted_action", channel="C0GENERAL1")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1
    assert app_posts(slack, "general") == []
    assert ada.direct_messages == []
    assert await failed(store, slack.team_id) == [("kudos_posted", "restricted_action")]


async def test_when_only_the_announcement_channel_is_closed_nobody_is_bothered(
    slack: Sandbox, store: Store
) -> None:
    slack.faults.next("chat.postMessage", "error", error="restricted_action", channel="thanks")
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    await settled(store)
    assert len(app_posts(slack, "general")) == 1
    assert slack.person("ada").direct_messages == []
    assert await failed(store, slack.team_id) == [("kudos_announced", "restricted_action")]


async def test_when_neither_place_can_be_posted_to_the_giver_is_told(
    slack: Sandbox, store: Store
) -> None:
    for channel in ("thanks", "general"):
        slack.faults.next("chat.postMessage", "error", error="restricted_action", channel=channel)
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    [told] = ada.direct_messages
    assert told.text.startswith("Your thanks to Bo are saved and count, but I could not post them")


async def test_in_the_announcement_channel_itself_the_commands_reply_is_the_way_out(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    thanks = slack.channel("thanks").id
    for _ in range(2):
        slack.faults.next("chat.postMessage", "error", error="restricted_action", channel=thanks)
    await ada.types(f"/kudos @bo {FOR}", in_channel="thanks")
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1
    dead = f"{slack.url}/response/none"
    await sends_command(
        slack,
        ada,
        f"<@{bo.id}> {FOR} too",
        channel_id=thanks,
        channel_name="thanks",
        response_url=dead,
    )
    await settled(store)
    [told] = ada.direct_messages
    assert "I could not post them in <#C0THANKS04>" in told.text
