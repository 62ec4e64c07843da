"""A Slack that answers with constant bytes, so that it is not what is measured.

It speaks what the app asks at its start and while it delivers, looks at no token and keeps nothing
but a count of calls. The first part of a path names who called, so that several apps can share one
process and be told apart: `SLACK_API_URL=http://127.0.0.1:PORT/one/api/`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from collections import Counter
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop
from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TEAM_ID = "T0BENCH001"
BOT_TOKEN = "xoxb-bench"
APP_TOKEN = "xapp-bench"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
JSON = "application/json; charset=utf-8"


def person_id(number: int) -> str:
    """Return the id of one of the people of the workspace."""
    return f"U0BENCH{number:05}"


def channel_id(number: int) -> str:
    """Return the id of one of the channels of the workspace."""
    return f"C0BENCH{number:05}"


def _person(number: int) -> dict[str, Any]:
    name = f"Person {number}"
    return {
        "id": person_id(number),
        "team_id": TEAM_ID,
        "name": f"p{number}",
        "real_name": name,
        "profile": {"display_name": name, "real_name": name},
        "tz": "Europe/Berlin",
        "locale": "en-US",
        "deleted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_admin": number == 0,
        "is_owner": number == 0,
        "is_primary_owner": number == 0,
        "updated": 1_750_000_000,
    }


def _answers(people: int, address: str) -> dict[str, bytes]:
    """Return what is answered to each method, ready to be sent."""
    channel = {
        "id": channel_id(0),
        "name": "general",
        "is_channel": True,
        "is_private": False,
        "is_member": True,
        "is_archived": False,
        "is_ext_shared": False,
    }
    more = {"response_metadata": {"next_cursor": ""}}
    answers: dict[str, dict[str, Any]] = {
        "api.test": {},
        "auth.test": {
            "url": "https://bench.slack.com/",
            "team": "Bench",
            "user": "kudos",
            "team_id": TEAM_ID,
            "user_id": "U0BENCHBOT",
            "bot_id": "B0BENCHBOT",
            "is_enterprise_install": False,
        },
        "team.info": {"team": {"id": TEAM_ID, "name": "Bench", "domain": "bench"}},
        "users.list": {"members": [_person(number) for number in range(people)]} | more,
        "users.info": {"user": _person(1)},
        "users.conversations": {"channels": [channel]} | more,
        "usergroups.list": {"usergroups": []},
        "usergroups.users.list": {"users": []},
        "emoji.list": {"emoji": {}},
        "conversations.info": {"channel": channel},
        "conversations.list": {"channels": [channel]} | more,
        "conversations.open": {"channel": {"id": "D0BENCH001"}},
        "conversations.history": {"messages": [], "has_more": False} | more,
        "conversations.replies": {"messages": [], "has_more": False} | more,
        "chat.getPermalink": {"permalink": "https://bench.slack.com/archives/C0/p1"},
        "chat.postEphemeral": {"message_ts": "1750000000.000001"},
        "chat.update": {"channel": channel_id(0), "ts": "1750000000.000001"},
        "views.publish": {"view": {"id": "V0BENCH001", "hash": "1.bench"}},
        "views.open": {"view": {"id": "V0BENCH001", "hash": "1.bench"}},
        "apps.connections.open": {"url": f"{address.replace('http', 'ws', 1)}/link/"},
    }
    return {
        method: json.dumps({"ok": True} | answer).encode() for method, answer in answers.items()
    }


class LeanSlack:
    """The server; `send` and `on_answer` are for whoever runs it in their own process."""

    def __init__(self, people: int, latency_seconds: float = 0.0) -> None:
        self._people = people
        self._latency_seconds = latency_seconds
        self._numbers = count(1)
        self._answers: dict[str, bytes] = {}
        self._socket: web.WebSocketResponse | None = None
        self.calls: Counter[str] = Counter()  # by path
        self.connections = 0
        self.address = ""  # while it serves
        self.on_answer: Callable[[str], None] = lambda _text: None

    @asynccontextmanager
    async def serving(self, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
        """Serve as long as the context lasts; yields the address."""
        runner = web.ServerRunner(web.Server(self._handle, access_log=None))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls, shutdown_timeout=1)
        await site.start()
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
        self._answers = _answers(self._people, self.address)
        try:
            yield self.address
        finally:
            await runner.cleanup()

    async def send(self, envelope: str) -> None:
        """Send an envelope over the connection that was opened last."""
        if self._socket is None:
            raise RuntimeError("nobody is connected")
        await self._socket.send_str(envelope)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        method = path.rsplit("/", 1)[-1]
        if path == "/link/":
            return await self._link(request)
        if path == "/calls":
            return web.Response(text=json.dumps(self.calls))
        self.calls[path] += 1
        await request.read()
        if self._latency_seconds:
            await asyncio.sleep(self._latency_seconds)
        if method == "chat.postMessage":
            ts = f"1750000000.{next(self._numbers):06}"
            text = f'{{"ok":true,"channel":"{channel_id(0)}","ts":"{ts}"}}'
            return web.Response(body=text.encode(), headers={"Content-Type": JSON})
        answer = self._answers.get(method, b'{"ok":true}')
        return web.Response(body=answer, headers={"Content-Type": JSON})

    async def _link(self, request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0BENCH"}}
        await socket.send_json(hello)
        self._socket = socket
        self.connections += 1
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                self.on_answer(frame.data)
        return socket


async def _run(asked: argparse.Namespace) -> None:
    tls = None
    if asked.certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(asked.certificate)
    slack = LeanSlack(asked.people, asked.latency_ms / 1000)
    async with slack.serving(asked.port, tls) as address:
        print(address, flush=True)  # noqa: T201 - whoever started it reads it
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--certificate", type=Path)
    uvloop.run(_run(parser.parse_args()))
