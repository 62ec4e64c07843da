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
    from collections.abc import Callable

    from starlette.requests import Request


def inserting(database: str) -> Callable[[str], None]:
    """Return what commits one row in a table of one text, as durably as Kudos does."""
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

    return insert


def floor_app(secret: str, insert: Callable[[str], None] | None) -> Starlette:
    """A bare handler that checks the signature, parses, and commits one row, if it has where."""

    async def events(request: Request) -> Response:
        body = await request.body()
        signed = f"v0:{request.headers['x-slack-request-timestamp']}:".encode() + body
        expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["x-slack-signature"]):
            return Response(status_code=401)
        text = parse_qs(body.decode())["text"][0]
        if insert is not None:
            await run_in_threadpool(insert, text)
        return Response("{}", media_type="application/json")

    async def healthz(_request: Request) -> Response:
        return Response("ok")

    return Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz)]
    )


if __name__ == "__main__":
    _, given_secret, given_port, given_database = sys.argv
    uvicorn.run(
        floor_app(given_secret, inserting(given_database) if given_database != "none" else None),
        port=int(given_port),
        log_level="error",
        loop="uvloop",
        http="httptools",
    )
