"""The floor: what any signed endpoint that stores one row must cost at least."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import sys
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request


def floor_app(database: str, secret: str) -> Starlette:
    """A bare handler that checks the signature, parses, and commits one row."""
    lock = Lock()
    if database.startswith("sqlite"):
        local = sqlite3.connect(database.removeprefix("sqlite:///"), check_same_thread=False)
        local.execute("PRAGMA journal_mode=WAL")
        local.execute("PRAGMA synchronous=FULL")
        local.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, body TEXT)")

        def insert(text: str) -> None:
            with lock, local:
                local.execute("INSERT INTO floor (body) VALUES (?)", (text,))
    else:
        remote = psycopg.connect(database.replace("+psycopg", ""), autocommit=True)
        remote.execute("CREATE TABLE IF NOT EXISTS floor (id serial PRIMARY KEY, body text)")

        def insert(text: str) -> None:
            with lock:
                remote.execute("INSERT INTO floor (body) VALUES (%s)", (text,))

    async def events(request: Request) -> Response:
        body = await request.body()
        signed = f"v0:{request.headers['x-slack-request-timestamp']}:".encode() + body
        expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["x-slack-signature"]):
            return Response(status_code=401)
        await run_in_threadpool(insert, parse_qs(body.decode())["text"][0])
        return Response("{}", media_type="application/json")

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(
        floor_app(sys.argv[1], sys.argv[2]), port=int(sys.argv[3]), log_level="error", loop="uvloop"
    )
