"""Digests: when they can be due anywhere, and whom one names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import (
    BATCH_EVERY,
    Colleague,
    Run,
    choose_colleague,
    is_too_soon,
    may_be_due,
    waits_until,
)
from bot.domain.schedules import CATCH_UP, OccurrenceState, Schedule, ScheduleKind
from bot.domain.workspaces import WorkspaceSettings
from bot.services.posts.schedule_times import next_slot
from tests.rows import each_row

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ZONES = sorted(available_timezones() - {"localtime"})

moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(
    zone=st.sampled_from(ZONES),
    moment=moments,
    weekday=st.integers(0, 6),
    minutes=st.integers(0, 24 * 60 - 1),
    late=st.timedeltas(timedelta(0), CATCH_UP),
)
def test_no_time_that_comes_in_any_zone_is_overlooked(
    zone: str, moment: datetime, weekday: int, minutes: int, late: timedelta
) -> None:
    hour, minute = divmod(minutes, 60)
    schedule = Schedule(ScheduleKind.DIGEST, zone, hour, minute, zone, weekday=weekday)
    settings = WorkspaceSettings(digest_weekday=weekday, digest_time=f"{hour:02}:{minute:02}")
    assert may_be_due(settings, next_slot(schedule, moment) + late)


def test_for_most_of_the_week_nothing_can_be_due() -> None:
    hours = [datetime(2026, 11, 16, tzinfo=UTC) + timedelta(hours=n) for n in range(7 * 24)]
    assert sum(may_be_due(WorkspaceSettings(), hour) for hour in hours) <= 53


def run(days_ago: float, state: OccurrenceState = OccurrenceState.DONE) -> Run:
    return Run("UTC", "2026-W47", NOW - timedelta(days=days_ago), state)


@each_row(
    ("runs", "is_soon"),
    [
        ([], False),
        ([run(7)], False),
        ([run(6.5)], False),  # the day was moved forward by a few hours
        ([run(4)], True),  # from Monday to Friday
        ([run(4, OccurrenceState.SKIPPED)], False),
        ([run(14), run(1)], True),
    ],
)
def test_two_digests_are_a_week_apart_whatever_day_admins_choose(
    runs: list[Run], is_soon: bool
) -> None:
    assert is_too_soon(NOW, runs) is is_soon


def test_batches_follow_each_other_and_a_clock_set_back_does_not_stop_them() -> None:
    def waiting(next_at: datetime | None) -> Run:
        return Run("UTC", "2026-W47", NOW, next_at=next_at)

    soon = NOW + BATCH_EVERY
    assert waits_until([], NOW) is None
    assert waits_until([waiting(None), waiting(NOW)], NOW) is None
    assert waits_until([waiting(soon), waiting(NOW)], NOW) == soon
    assert waits_until([waiting(NOW + timedelta(days=1))], NOW) is None


def named(*people: Colleague, weeks: int = 1) -> list[str | None]:
    """Return who is named in each of so many weeks in which nothing else happens."""
    found: list[str | None] = []
    for week in range(weeks):
        last_id = found[-1] if found else None
        found.append(choose_colleague(people, today=TODAY, week=week, last_id=last_id))
    return found


def test_nobody_is_named_who_was_thanked_in_the_last_four_weeks() -> None:
    recent = Colleague("U1", TODAY, TODAY - timedelta(days=28), shared_count=9)
    assert named() == [None]
    assert named(recent) == [None]
    long_ago = Colleague("U2", None, TODAY - timedelta(days=29))
    assert named(recent, long_ago) == ["U2"]


def test_those_who_thanked_and_got_nothing_back_come_first() -> None:
    thanked = [Colleague(f"U{n}", TODAY - timedelta(days=n)) for n in (1, 2)]
    near = Colleague("U3", shared_count=5)
    known = Colleague("U4")
    assert set(named(near, known, *thanked, weeks=6)) == {"U1", "U2"}
    # U5 was thanked after they had thanked, though long ago: they are quits.
    quits = Colleague("U5", TODAY - timedelta(days=60), TODAY - timedelta(days=50))
    assert set(named(near, quits, *thanked, weeks=6)) == {"U1", "U2"}


def test_those_with_whom_more_is_shared_come_before_the_others() -> None:
    near = [Colleague(f"U{n}", shared_count=n) for n in (1, 2)]
    assert set(named(*near, Colleague("U9"), weeks=6)) == {"U1", "U2"}


def test_it_is_not_the_same_name_each_week() -> None:
    one = Colleague("U1", TODAY)
    assert named(one, weeks=4) == ["U1", None, "U1", None]  # there is no other
    # Somebody new among them does not bring the same name again either.
    assert choose_colleague([one, Colleague("U0", TODAY)], today=TODAY, week=1, last_id="U1") == (
        "U0"
    )
    several = [one, Colleague("U2", shared_count=1), Colleague("U3")]
    weeks = named(*several, weeks=8)
    assert set(weeks) == {"U1", "U2"}
    assert all(week != following for week, following in pairwise(weeks))


@given(
    people=st.lists(
        st.builds(
            Colleague,
            st.sampled_from([f"U{n}" for n in range(30)]),
            st.none() | st.dates(date(2026, 6, 1), TODAY),
            st.none() | st.dates(date(2026, 6, 1), TODAY),
            st.integers(0, 5),
        ),
        unique_by=lambda each: each.user_id,
    )
)
def test_whoever_is_named_may_be_named_and_somebody_is_where_somebody_may(
    people: list[Colleague],
) -> None:
    may_be_named: set[str | None] = {
        each.user_id
        for each in people
        if each.thanked_back_on is None or (TODAY - each.thanked_back_on).days > 28
    }
    weeks = named(*people, weeks=12)
    assert set(weeks) <= may_be_named | {None}
    assert all(week != following for week, following in pairwise(weeks) if week is not None)
    if may_be_named:
        assert weeks[0] is not None
    if len(may_be_named) > 1:
        assert None not in weeks
