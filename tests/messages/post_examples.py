"""Every form of the weekly and the monthly post, with as much as can be in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.domain.boards import rank
from bot.domain.highlights import STREAK_MAX
from bot.domain.periods import PeriodKind, period_of
from bot.domain.posts import (
    ChartBar,
    Coverage,
    MonthChart,
    MonthlyPost,
    Quoted,
    Streak,
    Totals,
    ValueCount,
    WeeklyPost,
)
from bot.domain.settings.schedules import WEEKLY_LENGTHS
from bot.messages.posts.monthly import monthly_highlights
from bot.messages.posts.weekly import weekly_leaderboard
from bot.services.posts.posts import GIVERS_SHOWN, JOINED_SHOWN, REASONS_SHOWN, STORIES_SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words
    from tests.messages.made_up import Data

DAY = date(2026, 11, 25)
WEEK = period_of(PeriodKind.WEEK, DAY)
MONTH = period_of(PeriodKind.MONTH, DAY)
NOTHING = Totals(0, 0, 0)


def weekly(data: Data, link: str) -> WeeklyPost:
    """Return a post of a week with all that there can be in it."""
    quoted = _quoted(data)
    standings = rank(_rows(data))[: WEEKLY_LENGTHS[1]]
    return WeeklyPost(
        period=WEEK,
        totals=Totals(data.points, data.count, data.count),
        board=standings,
        board_total=data.count + 12,
        givers=standings[:GIVERS_SHOWN],
        givers_total=data.count,
        values=_values(data),
        reasons=quoted[:STORIES_SHOWN],
        coverage=Coverage(data.points, data.points + 1),
        names=data.names,
        links={quoted[0].kudos.kudos_id: link},
    )


def monthly(data: Data, link: str) -> MonthlyPost:
    """Return a post of a month with all that there can be in it."""
    quoted = _quoted(data)
    bars = tuple(ChartBar(data.name, n) for n in range(1, data.count + 1))
    streaks = [Streak(user_id, 3) for user_id in data.receiver_ids]
    streaks[0] = Streak(data.receiver_ids[0], STREAK_MAX)
    return MonthlyPost(
        period=MONTH,
        totals=Totals(data.points, data.count, data.count),
        before=Totals(data.points + 1, data.count + 1, 1),
        chart=MonthChart(MONTH, tuple(range(30)), bars, bars),
        file_id="F0CHART",
        joined=quoted[:JOINED_SHOWN],
        first_time=data.receiver_ids,
        first_time_total=data.count + 1,
        across=quoted[:REASONS_SHOWN],
        across_total=data.count,
        streaks=tuple(streaks),
        streaks_total=data.count + 1,
        values=_values(data),
        coverage=Coverage(data.points, data.points + 1),
        givers=rank(_rows(data)),
        givers_total=data.count + 1,
        names=data.names,
        links={quoted[0].kudos.kudos_id: link},
    )


def weekly_examples(words: Words, data: Data, link: str) -> Iterable[Message]:
    full = weekly(data, link)
    yield weekly_leaderboard(words, full)
    if data.count > 1:  # a workspace that wants mentions; they take the most room
        yield weekly_leaderboard(words, replace(full, mentions=True))
    yield weekly_leaderboard(words, replace(full, is_so_far=True, board_total=0))
    stories = replace(full, board=(), givers=(), has_board=False)
    for is_so_far in (True, False):
        yield weekly_leaderboard(words, replace(stories, is_so_far=is_so_far))
        yield weekly_leaderboard(words, WeeklyPost(WEEK, NOTHING, is_so_far=is_so_far))
    yield weekly_leaderboard(words, WeeklyPost(WEEK, full.totals))


def monthly_examples(words: Words, data: Data, link: str) -> Iterable[Message]:
    full = monthly(data, link)
    yield monthly_highlights(words, full)
    if data.count > 1:
        yield monthly_highlights(words, replace(full, mentions=True))
    yield monthly_highlights(words, replace(full, is_so_far=True, file_id=None))
    for before in (None, NOTHING, full.totals, Totals(max(data.points - 1, 1), 0, 0)):
        yield monthly_highlights(words, replace(full, before=before))
    yield monthly_highlights(words, replace(full, across=(), givers=(), has_board=False))
    for is_so_far in (True, False):
        yield monthly_highlights(words, MonthlyPost(MONTH, NOTHING, is_so_far=is_so_far))
    yield monthly_highlights(words, MonthlyPost(MONTH, full.totals))


def _rows(data: Data) -> list[tuple[str, str, int, int]]:
    return [(user_id, data.name, data.points, data.points) for user_id in data.receiver_ids]


def _values(data: Data) -> tuple[ValueCount, ...]:
    return tuple(ValueCount(value, data.points) for value in data.values)


def _quoted(data: Data) -> tuple[Quoted, ...]:
    return tuple(
        Quoted(replace(data.kudos(), kudos_id=f"01JDGKQ2V6M{n}"), joiners_count=n)
        for n in range(data.count)
    )
