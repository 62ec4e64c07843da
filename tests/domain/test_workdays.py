"""The first day of a month on which people work, by country, holidays and days off."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from zoneinfo import available_timezones

import pytest

from bot.domain.settings.fields import FaultKind, WrongFieldError
from bot.domain.workdays import (
    NO_HOLIDAYS,
    Weekend,
    WorkingDays,
    country_of,
    country_or_none,
    is_first_working_day,
)
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.services.posts.workdays import is_country, is_working_day
from tests.rows import each_row


def first_working_day(working: WorkingDays, month: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=n) for n in range(28)]
    is_working = partial(is_working_day, working)
    [found] = [day for day in days if is_first_working_day(day, is_working)]
    return found.isoformat()


@each_row(
    ("zone", "chosen", "weekend", "month", "day"),
    [
        ("Europe/London", None, Weekend.COUNTRY, "2026-12", "2026-12-01"),
        ("Europe/London", None, Weekend.COUNTRY, "2026-08", "2026-08-03"),
        ("Europe/London", None, Weekend.COUNTRY, "2027-01", "2027-01-04"),  # New Year is a Friday
        ("Europe/London", NO_HOLIDAYS, Weekend.COUNTRY, "2027-01", "2027-01-01"),
        ("Europe/London", "PT", Weekend.COUNTRY, "2026-12", "2026-12-02"),
        ("Europe/Berlin", None, Weekend.COUNTRY, "2027-11", "2027-11-01"),
        ("Europe/Berlin", "DE-BY", Weekend.COUNTRY, "2027-11", "2027-11-02"),  # All Saints
        ("Asia/Riyadh", None, Weekend.COUNTRY, "2026-05", "2026-05-03"),  # a Sunday
        ("Asia/Riyadh", NO_HOLIDAYS, Weekend.COUNTRY, "2026-05", "2026-05-03"),
        ("Asia/Jerusalem", None, Weekend.COUNTRY, "2026-08", "2026-08-02"),
        ("Asia/Shanghai", None, Weekend.COUNTRY, "2025-10", "2025-10-09"),  # the golden week
        ("Asia/Shanghai", None, Weekend.COUNTRY, "2026-01", "2026-01-04"),  # a Sunday made up for
        ("Europe/Berlin", "DE-ZZ", Weekend.COUNTRY, "2027-01", "2027-01-04"),  # known elsewhere
        ("Asia/Dubai", None, Weekend.COUNTRY, "2026-08", "2026-08-03"),
        ("Asia/Dubai", None, Weekend.FRIDAY_SATURDAY, "2026-08", "2026-08-02"),
        ("Europe/Berlin", None, Weekend.SUNDAY, "2026-08", "2026-08-01"),
        ("Europe/Berlin", None, Weekend.NONE, "2026-11", "2026-11-01"),
        ("UTC", None, Weekend.COUNTRY, "2027-01", "2027-01-01"),
        ("Mars/Phobos", None, Weekend.COUNTRY, "2026-08", "2026-08-03"),
        ("US/Eastern", None, Weekend.COUNTRY, "2027-01", "2027-01-04"),
    ],
)
def test_the_first_working_day_follows_the_country(
    zone: str, chosen: str | None, weekend: Weekend, month: str, day: str
) -> None:
    settings = WorkspaceSettings(monthly_country=chosen, monthly_weekend=weekend)
    workspace = Workspace("T1", "Acme", "https://acme.slack.com/", "U1", zone, settings)
    assert first_working_day(workspace.working_days, month) == day


@each_row(
    ("typed", "country"),
    [
        (None, None),
        ("  ", None),
        ("None", NO_HOLIDAYS),
        ("Germany", "DE"),
        ("de", "DE"),
        ("de-by", "DE-BY"),
        ("uk", "GB"),
        ("United Kingdom", "GB"),
        ("Scotland", "GB-SCT"),
        ("united states", "US"),
        ("Türkiye", "TR"),
        ("Korea (South)", "KR"),
        ("south korea", "KR"),
        ("Myanmar", "MM"),
        ("côte d'ivoire", "CI"),
    ],
)
def test_a_country_is_known_by_its_name_and_its_code(typed: object, country: str | None) -> None:
    assert country_or_none(typed) == country
    assert country is None or is_country(country)


@each_row(
    ("typed", "close"),
    [
        ("Portgual", ("Portugal",)),
        ("Korea", ("Korea (North)", "Korea (South)")),
        ("Samoa", ("Samoa (American)", "Samoa (western)")),
        ("Atlantis", ()),
        ("XX", ()),
        ("<!channel>", ()),
    ],
)
def test_what_is_no_country_is_told_with_what_is_close(typed: str, close: tuple[str, ...]) -> None:
    with pytest.raises(WrongFieldError) as raised:
        country_or_none(typed)
    assert raised.value.fault.kind is FaultKind.NO_COUNTRY
    assert raised.value.fault.close == close


def test_zones_lie_in_countries_whose_working_days_are_known() -> None:
    found = {country_of(zone) for zone in available_timezones()}
    assert len(found) > 200
    assert country_of("UTC") == ""
    for country in found:
        assert is_working_day(WorkingDays(country), date(2026, 11, 18)) in {True, False}
    assert not is_country("DE-XX")
