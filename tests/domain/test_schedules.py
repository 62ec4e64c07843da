"""What is due: in any zone, through any change of the clocks, however seldom somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import WEEK_BEGINS, local_day
from bot.domain.schedules import (
    CATCH_UP,
    FIRST_WORKING_DAY,
    LAST_DAY,
    Due,
    Schedule,
    ScheduleKind,
    is_month_day,
    period_told,
)
from bot.services.posts.schedule_times import due_now, next_slot, slots_between
from tests.rows import each_row

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Niue"),
    *("Africa/Cairo", "Africa/Casablanca", "America/Santiago", "Asia/Beirut", "America/Havana"),
)
KINDS = (ScheduleKind.WEEKLY, ScheduleKind.MONTHLY)

moments = st.integers(0, 7 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
month_days = st.one_of(st.sampled_from([FIRST_WORKING_DAY, LAST_DAY]), st.integers(1, 28).map(str))
schedules = st.builds(
    Schedule,
    kind=st.sampled_from(KINDS),
    place=st.just("C1"),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30, 59]),
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    week_begins=st.sampled_from(WEEK_BEGINS),
    month_day=month_days,
)


@dataclass
class Process:
    """What looks now and then; what it remembers is what the database would."""

    schedule: Schedule
    since: datetime
    done: dict[str, Due] = field(default_factory=dict)
    posted: list[Due] = field(default_factory=list)
    skipped: list[Due] = field(default_factory=list)

    def look(self, now: datetime) -> list[Due]:
        dealt_with = [each.slot_at for each in self.done.values() if each.slot_at <= now]
        after = max([self.since, *dealt_with])  # as `storage.schedules.Progress` has it
        found = due_now(self.schedule, after=after, done=self.done, now=now)
        for each in found:
            self.done[each.period.key] = each
            (self.skipped if each.is_missed else self.posted).append(each)
        return found

    def change(self, schedule: Schedule, now: datetime) -> None:
        self.look(now)
        self.schedule, self.since = schedule, now


def is_once(process: Process) -> bool:
    keys = [each.period.key for each in (*process.posted, *process.skipped)]
    return len(keys) == len(set(keys))


@given(schedules, moments, st.integers(3, 23))
def test_whoever_looks_all_the_time_posts_each_period_once_and_skips_none(
    schedule: Schedule, start: datetime, step_hours: int
) -> None:
    process = Process(schedule, since=start)
    end = start + timedelta(days=70)
    now = start
    while now < end:
        now += timedelta(hours=step_hours)
        process.look(now)
    assert is_once(process)
    assert process.skipped == []
    expected = slots_between(schedule, start, now)
    assert [each.slot_at for each in process.posted] == expected
    assert 1 <= len(expected) <= 11


@given(schedules, moments)
def test_posts_follow_one_another_by_one_period(schedule: Schedule, start: datetime) -> None:
    zone = ZoneInfo(schedule.zone)
    slots = slots_between(schedule, start, start + timedelta(days=400))
    periods = [period_told(schedule.kind, slot_at, zone, schedule.week_begins) for slot_at in slots]
    for before, after in pairwise(periods):
        assert before.end_day == after.first_day
    for slot_at, period in zip(slots, periods, strict=True):
        assert period.end_day <= local_day(slot_at, zone)
        if schedule.kind is ScheduleKind.WEEKLY:  # the last one that is over
            assert local_day(slot_at, zone) - period.end_day < timedelta(days=7)
            assert period.first_day.weekday() == schedule.week_begins


_changes = st.lists(
    st.tuples(st.sampled_from(WEEK_BEGINS), st.integers(0, 24 * 8)), min_size=1, max_size=2
)


@given(schedules, moments, _changes)
def test_where_weeks_begin_on_another_day_none_is_posted_twice_and_none_left_out(
    schedule: Schedule, start: datetime, changes: list[tuple[int, int]]
) -> None:
    schedule = replace(schedule, kind=ScheduleKind.WEEKLY)
    process, now = Process(schedule, since=start), start
    for week_begins, hours in [*changes, (changes[-1][0], 0)]:
        end = now + timedelta(days=22, hours=hours)  # not to and fro within a week or two
        while now < end:
            now += timedelta(hours=6)
            process.look(now)
        process.change(replace(process.schedule, week_begins=week_begins), now)
    assert process.skipped == []
    weeks = [each.period for each in process.posted]
    assert len(weeks) >= 3
    for before, after in pairwise(weeks):
        assert abs((after.first_day - before.end_day).days) <= 3


@given(schedules, moments, st.integers(0, 60 * 24 * 40))
def test_what_was_missed_is_made_up_for_within_a_day_and_else_noted(
    schedule: Schedule, start: datetime, down_minutes: int
) -> None:
    process = Process(schedule, since=start)
    back_at = start + timedelta(minutes=down_minutes)
    found = process.look(back_at)
    assert [each.slot_at for each in found] == slots_between(schedule, start, back_at)
    for each in found:
        assert each.is_missed == (back_at - each.slot_at > CATCH_UP)
        assert start < each.slot_at <= back_at
    assert process.look(back_at) == []


@each_row(
    ("down", "posted", "skipped"),
    [
        (timedelta(hours=1), 1, 0),
        (timedelta(hours=24), 1, 0),
        (timedelta(hours=24, seconds=1), 0, 1),
        (timedelta(days=1, hours=12), 0, 1),
        (timedelta(days=8, seconds=1), 0, 2),
        (timedelta(days=8), 1, 1),
        (timedelta(days=7, hours=3), 1, 1),
        (timedelta(days=31), 0, 5),
    ],
)
def test_down_over_a_monday(down: timedelta, posted: int, skipped: int) -> None:
    schedule = Schedule(ScheduleKind.WEEKLY, "C1", 9, 0, "Europe/Berlin")
    process = Process(schedule, since=datetime(2026, 11, 1, tzinfo=UTC))
    slot_at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    process.look(slot_at - timedelta(seconds=1))
    assert [each.slot_at.day for each in process.skipped] == [2, 9]
    process.skipped.clear()
    process.look(slot_at + down)
    assert (len(process.posted), len(process.skipped)) == (posted, skipped)


jumps = st.one_of(
    st.sampled_from([timedelta(seconds=60), timedelta(hours=-1), timedelta(days=3)]),
    st.sampled_from([timedelta(days=-3), timedelta(seconds=10), timedelta(hours=5)]),
    st.integers(-4 * 86_400, 9 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
)


@given(schedules, moments, st.lists(jumps, min_size=1, max_size=40))
def test_however_the_clock_jumps_no_period_is_posted_twice(
    schedule: Schedule, start: datetime, spans: list[timedelta]
) -> None:
    process = Process(schedule, since=start)
    now = start
    for span in spans:
        now += span
        process.look(now)
    assert is_once(process)
    assert all(each.slot_at > start for each in process.posted)


@given(schedules, moments)
def test_a_clock_that_jumps_there_and_back_posts_once(schedule: Schedule, start: datetime) -> None:
    slot_at = next_slot(schedule, start)
    process = Process(schedule, since=start)
    for now in (slot_at, slot_at - timedelta(hours=1), slot_at, slot_at + timedelta(days=3)):
        process.look(now)
    for now in (slot_at + timedelta(minutes=1), slot_at + timedelta(hours=23)):
        process.look(now)
    assert [each.slot_at for each in process.posted][:1] == [slot_at]
    assert is_once(process)


@given(schedules, schedules, moments, st.integers(-7_200, 7_200))
def test_a_schedule_that_is_changed_around_its_time_posts_no_period_twice(
    before: Schedule, after: Schedule, start: datetime, seconds: int
) -> None:
    after = replace(after, kind=before.kind)
    process = Process(before, since=start)
    slot_at = next_slot(before, start)
    changed_at = max(start, slot_at + timedelta(seconds=seconds))
    process.change(after, changed_at)
    now = changed_at
    for _ in range(70):
        now += timedelta(hours=23)
        process.look(now)
    assert is_once(process)
    # What was due when it was changed had been posted; nothing is made up for under the new one.
    assert (slot_at in [each.slot_at for each in process.posted]) == (slot_at <= changed_at) or (
        slot_at in slots_between(after, changed_at, now)
    )
    assert process.skipped == []


def test_a_time_that_is_set_when_it_has_just_passed_begins_the_next_week() -> None:
    process = Process(
        Schedule(ScheduleKind.WEEKLY, "C1", 12, 0, "UTC", weekday=2),
        since=datetime(2026, 11, 16, 9, 5, tzinfo=UTC),
    )
    process.change(
        Schedule(ScheduleKind.WEEKLY, "C1", 9, 0, "UTC"), datetime(2026, 11, 16, 9, 5, tzinfo=UTC)
    )
    for day in range(16, 24):
        process.look(datetime(2026, 11, day, 9, 10, tzinfo=UTC))
    assert [each.slot_at for each in process.posted] == [datetime(2026, 11, 23, 9, tzinfo=UTC)]


def test_a_change_within_a_period_does_not_post_it_again() -> None:
    monday = Schedule(ScheduleKind.WEEKLY, "C1", 9, 0, "UTC")
    process = Process(monday, since=datetime(2026, 11, 15, tzinfo=UTC))
    process.look(datetime(2026, 11, 16, 9, tzinfo=UTC))
    process.change(replace(monday, weekday=2, place="C2"), datetime(2026, 11, 17, tzinfo=UTC))
    process.look(datetime(2026, 11, 19, tzinfo=UTC))
    assert [each.period.key for each in process.posted] == ["2026-W46"]
    process.look(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert [each.period.key for each in process.posted] == ["2026-W46", "2026-W47"]


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


@given(st.dates(date(2026, 1, 1), date(2040, 12, 1)), month_days)
def test_each_month_has_one_day(day: date, month_day: str) -> None:
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    days = [first + timedelta(days=n) for n in range((following - first).days)]
    found = [each for each in days if is_month_day(each, month_day, is_weekday)]
    assert len(found) == 1
    if month_day == FIRST_WORKING_DAY:
        assert found[0].weekday() < 5
        assert all(each.weekday() >= 5 for each in days if each < found[0])
    if month_day == LAST_DAY:
        assert found[0] == days[-1]


@each_row(
    ("zone", "weekday", "at", "around", "slot_at"),
    [
        # An hour that there is not: taken at the next one that there is.
        ("Europe/Berlin", 6, "02:30", datetime(2027, 3, 28, tzinfo=UTC), "2027-03-28T01:00"),
        ("America/Havana", 6, "00:30", datetime(2027, 3, 14, tzinfo=UTC), "2027-03-14T05:00"),
        # One that comes twice: taken once, the first time.
        ("Europe/Berlin", 6, "02:30", datetime(2027, 10, 31, tzinfo=UTC), "2027-10-31T00:30"),
        ("America/New_York", 6, "01:30", datetime(2027, 11, 7, tzinfo=UTC), "2027-11-07T05:30"),
    ],
)
def test_daylight_saving(zone: str, weekday: int, at: str, around: datetime, slot_at: str) -> None:
    hour, minute = map(int, at.split(":"))
    schedule = Schedule(ScheduleKind.WEEKLY, "C1", hour, minute, zone, weekday=weekday)
    found = slots_between(schedule, around - timedelta(days=3), around + timedelta(days=3))
    assert [each.strftime("%Y-%m-%dT%H:%M") for each in found] == [slot_at]


@each_row(
    ("month_day", "slot_at"),
    [("28", "2028-02-28"), (LAST_DAY, "2028-02-29"), (FIRST_WORKING_DAY, "2028-02-01")],
)
def test_a_leap_year(month_day: str, slot_at: str) -> None:
    schedule = Schedule(ScheduleKind.MONTHLY, "C1", 10, 0, "UTC", month_day=month_day)
    found = slots_between(
        schedule, datetime(2028, 1, 31, 12, tzinfo=UTC), datetime(2028, 2, 29, 23, tzinfo=UTC)
    )
    assert [each.date().isoformat() for each in found] == [slot_at]
