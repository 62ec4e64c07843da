"""Slash commands and response URLs, from the typed line to what people see."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Person, Sandbox
from tests.patience import never_answered
from tests.sandbox.conftest import ScriptedApp


def answering(payload: dict[str, Any] | None) -> Any:
    async def answer(_request: SocketModeRequest) -> dict[str, Any] | None:
        return payload

    return answer


async def test_an_answer_is_for_the_typist_alone_by_default(
    app: ScriptedApp, ada: Person, bo: Person
) -> None:
    app.answer = answering({"text": "Done"})
    reply = await ada.types("/kudos @bo +3")
    assert (reply.ok, reply.text, reply.is_ephemeral) == (True, "Done", True)
    assert ada.sees("general")[-1].text == "Done"
    assert "Done" not in [one.text for one in bo.sees("general")]


async def test_an_answer_to_the_channel_brings_the_typed_line(
    slack: Sandbox, app: ScriptedApp, ada: Person, bo: Person
) -> None:
    app.answer = answering({"text": "All may know", "response_type": "in_channel"})
    reply = await ada.types("/kudos loud", "random")
    assert not reply.is_ephemeral
    line, message = bo.sees("random")[-2:]
    assert (line.text, line.user_id, line.is_command_line) == ("/kudos loud", ada.id, True)
    assert (message.text, message.user_id) == ("All may know", slack.bot_user_id)
    assert slack.channel("random").messages[-1] is message


@pytest.mark.usefixtures("app")
async def test_an_empty_answer_shows_nothing(ada: Person) -> None:
    before = ada.sees("general")
    reply = await ada.types("/kudos quiet")
    assert (reply.ok, reply.text, reply.message) == (True, "", None)
    assert ada.sees("general") == before


@never_answered
async def test_an_app_that_is_late_is_reported_to_the_typist(app: ScriptedApp, ada: Person) -> None:
    app.acknowledges = False
    reply = await ada.types("/kudos slow")
    assert (reply.ok, reply.error) == (False, "operation_timeout")
    assert reply.text == '/kudos failed with the error "operation_timeout"'


async def test_an_app_that_is_away_is_reported_at_once(ada: Person) -> None:
    reply = await ada.types("/kudos hello")
    assert (reply.ok, reply.error) == (False, "dispatch_failed")


async def test_what_people_type_is_escaped(app: ScriptedApp, ada: Person, bo: Person) -> None:
    await ada.types("/kudos @bo, @support in #general & #leads <3 https://a.example/b. @nobody")
    assert app.requests[-1].payload["text"] == (
        f"<@{bo.id}>, <!subteam^S0SUPPORT1|@support> in <#C0GENERAL1|general> &amp;"
        " <#C0LEADS005|> &lt;3 <https://a.example/b>. @nobody"
    )
    await ada.types("/kudos @bo", escape_style="label")
    assert app.requests[-1].payload["text"] == f"<@{bo.id}|bo>"


async def test_a_command_without_should_escape_comes_as_typed(
    app: ScriptedApp, ada: Person
) -> None:
    await ada.types("/plain @bo & #general")
    assert app.requests[-1].payload["text"] == "@bo & #general"


async def test_every_field_of_a_command_is_a_string(app: ScriptedApp, ada: Person) -> None:
    await ada.types("/kudos help", "leads")
    payload = app.requests[-1].payload
    assert {type(value) for value in payload.values()} == {str}
    assert payload["channel_name"] == "privategroup"
    assert payload["is_enterprise_install"] == "false"
    await ada.types("/kudos help", "app")
    assert app.requests[-1].payload["channel_name"] == "directmessage"


async def test_commands_are_refused_in_threads(app: ScriptedApp, ada: Person) -> None:
    root = await ada.types("Root")
    reply = await ada.types("/kudos @bo", in_thread=root.ts)
    assert reply.error == "not_supported_in_threads"
    assert "command" not in [one.type for one in app.requests]


async def test_some_people_and_places_take_no_commands(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    pixel = slack.person("pixel")
    assert (await pixel.types("/kudos @ada", "with-pixel")).error == "not_a_command"
    assert (await ada.types("/kudos x", "old-launch")).error == "is_archived"
    assert (await ada.types("/shrug")).error == "not_a_command"
    assert app.requests == []


async def test_refused_blocks_fail_the_command(app: ScriptedApp, ada: Person) -> None:
    app.answer = answering({"text": "x", "blocks": [{"type": "nonsense"}]})
    assert (await ada.types("/kudos x")).error == "invalid_blocks"


async def test_a_response_url_answers_five_times(app: ScriptedApp, ada: Person, bo: Person) -> None:
    await ada.types("/kudos x", "random")
    webhook = AsyncWebhookClient(app.requests[-1].payload["response_url"])
    for number in range(4):
        assert (await webhook.send(text=f"Answer {number}")).status_code == 200
    assert (await webhook.send(text="Out loud", response_type="in_channel")).status_code == 200
    assert (await webhook.send(text="Too many")).status_code == 404
    assert bo.sees("random")[-1].text == "Out loud"
    assert [one.text for one in ada.sees("random")][-2:] == ["Answer 3", "Out loud"]


async def test_a_response_url_replaces_and_deletes_the_answer(
    app: ScriptedApp, ada: Person
) -> None:
    app.answer = answering({"text": "Working on it"})
    reply = await ada.types("/kudos x")
    webhook = AsyncWebhookClient(app.requests[-1].payload["response_url"])
    await webhook.send(text="Done", replace_original=True)
    assert (reply.message.text, reply.message.is_ephemeral) == ("Done", True)
    await webhook.send(delete_original=True)
    assert reply.message not in ada.sees("general")


async def test_an_unknown_response_url_is_refused(slack: Sandbox) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/response/none", json={"text": "x"}) as answer,
    ):
        assert answer.status == 404


async def test_the_reply_is_what_came_through_the_response_url(
    app: ScriptedApp, ada: Person
) -> None:
    async def answer(request: SocketModeRequest) -> None:
        await AsyncWebhookClient(request.payload["response_url"]).send(text="By URL")

    app.answer = answer
    assert (await ada.types("/kudos x")).text == "By URL"
