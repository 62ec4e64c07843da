"""The Web API on a bad day."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox


@pytest.fixture
def web(slack: Sandbox) -> AsyncWebClient:
    """Slack's client without retries of its own."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def count(slack: Sandbox, text: str) -> int:
    return [one.text for one in slack.channel("general").messages].count(text)


async def test_a_rate_limit_says_when_to_come_back(slack: Sandbox, web: AsyncWebClient) -> None:
    slack.faults.next("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel="C0GENERAL1", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert (await web.chat_postMessage(channel="C0GENERAL1", text="x"))["ok"]


async def test_an_error_can_be_asked_for_by_channel(slack: Sandbox, web: AsyncWebClient) -> None:
    slack.faults.next("chat.postMessage", "error", channel="release", error="is_archived")
    assert (await web.chat_postMessage(channel="C0GENERAL1", text="x"))["ok"]
    with pytest.raises(SlackApiError, match="is_archived"):
        await web.chat_postMessage(channel="C0RELEASE3", text="x")


@pytest.mark.parametrize(("kind", "copies"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_call_was_applied_or_not(
    slack: Sandbox, web: AsyncWebClient, kind: str, copies: int
) -> None:
    slack.faults.next("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel="C0GENERAL1", text="Once?")
    assert count(slack, "Once?") == copies


@pytest.mark.parametrize(("kind", "copies"), [("hang_before", 0), ("hang_after", 1)])
async def test_a_hanging_call_was_applied_or_not(
    slack: Sandbox, web: AsyncWebClient, kind: str, copies: int
) -> None:
    slack.faults.next("chat.postMessage", kind)
    call = asyncio.create_task(web.chat_postMessage(channel="C0GENERAL1", text="Once?"))
    await slack.faults.reached("chat.postMessage")
    assert count(slack, "Once?") == copies
    assert not call.done()
    slack.faults.clear()
    with pytest.raises(aiohttp.ClientError):
        await call


async def test_slack_can_be_slow_or_broken(slack: Sandbox, web: AsyncWebClient) -> None:
    slack.faults.next("auth.test", "slow", seconds=0.05)
    assert (await web.auth_test())["ok"]
    slack.faults.next("auth.test", "http_500", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await web.auth_test()
    assert [(one.status, one.error) for one in slack.calls[-2:]] == [(500, "http_500")] * 2


async def test_slack_can_be_down(slack: Sandbox, web: AsyncWebClient) -> None:
    slack.down = True
    with pytest.raises(aiohttp.ClientError):
        await web.auth_test()
    slack.down = False
    assert (await web.auth_test())["ok"]


def test_an_unknown_fault_is_refused(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="There is no fault"):
        slack.faults.next("auth.test", "explode")


async def test_every_method_can_be_silent_at_once(slack: Sandbox, web: AsyncWebClient) -> None:
    slack.faults.next("*", "slow", times=2, seconds=600)
    calls = [asyncio.create_task(each) for each in (web.auth_test(), web.users_list(limit=200))]
    for _ in calls:
        await slack.faults.reached("*")
    assert not any(call.done() for call in calls)
    slack.faults.clear()
    assert [(await call)["ok"] for call in calls] == [True, True]
    assert (await web.emoji_list())["ok"]
