"""What a workspace's own admins do: groups, channels. The app hears of it, if it asked."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.sandbox import Sandbox, SlackError
from tests.patience import WAIT_SECONDS
from tests.sandbox.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

    from tests.sandbox.conftest import ScriptedApp

EVENTS = (
    "subteam_updated",
    "subteam_members_changed",
    "channel_archive",
    "channel_unarchive",
    "group_archive",
    "channel_id_changed",
)


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] += EVENTS
    manifest["oauth_config"]["scopes"]["bot"].append("groups:read")
    async with Sandbox(manifest, ack_seconds=WAIT_SECONDS) as sandbox:
        yield sandbox


async def test_the_members_of_a_group_change(
    slack: Sandbox, app: ScriptedApp, web: AsyncWebClient
) -> None:
    dina, omar, mei, bo = (slack.person(name).id for name in ("dina", "omar", "mei", "bo"))
    slack.set_group_members("support", ["dina", "bo"])
    await slack.pending()
    [updated] = app.events("subteam_updated")
    assert updated["subteam"]["users"] == [dina, bo]
    assert updated["subteam"]["user_count"] == "2"
    [changed] = app.events("subteam_members_changed")
    assert changed["subteam_id"] == updated["subteam"]["id"] == "S0SUPPORT1"
    assert changed["added_users"] == [bo]
    assert changed["removed_users"] == [omar, mei]
    assert (changed["added_users_count"], changed["removed_users_count"]) == ("1", "2")
    answer = await web.usergroups_users_list(usergroup="S0SUPPORT1")
    assert answer["users"] == [dina, bo]


async def test_the_control_api_changes_a_group(slack: Sandbox, app: ScriptedApp) -> None:
    asked = {"as": slack.person("ada").id, "group": "S0SUPPORT1", "user_ids": ["bo"]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/control/group", json=asked) as response,
    ):
        assert await response.json() == {"ok": True}
    await slack.pending()
    [updated] = app.events("subteam_updated")
    assert updated["subteam"]["users"] == [slack.person("bo").id]


async def test_a_group_that_does_not_exist_is_refused(slack: Sandbox) -> None:
    with pytest.raises(SlackError, match="no_such_subteam"):
        slack.set_group_members("nobody", ["bo"])


async def test_of_public_channels_the_app_hears_without_being_there_and_of_private_ones_not(
    slack: Sandbox, app: ScriptedApp
) -> None:
    for name in ("random", "leads"):
        slack.archive(name)
    slack.unarchive("random")
    await slack.pending()
    random = slack.channel("random").id
    assert [event["channel"] for event in app.events("channel_archive")] == [random]
    assert [event["channel"] for event in app.events("channel_unarchive")] == [random]
    assert app.events("group_archive") == []


async def test_a_channel_with_another_id_keeps_its_messages(
    slack: Sandbox, app: ScriptedApp, web: AsyncWebClient
) -> None:
    slack.add_to_channel("leads", "app")
    old = slack.channel("leads")
    [message] = old.messages
    slack.change_channel_id("leads", "C0LEADS999")
    await slack.pending()
    [event] = app.events("channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == (old.id, "C0LEADS999")
    assert slack.channel("leads").messages == [message]
    assert message.channel_id == "C0LEADS999"
    posted = await web.chat_postMessage(channel="C0LEADS999", text="Still here")
    assert posted["ok"]


async def test_another_id_is_kept_over_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    async with Sandbox(MANIFEST, state_path=state) as slack:
        slack.change_channel_id("leads", "C0LEADS999")
    async with Sandbox(MANIFEST, state_path=state) as slack:
        assert slack.channel("leads").id == "C0LEADS999"
        assert len(slack.channel("leads").messages) == 1
        with pytest.raises(SlackError, match="channel_not_found"):
            slack.channel("C0LEADS005")
