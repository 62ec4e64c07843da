"""Connections of the HTTP server, none of which may last, grow or multiply without end.

Uvicorn reads whatever comes before a request is whole. So its protocol is held to limits here: how
large and how slow the head of a request may be, how long anything may take, how many connections
there are. Where there are too many, the one that has been silent for longest gives way, so that
nobody who only keeps connections open keeps Slack out.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from uvicorn import Config

    from bot.observability.turned_away import TurnedAway

HEAD_MAX_BYTES = 64 * 1024  # of the request line and the headers
HEADERS_MAX = 100
MESSAGE_MAX_BYTES = 4 * 1024 * 1024  # of what is read at all; the way in for Slack takes less
HEAD_WITHIN_SECONDS = 10.0
MESSAGE_WITHIN_SECONDS = 12.0  # of its body, after which whoever reads it has given up already
ANSWERED_WITHIN_SECONDS = 60.0  # with Slack's own answers, for those who install
IDLE_SECONDS = 5  # between two requests
CONNECTIONS_MAX = 500
# The other server, the database and the calls to Slack need files as well.
SHARE_OF_FILES = 3
PIECE_BYTES = 16 * 1024  # of a head, before somebody looks at how many headers are in it
# A connection waits for a request or the rest of its head, for its body, or for its own answer.
_HEAD, _BODY, _ANSWER = range(3)

# Uvicorn has a line for each request that is none: whoever sends many of them would fill the disk.
_log = logging.getLogger("uvicorn.connections")
_log.setLevel(logging.ERROR)


def most_connections() -> int:
    """Returns how many connections one server may have: fewer where the system allows few files."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return CONNECTIONS_MAX
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_unlimited = files == resource.RLIM_INFINITY
    return CONNECTIONS_MAX if is_unlimited else min(CONNECTIONS_MAX, files // SHARE_OF_FILES)


class Connections(ServerState):
    """The connections of one server."""

    def __init__(self, turned_away: TurnedAway) -> None:
        super().__init__()
        self.turned_away = turned_away
        self.most = most_connections()
        # Those in which nothing is being done, the most patient first.
        self.waiting: dict[Connection, None] = {}

    def make_room(self) -> None:
        """Ends the connection that has waited for longest, if there are too many."""
        if len(self.connections) > self.most:
            self.turned_away.note("too_many_connections")
            next(iter(self.waiting)).end()

    def end_slow(self) -> None:
        """Ends every connection that has taken longer than it may."""
        now = asyncio.get_running_loop().time()
        for connection in list(self.connections):
            if isinstance(connection, Connection) and connection.until_time < now:
                connection.expire()


class Connection(HttpToolsProtocol):
    """One connection, held to the limits."""

    server_state: Connections

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _log
        self.headers = []
        self.until_time = 0.0  # of the event loop
        self._now = 0.0  # when bytes last came
        self._stage = _HEAD
        self._bytes_read = 0  # of this request
        self._is_answering = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._wait()
        self.server_state.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        super().connection_lost(exc)
        self.server_state.waiting.pop(self, None)

    def data_received(self, data: bytes) -> None:
        """Reads on, but no more of a head or of a request than it may have."""
        self._now = self.loop.time()
        while data and not self.transport.is_closing():
            is_head = self._stage == _HEAD
            most = HEAD_MAX_BYTES if is_head else MESSAGE_MAX_BYTES
            room = max(most - self._bytes_read, 1)
            piece = data[: min(room, PIECE_BYTES) if is_head else room]
            data = data[len(piece) :]
            super().data_received(piece)
            # What ends one request, and perhaps begins another, is no part of that one's head.
            if is_head or self._stage != _HEAD:
                self._bytes_read += len(piece)
            is_head_full = self._stage == _HEAD and self._bytes_read >= HEAD_MAX_BYTES
            if is_head_full or len(self.headers) > HEADERS_MAX:  # those behind a body among them
                self._refuse("head_too_large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            elif self._bytes_read >= MESSAGE_MAX_BYTES:
                self._refuse("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begins a request."""
        super().on_message_begin()
        self._stage, self._bytes_read = _HEAD, 0
        self.until_time = self._now + HEAD_WITHIN_SECONDS

    def on_headers_complete(self) -> None:
        """Has the request looked at, which reads its body; raises ValueError, which is a 400."""
        if len(self.headers) > HEADERS_MAX:
            raise ValueError("too many headers")
        self._stage = _BODY
        self.until_time = self._now + MESSAGE_WITHIN_SECONDS
        self._is_answering = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Waits for the answer, if that was not given before the request was whole."""
        super().on_message_complete()
        if self.cycle.response_complete:
            self._wait()
        else:
            self._stage = _ANSWER
            self.until_time = self._now + ANSWERED_WITHIN_SECONDS
            self.server_state.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        """Waits for the next request, unless the rest of this one, or the next, is here."""
        super().on_response_complete()
        self._is_answering = not self.cycle.response_complete
        if self._stage == _ANSWER and not self._is_answering:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Counts what is no HTTP."""
        self.server_state.turned_away.note("malformed")
        super().send_400_response(msg)

    def expire(self) -> None:
        """Ends the connection, with a word where half of a request is here."""
        if self.transport.is_closing() or self._stage == _ANSWER:
            self.transport.abort()  # whoever is there does not read
        elif self._stage == _HEAD and self._bytes_read:
            self._refuse("too_slow", HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.end()

    def end(self) -> None:
        """Ends the connection."""
        self.server_state.waiting.pop(self, None)
        self.transport.close()

    def _wait(self) -> None:
        self._stage, self._bytes_read = _HEAD, 0
        self.until_time = self.loop.time() + HEAD_WITHIN_SECONDS
        self.server_state.waiting.pop(self, None)
        self.server_state.waiting[self] = None

    def _refuse(self, reason: str, status: HTTPStatus) -> None:
        self.server_state.turned_away.note(reason)
        if not self._is_answering:
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            self.transport.write(f"{head}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        self.end()
