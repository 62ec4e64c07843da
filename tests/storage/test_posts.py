"""What scheduled posts tell, on each database, of what people really gave."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from bot.domain.errors import NotAdminError
from bot.domain.kudos import Audience, JoinKudos, Kudos, UndoKudos
from bot.domain.members import Member
from bot.domain.outbox import Claimed, OutboxKind
from bot.domain.own_data import ErasePerson
from bot.domain.periods import PeriodKind, period_named, period_of
from bot.domain.posts import Coverage, MonthlyPost, PreviewPost, Totals, ValueCount, WeeklyPost
from bot.domain.preferences import ChangePreferences, Preferences
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, ValueMode, WeeklyPart, WorkspaceSettings
from bot.services import posts
from bot.services.erasure import erase
from bot.services.joining import join
from bot.services.kudos import give, undo
from bot.services.members import SeeChannel, SeePeople, see_channel, see_people
from bot.services.preferences import change_preferences
from bot.services.workspaces import view_workspace
from tests.storage.conftest import GENERAL, PEOPLE
from tests.watching import assert_books_agree, choose

if TYPE_CHECKING:
    from bot.messages.message import Message
    from storage.store import Session, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found, Team

TUESDAY = datetime(2026, 11, 17, 12, tzinfo=UTC)
MONDAY_AFTER = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 10, tzinfo=UTC)
WEEK = period_of(PeriodKind.WEEK, date(2026, 11, 17))
NOVEMBER = period_of(PeriodKind.MONTH, date(2026, 11, 17))
WHY = "for staying late with me until the release was out of the door"
GENEROUS = WorkspaceSettings(allowance=1_000, points_max=100, undo_minutes=10**6)
ADA, BO, CHI, DEE, EVE, FAY, GUS, HAL = PEOPLE


@dataclass
class Company:
    """A workspace in which things are given, and what its posts tell."""

    store: Store
    clock: Clock
    team: Team
    names: dict[str, str] = field(default_factory=dict)

    @property
    def team_id(self) -> str:
        return self.team.team_id

    async def give(
        self, giver: str, *receivers: str, why: str = WHY, channel: str = GENERAL, **more: Any
    ) -> Kudos:
        """Give, a second after what was given before."""
        self.clock.advance(seconds=1)
        numbers = tuple(PEOPLE.index(each) for each in receivers)
        request = self.team.gift(PEOPLE.index(giver), numbers, **more)
        request = replace(request, reason=why, channel_id=channel)
        return (await self.store.write(give, request)).kudos

    async def join(self, kudos: Kudos, *joiners: str) -> None:
        for user_id in joiners:
            request = JoinKudos(self.team_id, f"join:{uuid4().hex}", user_id, kudos.kudos_id)
            await self.store.write(join, request)

    async def weekly(self, key: str = WEEK.key) -> WeeklyPost:
        def read(session: Session, key: str, now: datetime) -> WeeklyPost:
            workspace = view_workspace(session, self.team_id, now)
            return posts.weekly_post(session, workspace, period_named(key), now)

        return await self.store.read(read, key)

    async def monthly(self, key: str = NOVEMBER.key) -> MonthlyPost:
        def read(session: Session, key: str, now: datetime) -> MonthlyPost:
            workspace = view_workspace(session, self.team_id, now)
            return posts.monthly_post(session, workspace, period_named(key), now)

        return await self.store.read(read, key)

    async def composed(
        self, kind: OutboxKind, key: str, posted_ts: str | None = None
    ) -> Message | None:
        """Return what delivery would send, or bring up to date."""
        claimed = _claimed(self.team_id, kind, key, posted_ts)
        make = posts.compose_weekly if kind is OutboxKind.WEEKLY_POST else posts.compose_monthly

        def read(session: Session, claimed: Claimed, now: datetime) -> Message | None:
            return make(session, view_workspace(session, self.team_id, now), claimed, now)

        return await self.store.read(read, claimed)

    async def prefer(self, user_id: str, **chosen: Any) -> None:
        request = ChangePreferences(self.team_id, user_id, Preferences(**chosen))
        await self.store.write(change_preferences, request)

    async def see(self, user_id: str, **facts: Any) -> None:
        member = replace(Member(self.team_id, user_id, user_id), **facts)
        await self.store.write(see_people, SeePeople(self.team_id, (member,)))


def _claimed(team_id: str, kind: OutboxKind, key: str, posted_ts: str | None) -> Claimed:
    return Claimed(
        team_id=team_id,
        outbox_id="O1",
        kind=kind,
        kudos_id=None,
        user_id=None,
        channel_id=GENERAL,
        thread_ts=None,
        fallbacks=(),
        details={"period": key, "place": GENERAL},
        revision=1,
        attempts=1,
        posted_channel_id=None if posted_ts is None else GENERAL,
        posted_ts=posted_ts,
        created_at=MONDAY_AFTER,
        lease_until=MONDAY_AFTER,
        in_doubt_since=None,
    )


@pytest.fixture
async def company(store: Store, clock: Clock, found: Found) -> Company:
    clock.now = TUESDAY
    return Company(store, clock, await found(settings=GENEROUS))


def ranks(standings: Any) -> list[tuple[int, str, int]]:
    return [(each.rank, each.user_id, each.people_count) for each in standings]


def quoted(stories: Any) -> list[str]:
    return [each.kudos.kudos_id for each in stories]


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
    assert (await company.weekly()).values == (ValueCount("project-x", 2),)


async def test_values_that_admins_chose_are_told_wherever_they_were_used(
    company: Company,
) -> None:
    await choose(company.store, company.team_id, value_mode=ValueMode.OPTIONAL, values=("care",))
    await company.give(ADA, BO, value="care", audience=Audience.CHANNEL)
    assert (await company.weekly()).values == (ValueCount("care", 1),)


async def test_a_channel_that_became_private_is_not_quoted_any_more(company: Company) -> None:
    await company.give(ADA, BO, channel="C0WASOPEN1")
    assert len((await company.weekly()).reasons) == 1
    closed = SeeChannel(company.team_id, "C0WASOPEN1", is_public=False)
    await company.store.write(see_channel, closed)
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
    assert "77" not in message.text


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
        await company.store.read(posts.preview, request)


@pytest.mark.parametrize("kind", [ScheduleKind.WEEKLY, ScheduleKind.MONTHLY])
async def test_a_preview_in_the_first_week_shows_what_there_is_so_far(
    company: Company, kind: ScheduleKind
) -> None:
    await company.see(ADA, is_admin=True)
    request = PreviewPost(company.team_id, ADA, kind)
    nothing = await company.store.read(posts.preview, request)
    assert nothing.totals.kudos_count == 0
    assert not nothing.is_so_far
    await company.give(ADA, BO)
    first = await company.store.read(posts.preview, request)
    assert first.totals.kudos_count == 1
    assert first.is_so_far
    company.clock.now = FIRST_OF_DECEMBER
    await company.give(ADA, BO)
    if kind is ScheduleKind.MONTHLY:
        over = await company.store.read(posts.preview, request)
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
