"""Server-Sent Events: tells each open page what has changed for its person."""

import asyncio
import json

from aiohttp import web

from bot.sandbox.changes import Change
from bot.sandbox.control_objects import (
    conversation_object,
    home_for_page,
    is_listed,
    message_for_page,
    stack_for_page,
)
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, User
from bot.sandbox.payloads import reaction_objects

# A comment now and then shows a lost connection, to the server and to proxies.
KEEP_ALIVE_SECONDS = 15.0
FOR_EVERYBODY = frozenset({"people", "clock"})


class Stream:
    """Serves `/control/stream`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def serve(self, request: web.Request, user: User) -> web.StreamResponse:
        """Send everything that happens to `user` from now on, until the page goes away."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        waiting: asyncio.Queue[Json] = asyncio.Queue()
        waiting.put_nowait({"type": "hello", "now": self._hub.workspace.clock.now()})

        def take(change: Change) -> None:
            for item in self._items(change, user):
                waiting.put_nowait(item)

        unsubscribe = self._hub.workspace.changes.subscribe(take)
        try:
            await response.prepare(request)
            while True:
                await response.write(await _next_piece(waiting))
        except ConnectionError:
            return response
        finally:
            unsubscribe()

    def _items(self, change: Change, user: User) -> list[Json]:
        """Return what one change means for one person; nothing if they may not see it."""
        workspace = self._hub.workspace
        if change.kind in FOR_EVERYBODY:
            return [{"type": change.kind, "now": workspace.clock.now()}]
        if change.kind == "step":
            return []
        if change.kind in {"views", "home"}:
            return [self._screen_item(change.kind, user)] if change.user_id == user.id else []
        channel = workspace.channels[change.channel_id]
        if not is_listed(channel, user):
            return []
        conversation = {
            "type": "conversation",
            "conversation": conversation_object(channel, workspace, user),
        }
        if change.kind == "conversation":
            return [conversation] if change.user_id in {"", user.id} else []
        return self._message_items(change, user, conversation)

    def _screen_item(self, kind: str, user: User) -> Json:
        workspace = self._hub.workspace
        if kind == "views":
            return {"type": "views", **stack_for_page(workspace, user.id)}
        return {"type": "home", **home_for_page(workspace, user.id)}

    def _message_items(self, change: Change, user: User, conversation: Json) -> list[Json]:
        workspace = self._hub.workspace
        message = workspace.messages[change.channel_id][change.ts]
        if message.seen_only_by not in {"", user.id}:
            return []
        where = {"channel": message.channel_id, "ts": message.ts}
        if change.kind == "message_deleted":
            return [{"type": "message_deleted", **where}, conversation]
        if change.kind == "reaction":
            return [{"type": "reaction", **where, "reactions": reaction_objects(message)}]
        shown = message_for_page(message, workspace)
        return [
            {"type": "message", "channel": message.channel_id, "message": shown},
            conversation,
        ]


async def _next_piece(waiting: "asyncio.Queue[Json]") -> bytes:
    try:
        async with asyncio.timeout(KEEP_ALIVE_SECONDS):
            item = await waiting.get()
    except TimeoutError:
        return b": still here\n\n"
    return f"data: {json.dumps(item)}\n\n".encode()
