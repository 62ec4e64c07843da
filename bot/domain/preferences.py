"""What each person chooses for themselves; `bot.domain.privacy` has what follows from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices; kept in their row, where what is absent has its default."""

    on_boards: bool = True  # takes part in leaderboards, and has a rank
    thanked_in_private: bool = False
    direct_messages: bool = True  # is told by direct message of thanks received
    weekly_nudge: bool = True  # gets their own week by direct message, where these are wanted
    locale: str | None = None  # None: the language of their Slack


DEFAULT_PREFERENCES = Preferences()


@dataclass(frozen=True, slots=True)
class ChangePreferences:
    """Somebody's wish to have it otherwise from now on."""

    team_id: str
    user_id: str
    preferences: Preferences
