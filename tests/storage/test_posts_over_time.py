"""What scheduled posts tell of what changed, of months, and of what is asked for by an admin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import NotAdminError
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.outbox import OutboxKind
from bot.domain.posts import PreviewPost, Totals
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import EmptyPeriod
from bot.services.giving.kudos import undo
from bot.services.people.members import SeePeople, see_people
from tests.storage.company import (
    ADA,
    BO,
    CHI,
    DEE,
    EVE,
    FAY,
    FIRST_OF_DECEMBER,
    GENEROUS,
    HAL,
    MONDAY_AFTER,
    NOVEMBER,
    TUESDAY,
    WEEK,
    Company,
    quoted,
)
from tests.storage.conftest import PEOPLE
from tests.watching import choose

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found


@pytest.fixture
async def company(store: Store, clock: Clock, found: Found) -> Company:
    clock.now = TUESDAY
    return Company(store, clock, await found(settings=GENEROUS))


async def test_a_kudos_that_was_taken_back_is_told_in_nothing(company: Company) -> None:
    kept = await company.give(ADA, BO)
    gone = await company.give(CHI, DEE, value="care")
    await company.join(gone, EVE)
    await company.store.write(undo, UndoKudos(company.team_id, CHI, gone.kudos_id))
    weekly, monthly = await company.weekly(), await company.monthly()
    assert quoted(weekly.reasons) == [kept.kudos_id]
    assert monthly.joined == ()
    # Eve's own thanks stand, and so does what she joined in with.
    assert weekly.totals.kudos_count == 2
    assert set(monthly.first_time) == {BO, DEE}


async def test_a_join_that_was_taken_back_does_not_count(company: Company) -> None:
    loved = await company.give(ADA, BO)
    await company.join(loved, CHI, DEE)
    await company.store.write(undo, UndoKudos(company.team_id, DEE))
    assert [each.joiners_count for each in (await company.monthly()).joined] == [1]


async def test_who_joins_after_the_week_is_counted_with_the_kudos(company: Company) -> None:
    company.clock.now = datetime(2026, 11, 22, 23, tzinfo=UTC)  # Sunday night
    late = await company.give(ADA, BO)
    company.clock.now = MONDAY_AFTER
    await company.join(late, CHI, DEE)
    post = await company.weekly()
    assert [each.joiners_count for each in post.reasons] == [2]
    assert post.totals.kudos_count == 1


async def test_a_week_is_that_of_the_workspaces_zone(
    store: Store, clock: Clock, found: Found
) -> None:
    clock.now = datetime(2026, 11, 15, 11, tzinfo=UTC)  # Monday, 01:00, on Kiritimati
    company = Company(store, clock, await found(settings=GENEROUS, time_zone="Pacific/Kiritimati"))
    early = await company.give(ADA, BO)
    clock.now = datetime(2026, 11, 22, 9, tzinfo=UTC)  # Sunday, 23:00
    late = await company.give(CHI, DEE)
    clock.now = datetime(2026, 11, 22, 11, tzinfo=UTC)  # Monday, 01:00
    await company.give(EVE, FAY)
    post = await company.weekly()
    assert quoted(post.reasons) == [late.kudos_id, early.kudos_id]
    assert post.totals.kudos_count == 2
    november = await company.monthly()
    assert november.chart is not None
    assert november.chart.kudos_by_day[15] == 1  # the sixteenth
    assert november.chart.kudos_by_day[21] == 1
    assert len(november.chart.kudos_by_day) == 30


async def test_an_empty_period_has_a_short_text_or_nothing(company: Company) -> None:
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert "/kudos" in message.text
    await choose(
        company.store,
        company.team_id,
        weekly_empty=EmptyPeriod.NOTHING,
        monthly_empty=EmptyPeriod.NOTHING,
    )
    assert await company.composed(OutboxKind.WEEKLY_POST, WEEK.key) is None
    assert await company.composed(OutboxKind.MONTHLY_POST, NOVEMBER.key) is None
    # What stands in Slack already is not taken away, but brought up to date.
    updated = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key, posted_ts="1.2")
    assert updated is not None
    assert "Nobody" in updated.text


async def test_private_thanks_alone_leave_a_period_empty(company: Company) -> None:
    await company.give(ADA, BO, audience=Audience.PRIVATE)
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert "Nobody" in message.text
    assert " of " not in message.text


async def test_a_month_is_compared_with_the_one_before(company: Company) -> None:
    company.clock.now = TUESDAY - timedelta(days=30)
    await company.give(ADA, BO)
    await company.give(ADA, CHI)
    company.clock.now = TUESDAY
    await company.give(ADA, BO)
    company.clock.now = FIRST_OF_DECEMBER
    post = await company.monthly()
    assert post.before == Totals(2, 1, 2)
    assert post.totals == Totals(1, 1, 1)
    message = await company.composed(OutboxKind.MONTHLY_POST, NOVEMBER.key)
    assert message is not None
    assert "That is 1 fewer than in October 2026." in message.text


async def test_first_time_receivers_stay_so_whatever_they_receive_later(
    company: Company,
) -> None:
    company.clock.now = TUESDAY - timedelta(days=40)
    await company.give(ADA, BO)
    company.clock.now = TUESDAY
    await company.give(ADA, BO, CHI, DEE)
    await company.give(BO, DEE)
    company.clock.now = FIRST_OF_DECEMBER
    await company.give(ADA, CHI)
    post = await company.monthly()
    assert post.first_time == (DEE, CHI)  # whom more people thanked comes first
    assert post.first_time_total == 2


async def test_who_wants_thanks_in_private_is_named_as_no_receiver(company: Company) -> None:
    kudos = await company.give(ADA, BO, CHI)
    await company.join(kudos, DEE)
    await company.prefer(BO, thanked_in_private=True)
    weekly, monthly = await company.weekly(), await company.monthly()
    assert weekly.reasons[0].kudos.receiver_ids == (CHI,)
    assert monthly.joined[0].kudos.receiver_ids == (CHI,)
    assert monthly.first_time == (CHI,)
    assert monthly.first_time_total == 1


async def test_thanks_across_teams_need_known_teams(company: Company) -> None:
    across = await company.give(ADA, CHI)
    within = await company.give(ADA, BO)
    nowhere = await company.give(ADA, HAL)
    assert (await company.monthly()).across_total == 0
    groups = {"S0DEV": (ADA, BO), "S0OPS": (CHI, DEE), "S0ALL": PEOPLE}
    await company.store.write(see_people, SeePeople(company.team_id, groups=groups))
    post = await company.monthly()
    assert quoted(post.across) == [across.kudos_id]
    assert post.across_total == 1
    assert within.kudos_id != nowhere.kudos_id
    # What the month tells as joined in with, it does not tell twice.
    await company.join(across, BO)
    post = await company.monthly()
    assert quoted(post.joined) == [across.kudos_id]
    assert post.across == ()
    assert post.across_total == 2  # Bo's own went across too


async def test_streaks_are_weeks_in_a_row_until_the_month_ends(company: Company) -> None:
    for back in range(6):
        company.clock.now = TUESDAY - timedelta(days=7 * back)
        await company.give(ADA, BO)
        if back != 2:
            await company.give(CHI, BO)
        if back < 3:
            await company.give(DEE, BO)
            await company.give(EVE, BO, audience=Audience.PRIVATE)
    company.clock.now = MONDAY_AFTER
    await company.prefer(DEE, on_boards=False)
    post = await company.monthly()
    assert [(each.user_id, each.weeks) for each in post.streaks] == [(ADA, 6)]
    await company.prefer(DEE)
    post = await company.monthly()
    assert [(each.user_id, each.weeks) for each in post.streaks] == [(ADA, 6), (DEE, 3)]
    assert post.streaks_total == 2


async def test_a_preview_is_for_admins(company: Company) -> None:
    request = PreviewPost(company.team_id, ADA, ScheduleKind.WEEKLY)
    with pytest.raises(NotAdminError):
        await company.preview(request)


@pytest.mark.parametrize("kind", [ScheduleKind.WEEKLY, ScheduleKind.MONTHLY])
async def test_a_preview_in_the_first_week_shows_what_there_is_so_far(
    company: Company, kind: ScheduleKind
) -> None:
    await company.see(ADA, is_admin=True)
    request = PreviewPost(company.team_id, ADA, kind)
    nothing = await company.preview(request)
    assert nothing.totals.kudos_count == 0
    assert not nothing.is_so_far
    await company.give(ADA, BO)
    first = await company.preview(request)
    assert first.totals.kudos_count == 1
    assert first.is_so_far
    company.clock.now = FIRST_OF_DECEMBER
    await company.give(ADA, BO)
    if kind is ScheduleKind.MONTHLY:
        over = await company.preview(request)
        assert over.period == NOVEMBER
        assert not over.is_so_far


async def test_a_post_follows_the_language_and_the_names_of_the_workspace(
    company: Company,
) -> None:
    await choose(company.store, company.team_id, points_name_one="taco", points_name_many="tacos")
    await company.give(ADA, BO, points=3)
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert "thanked by 1 person, 3 tacos" in message.text
    monthly = await company.composed(OutboxKind.MONTHLY_POST, NOVEMBER.key)
    assert monthly is not None
    assert monthly.picture is not None
    assert monthly.picture.file_id is None
