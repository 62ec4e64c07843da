"""An app that a test plays by hand: it calls the Web API and answers envelopes one by one."""

import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox import Sandbox
from tests.patience import WAIT_SECONDS

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Kudos"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Kudos"},
        "slash_commands": [
            {
                "command": "/kudos",
                "description": "Thank somebody",
                "usage_hint": "@someone +5 for a reason",
                "should_escape": True,
            }
        ],
        "shortcuts": [
            {
                "name": "Give kudos",
                "type": "global",
                "callback_id": "give",
                "description": "Thank somebody",
            },
            {
                "name": "Thank the author",
                "type": "message",
                "callback_id": "give_for_message",
                "description": "Thank whoever wrote this",
            },
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "chat:write.public"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class HandApp:
    """One Socket Mode connection. Nothing is answered unless the test says so."""

    def __init__(self, slack: Sandbox) -> None:
        self._slack = slack
        self._session: aiohttp.ClientSession
        self._socket: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        opened = await self._post("apps.connections.open", self._slack.app_token, {})
        self._socket = await self._session.ws_connect(opened["url"])
        await self._receive("hello")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._socket.close()
        await self._session.close()

    async def call(self, method: str, **arguments: Any) -> Json:
        """Call a method of the Web API as the bot; it must succeed."""
        return await self._post(method, self._slack.bot_token, arguments)

    async def says(self, text: str, channel: str = "general", **arguments: Any) -> str:
        """Post a message and return its timestamp."""
        where = self._slack.channel(channel).id
        answer = await self.call("chat.postMessage", channel=where, text=text, **arguments)
        return str(answer["ts"])

    async def receives(self, type_: str) -> tuple[str, Json]:
        """Wait for an envelope of this type; return its id and its payload."""
        envelope = await self._receive(type_)
        return envelope["envelope_id"], envelope["payload"]

    async def acknowledges(self, envelope_id: str, payload: Json | None = None) -> None:
        """Answer an envelope."""
        answer: Json = {"envelope_id": envelope_id}
        if payload is not None:
            answer["payload"] = payload
        await self._socket.send_str(json.dumps(answer))

    async def _receive(self, type_: str) -> Json:
        while True:
            envelope: Json = await self._socket.receive_json(timeout=WAIT_SECONDS)
            if envelope["type"] == type_:
                return envelope

    async def _post(self, method: str, token: str, arguments: Json) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        url = self._slack.api_url + method
        # As a form, which Slack reads for every method; JSON it takes for some only.
        form = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in arguments.items()
        }
        async with self._session.post(url, data=form, headers=headers) as response:
            answer: Json = await response.json()
        assert answer["ok"], answer
        return answer
