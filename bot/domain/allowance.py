"""How much somebody may give: a pure function of settings, zone, boosts and the ledger.

What was spent is counted for a period by its label (the local date on which it began) and by the
time at which it was given. By the label, so that somebody who changes zone never has two allowances
for one period; by the time, so that a change of the settings in mid-period forgets nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.errors import AllowanceExceededError
from bot.domain.periods import first_moment, local_day
from bot.domain.workspaces import AllowanceKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from bot.domain.workspaces import WorkspaceSettings

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


class AllowanceRules(NamedTuple):
    """What somebody's allowance is, and when it comes back."""

    amount: int  # points a period
    kind: AllowanceKind = AllowanceKind.WEEK
    weekday: int = 0  # of a weekly allowance; 0 is Monday
    hour: int = 0  # 0 to 23, on the wall
    roll_over_max: int = 0  # points


class AllowancePeriod(NamedTuple):
    """The half-open span, in UTC, for which one allowance holds."""

    starts_at: datetime
    ends_at: datetime
    label: str  # the local date of its first day, such as `2026-11-16`


@dataclass(frozen=True, slots=True)
class Spending:
    """Points spent; negative where a later undo returned them."""

    points: int
    at: datetime  # when it was given, also where it was undone later
    label: str | None = None  # of the period that paid; None in entries of before there were labels
    boost_id: str | None = None  # of the boost that paid


@dataclass(frozen=True, slots=True)
class Boost:
    """One-time extra points for a person."""

    boost_id: str
    user_id: str
    points: int
    ends_at: datetime
    reason: str
    created_at: datetime


class BoostLeft(NamedTuple):
    """What may still be given out of a boost."""

    boost_id: str
    points: int
    ends_at: datetime


