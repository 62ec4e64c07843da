"""Workflow steps: the app is told, and the run waits until it says how it ended."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SlackError
from tests.patience import WAIT_SECONDS
from tests.sandbox.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.socket_mode.request import SocketModeRequest

    from tests.sandbox.conftest import ScriptedApp

USER = "slack#/types/user_id"
FLAT = {
    "input_parameters": {
        "receiver": {"type": USER, "title": "Who", "is_required": True},
        "reason": {"type": "string", "title": "Why"},
    },
    "output_parameters": {"kudos": {"type": "string", "is_required": True}},
}
NESTED = {
    "input_parameters": {
        "properties": {"receiver": {"type": USER}, "reason": {"type": "string"}},
        "required": ["receiver"],
    },
    "output_parameters": {"properties": {"kudos": {"type": "string"}}, "required": ["kudos"]},
}


def with_steps(step: dict[str, Any]) -> dict[str, Any]:
    manifest = deepcopy(MANIFEST)
    manifest["functions"] = {"thank": {"title": "Thank somebody", **step}}
    manifest["settings"]["event_subscriptions"]["bot_events"].append("function_executed")
    version = 2 if "properties" in step["input_parameters"] else 1
    manifest["_metadata"] = {"major_version": version}
    return manifest


@pytest.fixture(params=[FLAT, NESTED], ids=["flat", "nested"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    async with Sandbox(with_steps(request.param), ack_seconds=WAIT_SECONDS) as sandbox:
        yield sandbox


def ends(app: ScriptedApp, slack: Sandbox, method: str, **arguments: Any) -> None:
    """Have the app end every step by this method, with the token that came with the step."""

    async def answer(request: SocketModeRequest) -> None:
        event = request.payload["event"]
        web = AsyncWebClient(token=event["bot_access_token"], base_url=slack.api_url)
        run = {"function_execution_id": event["function_execution_id"]}
        await web.api_call(method, json=run | arguments)

    app.answer = answer


async def test_a_step_ends_with_what_the_app_made_of_it(slack: Sandbox, app: ScriptedApp) -> None:
    ends(app, slack, "functions.completeSuccess", outputs={"kudos": "K1"})
    ada = slack.person("ada")
    run = await slack.runs_step("thank", {"receiver": "bo", "reason": "help"}, as_=ada)
    assert run.succeeded
    assert run.outputs == {"kudos": "K1"}
    [event] = app.events("function_executed")
    assert event["inputs"] == {"receiver": slack.person("bo").id, "reason": "help"}
    assert event["function"]["callback_id"] == "thank"
    assert [one["is_required"] for one in event["function"]["input_parameters"]] == [True, False]
    assert event["function_execution_id"] == run.id


async def test_a_step_ends_with_the_apps_words_where_it_failed(
    slack: Sandbox, app: ScriptedApp
) -> None:
    ends(app, slack, "functions.completeError", error="Bo can't be thanked.")
    run = await slack.runs_step("thank", {"receiver": "bo"}, as_=slack.person("ada"))
    assert run.succeeded is False
    assert run.error == "Bo can't be thanked."


@pytest.mark.usefixtures("app")
async def test_a_step_that_the_app_never_ends_stays_open(slack: Sandbox) -> None:
    run = await slack.runs_step("thank", {"receiver": "bo"}, as_=slack.person("ada"), within=0.1)
    assert run.succeeded is None


async def test_a_step_can_end_once(slack: Sandbox, app: ScriptedApp, web: AsyncWebClient) -> None:
    ends(app, slack, "functions.completeSuccess", outputs={"kudos": "K1"})
    run = await slack.runs_step("thank", {"receiver": "bo"}, as_=slack.person("ada"))
    with pytest.raises(SlackApiError, match="execution_not_in_running_state"):
        await web.functions_completeError(function_execution_id=run.id, error="late")
    with pytest.raises(SlackApiError, match="function_execution_not_found"):
        await web.functions_completeError(function_execution_id="Fx0", error="late")


async def test_success_without_a_required_output_is_refused(
    slack: Sandbox, app: ScriptedApp, web: AsyncWebClient
) -> None:
    waiting = asyncio.create_task(
        slack.runs_step("thank", {"receiver": "bo"}, as_=slack.person("ada"), within=0.5)
    )
    async with asyncio.timeout(WAIT_SECONDS):
        while not app.events("function_executed"):  # noqa: ASYNC110 - the app only records
            await asyncio.sleep(0.01)
    [event] = app.events("function_executed")
    run_id = event["function_execution_id"]
    with pytest.raises(SlackApiError, match="parameter_validation_failed"):
        await web.functions_completeSuccess(function_execution_id=run_id, outputs={})
    assert (await waiting).succeeded is None


@pytest.mark.parametrize(
    ("who", "callback_id", "inputs", "error"),
    [
        ("ada", "unknown", {"receiver": "bo"}, "not_found"),
        ("ada", "thank", {}, "invalid_inputs"),
        ("ada", "thank", {"receiver": "bo", "colour": "red"}, "invalid_inputs"),
        ("pixel", "thank", {"receiver": "bo"}, "restricted_action"),
    ],
)
async def test_workflows_that_slack_would_not_run_are_refused(
    slack: Sandbox, who: str, callback_id: str, inputs: dict[str, str], error: str
) -> None:
    with pytest.raises(SlackError, match=error):
        await slack.runs_step(callback_id, inputs, as_=slack.person(who))


async def test_the_control_api_runs_steps_too(slack: Sandbox, app: ScriptedApp) -> None:
    ends(app, slack, "functions.completeSuccess", outputs={"kudos": "K1"})
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{slack.url}/control/workspace") as response:
            steps = (await response.json())["app"]["steps"]
        asked = {"as": slack.person("ada").id, "callback_id": "thank", "inputs": {"receiver": "bo"}}
        async with session.post(f"{slack.url}/control/step", json=asked) as response:
            answer = await response.json()
    assert [step["callback_id"] for step in steps] == ["thank"]
    assert answer == {"ok": True, "outputs": {"kudos": "K1"}, "error": ""}
