"""Sockets to listen on, made before anything serves: what is in the way is known by its kind."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys
from enum import StrEnum

BACKLOG = 2048


class InTheWay(StrEnum):
    """Why nothing can listen on an address."""

    TAKEN = "taken"
    NOT_ALLOWED = "not_allowed"
    NOT_OURS = "not_ours"
    OTHER = "other"


class CannotListenError(Exception):
    """Nothing can listen there; `setting` names where the port is set."""

    def __init__(self, setting: str, host: str, port: int, why: InTheWay) -> None:
        super().__init__(f"{setting}: {host}:{port} {why}")
        self.setting, self.host, self.port, self.why = setting, host, port, why


async def listening_sockets(setting: str, host: str, port: int) -> list[socket.socket]:
    """Returns a socket for each address that the host has; raises `CannotListenError`."""
    made: list[socket.socket] = []
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, protocol, _, address in dict.fromkeys(found):
            made.append(socket.socket(family, kind, protocol))
            _bind(made[-1], address)
    except OSError as error:
        for each in made:
            each.close()
        raise CannotListenError(setting, host, port, _why(error)) from error
    return made


def is_taken(error: OSError) -> bool:
    """Returns whether another program listens where this one would."""
    return error.errno == errno.EADDRINUSE


def _bind(listener: socket.socket, address: tuple[object, ...]) -> None:
    if os.name == "posix" and sys.platform != "cygwin":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    listener.setblocking(False)  # noqa: FBT003 - the name of nothing


def _why(error: OSError) -> InTheWay:
    if is_taken(error):
        return InTheWay.TAKEN
    if isinstance(error, PermissionError):
        return InTheWay.NOT_ALLOWED
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return InTheWay.NOT_OURS
    return InTheWay.OTHER
