"""The control API, as the page uses it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.sandbox import Person, Sandbox
from tests.sandbox.conftest import ScriptedApp
from tests.sandbox.test_views import FORM, FormApp


class Page:
    """Calls the control API as one person."""

    def __init__(self, session: aiohttp.ClientSession, slack: Sandbox, user_id: str) -> None:
        self._session = session
        self._url = f"{slack.url}/control"
        self._user_id = user_id

    async def get(self, path: str, **query: str) -> Any:
        query["as"] = self._user_id
        async with self._session.get(f"{self._url}/{path}", params=query) as answer:
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        body["as"] = self._user_id
        async with self._session.post(f"{self._url}/{path}", json=body) as answer:
            return await answer.json()

    async def stream(self) -> AsyncIterator[dict[str, Any]]:
        query = {"as": self._user_id}
        async with self._session.get(f"{self._url}/stream", params=query) as answer:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))


@pytest.fixture
async def page(slack: Sandbox, ada: Person) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, slack, ada.id)


async def test_the_page_learns_who_and_what_there_is(slack: Sandbox, page: Page) -> None:
    found = await page.get("workspace")
    assert found["team"] == {"id": slack.team_id, "name": "Analytical Engines"}
    assert found["app"]["commands"][0]["command"] == "/kudos"
    assert {one["handle"] for one in found["people"]} >= {"ada", "mei", "pixel"}
    assert found["emoji"]["trophy"] == {"unicode": "🏆"}
    assert found["emoji"]["kudos"] == {"image": "/emoji/kudos.svg"}


async def test_the_sidebar_counts_what_is_unread(page: Page, bo: Person) -> None:
    async def general() -> Any:
        listed = (await page.get("conversations"))["conversations"]
        assert any(one["kind"] == "app" for one in listed)
        return next(one for one in listed if one["name"] == "general")

    assert (await general())["unread"] == 0
    await bo.types("Hello @ada")
    assert ((await general())["unread"], (await general())["mention"]) == (1, True)
    await page.post("read", channel="C0GENERAL1")
    assert (await general())["unread"] == 0


async def test_a_person_says_edits_and_deletes(slack: Sandbox, page: Page, ada: Person) -> None:
    said = await page.post("say", channel="C0GENERAL1", text="Hello @bo")
    assert said["kind"] == "message"
    assert said["message"]["text"] == f"Hello <@{slack.person('bo').id}>"
    ts = said["message"]["ts"]
    edited = await page.post("edit", channel="C0GENERAL1", ts=ts, text="Goodbye")
    assert edited["message"]["edited_ts"]
    listed = await page.get("messages", channel="C0GENERAL1", limit="1")
    assert (listed["messages"][0]["text"], listed["has_more"]) == ("Goodbye", True)
    await page.post("delete", channel="C0GENERAL1", ts=ts)
    assert "Goodbye" not in [one.text for one in ada.sees("general")]


async def test_a_command_from_the_page_reaches_the_app(app: ScriptedApp, page: Page) -> None:
    async def answer(_request: SocketModeRequest) -> dict[str, Any]:
        return {"text": "Done"}

    app.answer = answer
    said = await page.post("say", channel="C0GENERAL1", text="/kudos @bo")
    assert said == {"kind": "command", "ok": True, "text": "Done"}
    shown = (await page.get("messages", channel="C0GENERAL1"))["messages"][-1]
    assert (shown["text"], shown["is_ephemeral"]) == ("Done", True)
    await page.post("dismiss", channel="C0GENERAL1", ts=shown["ts"])
    assert (await page.get("messages", channel="C0GENERAL1"))["messages"][-1]["text"] != "Done"
    unknown = await page.post("say", channel="C0GENERAL1", text="/shrug")
    assert (unknown["ok"], unknown["error"]) == (False, "not_a_command")


async def test_a_form_is_filled_in_on_the_page(app: ScriptedApp, page: Page) -> None:
    form = FormApp(app)
    await page.post("say", channel="C0GENERAL1", text="/kudos")
    [view] = (await page.get("views"))["stack"]
    assert (view["callback_id"], view["errors"], view["is_busy"]) == ("form", {}, False)
    refused = await page.post("submit", view_id=view["id"], values={})
    assert refused["errors"] == {"why": "Please complete this required field."}
    values = {"why": {"reason": {"type": "plain_text_input", "value": "x"}}}
    assert (await page.post("submit", view_id=view["id"], values=values))["stack"] == []
    assert form.last("view_submission")["view"]["title"] == FORM["title"]


async def test_buttons_and_shortcuts_work_from_the_page(app: ScriptedApp, page: Page) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "block_id": "row", "elements": [button]}]
    posted = await app.web.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks)
    pressed = {"block_id": "row", "action_id": "go", "element": {"type": "button"}}
    answer = await page.post("act", channel="C0GENERAL1", ts=posted["ts"], **pressed)
    assert answer == {"ok": True}
    assert (await page.post("shortcut", callback_id="give")) == {"ok": True}
    assert [one.payload["type"] for one in app.requests if one.type == "interactive"] == [
        "block_actions",
        "shortcut",
    ]


async def test_the_stream_tells_what_changes(page: Page, bo: Person) -> None:
    stream = page.stream()
    assert (await anext(stream))["type"] == "hello"
    message = await bo.types("Streamed")
    assert (await anext(stream))["message"]["text"] == "Streamed"
    assert (await anext(stream))["conversation"]["unread"] == 1
    await bo.reacts("tada", to=message)
    assert await anext(stream) == {
        "type": "reaction",
        "channel": "C0GENERAL1",
        "ts": message.ts,
        "reactions": [{"name": "tada", "users": [bo.id], "count": 1}],
    }
    await bo.deletes(message)
    assert (await anext(stream))["type"] == "message_deleted"
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_private_things_stay_private(slack: Sandbox, page: Page, bo: Person) -> None:
    async with aiohttp.ClientSession() as session:
        other = Page(session, slack, bo.id)
        assert await other.get("messages", channel="C0LEADS005") == {"error": "channel_not_found"}
        names = [one["name"] for one in (await other.get("conversations"))["conversations"]]
    assert "leads" not in names
    assert (await page.get("messages", channel="C0LEADS005"))["messages"]


async def test_guests_see_only_their_channels(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        ines = Page(session, slack, slack.person("ines").id)
        listed = (await ines.get("conversations"))["conversations"]
        assert [one["name"] for one in listed if one["kind"] == "channel"] == ["writing"]
        refused = await ines.post("join", channel="C0RANDOM02")
    assert refused == {"error": "restricted_action"}


async def test_home_and_state_are_told(app: ScriptedApp, slack: Sandbox, page: Page) -> None:
    assert (await page.post("open-home"))["view"] is None
    await slack.pending()
    assert app.events("app_home_opened")
    state = await page.get("state")
    assert (state["app_connected"], state["sockets"], state["waiting"]) == (True, 1, 0)


async def test_files_outside_of_the_page_are_not_given(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/none.js"):
            async with session.get(f"{slack.url}{path}") as answer:
                assert answer.status == 404


async def test_a_form_of_a_foreign_page_is_refused(slack: Sandbox, ada: Person) -> None:
    body = json.dumps({"as": ada.id, "channel": "C0GENERAL1", "text": "Not me"})
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{slack.url}/control/say", data=body, headers={"Content-Type": "text/plain"}
        ) as answer,
    ):
        assert answer.status == 400
    assert "Not me" not in [one.text for one in ada.sees("general")]
