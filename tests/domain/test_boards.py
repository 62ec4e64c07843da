"""Places on a board."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.boards import (
    PAGES_MAX,
    BoardState,
    ShowLeaderboard,
    Side,
    board_asked,
    decode_board,
    offered_periods,
    rank,
    streak_weeks,
)
from bot.domain.errors import StaleBoardError
from bot.domain.periods import (
    MONDAY,
    WEEK_BEGINS,
    PeriodKind,
    period_before,
    period_named,
    period_of,
)
from tests.rows import each_row

TODAY = date(2026, 11, 18)
days = st.dates(date(1970, 1, 1), date(2200, 12, 31))
kinds = st.sampled_from(PeriodKind)
begins = st.sampled_from(WEEK_BEGINS)


def test_those_who_are_equal_share_a_rank_and_the_next_is_left_out() -> None:
    rows = [
        ("UADA", "Ada", 5, 9),
        ("UBO", "Bo", 4, 20),
        ("UCY", "Cy", 4, 20),
        ("UDI", "Di", 4, 3),
    ]

    assert [(one.rank, one.user_id) for one in rank(rows)] == [
        (1, "UADA"),
        (2, "UBO"),
        (2, "UCY"),
        (4, "UDI"),
    ]


def test_who_is_equal_to_the_last_of_the_page_before_shares_that_rank() -> None:
    rows = [("U1", "a", 2, 2), ("U2", "b", 2, 2), ("U3", "c", 1, 9)]
    ranks = [one.rank for one in rank(rows, first_rank=9, first_place=11)]
    assert ranks == [9, 9, 13]


def test_points_break_a_tie_of_people_only() -> None:
    assert [one.rank for one in rank([("U1", "a", 3, 1), ("U2", "b", 2, 99)])] == [1, 2]


def test_a_later_page_goes_on_counting() -> None:
    assert [one.rank for one in rank([("U1", "a", 2, 2), ("U2", "b", 2, 2)], first_rank=11)] == [
        11,
        11,
    ]


def test_an_empty_board_has_no_places() -> None:
    assert rank([]) == ()


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_those_who_did_better(
    results: list[tuple[int, int]],
) -> None:
    ordered = sorted(results, reverse=True)
    rows = [(f"U{place}", "name", *result) for place, result in enumerate(ordered)]

    assert [one.rank for one in rank(rows)] == [
        1 + sum(other > result for other in ordered) for result in ordered
    ]


# What buttons and choices carry


def states() -> st.SearchStrategy[BoardState]:
    period = st.builds(period_of, kinds, days)
    return st.builds(
        lambda period, key, *rest: BoardState(period.kind, period.key if key else None, *rest),
        period,
        st.booleans(),
        st.sampled_from(Side),
        st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
        st.integers(0, PAGES_MAX),
    )


@given(states())
def test_what_a_button_carries_is_what_it_leads_to(state: BoardState) -> None:
    assert decode_board(state.encode()) == state


def test_a_button_carries_the_agreed_words() -> None:
    state = BoardState(PeriodKind.WEEK, "2026-W47", Side.RECEIVERS, "команда", 2)
    assert state.encode() == (
        '{"period":"week","key":"2026-W47","side":"receivers","value":"команда","page":2}'
    )


@given(kinds, days, begins, st.sampled_from(Side), st.integers(0, 999))
def test_a_value_of_the_workspace_fits_a_choice(
    kind: PeriodKind, day: date, week_begins: int, side: Side, page: int
) -> None:
    state = BoardState(kind, period_of(kind, day, week_begins).key, side, "ß" * 50, page)
    assert len(state.encode()) <= 150


GOOD = json.loads(BoardState(key="2026-W47").encode())
WRONG: dict[str, list[Any]] = {
    "period": ["decade", "month", None],  # the key is a week's
    "key": [
        *("2026-W54", "2025-W53", "2026-W47 ", "2026-w47", "2026-13", "2026-Q5", "", 5, {}),
        *("0000", "9999-W52", "9999-12", "٢٠٢٦"),
        *("2026-11-16", "2026-11-31", "2026-11-1", "2026-W47-15", "9999-12-26"),
    ],
    "side": ["losers", None],
    "value": ["", 5, ["x"], "\0", "a\0b", "\ud800"],
    "page": ["x", None, [], float("inf"), float("nan")],
}


@each_row(
    "encoded",
    [
        *(None, "", "null", "[]", "week", "{", "{}", 7, "[" * 100_000),
        *(json.dumps(GOOD | {part: value}) for part, found in WRONG.items() for value in found),
    ],
)
def test_what_no_version_would_have_written_is_refused(encoded: object) -> None:
    with pytest.raises(StaleBoardError):
        decode_board(encoded)


@given(st.text() | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(json.dumps))
@example('{"period":"week"}')
def test_whatever_a_button_carries_it_is_read_or_refused(encoded: str) -> None:
    with pytest.raises(StaleBoardError):
        decode_board(encoded)


@each_row(("page", "read"), [(-1, 0), (10**30, PAGES_MAX), (2.5, 2)])
def test_a_page_that_cannot_be_is_the_nearest_that_can(page: float, read: int) -> None:
    assert decode_board(json.dumps(GOOD | {"page": page})).page == read


# Periods


@given(kinds, days, st.integers(0, 6))
def test_a_period_is_found_by_its_key(kind: PeriodKind, day: date, week_begins: int) -> None:
    period = period_of(kind, day, week_begins)
    assert period_named(period.key) == period


@given(kinds.filter(lambda kind: kind is not PeriodKind.ALL), days, st.integers(0, 6))
def test_the_period_before_ends_where_the_next_one_begins(
    kind: PeriodKind, day: date, week_begins: int
) -> None:
    period = period_of(kind, day, week_begins)
    before = period_before(period)
    assert before.end_day == period.first_day
    assert before == period_of(kind, before.first_day, week_begins)
    assert before.kind is kind


def test_all_time_has_nothing_before_it() -> None:
    period = period_of(PeriodKind.ALL, TODAY)
    assert period_before(period) == period


@given(days, kinds, days, begins, begins)
def test_the_period_that_is_shown_is_one_of_those_offered(
    today: date, kind: PeriodKind, day: date, began: int, week_begins: int
) -> None:
    shown = period_of(kind, day, began)
    offered = offered_periods(today, shown, week_begins)
    assert shown in offered
    assert len(set(offered)) == len(offered) <= 8


@each_row(
    ("wish", "key"),
    [
        (ShowLeaderboard(), "2026-W47"),
        (ShowLeaderboard(is_last=True), "2026-W46"),
        (ShowLeaderboard(PeriodKind.QUARTER, is_last=True), "2026-Q3"),
        (ShowLeaderboard(PeriodKind.YEAR, is_last=True), "2025"),
    ],
)
def test_what_is_typed_means_a_period_of_today(wish: ShowLeaderboard, key: str) -> None:
    state = board_asked(wish, TODAY, MONDAY)
    assert state.key == key
    assert state.wanted(date(2030, 1, 1), MONDAY).key == key


def test_a_week_is_that_of_the_setting_and_one_that_was_posted_stays_what_it_was() -> None:
    week = BoardState(PeriodKind.WEEK)
    assert [week.wanted(TODAY, begins).key for begins in WEEK_BEGINS] == [
        "2026-W47",
        "2026-11-14",
        "2026-11-15",
    ]
    assert board_asked(ShowLeaderboard(is_last=True), TODAY, 6).key == "2026-11-08"
    assert BoardState(PeriodKind.WEEK, "2026-W46").wanted(TODAY, 6).key == "2026-W46"


@given(st.sets(days, max_size=30), days, st.integers(0, 6))
def test_a_streak_counts_the_weeks_that_boards_show(
    given_on: set[date], today: date, week_begins: int
) -> None:
    streak, week = 0, period_of(PeriodKind.WEEK, today, week_begins)
    weeks = {period_of(PeriodKind.WEEK, day, week_begins) for day in given_on}
    if week not in weeks:
        week = period_before(week)
    while week in weeks:
        streak, week = streak + 1, period_before(week)
    assert streak_weeks(given_on, today, week_begins) == streak


def test_without_a_key_the_period_that_is_under_way_is_meant() -> None:
    assert BoardState(PeriodKind.MONTH).wanted(TODAY, MONDAY).key == "2026-11"
