"""`make check-dates`: the tests that know of time, on days on which they were not written.

Debian's `faketime` hands another date to every process that a test starts; what measures a span
goes by a clock that it leaves alone. Its library is loaded without its wrapper: all processes add
the same to the machine's date, so that they need no clock in common.
"""

from __future__ import annotations

import argparse
import calendar
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import machine_clock
from tests.supervised import TOLD_TO_STOP, environment_for_tests, run

ROOT = Path(__file__).parent
# What knows of time, and what of it has most to do with the machine's own clock.
ROOMS: tuple[str, ...] = ("domain", "storage", "workers", "operations")
OFTEN: tuple[str, ...] = ("domain", "operations")
SUNDAY = 6
FEBRUARY, LEAP_DAY = 2, 29
USUAL = "not long and not in_slacks_time"
# https://manpages.debian.org/faketime: monotonic clocks and times of files stay as they are. It
# does not look at its settings again, which a program with an environment of its own has not.
LIBRARY = "*/faketime/libfaketimeMT.so.1"
FAKED = {
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    "FAKETIME_CACHE_DURATION": str(10**8),
    "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # or waits for a lock end at once and begin again
    "NO_FAKE_STAT": "1",
}


@dataclass(frozen=True)
class Day:
    """A moment at which the tests begin."""

    name: str
    begins_at: datetime

    def __str__(self) -> str:
        return f"{self.name}: {self.begins_at:%A, %Y-%m-%d %H:%M}"


def days(now: datetime) -> tuple[Day, ...]:
    """Return six days ahead on which a date that was written down would show."""
    sunday = now + timedelta(days=(SUNDAY - now.weekday()) % 7 or 7)
    return (
        Day("a month ahead", now + timedelta(days=31)),
        Day("four years ahead", now + timedelta(days=4 * 365 + 1)),
        Day("29 February", _next_leap_day(now)),
        Day("a Sunday", sunday.replace(hour=1)),
        Day("a week's end", sunday.replace(hour=23, minute=45)),
        Day("a month's last day", _last_day_of_next_month(now)),
    )


def day_this_week(now: datetime) -> Day:
    """Return one of them, another one each week."""
    of_year = now.isocalendar().week
    choices = days(now)
    return choices[of_year % len(choices)]


def main() -> None:
    """Run the tests on each day; end with the code of the first that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.dates", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--this-week", action="store_true", help="one day, another each week; a part"
    )
    which.add_argument("--whole", action="store_true", help="all usual tests, four years ahead")
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    library = next(Path("/usr/lib").glob(LIBRARY), None)
    if library is None:
        sys.exit("faketime is missing. On Debian: apt-get install faketime")
    now = machine_clock()
    rooms, chosen = ROOMS, days(now)
    if options.this_week:
        rooms, chosen = OFTEN, (day_this_week(now),)
    elif options.whole:
        rooms, chosen = ("",), (days(now)[1],)
    folders = [str(ROOT / room) for room in rooms]
    codes = []
    for day in chosen:
        sys.stdout.write(f"{day}\n")
        sys.stdout.flush()
        ahead = f"+{(day.begins_at - machine_clock()).total_seconds():.0f}s"
        faked = {"LD_PRELOAD": str(library), "FAKETIME": ahead}
        tests = (sys.executable, "-m", "pytest", "-q", "-n", str(options.workers), "-m", USUAL)
        codes.append(run((*tests, *folders), environment_for_tests() | FAKED | faked))
        if codes[-1] == TOLD_TO_STOP:
            break
    sys.exit(next((code for code in codes if code), 0))


def _next_leap_day(now: datetime) -> datetime:
    year = now.year + 1
    while not calendar.isleap(year):
        year += 1
    return now.replace(year=year, month=FEBRUARY, day=LEAP_DAY, hour=23, minute=30)


def _last_day_of_next_month(now: datetime) -> datetime:
    """Return ten minutes before the end of a month, so that some tests see the next one."""
    month_after_next = (now.replace(day=1) + timedelta(days=70)).replace(day=1)
    return (month_after_next - timedelta(days=1)).replace(hour=23, minute=50)


if __name__ == "__main__":
    main()
