"""How one process calls Slack: its clients, answers by a `response_url`, and uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

from bot.slack.web_api import WatchedClient, post_to_response_url, upload_file, watched

if TYPE_CHECKING:
    from bot.slack.web_api import Watch

CALL_WITHIN_SECONDS = 15


def timeout() -> aiohttp.ClientTimeout:
    """Return the time that any call has in all."""
    return aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)


class SlackCalls:
    """Makes every call in one session; `watch` is told how each ended."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, watch: Watch) -> None:
        self._session = session
        self._base_url = base_url
        self._watch = watch

    def client_for(self, token: str | None, team_id: str | None = None) -> WatchedClient:
        """Return a client; a token that is good for several workspaces has each call name one."""
        return WatchedClient(
            watch=self._watch,
            token=token,
            team_id=team_id,
            base_url=self._base_url,
            session=self._session,
            timeout=CALL_WITHIN_SECONDS,
            retry_handlers=[],  # the outbox retries; the client's own would post twice
        )

    async def respond(self, url: str, payload: dict[str, Any]) -> None:
        """Post to a `response_url`."""
        posting = post_to_response_url(self._session, url, payload)
        await watched(self._watch, "response_url", posting)

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack named for them."""
        await watched(self._watch, "upload", upload_file(self._session, url, content))
