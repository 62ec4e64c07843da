"""Group direct messages: what is given there is known to those who are in them, and nobody else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from bot.domain.kudos import Audience
from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from tests.conftest import MANIFEST, running
from tests.watching import all_kudos, app_posts, choose, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from storage.engine.store import Store
    from tests.conftest import Clock

REASON = "covering for each other"
GROUP_IDS = [None, "C0GROUP0001"]  # an old group's, and one as Slack makes them now


@pytest.fixture(params=GROUP_IDS, ids=["old", "new"])
async def group(request: pytest.FixtureRequest, slack: Sandbox, app: KudosApp, store: Store) -> str:
    """Ada, Bo and Dina with the app, in a workspace that announces elsewhere."""
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    ada = slack.person("ada")
    return ada.opens_group("bo", "dina", with_app=True, channel_id=request.param)


async def check_it_stays_there(slack: Sandbox, store: Store, group: str) -> None:
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.audience, kudos.channel_id) == (Audience.CHANNEL, group)
    for channel in ("thanks", "general"):
        assert app_posts(slack, channel) == []
    assert len([one for one in slack.channel(group).messages if one.bot_id]) == 1
    outside = await slack.person("chidi").types("/kudos history @ada")
    assert "There are no kudos of Ada that you can see." in outside.text
    board = await slack.person("chidi").types("/kudos leaderboard all #closeness")
    assert "Bo" not in board.text


async def test_a_command_stays_in_the_group(slack: Sandbox, store: Store, group: str) -> None:
    reply = await slack.person("ada").types(f"/kudos @bo for {REASON}", in_channel=group)
    assert reply.text.startswith("You thanked Bo")
    await check_it_stays_there(slack, store, group)


async def test_the_form_stays_in_the_group(slack: Sandbox, store: Store, group: str) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos", in_channel=group)
    assert (await ada.submits({ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: REASON})).ok
    await check_it_stays_there(slack, store, group)


async def test_the_form_about_a_message_stays_in_the_group(
    slack: Sandbox, store: Store, group: str
) -> None:
    ada = slack.person("ada")
    message = await slack.person("bo").types("I took the late shift", in_channel=group)
    await ada.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)
    assert (await ada.submits({ids.GIVE_REASON: REASON})).ok
    await check_it_stays_there(slack, store, group)


async def test_a_mention_stays_in_the_group(slack: Sandbox, store: Store, group: str) -> None:
    await slack.person("ada").types(f"@kudos @bo for {REASON}", in_channel=group)
    await slack.pending()
    await check_it_stays_there(slack, store, group)


async def test_a_reaction_stays_in_the_group(slack: Sandbox, store: Store, group: str) -> None:
    message = await slack.person("bo").types("I took the late shift", in_channel=group)
    await slack.person("ada").reacts("trophy", to=message)
    await slack.pending()
    await check_it_stays_there(slack, store, group)


async def test_no_form_posts_in_a_group_that_is_chosen_from_elsewhere(
    slack: Sandbox, store: Store, group: str
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=None)
    ada = slack.person("ada")
    assert (await ada.uses_shortcut(ids.KUDOS_GIVE)).ok
    filled = {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: REASON, ids.GIVE_PLACE: group}
    assert (await ada.submits(filled)).error == "errors"
    assert await all_kudos(store, slack.team_id) == []


@pytest.fixture
async def open_slack(patience: float) -> AsyncIterator[Sandbox]:
    """A workspace in which the app may look at group messages, too."""
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].append("mpim:read")
    async with Sandbox(manifest, ack_seconds=patience) as sandbox:
        yield sandbox


async def test_a_group_that_slack_tells_of_is_no_public_channel(
    open_slack: Sandbox, database_url: str, clock: Clock, store: Store
) -> None:
    async with running(open_slack, database_url, clock):
        await choose(store, open_slack.team_id, announcement_channel_id="C0THANKS04")
        ada = open_slack.person("ada")
        group = ada.opens_group("bo", "dina", with_app=True, channel_id=GROUP_IDS[1])
        await ada.types(f"@kudos @bo for {REASON}", in_channel=group)
        await open_slack.pending()
        await check_it_stays_there(open_slack, store, group)
