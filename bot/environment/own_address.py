"""The address under which Slack and people reach this server, and what can be wrong with one."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

EXAMPLE = "https://kudos.example.com"
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def own_address(typed: str) -> str:
    """Returns the address without a slash at its end.

    Raises ValueError with what it must be. Without TLS it can only be of this machine, for trying.
    """
    address = typed.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port  # raises ValueError for one that is no number
    except ValueError:
        raise ValueError(f"must be an address such as {EXAMPLE}") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError(f"must be an address such as {EXAMPLE}")
    if "@" in parts.netloc:
        raise ValueError("must have no name and password in it, as everybody gets to see it")
    if "?" in address or "#" in address:
        raise ValueError("must end with the name of the server, without ? or #")
    if parts.path:
        raise ValueError(
            "must end with the name of the server: Slack's requests go to /slack/events there"
        )
    if not (_HOST.fullmatch(host) or _number(host)):
        raise ValueError(f"must be an address such as {EXAMPLE}, with nothing else in it")
    if parts.scheme == "http" and not is_of_this_machine(address):
        raise ValueError("must begin with https://, as Slack sends nothing to an address without")
    return address


def is_of_this_machine(address: str) -> bool:
    """Returns whether an address leads to nobody but the machine that asks."""
    host = urlsplit(address).hostname or ""
    number = _number(host)
    return host == "localhost" or (number is not None and number.is_loopback)


def is_private(address: str) -> bool:
    """Returns whether Slack could not reach an address from the internet."""
    number = _number(urlsplit(address).hostname or "")
    return is_of_this_machine(address) or (number is not None and not number.is_global)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
