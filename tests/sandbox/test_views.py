"""Modals, the Home tab, buttons and shortcuts."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Person, Sandbox
from tests.patience import SLACKS_SECONDS, in_slacks_time
from tests.sandbox.conftest import ScriptedApp


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Give kudos"),
    "submit": plain("Send"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Why"),
            "element": {"type": "plain_text_input", "action_id": "reason", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": plain("Who"),
            "element": {"type": "multi_users_select", "action_id": "people"},
        },
        {
            "type": "input",
            "block_id": "how",
            "label": plain("How many"),
            "element": {
                "type": "static_select",
                "action_id": "points",
                "options": [
                    {"text": plain("One"), "value": "1"},
                    {"text": plain("Five"), "value": "5"},
                ],
                "initial_option": {"text": plain("One"), "value": "1"},
            },
        },
    ],
}

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "undo", "text": plain("Undo"), "value": "7"},
            {"type": "users_select", "action_id": "pick"},
        ],
    }
]


class FormApp:
    """Opens FORM for a command and answers its submission with `on_submit`."""

    def __init__(self, app: ScriptedApp) -> None:
        self.app = app
        self.view = FORM
        self.on_submit: dict[str, Any] | None = None
        app.answer = self.answer

    async def answer(self, request: SocketModeRequest) -> dict[str, Any] | None:
        if request.type == "slash_commands":
            await self.app.web.views_open(trigger_id=request.payload["trigger_id"], view=self.view)
        if request.payload.get("type") == "view_submission":
            return self.on_submit
        return None

    def last(self, type_: str) -> dict[str, Any]:
        found = [one.payload for one in self.app.requests if one.payload.get("type") == type_]
        return found[-1]


@pytest.fixture
def form(app: ScriptedApp) -> FormApp:
    return FormApp(app)


@pytest.mark.usefixtures("form")
async def test_a_command_opens_a_modal(ada: Person, bo: Person) -> None:
    reply = await ada.types("/kudos")
    view = ada.open_view
    assert view
    assert reply.view is view
    assert (view.callback_id, view.title) == ("form", "Give kudos")
    assert bo.open_view is None


async def test_a_submission_carries_the_state(form: FormApp, ada: Person, bo: Person) -> None:
    await ada.types("/kudos")
    reply = await ada.submits({"reason": "The release", "who": {"people": ["bo"]}, "points": "5"})
    assert reply.ok
    assert ada.open_view is None
    values = form.last("view_submission")["view"]["state"]["values"]
    assert values["why"]["reason"] == {"type": "plain_text_input", "value": "The release"}
    assert values["who"]["people"]["selected_users"] == [bo.id]
    assert values["how"]["points"]["selected_option"]["value"] == "5"


async def test_required_inputs_are_asked_for_before_the_app_hears(
    form: FormApp, ada: Person
) -> None:
    await ada.types("/kudos")
    reply = await ada.submits()
    assert reply.error == "invalid_input"
    assert ada.open_view
    assert ada.open_view.errors == {"why": "Please complete this required field."}
    assert [one.type for one in form.app.requests] == ["slash_commands"]
    await ada.submits({"reason": "x" * 21})
    assert ada.open_view.errors == {"why": "Please enter at most 20 characters."}


async def test_errors_of_the_app_stand_below_the_inputs(form: FormApp, ada: Person) -> None:
    form.on_submit = {"response_action": "errors", "errors": {"who": "Nobody chosen"}}
    await ada.types("/kudos")
    reply = await ada.submits({"reason": "x"})
    assert (reply.ok, reply.error, reply.text) == (False, "errors", "Nobody chosen")
    assert ada.open_view
    assert ada.open_view.errors == {"who": "Nobody chosen"}


@pytest.mark.parametrize(
    "part",
    [
        {"type": "user", "user_id": "U0BO000002"},
        {"type": "usergroup", "usergroup_id": "S0SUPPORT1"},
        {"type": "channel", "channel_id": "C0GENERAL1"},
    ],
)
async def test_people_in_rich_text_that_an_app_put_there_cannot_be_sent_back_untouched(
    form: FormApp, ada: Person, part: dict[str, Any]
) -> None:
    """As in Slack's own client: github.com/slackapi/bolt-js/issues/2138 and 2266."""
    section = {"type": "rich_text_section", "elements": [part, {"type": "text", "text": " did it"}]}
    element = {
        "type": "rich_text_input",
        "action_id": "lines",
        "initial_value": {"type": "rich_text", "elements": [section]},
    }
    lines = {"type": "input", "block_id": "lines", "label": plain("Lines"), "element": element}
    form.view = FORM | {"blocks": [lines]}
    await ada.types("/kudos")
    reply = await ada.submits()
    assert (reply.ok, reply.text) == (False, "We had some trouble connecting. Try again?")
    assert [one.type for one in form.app.requests] == ["slash_commands"]
    assert (await ada.submits({"lines": "@bo did it all"})).ok
    given = form.last("view_submission")["view"]["state"]["values"]["lines"]["lines"]
    [section] = given["rich_text_value"]["elements"]
    assert section["elements"][0] == {"type": "user", "user_id": "U0BO000002"}


