"""What can be wrong with one setting: each function returns the value as it is used.

Or it raises `ValueError` with the rest of a sentence that begins with the setting's name, and never
repeats the value, since many are secret.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.slack.token_vault import TokenVault

if TYPE_CHECKING:
    from pathlib import Path

SLACK_API_URL = "https://slack.com/api/"
TOKEN_PREFIXES = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
OF_SLACK = ("slack.com", "slack-gov.com")
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
_VISIBLE = re.compile(r"[!-~]*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def trimmed(value: str | None) -> str:
    """Returns a value without blanks, line breaks and quotation marks around it.

    `docker run --env-file` hands the marks on, which belong to no setting.
    """
    value = (value or "").strip()
    quoted = _QUOTED.fullmatch(value)
    return quoted[2].strip() if quoted else value


def one_line(value: str) -> str:
    """Returns the value; nothing that is set has control characters, or waits to be filled in."""
    value = value.strip()
    if any(not character.isprintable() for character in value):
        raise ValueError("has a line break or another character in it that cannot be seen")
    if "${" in value:
        raise ValueError("has ${…} in it, which nobody has filled in: write the value itself")
    return value


def token(value: str, prefix: str) -> str:
    """Returns a token, which begins as Slack's do."""
    if value and not value.startswith(prefix):
        swapped = value.startswith(tuple(TOKEN_PREFIXES.values()))
        hint = " (the two tokens seem to be swapped)" if swapped else ""
        raise ValueError(f"must begin with {prefix}{hint}")
    if not _VISIBLE.fullmatch(value):
        raise ValueError("has a blank or a letter in it that no token has: copy it anew")
    return value


def secret(value: str) -> str:
    """Returns what stands under Basic Information in the Slack app."""
    if value.startswith(tuple(TOKEN_PREFIXES.values())):
        raise ValueError(
            "is a token; what belongs here is found in your Slack app under Basic Information"
        )
    if not _VISIBLE.fullmatch(value):
        raise ValueError("has a blank or a letter in it that it cannot have: copy it anew")
    return value


def host(value: str) -> str:
    """Returns the address to listen on."""
    try:
        ip_address(value)
    except ValueError:
        if not _NAME.fullmatch(value):
            raise ValueError(
                "must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all, "
                "without http:// and without a port"
            ) from None
    return value


def networks(value: str) -> str:
    """Returns addresses and networks, with commas between them."""
    proxies = [each.strip() for each in value.split(",") if each.strip()]
    if "*" in proxies:
        raise ValueError(
            "must not be *, by which anybody could say to be somebody else: name the networks of "
            "your proxies, such as 10.0.0.0/8"
        )
    for each in proxies:
        try:
            ip_network(each, strict=False)
        except ValueError:
            raise ValueError(
                "must be addresses or networks with commas between them, such as 10.0.0.0/8"
            ) from None
    return ",".join(proxies)


def api_address(value: str) -> str:
    """Returns where Slack's Web API is, with a slash at the end."""
    try:
        parts = urlsplit(value)
        name, _ = parts.hostname or "", parts.port  # raises ValueError for one that is no number
    except ValueError:
        raise ValueError(f"must be an address such as {SLACK_API_URL}") from None
    if parts.scheme not in {"https", "http"} or not name or not _VISIBLE.fullmatch(value):
        raise ValueError(f"must be an address such as {SLACK_API_URL}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"must have nothing in it but an address such as {SLACK_API_URL}")
    if name in OF_SLACK or name.endswith(tuple(f".{each}" for each in OF_SLACK)):
        if parts.scheme != "https":
            raise ValueError("must begin with https://, as tokens go there")
        if parts.path.rstrip("/") != "/api":
            raise ValueError(f"must end with /api/, as in {SLACK_API_URL}")
    return value.rstrip("/") + "/"


def keys(value: str) -> str:
    """Returns the keys that tokens are stored with."""
    try:
        if value.strip():
            TokenVault(value)
    except ValueError:
        raise ValueError(
            "must be a key that `kudos secret-key` printed, or several with commas between them"
        ) from None
    return value


def teams(value: str) -> str:
    """Returns ids of workspaces and organizations, with commas between them."""
    ids = [each.strip() for each in value.split(",") if each.strip()]
    if not all(re.fullmatch("[TE][A-Z0-9]{1,31}", each) for each in ids):
        raise ValueError(
            "must be ids of workspaces or organizations with commas between them, such as "
            "T0123456789,E0123456789"
        )
    return ",".join(ids)


def folder(value: Path) -> Path:
    """Returns the whole path of a folder that exists or can be made."""
    try:
        path = value.expanduser().absolute()
    except RuntimeError:
        raise ValueError(
            "names the home folder of somebody whom this machine does not know; write the whole "
            "path, for example /var/lib/kudos"
        ) from None
    if path.is_file():
        raise ValueError("must be a folder and is a file")
    return path
