"""Fills a new workspace from a workspace file."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml

from bot.sandbox.clock import Stamps
from bot.sandbox.composer import compose_message
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Channel, Group, Json, Message, User
from bot.sandbox.workspace import SLACKBOT, Workspace

DEFAULT_FILE = Path(__file__).parent / "workspace.yml"
COMPANY_FILE = Path(__file__).parent / "company.yml"
BOT_USER_ID = "U0APPBOT01"


def default_workspace() -> Json:
    """Return the workspace that comes with the sandbox."""
    return deepcopy(_read(DEFAULT_FILE))


@cache
def _read(file: Path) -> Json:
    source: Json = yaml.safe_load(file.read_text(encoding="utf-8"))
    return source


def company() -> Json:
    """Return the same workspace with as many people, teams and channels as a small company has."""
    whole = default_workspace()
    more = deepcopy(_read(COMPANY_FILE))
    whole["channels"] += more["channels"]
    for part in ("people", "groups"):
        known = {item["handle"]: item for item in whole[part]}
        for item in more[part]:
            before = known.get(item["handle"], {})
            known[item["handle"]] = before | item
            if part == "groups":
                members = [*before.get("members", []), *item["members"]]
                known[item["handle"]]["members"] = members
        whole[part] = list(known.values())
    return whole


def fill(workspace: Workspace, source: Json, manifest: Manifest, app: Json | None = None) -> None:
    """Create the team, the app, people, groups, channels and first messages of `source`.

    `app` has what is to be known of the app already, such as credentials that it has elsewhere too.
    """
    team = source.get("team") or {}
    workspace.team = {
        "id": team.get("id", "T0ENGINES1"),
        "name": team.get("name", "Analytical Engines"),
        "domain": team.get("domain", "analytical-engines"),
        **({"enterprise": team["enterprise"]} if "enterprise" in team else {}),
    }
    workspace.app = {
        "id": "A0SANDBOX1",
        "bot_id": "B0APPBOT01",
        "bot_user_id": BOT_USER_ID,
        "bot_token": f"xoxb-sandbox-{token_hex(12)}",
        "app_token": f"xapp-sandbox-{token_hex(12)}",
        "signing_secret": token_hex(16),
        "verification_token": token_hex(12),
        "client_id": f"{token_hex(6)}.{token_hex(6)}",
        "client_secret": token_hex(16),
        **(app or {}),
    }
    workspace.emoji = {name: dict(value) for name, value in (source.get("emoji") or {}).items()}
    workspace.save_facts()
    _fill_people(workspace, source, manifest)
    for number, item in enumerate(source.get("groups") or [], start=1):
        workspace.save_group(
            Group(
                id=item.get("id", f"S0{_letters(item['handle'])}{number:03d}"),
                handle=item["handle"],
                name=item.get("name", item["handle"]),
                user_ids=_ids(workspace, item.get("members") or []),
            )
        )
    for number, item in enumerate(source.get("channels") or [], start=1):
        _fill_channel(workspace, item, number)
    for person in list(workspace.users.values()):
        if not (person.is_bot or person.is_stranger):
            workspace.dm_between(person.id, workspace.bot_user_id)
    for item in source.get("messages") or []:
        _fill_message(workspace, item)
    for person in workspace.users.values():
        # Nobody begins with a pile of unread messages.
        workspace.read_until[person.id] = {
            channel.id: workspace.stamps.next()
            for channel in workspace.channels.values()
            if channel.kind != "dm"
        }
        workspace.save_screen(person.id)


def make_user(workspace: Workspace, item: Json) -> User:
    """Return the person that an entry of a workspace file describes; nothing is stored."""
    handle = item["handle"]
    number = len(workspace.users) + 1
    known = {key: value for key, value in item.items() if key in User.__dataclass_fields__}
    facts: dict[str, Any] = {
        "id": f"U0{_letters(handle)}{number:05d}",
        "team_id": workspace.team["id"],
        "real_name": handle,
        "email": f"{handle}@{workspace.team['domain']}.example",
        "color": COLOURS[number % len(COLOURS)],
        "updated": int(workspace.clock.now()),
        **known,
    }
    if facts.get("is_bot"):
        facts.setdefault("bot_id", "B" + facts["id"][1:])
    if facts.get("is_ultra_restricted"):
        facts["is_restricted"] = True
    return User(**facts)


COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c")


def _letters(handle: str) -> str:
    return "".join(letter for letter in handle.upper() if letter.isascii() and letter.isalnum())[:8]


def _ids(workspace: Workspace, handles: list[str]) -> list[str]:
    found = [workspace.find_user(handle) for handle in handles]
    return [user.id for user in found if user]


def _fill_people(workspace: Workspace, source: Json, manifest: Manifest) -> None:
    for item in source.get("people") or []:
        workspace.save_user(make_user(workspace, item))
    app = workspace.app
    bot_handle = manifest.bot_name.lower().replace(" ", "-")
    # Slack says that Slackbot is no bot.
    extra: list[Json] = [
        {"id": SLACKBOT, "handle": "slackbot", "real_name": "Slackbot", "name": "Slackbot"},
        {
            "id": app["bot_user_id"],
            "handle": bot_handle,
            "real_name": manifest.bot_name,
            "is_bot": True,
            "bot_id": app["bot_id"],
            "app_id": app["id"],
        },
    ]
    for item in extra:
        workspace.save_user(make_user(workspace, item))


def _fill_channel(workspace: Workspace, item: Json, number: int) -> None:
    members = item.get("members", "all")
    if members == "all":
        member_ids = [
            user.id
            for user in workspace.users.values()
            if not (user.is_stranger or user.is_ultra_restricted or user.deleted or user.is_bot)
            and user.id != SLACKBOT
        ]
    else:
        member_ids = _ids(workspace, members)
    if item.get("app"):
        member_ids.append(workspace.bot_user_id)
    workspace.save_channel(
        Channel(
            id=item.get("id", f"C0{_letters(item['name'])}{number:03d}"),
            name=item["name"],
            kind="private" if item.get("is_private") else "channel",
            topic=item.get("topic", ""),
            member_ids=member_ids,
            creator_id=member_ids[0] if member_ids else SLACKBOT,
            created=int(workspace.clock.now()) - 90 * 24 * 3600,
            is_archived=bool(item.get("is_archived")),
            is_shared=bool(item.get("is_shared")),
            host_team_id=item.get("host_team_id", ""),
            is_general=bool(item.get("is_general", item["name"] == "general")),
        )
    )


def _fill_message(workspace: Workspace, item: Json, thread: Message | None = None) -> Message:
    channel = workspace.find_channel(thread.channel_id if thread else item["channel"])
    author = workspace.find_user(item["from"])
    if channel is None or author is None:
        raise ValueError(f"A message of the workspace file has no place or author: {item}")
    moment = workspace.clock.now() - 60 * float(item.get("minutes_ago", 10))
    ts = Stamps.format(int(moment * 1_000_000))
    message = Message(
        channel_id=channel.id,
        ts=ts,
        text=compose_message(item["text"], workspace),
        user_id=author.id,
        bot_id=author.bot_id,
        thread_ts=thread.ts if thread else (ts if item.get("replies") else None),
        reactions={
            name: _ids(workspace, handles)
            for name, handles in (item.get("reactions") or {}).items()
        },
    )
    workspace.save_message(message)
    workspace.stamps.move_past(ts)
    for reply in item.get("replies") or []:
        _fill_message(workspace, reply, thread=message)
    return message