async def test_errors_for_no_input_are_trouble(form: FormApp, ada: Person) -> None:
    form.on_submit = {"response_action": "errors", "errors": {"nowhere": "x"}}
    await ada.types("/kudos")
    reply = await ada.submits({"reason": "x"})
    assert reply.text == "We had some trouble connecting. Try again?"


async def test_an_answer_can_update_push_and_clear(form: FormApp, ada: Person) -> None:
    second = {
        "type": "modal",
        "title": plain("Second"),
        "submit": plain("Go"),
        "blocks": [{"type": "divider"}],
    }
    await ada.types("/kudos")
    form.on_submit = {"response_action": "push", "view": second}
    await ada.submits({"reason": "x"})
    assert ada.open_view
    assert ada.open_view.title == "Second"
    await ada.closes()
    assert ada.open_view.title == "Give kudos"
    form.on_submit = {"response_action": "update", "view": second}
    await ada.submits({"reason": "x"})
    assert ada.open_view.title == "Second"
    form.on_submit = {"response_action": "clear"}
    await ada.submits()
    assert ada.open_view is None


@pytest.mark.parametrize("patience", [SLACKS_SECONDS])
async def test_a_submission_that_is_not_acknowledged_stays_open(form: FormApp, ada: Person) -> None:
    await ada.types("/kudos")
    form.app.acknowledges = False
    reply = await ada.submits({"reason": "x"})
    assert (reply.ok, reply.error) == (False, "operation_timeout")
    assert ada.open_view
    assert not ada.open_view.is_busy


async def test_a_closed_modal_is_told_without_its_input(form: FormApp, ada: Person) -> None:
    await ada.types("/kudos")
    await ada.closes()
    assert form.last("view_closed")["view"]["callback_id"] == "form"
    assert form.last("view_closed")["is_cleared"] is False


async def test_an_update_keeps_what_was_put_in(
    form: FormApp, ada: Person, web: AsyncWebClient
) -> None:
    await ada.types("/kudos")
    view = ada.open_view
    assert view
    form.on_submit = {"response_action": "errors", "errors": {"who": "Nobody chosen"}}
    await ada.submits({"reason": "Typed"})
    old_hash = view.raw["hash"]
    await web.views_update(view_id=view.id, view=FORM, hash=old_hash)
    assert view.raw["state"]["values"]["why"]["reason"]["value"] == "Typed"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await web.views_update(view_id=view.id, view=FORM, hash=old_hash)


async def test_a_trigger_works_once(app: ScriptedApp, ada: Person) -> None:
    await ada.types("/kudos")
    trigger_id = app.requests[-1].payload["trigger_id"]
    await app.web.views_open(trigger_id=trigger_id, view=FORM)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await app.web.views_open(trigger_id=trigger_id, view=FORM)


