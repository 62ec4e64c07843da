"""The step "Give kudos" of Workflow Builder."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Source
from bot.messages.blockkit import ids
from bot.messages.blockkit.ids import KUDOS_UNDO
from bot.sandbox import Sandbox, SlackError
from handlers.giving.workflow_step import with_step
from tests.asking import form_of
from tests.conftest import MANIFEST, running
from tests.patience import SLACKS_SECONDS
from tests.watching import (
    all_kudos,
    app_posts,
    balances,
    calls_of,
    choose,
    on_sqlite,
    opened,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from storage.engine.store import Store
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
    return {"receiver": "bo", "reason": RELEASE, "channel": "general"} | more


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


async def test_what_was_refused_is_told_to_whoever_runs_it_and_can_be_corrected(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana, bo = slack.person("hana"), slack.person("bo")
    run = await slack.runs_step(STEP, inputs(reason="thx", amount=3, value="care"), as_=hana)
    assert run.error.startswith("The reason is too short.")
    [delivery] = [
        one
        for one in slack.deliveries
        if one.payload.get("event", {}).get("type") == "function_executed"
    ]
    await slack.deliver_again(delivery)
    note = await hana.sees_soon(lambda one: "gave no kudos" in one.text, where="app")
    sentence = "The reason is too short. Say what it is for, in 10 characters or more."
    assert note.text == f"The workflow that you ran gave no kudos for you: {sentence}"
    await hana.presses(ids.KUDOS_CORRECT, on=note)
    form = await form_of(hana)
    assert (form.field, form.question) == (ids.GIVE_REASON, sentence)
    assert (form.people, form.amount, form.value, form.reason) == ([bo.id], "3", "care", "thx")
    assert (await hana.submits({ids.GIVE_REASON: RELEASE})).ok
    await hana.closes()
    await slack.deliver_again(delivery)
    await settled(store)
    assert len(app_posts(slack, "general")) == len(await all_kudos(store, slack.team_id)) == 1
    assert len([one for one in hana.direct_messages if "gave no kudos" in one.text]) == 1
    await hana.presses(ids.KUDOS_CORRECT, on=note)
    assert "You have given these thanks already" in (await opened(hana)).all_text


@on_sqlite
async def test_where_its_giver_is_not_another_channel_is_asked_for(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana = slack.person("hana")
    slack.add_to_channel("leads", "app")
    await slack.runs_step(STEP, inputs(channel="leads"), as_=hana)
    note = await hana.sees_soon(lambda one: "You are not in the channel" in one.text, where="app")
    await hana.presses(ids.KUDOS_CORRECT, on=note)
    form = await form_of(hana)
    assert (form.field, form.reason) == (ids.GIVE_PLACE, RELEASE)
    assert (await hana.submits({ids.GIVE_PLACE: "general"})).ok
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.channel_id == slack.channel("general").id
    await hana.closes()
    await slack.runs_step(STEP, inputs(receiver="hana"), as_=hana)
    note = await hana.sees_soon(lambda one: "kudos to yourself" in one.text, where="app")
    await hana.presses(ids.KUDOS_CORRECT, on=note)
    form = await form_of(hana)
    assert (form.field, form.people, form.reason) == (ids.GIVE_PEOPLE, [], RELEASE)


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


async def test_who_runs_the_workflow_gives_and_is_told_with_undo(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana = slack.person("hana")
    run = await slack.runs_step(STEP, inputs(), as_=hana)
    assert run.succeeded
    told = await hana.sees_soon(lambda one: one.text.startswith("You thanked Bo"), where="app")
    [kudos] = await all_kudos(store, slack.team_id)
    assert kudos.giver_id == hana.id
    await hana.presses(KUDOS_UNDO, on=told)
    await hana.sees_soon(lambda one: one.text.startswith("You took back"), where="app")
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}
    assert not [one for one in hana.sees("general") if one.is_ephemeral]


@pytest.mark.parametrize("giver", ["ada", {"id": "U0ADA00001", "secret": "x"}])
async def test_no_builder_sets_who_gives(
    slack: Sandbox, app: KudosApp, store: Store, giver: object
) -> None:
    with pytest.raises(SlackError, match="invalid_inputs"):
        await slack.runs_step(STEP, inputs(giver=giver), as_=slack.person("bo"))
    with pytest.raises(SlackError, match="invalid_inputs"):
        await slack.runs_step(STEP, inputs(), as_=None)
    assert await all_kudos(store, slack.team_id) == []


@on_sqlite
async def test_a_giver_whom_a_builder_set_in_an_older_manifest_gives_nothing(
    database_url: str, store: Store, clock: Clock, patience: float
) -> None:
    manifest = deepcopy(with_step(MANIFEST))
    step = manifest["functions"][STEP]["input_parameters"]
    step["giver"]["type"] = "slack#/types/user_id"
    async with (
        Sandbox(manifest, ack_seconds=patience) as slack,
        running(slack, database_url, clock),
    ):
        run = await slack.runs_step(STEP, inputs(giver="ada"), as_=slack.person("bo"))
        assert run.succeeded is False
        assert run.error.startswith("Slack does not say who runs this workflow.")
        assert await all_kudos(store, slack.team_id) == []


async def test_it_is_posted_where_the_giver_is_and_nowhere_else(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("leads", "app")
    hana = slack.person("hana")
    for channel in ("leads", "with-pixel"):
        assert hana.id not in slack.channel(channel).members
        run = await slack.runs_step(STEP, inputs(channel=channel), as_=hana)
        assert run.succeeded is False
        assert run.error.startswith("You are not in the channel in which this workflow")
    for kind in ("http_500", "ratelimited", "error"):
        slack.faults.next("conversations.members", kind)
        run = await slack.runs_step(STEP, inputs(), as_=hana)
        assert run.succeeded is False
        assert "it did not answer, so nothing was saved" in run.error
    assert await all_kudos(store, slack.team_id) == []


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
        Sandbox(
            with_step(MANIFEST), ack_seconds=SLACKS_SECONDS
        ) as slack,  # then Slack sends it again
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
