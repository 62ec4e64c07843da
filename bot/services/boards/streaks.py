"""For how many weeks in a row somebody has thanked somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import streak_weeks, weeks_of
from storage.streaks import find_days_given, find_last_days_given

if TYPE_CHECKING:
    from datetime import date

    from storage.engine.store import Connection

FEW_READ = 40  # thanks, the last ones: within so few most rows of weeks come to their end
DAYS_READ = 400  # with a thanks: more than a year of weeks


def streak_of(
    connection: Connection, team_id: str, user_id: str, today: date, week_begins: int
) -> int:
    """Return for how many weeks in a row a person has thanked; one not yet over may be empty."""
    days = find_last_days_given(connection, team_id, user_id, FEW_READ)
    streak = streak_weeks(days, today, week_begins)
    if len(days) < FEW_READ or streak < len(weeks_of(days, week_begins)):
        return streak
    days = find_days_given(connection, team_id, user_id, DAYS_READ)
    return streak_weeks(days, today, week_begins)
