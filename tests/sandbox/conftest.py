"""A sandbox with a small app on it. The app is Slack's own SDK with a scripted answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Person, Sandbox
from tests.sandbox.manifest import MANIFEST

Answer = Callable[[SocketModeRequest], Awaitable[dict[str, Any] | None]]


class ScriptedApp:
    """Acknowledges everything with what `answer` returns; records what came in."""

    def __init__(self, slack: Sandbox) -> None:
        self.web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.requests: list[SocketModeRequest] = []
        self.answer: Answer = self.nothing
        self.acknowledges = True
        self._slack = slack
        self._clients: list[SocketModeClient] = []

    async def connect(self) -> SocketModeClient:
        """Open one more connection."""
        client = SocketModeClient(
            app_token=self._slack.app_token,
            web_client=AsyncWebClient(base_url=self._slack.api_url),
        )
        client.socket_mode_request_listeners.append(self._take)
        self._clients.append(client)
        await client.connect()  # type: ignore[no-untyped-call]
        await self._slack.connected(len(self._clients))
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.close()  # type: ignore[no-untyped-call]

    def events(self, type_: str) -> list[dict[str, Any]]:
        """Return the inner events of one type so far."""
        inner = [one.payload.get("event", {}) for one in self.requests]
        return [event for event in inner if event.get("type") == type_]

    async def nothing(self, _request: SocketModeRequest) -> dict[str, Any] | None:
        """Answer nothing."""
        return None

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        payload = await self.answer(request)
        if self.acknowledges:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=payload)
            await client.send_socket_mode_response(response)


@pytest.fixture
async def slack(patience: float) -> AsyncIterator[Sandbox]:
    delays = (0.05, 0.1, 0.2)
    async with Sandbox(MANIFEST, retry_delays=delays, ack_seconds=patience) as sandbox:
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ScriptedApp]:
    scripted = ScriptedApp(slack)
    await scripted.connect()
    yield scripted
    await scripted.close()


@pytest.fixture
def web(slack: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def ada(slack: Sandbox) -> Person:
    return slack.person("ada")


@pytest.fixture
def bo(slack: Sandbox) -> Person:
    return slack.person("bo")
