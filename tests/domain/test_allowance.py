"""The allowance of anyone at any moment, held against a recount of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.allowance import (
    Allowance,
    AllowancePeriod,
    AllowanceRules,
    Boost,
    Payment,
    Spending,
    allowance_at,
    period_at,
    period_before,
    rules_for,
)
from bot.domain.errors import AllowanceExceededError
from bot.domain.workspaces import AllowanceKind, WorkspaceSettings
from tests.domain.allowances import (
    BERLIN,
    HOUR,
    WEEKLY,
    allowance_rules,
    recent,
    utc,
    zones,
)

DAY = timedelta(days=1)
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")  # UTC+14
HONOLULU = ZoneInfo("Pacific/Honolulu")  # UTC-10
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)


# A history of gives, zones and settings: what was allowed, and what a recount says of it


@dataclass(frozen=True)
class Step:
    """Some time goes by; then the person is in a zone, under rules, and wants to give."""

    later: timedelta
    zone: ZoneInfo
    rules: AllowanceRules
    points: int
    undoes: int | None = None  # which of the gives so far is taken back first
    boost: tuple[int, timedelta] | None = None  # points and how long, given first


def oracle(
    rules: AllowanceRules,
    zone: ZoneInfo,
    boosts: list[Boost],
    spendings: list[Spending],
    now: datetime,
    here_since: datetime,
) -> tuple[int, int]:
    """Return what may be given in all, and the part of it that boosts pay: counted one by one."""
    period = period_at(rules, zone, now)
    purse = rules.amount
    if rules.roll_over_max and here_since < period.starts_at:
        before = period_before(rules, zone, period)
        kept = rules.amount
        for spending in spendings:
            if counts_in(before, spending):
                kept -= spending.points
        purse += min(rules.roll_over_max, max(kept, 0))
    for spending in spendings:
        if counts_in(period, spending):
            purse -= spending.points
    extra = 0
    for boost in boosts:
        if boost.ends_at <= now:
            continue
        extra += boost.points
        for spending in spendings:
            if spending.boost_id == boost.boost_id:
                extra -= spending.points
    return max(purse, 0) + extra, extra


def counts_in(period: AllowancePeriod, spending: Spending) -> bool:
    if spending.boost_id is not None:
        return False
    in_time = period.starts_at <= spending.at and spending.at < period.ends_at
    return in_time or spending.label == period.label


def spend(allowance: Allowance, points: int, now: datetime) -> list[Spending]:
    """Return what the ledger would have of it."""
    return [
        Spending(
            payment.points,
            now,
            allowance.label if payment.boost_id is None else None,
            payment.boost_id,
        )
        for payment in allowance.pay(points)
    ]


steps = st.builds(
    Step,
    later=st.timedeltas(timedelta(), timedelta(days=12)),
    zone=st.sampled_from([ZoneInfo("UTC"), BERLIN, KIRITIMATI, HONOLULU]),
    rules=allowance_rules,
    points=st.integers(0, 40),
    undoes=st.none() | st.integers(0, 5),
    boost=st.none() | st.tuples(st.integers(1, 15), st.timedeltas(HOUR, timedelta(days=20))),
)


def live(steps: list[Step], begins: datetime) -> tuple[list[Spending], list[Boost]]:
    """Run a history, hold each moment of it against the recount; return the ledger and boosts."""
    now = begins
    ledger, gifts, boosts = list[Spending](), list[list[Spending]](), list[Boost]()
    for step in steps:
        now += step.later
        if step.boost is not None:
            points, span = step.boost
            boosts.append(Boost(f"B{len(boosts)}", "U1", points, now + span, "", now))
        if step.undoes is not None and step.undoes < len(gifts):
            # What comes back does so as if it had not been given.
            ledger += [replace(paid, points=-paid.points) for paid in gifts[step.undoes]]
            gifts[step.undoes] = []
        allowance = allowance_at(step.rules, step.zone, boosts, ledger, now, here_since=begins)
        expected = oracle(step.rules, step.zone, boosts, ledger, now, begins)
        assert (allowance.left, allowance.boost_left) == expected
        assert 0 <= allowance.boost_left <= allowance.left
        assert 0 <= allowance.rolled_over <= step.rules.roll_over_max
        with pytest.raises(AllowanceExceededError):
            allowance.pay(allowance.left + 1)
        gifts.append(spend(allowance, min(step.points, allowance.left), now))
        ledger += gifts[-1]
        after = allowance_at(step.rules, step.zone, boosts, ledger, now, here_since=begins)
        assert after == allowance.after(min(step.points, allowance.left))
    return ledger, boosts


@given(st.lists(steps, min_size=1, max_size=12), recent)
def test_what_is_left_is_what_a_recount_finds_whatever_changes(
    steps: list[Step], begins: datetime
) -> None:
    ledger, boosts = live(steps, begins)

    for boost in boosts:
        paid = sum(spending.points for spending in ledger if spending.boost_id == boost.boost_id)
        assert 0 <= paid <= boost.points
        for spending in ledger:
            assert spending.boost_id != boost.boost_id or spending.at < boost.ends_at


@given(allowance_rules, st.lists(steps, min_size=1, max_size=12), recent)
def test_who_changes_zone_never_has_two_allowances_for_one_period(
    rules: AllowanceRules, steps: list[Step], begins: datetime
) -> None:
    ledger, _ = live([replace(step, rules=rules) for step in steps], begins)

    for label in {spending.label for spending in ledger} - {None}:
        given_out = sum(spending.points for spending in ledger if spending.label == label)
        assert given_out <= rules.amount + rules.roll_over_max


@given(allowance_rules, zones, st.lists(steps, min_size=1, max_size=12), recent)
def test_in_no_period_more_is_given_than_the_amount_what_rolled_over_and_the_boosts(
    rules: AllowanceRules, zone: ZoneInfo, steps: list[Step], begins: datetime
) -> None:
    in_one_zone = [replace(step, rules=rules, zone=zone) for step in steps]
    ledger, boosts = live(in_one_zone, begins)

    extra = sum(boost.points for boost in boosts)
    for period in {period_at(rules, zone, spending.at) for spending in ledger}:
        given_out = [one for one in ledger if period.starts_at <= one.at < period.ends_at]
        of_period = sum(one.points for one in given_out if one.boost_id is None)
        assert 0 <= of_period <= rules.amount + rules.roll_over_max
        assert sum(one.points for one in given_out) <= of_period + extra


def test_who_flies_over_the_date_line_on_a_monday_spends_one_allowance() -> None:
    monday = utc("2026-11-22T10:30")  # 0:30 in Kiritimati, and Sunday 0:30 in Honolulu
    fresh = allowance_at(WEEKLY, KIRITIMATI, [], [], monday)
    ledger = spend(fresh, 25, monday)
    assert fresh.label == "2026-11-23"

    landed = allowance_at(WEEKLY, HONOLULU, [], ledger, monday + HOUR)
    assert (landed.label, landed.left) == ("2026-11-16", 0)
    next_day = allowance_at(WEEKLY, HONOLULU, [], ledger, monday + DAY)
    assert (next_day.label, next_day.left) == ("2026-11-23", 0)
    assert allowance_at(WEEKLY, HONOLULU, [], ledger, monday + 8 * DAY).left == 25


def test_a_change_of_the_period_forgets_nothing_that_was_given_in_it() -> None:
    tuesday = WEDNESDAY - DAY
    ledger = [Spending(10, tuesday, "2026-11-16"), Spending(5, WEDNESDAY - HOUR, "2026-11-16")]

    def left(rules: AllowanceRules) -> int:
        return allowance_at(rules, BERLIN, [], ledger, WEDNESDAY).left

    assert left(WEEKLY) == 10
    assert left(WEEKLY._replace(kind=AllowanceKind.DAY)) == 20
    assert left(WEEKLY._replace(kind=AllowanceKind.MONTH)) == 10
    assert left(WEEKLY._replace(weekday=2)) == 20  # the period begins on Wednesdays now
    assert left(WEEKLY._replace(amount=12)) == 0  # nothing is owed


def test_entries_of_before_there_were_labels_count_by_their_time() -> None:
    ledger = [Spending(10, WEDNESDAY - HOUR), Spending(9, WEDNESDAY - 7 * DAY)]
    assert allowance_at(WEEKLY, BERLIN, [], ledger, WEDNESDAY).left == 15


def test_what_is_left_rolls_over_once_up_to_the_most() -> None:
    rolling = WEEKLY._replace(roll_over_max=10)
    long_ago = WEDNESDAY - 30 * DAY

    def now(*ledger: Spending, here_since: datetime | None = long_ago) -> Allowance:
        return allowance_at(rolling, BERLIN, [], ledger, WEDNESDAY, here_since=here_since)

    last_week = "2026-11-09"
    assert now().rolled_over == 10
    assert now().left == 35
    assert now(Spending(18, WEDNESDAY - 7 * DAY, last_week)).rolled_over == 7
    # These came out of what had rolled over: it ends with the week, and does not go on rolling.
    assert now(Spending(33, WEDNESDAY - 7 * DAY, last_week)).rolled_over == 0
    assert now(here_since=WEDNESDAY).rolled_over == 0  # who came this week has nothing from before
    assert now(here_since=None).rolled_over == 0
    assert now(here_since=WEDNESDAY - 7 * DAY).rolled_over == 10


def test_boosts_pay_last_and_those_that_end_first_before_others() -> None:
    boosts = [
        Boost("LATE", "U1", 5, WEDNESDAY + 9 * DAY, "", WEDNESDAY),
        Boost("SOON", "U1", 3, WEDNESDAY + DAY, "", WEDNESDAY),
        Boost("PAST", "U1", 50, WEDNESDAY, "", WEDNESDAY - DAY),
    ]
    ledger = [Spending(23, WEDNESDAY, "2026-11-16")]
    allowance = allowance_at(WEEKLY, BERLIN, boosts, ledger, WEDNESDAY)

    assert (allowance.left, allowance.boost_left) == (10, 8)
    assert allowance.pay(2) == (Payment(2),)
    assert allowance.pay(9) == (Payment(2), Payment(3, "SOON"), Payment(4, "LATE"))
    assert allowance.after(4).boost_left == 6
    with pytest.raises(AllowanceExceededError) as refused:
        allowance.pay(11)
    assert (refused.value.allowance_left, refused.value.boost_left) == (10, 8)
    ledger += spend(allowance, 9, WEDNESDAY)
    tomorrow = allowance_at(WEEKLY, BERLIN, boosts, ledger, WEDNESDAY + DAY)
    assert (tomorrow.left, tomorrow.boost_left) == (1, 1)
    next_week = allowance_at(WEEKLY, BERLIN, boosts, ledger, WEDNESDAY + 7 * DAY)
    assert (next_week.left, next_week.boost_left) == (26, 1)


def test_the_highest_override_takes_the_place_of_everybodys_amount() -> None:
    chosen = WorkspaceSettings(allowance=25, allowance_kind=AllowanceKind.DAY, reset_hour=7)
    assert rules_for(chosen, []) == AllowanceRules(25, AllowanceKind.DAY, hour=7)
    assert rules_for(chosen, [40, 60, 5]).amount == 60
    assert rules_for(chosen, [5]).amount == 5
    assert rules_for(chosen, [0]).amount == 0
