"""The form of a call: Slack is asked by the right verb, with arguments that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.api_methods import METHOD_FACTS

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

FORM = "application/x-www-form-urlencoded"
BY_GET = sorted(name for name, facts in METHOD_FACTS.items() if facts.verb == "GET")
BY_POST = sorted(METHOD_FACTS.keys() - set(BY_GET))
READ_JSON = sorted(name for name, facts in METHOD_FACTS.items() if facts.reads_json)


async def called(
    slack: Sandbox, method: str, verb: str = "POST", *, token: str | None = None, **how: Any
) -> dict[str, Any]:
    """Returns the answer to a call as it goes over the wire, without Slack's client."""
    needs_app_token = method == "apps.connections.open"
    bearer = token if token is not None else slack.app_token if needs_app_token else slack.bot_token
    headers = how.pop("headers", {}) | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, f"{slack.api_url}{method}", headers=headers, **how) as answer,
    ):
        body: dict[str, Any] = await answer.json()
    return body


def test_every_method_has_its_facts() -> None:
    assert METHODS.keys() == METHOD_FACTS.keys()


@pytest.mark.parametrize("method", BY_POST)
async def test_what_is_documented_as_post_refuses_get(slack: Sandbox, method: str) -> None:
    assert (await called(slack, method, "GET"))["error"] == "insecure_request"


@pytest.mark.parametrize("method", BY_GET)
async def test_what_is_documented_as_get_takes_either(slack: Sandbox, method: str) -> None:
    told = [(await called(slack, method, verb)).get("error") for verb in ("GET", "POST")]
    assert "insecure_request" not in told
    assert told[0] == told[1]


@pytest.mark.parametrize("method", sorted(METHOD_FACTS))
async def test_an_argument_that_there_is_not_is_refused(slack: Sandbox, method: str) -> None:
    if method == "oauth.v2.access":
        token = ""
    else:
        token = slack.app_token if method == "apps.connections.open" else slack.bot_token
    answer = await called(slack, method, token=token, data={"limitt": "5"})
    assert answer["error"] == "invalid_arguments"
    told = answer["response_metadata"]["messages"]
    assert told == ["[ERROR] unknown argument: limitt"]


@pytest.mark.parametrize("method", sorted(METHOD_FACTS))
async def test_json_goes_to_those_that_read_it_alone(slack: Sandbox, method: str) -> None:
    answer = await called(slack, method, json={})
    assert (answer.get("error") == "invalid_post_type") == (method not in READ_JSON)


async def test_a_body_is_read_for_what_it_says_it_is(slack: Sandbox) -> None:
    for body, type_, error in (
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("{}", "text/html", "invalid_post_type"),
        ("channel=C0GENERAL1", FORM, "no_text"),
    ):
        headers = {"Content-Type": type_}
        answer = await called(slack, "chat.postMessage", headers=headers, data=body)
        assert answer["error"] == error, body
    unsaid: dict[str, Any] = {"data": b"text=x", "skip_auto_headers": ("Content-Type",)}
    assert (await called(slack, "chat.postMessage", **unsaid))["error"] == "missing_post_type"


async def test_a_token_is_taken_from_the_header_or_a_form(slack: Sandbox) -> None:
    token = slack.bot_token
    assert (await called(slack, "auth.test", token=""))["error"] == "not_authed"
    assert (await called(slack, "auth.test", token="", params={"token": token}))["error"] == (
        "not_authed"
    )
    in_json = await called(slack, "auth.test", token="", json={"token": token})
    assert in_json["error"] == "not_authed"
    assert (await called(slack, "auth.test", token="", data={"token": token}))["ok"]
    assert (await called(slack, "emoji.list", "GET"))["ok"]


async def test_flags_and_numbers_come_over_a_form(slack: Sandbox) -> None:
    form = {"limit": "1", "include_locale": "true"}
    (one,) = (await called(slack, "users.list", data=form))["members"]
    assert one["locale"]