@in_slacks_time
async def test_a_trigger_expires_after_three_seconds(app: ScriptedApp, ada: Person) -> None:
    await ada.types("/kudos")
    await asyncio.sleep(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await app.web.views_open(trigger_id=app.requests[-1].payload["trigger_id"], view=FORM)


async def test_a_bad_view_is_refused(app: ScriptedApp, ada: Person) -> None:
    await ada.types("/kudos")
    view = {**FORM, "title": plain("A title that is too long for Slack")}
    with pytest.raises(SlackApiError, match="invalid_arguments") as caught:
        await app.web.views_open(trigger_id=app.requests[-1].payload["trigger_id"], view=view)
    [message] = caught.value.response["response_metadata"]["messages"]
    assert "[json-pointer:/view/title/text]" in message


async def test_a_fourth_modal_does_not_fit(app: ScriptedApp, ada: Person) -> None:
    async def push(request: SocketModeRequest) -> None:
        call = app.web.views_push if ada.open_view else app.web.views_open
        await call(trigger_id=request.payload["trigger_id"], view=FORM)

    app.answer = push
    for _ in range(3):
        await ada.uses_shortcut("give")
    app.answer = app.nothing
    await ada.uses_shortcut("give")
    trigger_id = app.requests[-1].payload["trigger_id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await app.web.views_push(trigger_id=trigger_id, view=FORM)


async def test_a_button_names_its_message(
    app: ScriptedApp, ada: Person, bo: Person, web: AsyncWebClient
) -> None:
    await web.chat_postMessage(channel="C0GENERAL1", text="Kudos", blocks=BUTTONS)
    message = ada.sees("general")[-1]
    await ada.presses("undo", on=message)
    payload = app.requests[-1].payload
    assert payload["type"] == "block_actions"
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == message.ts
    assert (payload["actions"][0]["value"], payload["actions"][0]["block_id"]) == ("7", "row")
    await ada.chooses("pick", "bo", on=message)
    payload = app.requests[-1].payload
    assert payload["actions"][0]["selected_user"] == bo.id
    assert payload["state"]["values"]["row"]["pick"]["selected_user"] == bo.id


async def test_a_button_on_an_ephemeral_message_has_no_message(
    app: ScriptedApp, ada: Person, web: AsyncWebClient
) -> None:
    await web.chat_postEphemeral(channel="C0GENERAL1", user=ada.id, text="x", blocks=BUTTONS)
    message = ada.sees("general")[-1]

    async def answer(request: SocketModeRequest) -> None:
        webhook = AsyncWebhookClient(request.payload["response_url"])
        await webhook.send(text="Undone", replace_original=True)

    app.answer = answer
    reply = await ada.presses("undo", on=message)
    assert "message" not in app.requests[-1].payload
    assert reply.message is message
    assert (message.text, message.blocks) == ("Undone", [])


async def test_a_button_that_is_not_there_cannot_be_pressed(ada: Person) -> None:
    with pytest.raises(AssertionError, match="There is no 'undo'"):
        await ada.presses("undo", on=ada.sees("general")[0])


async def test_shortcuts_reach_the_app(slack: Sandbox, app: ScriptedApp, ada: Person) -> None:
    message = await ada.types("Well done")
    await slack.pending()
    await ada.uses_shortcut("thank", on=message)
    payload = app.requests[-1].payload
    assert (payload["type"], payload["message"]["text"]) == ("message_action", "Well done")
    await ada.uses_shortcut("give")
    assert app.requests[-1].payload["type"] == "shortcut"
    assert "response_url" not in app.requests[-1].payload


async def test_an_external_select_asks_the_app(
    app: ScriptedApp, ada: Person, web: AsyncWebClient
) -> None:
    select = {"type": "external_select", "action_id": "tag"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [select]}]
    await web.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
    offered = {"options": [{"text": plain("Teamwork"), "value": "teamwork"}]}

    async def answer(_request: SocketModeRequest) -> dict[str, Any]:
        return offered

    app.answer = answer
    found = await ada.is_offered("tag", "team", on=ada.sees("general")[-1])
    assert found["options"] == offered["options"]
    assert app.requests[-1].payload["value"] == "team"


async def test_the_home_tab_is_published_when_opened(app: ScriptedApp, ada: Person) -> None:
    async def answer(request: SocketModeRequest) -> None:
        event = request.payload.get("event", {})
        if event.get("type") == "app_home_opened":
            view = {"type": "home", "blocks": BUTTONS}
            await app.web.views_publish(user_id=event["user"], view=view)

    app.answer = answer
    assert ada.home is None
    home = await ada.opens_home()
    assert home
    assert home["blocks"][0]["block_id"] == "row"
    await ada.presses("undo", on=home)
    payload = app.requests[-1].payload
    assert payload["container"] == {"type": "view", "view_id": home["id"]}
    assert not {"channel", "message", "response_url"} & payload.keys()
    await ada.opens_home()
    assert app.events("app_home_opened")[-1]["view"]["id"] == home["id"]
