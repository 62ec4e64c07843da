"""Channels of two companies, and people of an organization: whose team stands where."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox import Sandbox
from tests.patience import WAIT_SECONDS
from tests.sandbox.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

THEIRS = "T0PIXELWK1"
ORGANIZATION = {"id": "E0ENGINES1", "name": "Engines & Sons"}


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"].append("app_mention")
    manifest["oauth_config"]["scopes"]["bot"].append("app_mentions:read")
    async with Sandbox(manifest, ack_seconds=WAIT_SECONDS, retry_delays=()) as sandbox:
        sandbox.add_to_channel("with-pixel", "app")
        yield sandbox


def payloads(slack: Sandbox, type_: str) -> list[dict[str, Any]]:
    sent = [one.payload for one in slack.deliveries]
    return [one for one in sent if (one.get("event") or one).get("type") == type_]


async def test_an_event_names_the_host_outside_and_the_installation_inside(slack: Sandbox) -> None:
    for channel in ("with-pixel", "general"):
        message = await slack.person("bo").types("Look at this", in_channel=channel)
        await slack.person("ada").reacts("eyes", to=message)
    theirs, ours = payloads(slack, "reaction_added")
    assert (theirs["team_id"], ours["team_id"]) == (THEIRS, slack.team_id)
    assert (theirs["is_ext_shared_channel"], ours["is_ext_shared_channel"]) == (True, False)
    for payload in (theirs, ours):
        assert payload["context_team_id"] == slack.team_id
        assert payload["authorizations"][0]["team_id"] == slack.team_id
        assert "team" not in payload["event"]


async def test_a_mention_says_of_which_team_its_author_is(slack: Sandbox) -> None:
    for who in ("ada", "pixel"):
        await slack.person(who).types("@kudos hello", in_channel="with-pixel")
    ours, theirs = (one["event"] for one in payloads(slack, "app_mention"))
    assert (ours["team"], ours["user_team"]) == (THEIRS, slack.team_id)
    assert theirs["team"] == THEIRS
    assert "user_team" not in theirs


def organization(**person: Any) -> dict[str, Any]:
    return {
        "team": {"id": "T0ENGINES1", "enterprise": ORGANIZATION},
        "people": [{"handle": "ada"}, {"handle": "otto", **person}],
        "channels": [{"name": "general", "app": True}],
    }


async def test_people_of_an_organization_say_in_which_workspaces_they_are() -> None:
    source = organization(team_id=ORGANIZATION["id"], teams=["T0ENGINES1", "T0OTHRSHED"])
    async with Sandbox(MANIFEST, source, ack_seconds=WAIT_SECONDS, retry_delays=()) as slack:
        slack.update_user("otto", name="Otto")
        slack.update_user("ada", name="Ada")
        otto, ada = (one["event"]["user"] for one in payloads(slack, "user_change"))
    assert otto["team_id"] == ORGANIZATION["id"]
    assert otto["enterprise_user"]["teams"] == ["T0ENGINES1", "T0OTHRSHED"]
    assert ada["team_id"] == "T0ENGINES1"
    assert ada["enterprise_user"]["teams"] == ["T0ENGINES1"]
    assert ada["enterprise_user"]["enterprise_id"] == ORGANIZATION["id"]
