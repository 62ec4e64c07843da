"""The people of a workspace, as far as Kudos must know them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reader:
    """The one who reads an answer, as far as the store knows them, and the names in it."""

    locale: str | None = None
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom Slack has told us of."""

    team_id: str
    user_id: str
    display_name: str
    time_zone: str = "UTC"
    locale: str = "en-US"
    is_bot: bool = False
    is_deactivated: bool = False
    is_external: bool = False  # of another company, seen in a shared channel
    is_guest: bool = False
    is_admin: bool = False
