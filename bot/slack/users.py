"""Where a user whom Slack describes is at home, and in which workspaces they are.

https://docs.slack.dev/reference/objects/user-object
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Payload = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_]{1,32}\Z")


def is_colleague(user: Payload, team_id: str) -> bool:
    """Return whether somebody whom Slack describes belongs to a workspace.

    In an organization `team_id` may be another of its workspaces, or the organization itself; in
    which ones somebody is stands in `enterprise_user`. Who is of no workspace at all is ours,
    unless Slack calls them a stranger.
    """
    home, teams = home_of(user), _teams(user)
    if team_id in teams:
        return True
    return not user.get("is_stranger") and (home == team_id or not (home or teams))


def home_of(user: Payload) -> str:
    """Return where somebody whom Slack describes is at home, which may be an organization."""
    return id_in(user.get("team_id")) or id_in(part_of(user, "profile").get("team"))


def homes_of(user: Payload) -> tuple[str, ...]:
    """Returns where somebody is at home and the workspaces they are in, as far as Slack says."""
    return tuple(dict.fromkeys(each for each in (home_of(user), *_teams(user)) if each))


def tells_team(user: Payload) -> bool:
    """Return whether Slack says of which workspace somebody is."""
    return bool(home_of(user) or _teams(user))


def _teams(user: Payload) -> list[str]:
    listed = part_of(user, "enterprise_user").get("teams")
    return [id_in(each) for each in listed if id_in(each)] if isinstance(listed, list) else []


def part_of(payload: Payload, name: str) -> Payload:
    """Return an object within a payload; empty where there is none."""
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def id_in(value: object) -> str:
    """Return a value of a payload that may be an id; empty where it can be none."""
    return value if isinstance(value, str) and _ID.match(value) else ""
