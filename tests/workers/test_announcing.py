"""From the outbox to Slack, in normal operation: where a kudos is told, in which order, and what
becomes of it when it is taken back.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import TYPE_CHECKING

from bot.sandbox import Sandbox
from tests.conftest import MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.watching import (
    all_kudos,
    app_posts,
    calls_of,
    failed,
    on_sqlite,
    outbox_states,
    pings,
    sends_command,
    settled,
    tried,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox.model import Message
    from storage.engine.store import Store

FOR = "for untangling the release"


def told_in(slack: Sandbox, who: str, where: str) -> list[Message]:
    """Return what the app told everybody in a place, as one of its people sees it."""
    return [
        one
        for one in slack.person(who).sees(where)
        if one.user_id == slack.bot_user_id and not one.is_ephemeral and not one.is_command_line
    ]


async def settled_after_tries(app: KudosApp, store: Store, clock: Clock, team_id: str) -> None:
    """Let time pass, as little as no lease runs out, until nothing waits for another try."""
    async with asyncio.timeout(WAIT_SECONDS):
        while {"waiting", "sending"} & (await outbox_states(store, team_id)).keys():
            clock.advance(seconds=3)
            await app.look()
            await asyncio.sleep(0.1)


async def test_thanks_of_one_channel_stand_in_the_order_in_which_they_were_given(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    slack.faults.next("chat.postMessage", "slow", seconds=0.3, channel=slack.channel("general").id)
    for number in range(8):
        clock.advance(seconds=1)
        await slack.person("ada").types(f"/kudos @bo for untangling release number {number}")
    await settled(store)
    shown = [post.text.split("number ")[1][0] for post in app_posts(slack, "general")]
    assert shown == [str(number) for number in range(8)]
    direct = [one.text.split("number ")[1][0] for one in slack.person("bo").direct_messages]
    assert direct == shown


async def test_a_slow_channel_does_not_keep_others_waiting(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.faults.next("chat.postMessage", "slow", seconds=30, channel=slack.channel("general").id)
    await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel="general")
    await slack.faults.reached("chat.postMessage")
    await slack.person("ada").types(f"/kudos @chidi {FOR}", in_channel="release")
    await slack.person("ada").sees_soon(
        lambda one: "thanked" in one.text and not one.is_ephemeral, where="release"
    )
    assert app_posts(slack, "general") == []
    slack.faults.clear()
    await settled(store)
    assert len(app_posts(slack, "general")) == 1


async def test_the_direct_message_comes_after_the_post_and_links_to_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.faults.next("chat.postMessage", "slow", seconds=0.3, channel=slack.channel("general").id)
    await slack.person("ada").types(f"/kudos @bo @chidi {FOR}")
    await settled(store)
    [post] = app_posts(slack, "general")
    for name in ("bo", "chidi"):
        [direct] = slack.person(name).direct_messages
        assert direct.ts > post.ts
        assert f"/archives/{post.channel_id}/p{post.ts.replace('.', '')}|" in direct.text


async def test_posts_carry_an_opaque_key_and_unfurl_nothing(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await slack.person("ada").types("/kudos @bo for writing https://example.com/release so well")
    await settled(store)
    posted = calls_of(slack, "chat.postMessage")
    assert len(posted) == 2
    keys = [arguments["metadata"]["event_payload"] for arguments in posted]
    assert all(set(payload) == {"key"} for payload in keys)
    assert len({payload["key"] for payload in keys}) == 2
    assert all(arguments["unfurl_links"] is False for arguments in posted)
    assert all(arguments["unfurl_media"] is False for arguments in posted)


async def test_a_public_channel_needs_no_invitation(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    assert slack.bot_user_id not in slack.channel("random").members
    await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel="random")
    await settled(store)
    assert len(app_posts(slack, "random")) == 1


async def test_where_the_app_cannot_post_the_commands_own_reply_tells_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, dina = slack.person("ada"), slack.person("bo"), slack.person("dina")
    for where, receiver, other in (("leads", dina, "fatima"), ("@bo", bo, "ada")):
        reply = await ada.types(f"/kudos @{receiver.handle} {FOR}", in_channel=where)
        assert reply.text.startswith(f"You thanked {receiver.name}")
        await settled(store)
        [told] = told_in(slack, other, where)
        assert told.text.startswith(f"<@{ada.id}> thanked <@{receiver.id}>: untangling")
        [direct] = receiver.direct_messages
        assert "See the message" not in direct.text  # its address is not known
    assert await failed(store, slack.team_id) == []
    assert ada.direct_messages == []


async def test_without_leave_to_post_in_public_channels_the_commands_own_reply_tells_it(
    database_url: str, store: Store, clock: Clock
) -> None:
    manifest = deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].remove("chat:write.public")
    async with (
        Sandbox(manifest, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock),
    ):
        await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel="random")
        await settled(store)
        assert len(told_in(slack, "chidi", "random")) == 1


async def test_a_final_error_is_kept_with_its_reason_and_the_giver_is_told(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    dead = f"{slack.url}/response/none"
    slack.faults.next(
        "chat.postMessage",
        "error",
        error="restricted_action",
        channel=slack.channel("general").id,
    )
    answer = await sends_command(slack, ada, f"<@{bo.id}> {FOR}", response_url=dead)
    assert answer["text"].startswith("You thanked Bo")
    await settled(store)
    assert await failed(store, slack.team_id) == [("kudos_posted", "response_url_http_404")]
    [told] = ada.direct_messages
    assert told.text.startswith(
        "Your thanks to Bo are saved and count, but I could not post them in <#C0GENERAL1>."
    )
    assert len(bo.direct_messages) == 1
    assert app_posts(slack, "general") == []


async def test_a_direct_message_that_slack_refuses_is_kept_with_its_reason(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    slack.faults.next("chat.postMessage", "error", error="messages_tab_disabled", channel=bo.id)
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    assert await failed(store, slack.team_id) == [("kudos_received", "messages_tab_disabled")]
    assert len(app_posts(slack, "general")) == 1
    assert bo.direct_messages == ada.direct_messages == []
    calls = [call for call in slack.calls if call.arguments.get("channel") == bo.id]
    assert len(calls) == 1  # a final error is not tried again


async def test_what_is_undone_while_it_is_on_its_way_ends_as_taken_back(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    slack.faults.next("chat.postMessage", "slow", seconds=30, channel=slack.channel("general").id)
    await ada.types(f"/kudos @bo {FOR}")
    await slack.faults.reached("chat.postMessage")
    await ada.types("/kudos undo")
    slack.faults.clear()
    taken_back = "The thanks from Ada to Bo were taken back."
    post = await ada.sees_soon(lambda one: one.text == taken_back)
    await settled(store)
    assert app_posts(slack, "general") == [post]
    assert pings(post) == set()
    assert bo.direct_messages == []
    assert await outbox_states(store, slack.team_id) == {"sent": 1, "dropped": 1}


async def test_nothing_is_updated_that_did_not_change(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    for name in ("bo", "chidi"):
        clock.advance(seconds=1)
        await slack.person("ada").types(f"/kudos @{name} {FOR}")
    await settled(store)
    await slack.person("ada").types("/kudos undo")
    await settled(store)
    updated = [arguments["ts"] for arguments in calls_of(slack, "chat.update")]
    bo_post, chidi_post = app_posts(slack, "general")
    assert len(updated) == 2  # the post and the direct message of the one that was undone
    assert chidi_post.ts in updated
    assert bo_post.ts not in updated
    assert not bo_post.edited


@on_sqlite
async def test_what_is_taken_back_after_weeks_is_changed_in_slack_though_a_first_try_fails(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    message = await bo.types("The release is out.")
    await ada.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    clock.advance(days=20)
    slack.faults.next("chat.update", "http_500", times=2)
    await ada.unreacts("trophy", to=message)
    await slack.pending()
    await settled_after_tries(app, store, clock, slack.team_id)
    [thanks] = slack.thread("general", message.ts)
    assert thanks.text == "The thanks for this message were taken back."
    assert await failed(store, slack.team_id) == []


async def test_what_was_dropped_and_is_wished_for_again_after_weeks_counts_as_new(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    message = await bo.types("The release is out.")
    slack.down = True
    await ada.reacts("trophy", to=message)
    await slack.pending()
    await tried(store, slack.team_id, 3)  # nothing is on its way when the clock moves
    await ada.unreacts("trophy", to=message)
    await slack.pending()
    slack.down = False
    clock.advance(minutes=5)
    await app.look()
    await settled(store)
    clock.advance(days=20)
    slack.faults.next("chat.postMessage", "http_500", channel=message.channel_id)
    await ada.reacts("trophy", to=message)
    await slack.pending()
    await settled_after_tries(app, store, clock, slack.team_id)
    assert [one.text for one in slack.thread("general", message.ts) if not one.is_ephemeral] == [
        "Bo was thanked by Ada (:trophy: +1)."
    ]


async def test_a_restart_posts_nothing_again(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        await slack.person("ada").types(f"/kudos @bo {FOR}")
        await settled(store)
    before = len(calls_of(slack, "chat.postMessage", "chat.update"))
    async with running(slack, database_url, clock):
        clock.advance(hours=1)
        assert (await slack.person("ada").types("/kudos me")).ok
        await settled(store)
    assert len(calls_of(slack, "chat.postMessage", "chat.update")) == before == 2
    assert len(await all_kudos(store, slack.team_id)) == 1
