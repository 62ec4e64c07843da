"""What the tests of allowances are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.allowance import AllowanceRules
from bot.domain.workspaces import AllowanceKind
from tests.examples import examples

FEW = settings(max_examples=examples(60))
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = AllowanceRules(25)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
recent = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
allowance_rules = st.builds(
    AllowanceRules,
    amount=st.integers(0, 30),
    kind=st.sampled_from(AllowanceKind),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    roll_over_max=st.one_of(st.just(0), st.integers(0, 20)),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
