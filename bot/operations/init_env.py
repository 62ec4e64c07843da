"""`kudos init`: what the first five minutes need. Whoever asks the person is handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
import yaml
from dotenv.parser import parse_stream

from bot.environment.setting_faults import TOKEN_PREFIXES
from bot.operations.files import written_whole
from bot.slack import outgoing
from bot.slack.web_api import SLACK_FAILED, RefusedError, called, identified

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NEW_APP = "https://api.slack.com/apps?new_app=1"
LINK_LIMIT = 8_000  # characters; what is longer, some servers on the way refuse
CALL_WITHIN_SECONDS = 10
BOT_TOKEN, APP_TOKEN, SECRET_KEY = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "KUDOS_SECRET_KEY"
_TOKEN = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class TokenChecked:
    """What Slack says of a token."""

    reason: str = ""  # why it does not take it; empty if it does
    team: str = ""
    missing_scopes: tuple[str, ...] = ()
    is_unreached: bool = False  # Slack could not be asked
    is_other: bool = False  # it does not look like a token of this kind


def link_with(manifest: dict[str, Any]) -> str | None:
    """Return the address that opens Slack's form, filled in; None if it is too long."""
    written = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=10_000)
    link = f"{NEW_APP}&manifest_yaml={quote(written, safe='')}"
    return link if len(link) <= LINK_LIMIT else None


async def check_token(
    api_url: str, name: str, token: str, wanted_scopes: list[str]
) -> TokenChecked:
    """Return whether Slack takes a token, which is `SLACK_BOT_TOKEN` or `SLACK_APP_TOKEN`."""
    if not token.startswith(TOKEN_PREFIXES[name.lower()]) or not _TOKEN.fullmatch(token):
        return TokenChecked("invalid_auth", is_other=True)
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    async with outgoing.session(timeout=timeout) as session:
        client = outgoing.Client(token=token, base_url=api_url, session=session, retry_handlers=[])
        try:
            if name == APP_TOKEN:
                await called(client, "apps.connections.open", {})
                return TokenChecked()
            answer, granted = await identified(client)
        except RefusedError as error:
            return TokenChecked(str(error))
        except SLACK_FAILED as error:
            return TokenChecked(str(error), is_unreached=True)
        missing = tuple(scope for scope in wanted_scopes if granted and scope not in granted)
        return TokenChecked(team=str(answer.get("team", "")), missing_scopes=missing)


def set_names(text: str) -> frozenset[str]:
    """Return the settings that have a value in the text of a `.env`."""
    return frozenset(
        binding.key for binding in parse_stream(StringIO(text)) if binding.key and binding.value
    )


def env_with(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a `.env` with these values; all other lines stay as they are.

    A key that is there already stays too: what was encrypted with it could not be read any more.
    """
    left = dict(values)
    if SECRET_KEY in set_names(text):
        left.pop(SECRET_KEY, None)
    replaced = set(left)
    lines = []
    for binding in parse_stream(StringIO(text)):
        if binding.key in replaced:
            # Of two lines for one setting the last would count, so there is one from now on.
            if binding.key in left:
                lines.append(f"{binding.key}={left.pop(binding.key)}\n")
        else:
            lines.append(binding.original.string)
    if lines and not lines[-1].endswith("\n"):
        lines.append("\n")
    return "".join([*lines, *[f"{name}={value}\n" for name, value in left.items()]])


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Bring the values into the file, at once or not at all; only its owner may read it."""
    text = path.read_text("utf-8") if path.exists() else ""
    with written_whole(path, replacing=True) as file:
        file.write(env_with(text, values).encode())
