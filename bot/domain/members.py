"""The people of a workspace, as far as Kudos must know them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.preferences import DEFAULT_PREFERENCES, Preferences

ERASED_NAME = ""
"""The name of those who had their data erased; everybody else in the store has one."""


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
    locale: str = ""  # empty where Slack does not tell it
    is_bot: bool = False
    is_deactivated: bool = False
    is_external: bool = False  # of another company, seen in a shared channel
    is_guest: bool = False
    is_admin: bool = False
    preferences: Preferences = DEFAULT_PREFERENCES  # theirs, and not Slack's to tell

    @property
    def is_erased(self) -> bool:
        """Whether they had their data erased and have not come back since."""
        return self.display_name == ERASED_NAME
