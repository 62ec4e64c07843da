"""A workspace in which people give, and what its scheduled posts tell of that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.domain.errors import UnknownChannelsError
from bot.domain.kudos import JoinKudos, Kudos
from bot.domain.members import Member
from bot.domain.outbox import ClaimedMessage, OutboxKind
from bot.domain.periods import PeriodKind, period_named, period_of
from bot.domain.posts import Known
from bot.domain.preferences import ChangePreferences, Preferences
from bot.domain.privacy import Publicity
from bot.domain.workspaces import WorkspaceSettings
from bot.services.giving.joining import join
from bot.services.giving.kudos import give
from bot.services.people.members import SeePeople, see_people
from bot.services.people.preferences import change_preferences
from bot.services.posts import posts
from bot.services.settings.workspaces import view_workspace
from tests.storage.conftest import GENERAL, PEOPLE

if TYPE_CHECKING:
    from bot.domain.posts import MonthlyPost, PreviewPost, WeeklyPost
    from bot.messages.blockkit.message import Message
    from storage.engine.store import Connection, Request, Result, Service, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Team

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
    known: Any = field(default_factory=lambda: Known({}))

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
        def read(connection: Connection, key: str, now: datetime) -> WeeklyPost:
            workspace = view_workspace(connection, self.team_id, now)
            return posts.weekly_post(connection, workspace, period_named(key), now, self.known)

        return await self._asked(read, key)

    async def monthly(self, key: str = NOVEMBER.key) -> MonthlyPost:
        def read(connection: Connection, key: str, now: datetime) -> MonthlyPost:
            workspace = view_workspace(connection, self.team_id, now)
            return posts.monthly_post(connection, workspace, period_named(key), now, self.known)

        return await self._asked(read, key)

    async def preview(self, request: PreviewPost) -> WeeklyPost | MonthlyPost:
        def read(
            connection: Connection, request: PreviewPost, now: datetime
        ) -> WeeklyPost | MonthlyPost:
            return posts.preview(connection, replace(request, told=self.known.told), now)

        return await self._asked(read, request)

    async def composed(
        self, kind: OutboxKind, key: str, posted_ts: str | None = None
    ) -> Message | None:
        """Return what delivery would send, or bring up to date."""
        claimed = _claimed(self.team_id, kind, key, posted_ts)
        make = posts.compose_weekly if kind is OutboxKind.WEEKLY_POST else posts.compose_monthly

        def read(connection: Connection, claimed: ClaimedMessage, now: datetime) -> Message | None:
            workspace = view_workspace(connection, self.team_id, now)
            return make(connection, workspace, replace(claimed, told=self.known.told), now)

        return await self._asked(read, claimed)

    async def _asked(self, read: Service[Request, Result], request: Request) -> Result:
        """Return what was read; channels are public but for those that were closed."""
        try:
            return await self.store.read(read, request)
        except UnknownChannelsError as error:
            self.known.told.update(dict.fromkeys(error.channel_ids, Publicity.PUBLIC))
        return await self.store.read(read, request)

    def close(self, channel_id: str) -> None:
        """Make a channel private."""
        self.known.told[channel_id] = Publicity.PRIVATE

    async def prefer(self, user_id: str, **chosen: Any) -> None:
        request = ChangePreferences(self.team_id, user_id, Preferences(**chosen))
        await self.store.write(change_preferences, request)

    async def see(self, user_id: str, **facts: Any) -> None:
        member = replace(Member(self.team_id, user_id, user_id), **facts)
        await self.store.write(see_people, SeePeople(self.team_id, (member,)))


def _claimed(team_id: str, kind: OutboxKind, key: str, posted_ts: str | None) -> ClaimedMessage:
    return ClaimedMessage(
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


def ranks(standings: Any) -> list[tuple[int, str, int]]:
    return [(each.rank, each.user_id, each.people_count) for each in standings]


def quoted(stories: Any) -> list[str]:
    return [each.kudos.kudos_id for each in stories]
