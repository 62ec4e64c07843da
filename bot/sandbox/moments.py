"""Moments that somebody may want to move the clock to."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from holidays import country_holidays

from bot.sandbox.model import Json, SlackError, User
from bot.sandbox.workspace import Workspace

MONDAY, FRIDAY = 0, 4


def moments_ahead(workspace: Workspace, user: User) -> list[Json]:
    """Return what the page offers to a person, each with its moment.

    What happens to a whole channel happens in the workspace's time, and the rest in one's own.
    """
    now = datetime.fromtimestamp(workspace.clock.now(), UTC)
    team, own = ZoneInfo(workspace.time_zone), ZoneInfo(user.tz)
    working_day = _first_working_day(now.astimezone(team))
    is_this_month = working_day.month == now.astimezone(team).month
    month = "this month" if is_this_month else "next month"
    offers: list[tuple[str, str, datetime, ZoneInfo]] = [
        ("next_monday_9", "Next Monday 09:00", _weekday(now.astimezone(team), MONDAY, 9), team),
        ("first_working_day_10", f"First working day of {month} 10:00", working_day, team),
        ("next_friday_14", "Next Friday 14:00", _weekday(now.astimezone(own), FRIDAY, 14), own),
        ("next_hour", "One hour later", now + timedelta(hours=1), own),
        ("next_day", "One day later", _next_day(now.astimezone(own)), own),
    ]
    return [
        {"preset": name, "label": label, "at": moment.timestamp(), "zone": zone.key}
        for name, label, moment, zone in offers
    ]


def moment_named(workspace: Workspace, user: User, wanted: object) -> float:
    """Return the moment that a request means: a time as ISO 8601 writes it, or an offered one.

    A time without an offset is one in the person's own zone. Raises SlackError invalid_time.
    """
    if isinstance(wanted, dict):
        for offer in moments_ahead(workspace, user):
            if offer["preset"] == wanted.get("preset"):
                return float(offer["at"])
        raise SlackError("invalid_time")
    try:
        moment = datetime.fromisoformat(str(wanted))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(user.tz))
        return moment.timestamp()
    except (ValueError, OverflowError):
        raise SlackError("invalid_time") from None


def _weekday(now: datetime, weekday: int, hour: int) -> datetime:
    return _first_after(now, hour, lambda day: day.weekday() == weekday)


def _first_working_day(now: datetime) -> datetime:
    """Return the next first working day of a month, at ten, as people of that zone know it."""
    return _first_after(
        now,
        10,
        lambda day: (
            _is_working(day) and not any(_is_working(day.replace(day=n)) for n in range(1, day.day))
        ),
    )


def _is_working(day: datetime) -> bool:
    country = _country_of(str(day.tzinfo))
    if not country:
        return day.weekday() <= FRIDAY
    return bool(country_holidays(country).is_working_day(day.date()))


@cache
def _country_of(zone: str) -> str:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in table.splitlines() if not row.startswith("#"))
    return next((code for code, _, name, *_ in rows if name == zone), "")


def _first_after(now: datetime, hour: int, is_right: Callable[[datetime], bool]) -> datetime:
    """Return the first moment after now at this hour of a day that is right, on its own wall."""
    moment = datetime.combine(now.date(), time(hour), now.tzinfo)
    while not (is_right(moment) and moment > now):
        moment = datetime.combine(moment.date() + timedelta(days=1), time(hour), now.tzinfo)
    return moment


def _next_day(now: datetime) -> datetime:
    """Return the same time of the next day; a day may have 23 hours."""
    return now + timedelta(days=1)
