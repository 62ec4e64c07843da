"""What scheduled posts tell, on each database, of what people really gave."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.kudos import Audience, UndoKudos
from bot.domain.outbox import OutboxKind
from bot.domain.personal_data import ErasePerson
from bot.domain.posts import Coverage, Totals, ValueCount
from bot.domain.workspaces import MonthlyPart, ValueMode, WeeklyPart
from bot.services.giving.kudos import undo
from bot.services.people.erasure import erase
from tests.storage.company import (
    ADA,
    BO,
    CHI,
    DEE,
    EVE,
    FAY,
    GENEROUS,
    GUS,
    HAL,
    MONDAY_AFTER,
    NOVEMBER,
    TUESDAY,
    WEEK,
    Company,
    quoted,
    ranks,
)
from tests.storage.conftest import PEOPLE
from tests.watching import assert_books_agree, choose

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found


@pytest.fixture
async def company(store: Store, clock: Clock, found: Found) -> Company:
    clock.now = TUESDAY
    return Company(store, clock, await found(settings=GENEROUS))


async def test_a_week_is_told_with_all_its_parts(company: Company) -> None:
    first = await company.give(ADA, BO, value="care", points=5)
    await company.give(CHI, BO)
    await company.give(DEE, ADA, CHI, value="care")
    await company.join(first, EVE)
    company.clock.now = MONDAY_AFTER

    post = await company.weekly()

    assert post.totals == Totals(kudos_count=4, givers_count=4, receivers_count=3)
    assert ranks(post.board) == [(1, BO, 3), (2, ADA, 1), (2, CHI, 1)]
    assert post.board_total == 3
    assert ranks(post.givers) == [(1, DEE, 2), (2, ADA, 1), (3, CHI, 1), (3, EVE, 1)]
    assert post.values == (ValueCount("care", 3),)
    assert post.coverage == Coverage(3, len(PEOPLE))
    assert quoted(post.reasons)[0] == first.kudos_id
    assert post.reasons[0].joiners_count == 1
    assert post.names[BO].startswith(BO)
    assert not post.is_so_far


async def test_more_people_than_fit_are_counted(company: Company) -> None:
    await choose(company.store, company.team_id, weekly_length=3)
    await company.give(ADA, BO, CHI, DEE, EVE, FAY)
    post = await company.weekly()
    assert ranks(post.board) == [(1, BO, 1), (1, CHI, 1), (1, DEE, 1)]
    assert post.board_total == 5
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert "and 2 more people" in message.text


async def test_parts_that_are_switched_off_are_not_told(company: Company) -> None:
    await choose(company.store, company.team_id, weekly_parts=(WeeklyPart.COVERAGE,))
    await choose(company.store, company.team_id, monthly_parts=(MonthlyPart.VALUES,))
    await company.join(await company.give(ADA, BO, value="care"), EVE)
    weekly, monthly = await company.weekly(), await company.monthly()
    assert (weekly.board, weekly.givers, weekly.values, weekly.reasons) == ((), (), (), ())
    assert weekly.coverage is not None
    assert monthly.values
    told = (monthly.joined, monthly.first_time, monthly.streaks, monthly.givers, monthly.across)
    assert told == ((), (), (), (), ())
    assert monthly.before is None
    assert monthly.chart is None
    assert monthly.coverage is None


@pytest.mark.parametrize(
    "leaves",
    ["off boards", "deactivated", "erased", "bot", "external"],
)
async def test_who_may_not_be_named_is_in_no_part(company: Company, leaves: str) -> None:
    mine = await company.give(ADA, BO, value="care")
    await company.join(mine, CHI)
    about_me = await company.give(BO, ADA)
    beside_me = await company.give(DEE, ADA, EVE)
    match leaves:
        case "off boards":
            await company.prefer(ADA, on_boards=False)
        case "deactivated":
            await company.see(ADA, is_deactivated=True)
        case "erased":
            await company.store.write(erase, ErasePerson(company.team_id, ADA))
        case "bot":
            await company.see(ADA, is_bot=True)
        case "external":
            await company.see(ADA, is_external=True)
    company.clock.now = MONDAY_AFTER

    weekly = await company.weekly()
    assert ADA not in {each.user_id for each in (*weekly.board, *weekly.givers)}
    assert weekly.board_total == 2
    assert mine.kudos_id not in quoted(weekly.reasons)
    assert about_me.kudos_id not in quoted(weekly.reasons)
    assert quoted(weekly.reasons) == [beside_me.kudos_id]
    assert weekly.reasons[0].kudos.receiver_ids == (EVE,)
    assert weekly.totals.kudos_count == 4  # what they gave and received counts still

    monthly = await company.monthly()
    assert ADA not in monthly.first_time
    assert set(monthly.first_time) == {BO, EVE}
    assert monthly.joined == ()
    assert ADA not in {each.user_id for each in monthly.givers}
    assert monthly.chart is not None
    assert len(monthly.chart.people) == 2

    stays = leaves == "off boards"
    assert weekly.coverage == Coverage(3 if stays else 2, len(PEOPLE) if stays else len(PEOPLE) - 1)
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert ADA not in message.text


async def test_private_thanks_count_in_coverage_alone(company: Company) -> None:
    await company.give(ADA, BO)
    secret = await company.give(CHI, DEE, value="care", audience=Audience.PRIVATE)
    await company.give(CHI, BO, audience=Audience.PRIVATE)
    weekly, monthly = await company.weekly(), await company.monthly()
    assert weekly.totals == Totals(1, 1, 1)
    assert weekly.coverage == Coverage(2, len(PEOPLE))
    assert weekly.values == ()
    told = {each.user_id for each in (*weekly.board, *weekly.givers)}
    assert told == {ADA, BO}
    assert secret.kudos_id not in quoted(weekly.reasons)
    assert monthly.first_time == (BO,)
    assert monthly.chart is not None
    assert sum(monthly.chart.kudos_by_day) == 1

    await company.store.write(undo, UndoKudos(company.team_id, CHI, secret.kudos_id))
    assert (await company.weekly()).coverage == Coverage(1, len(PEOPLE))
    await assert_books_agree(company.store, company.team_id)


async def test_who_was_thanked_in_private_before_is_not_thanked_for_the_first_time(
    company: Company,
) -> None:
    company.clock.now = TUESDAY - timedelta(days=40)
    await company.give(ADA, BO, audience=Audience.PRIVATE)
    company.clock.now = TUESDAY
    await company.give(ADA, BO)
    assert (await company.monthly()).first_time == ()


async def test_what_was_given_in_a_private_channel_counts_and_is_not_told(
    company: Company,
) -> None:
    await company.give(ADA, BO, value="project-x", audience=Audience.CHANNEL)
    weekly, monthly = await company.weekly(), await company.monthly()
    assert weekly.totals.kudos_count == 1
    assert ranks(weekly.board) == [(1, BO, 1)]
    assert weekly.reasons == ()
    assert weekly.values == ()
    assert monthly.chart is not None
    assert monthly.chart.values == ()
    # Said in public once, it is no secret; and what admins chose is none either.
    await company.give(CHI, BO, value="project-x")
    assert (await company.weekly()).values == (ValueCount("project-x", 1),)


async def test_values_that_admins_chose_are_told_wherever_they_were_used(
    company: Company,
) -> None:
    await choose(company.store, company.team_id, value_mode=ValueMode.OPTIONAL, values=("care",))
    await company.give(ADA, BO, value="care", audience=Audience.CHANNEL)
    assert (await company.weekly()).values == (ValueCount("care", 1),)


async def test_a_channel_that_became_private_is_not_quoted_any_more(company: Company) -> None:
    await company.give(ADA, BO, channel="C0WASOPEN1")
    assert len((await company.weekly()).reasons) == 1
    company.close("C0WASOPEN1")
    assert (await company.weekly()).reasons == ()


async def test_hidden_amounts_show_in_nothing_and_decide_nothing(company: Company) -> None:
    await choose(company.store, company.team_id, amounts_hidden=True)
    await company.give(ADA, BO, points=1)
    await company.give(ADA, CHI, points=77)
    post = await company.weekly()
    assert ranks(post.board) == [(1, BO, 1), (1, CHI, 1)]
    message = await company.composed(OutboxKind.WEEKLY_POST, WEEK.key)
    assert message is not None
    assert "point" not in message.text
    # The workspace's id, in names and links, is drawn by lot and may hold any digits.
    shown = f"{message.text} {message.blocks}".replace(company.team_id, "")
    assert "77" not in shown.replace(company.team_id.lower(), "")


async def test_without_boards_a_week_tells_stories_and_coverage(company: Company) -> None:
    await choose(company.store, company.team_id, boards_shown=False)
    for giver, receiver in ((ADA, BO), (CHI, DEE), (EVE, FAY), (GUS, HAL)):
        await company.give(giver, receiver)
    weekly, monthly = await company.weekly(), await company.monthly()
    assert (weekly.board, weekly.givers) == ((), ())
    assert len(weekly.reasons) == 3
    assert weekly.coverage == Coverage(4, len(PEOPLE))
    assert monthly.givers == ()
    assert monthly.givers_total == 4
    assert monthly.chart is not None
    assert monthly.chart.people == ()
    for kind, key in (
        (OutboxKind.WEEKLY_POST, WEEK.key),
        (OutboxKind.MONTHLY_POST, NOVEMBER.key),
    ):
        message = await company.composed(kind, key)
        assert message is not None
        assert "leaderboard" not in message.text.casefold()
        assert [len(each["elements"]) for each in message.blocks if each["type"] == "actions"] == [
            1
        ]