class Payment(NamedTuple):
    """What one source pays of a kudos; without a boost it is the period's allowance."""

    points: int
    boost_id: str | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody may give at one moment."""

    left: int  # points in all: of the period, rolled over, and of boosts
    amount: int  # points of each period, without roll-over and boosts
    rolled_over: int  # points that the period before left for this one
    boost_left: int  # the part of `left` that boosts pay, after everything else
    renews_at: datetime  # when the next period begins
    starts_at: datetime
    label: str
    boosts: tuple[BoostLeft, ...] = ()  # those with points left, first ending first

    @property
    def is_ever(self) -> bool:
        """Whether there are points to give, now or in another period."""
        return self.amount > 0 or self.left > 0

    def pay(self, points: int) -> tuple[Payment, ...]:
        """Return who pays how much: the allowance first, then the boosts as they end.

        Raises `AllowanceExceededError` where all of them together do not suffice.
        """
        if points > self.left:
            raise AllowanceExceededError(points, self.left, self.renews_at, self.boost_left)
        payments = []
        due = points
        sources = [Payment(self.left - self.boost_left)]
        sources += [Payment(boost.points, boost.boost_id) for boost in self.boosts]
        for source in sources:
            paid = min(due, source.points)
            if paid:
                payments.append(source._replace(points=paid))
                due -= paid
        return tuple(payments)

    def after(self, points: int) -> Allowance:
        """Return what is left once so many points, which it covers, are given."""
        paid = {payment.boost_id: payment.points for payment in self.pay(points)}
        boosts = (
            boost._replace(points=boost.points - paid.get(boost.boost_id, 0))
            for boost in self.boosts
        )
        left = self.left - points
        return replace(
            self,
            left=left,
            boost_left=min(self.boost_left, left),
            boosts=tuple(boost for boost in boosts if boost.points),
        )


def rules_for(settings: WorkspaceSettings, overrides: Collection[int]) -> AllowanceRules:
    """Return somebody's rules; `overrides` are those for them and for the groups they are in.

    An override takes the place of everybody's amount, and the highest of several wins.
    """
    return AllowanceRules(
        amount=max(overrides, default=settings.allowance),
        kind=settings.allowance_kind,
        weekday=settings.reset_weekday,
        hour=settings.reset_hour,
        roll_over_max=settings.roll_over_max,
    )


def period_at(rules: AllowanceRules, zone: ZoneInfo, moment: datetime) -> AllowancePeriod:
    """Return the period in which the moment lies.

    An hour at which the clock jumps is taken at the jump, and of one that comes twice the first:
    a period that has begun does not end again when the clock is set back.
    """
    day = _first_day(rules, local_day(moment, zone))
    while moment < (starts_at := first_moment(day, rules.hour, zone)):
        day = _first_day(rules, day - _DAY)
    while moment >= (ends_at := first_moment(_next(rules, day), rules.hour, zone)):
        day, starts_at = _next(rules, day), ends_at
    return AllowancePeriod(starts_at, ends_at, day.isoformat())


def period_before(
    rules: AllowanceRules, zone: ZoneInfo, period: AllowancePeriod
) -> AllowancePeriod:
    """Return the period that ends where that one begins."""
    return period_at(rules, zone, period.starts_at - _MOMENT)


def _first_day(rules: AllowanceRules, day: date) -> date:
    if rules.kind is AllowanceKind.MONTH:
        return day.replace(day=1)
    if rules.kind is AllowanceKind.WEEK:
        return day - timedelta(days=(day.weekday() - rules.weekday) % 7)
    return day


def _next(rules: AllowanceRules, first_day: date) -> date:
    if rules.kind is AllowanceKind.MONTH:
        return (first_day + timedelta(days=31)).replace(day=1)
    return first_day + timedelta(days=7 if rules.kind is AllowanceKind.WEEK else 1)


def allowance_at(
    rules: AllowanceRules,
    zone: ZoneInfo,
    boosts: Iterable[Boost],
    spendings: Collection[Spending],
    now: datetime,
    *,
    here_since: datetime | None = None,
) -> Allowance:
    """Return what somebody may give now; `here_since` is when they were first seen.

    `spendings` must hold all of this period, of the one before where points roll over, and of the
    boosts; others do no harm.
    """
    period = period_at(rules, zone, now)
    rolled_over = 0
    if rules.roll_over_max and here_since is not None and here_since < period.starts_at:
        # Points roll over once: those that came from before are spent last, and then end.
        left_before = rules.amount - _spent(spendings, period_before(rules, zone, period))
        rolled_over = min(rules.roll_over_max, max(0, left_before))
    of_period = max(0, rules.amount + rolled_over - _spent(spendings, period))
    boosts_left = _boosts_left(boosts, spendings, now)
    boost_left = sum(boost.points for boost in boosts_left)
    return Allowance(
        left=of_period + boost_left,
        amount=rules.amount,
        rolled_over=rolled_over,
        boost_left=boost_left,
        renews_at=period.ends_at,
        starts_at=period.starts_at,
        label=period.label,
        boosts=boosts_left,
    )


def _spent(spendings: Iterable[Spending], period: AllowancePeriod) -> int:
    return sum(
        spending.points
        for spending in spendings
        if spending.boost_id is None
        and (spending.label == period.label or period.starts_at <= spending.at < period.ends_at)
    )


def _boosts_left(
    boosts: Iterable[Boost], spendings: Collection[Spending], now: datetime
) -> tuple[BoostLeft, ...]:
    """Return the boosts that have not ended and have points left, first ending first."""
    live = sorted(
        (boost for boost in boosts if now < boost.ends_at),
        key=lambda boost: (boost.ends_at, boost.boost_id),
    )
    found = (
        BoostLeft(boost.boost_id, boost.points - _paid(spendings, boost.boost_id), boost.ends_at)
        for boost in live
    )
    return tuple(boost for boost in found if boost.points > 0)


def _paid(spendings: Iterable[Spending], boost_id: str) -> int:
    return sum(spending.points for spending in spendings if spending.boost_id == boost_id)
