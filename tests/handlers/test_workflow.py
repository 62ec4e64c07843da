"""The step "Give kudos" of Workflow Builder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Source
from bot.sandbox import Sandbox
from handlers.workflow import with_step
from tests.conftest import MANIFEST, running
from tests.watching import all_kudos, app_posts, balances, calls_of, choose, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from storage.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"
STEP = "give_kudos"


@pytest.fixture
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    """A workspace in which the app is installed with its step."""
    async with Sandbox(with_step(MANIFEST), ack_seconds=patience) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox, database_url: str, clock: Clock) -> AsyncIterator[KudosApp]:
    async with running(slack, database_url, clock) as kudos_app:
        yield kudos_app


def inputs(**more: Any) -> dict[str, Any]:
    return {"giver": "ada", "receiver": "bo", "reason": RELEASE, "channel": "general"} | more


async def test_a_step_thanks_and_ends_well(slack: Sandbox, app: KudosApp, store: Store) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    given = inputs(amount=3, value="teamwork", more_receivers=f"<@{slack.person('chidi').id}>")
    run = await slack.runs_step(STEP, given, as_=ada)
    assert (run.succeeded, run.error) == (True, "")
    await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text.startswith(f"<@{ada.id}> thanked <@{bo.id}> and <@U0CHIDI003>: {RELEASE}")
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.source, kudos.value, kudos.points_total) == (Source.WORKFLOW, "teamwork", 6)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"receiver": "ada"}, "You can't give kudos to yourself."),
        ({"reason": "thx"}, "The reason is too short."),
        ({"amount": 26}, "26 points for each person is too much"),
        ({"amount": "2.5"}, "The amount for each person is a whole number"),
        ({"more_receivers": "<!channel>"}, "Kudos can't go to a whole channel"),
        ({"more_receivers": "@chidi"}, "I can't tell who is meant by @chidi."),
        ({"channel": ""}, "Choose the channel in which your thanks are posted"),
        ({"receiver": "pixel"}, "Pixel belongs to another company"),
    ],
)
async def test_a_refusal_ends_the_step_with_its_sentence(
    slack: Sandbox, app: KudosApp, store: Store, more: dict[str, Any], sentence: str
) -> None:
    run = await slack.runs_step(STEP, inputs(**more), as_=slack.person("ada"))
    assert run.succeeded is False
    assert run.error is not None
    assert run.error.startswith(sentence)
    assert "<" not in run.error
    assert await all_kudos(store, slack.team_id) == []


async def test_a_run_that_is_told_twice_counts_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await slack.runs_step(STEP, inputs(), as_=slack.person("ada"))
    [delivery] = [
        one
        for one in slack.deliveries
        if one.payload.get("event", {}).get("type") == "function_executed"
    ]
    await slack.deliver_again(delivery, times=2)
    assert delivery.acked
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 1}
    assert len(calls_of(slack, "functions.completeSuccess")) == 1


async def test_without_a_channel_it_is_posted_in_the_announcement_channel(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    run = await slack.runs_step(STEP, inputs(channel=""), as_=slack.person("ada"))
    assert run.succeeded
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_a_run_whose_end_slack_did_not_hear_is_told_again(
    database_url: str, store: Store, clock: Clock
) -> None:
    async with (
        Sandbox(with_step(MANIFEST), ack_seconds=1.0) as slack,  # then Slack sends it again
        running(slack, database_url, clock),
    ):
        slack.faults.next("functions.completeSuccess", "http_500")
        run = await slack.runs_step(STEP, inputs(), as_=slack.person("ada"))
        assert run.succeeded
        assert len(await all_kudos(store, slack.team_id)) == 1


def test_the_manifest_with_the_step_says_what_slack_asks_for() -> None:
    manifest = with_step(MANIFEST)
    assert manifest["settings"]["org_deploy_enabled"] is True
    assert manifest["settings"]["function_runtime"] == "remote"
    assert "function_executed" in manifest["settings"]["event_subscriptions"]["bot_events"]
    assert list(manifest["functions"]) == [STEP]
    assert "functions" not in MANIFEST
    assert "function_executed" not in MANIFEST["settings"]["event_subscriptions"]["bot_events"]
