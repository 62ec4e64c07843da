"""The Home tab of a person. It is drawn after everything they do, so it asks few questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import UnknownMembersError
from bot.domain.highlights import may_be_named
from bot.domain.home import Home
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.domain.privacy import Viewer, seen_by
from bot.services.boards.streaks import streak_of
from bot.services.giving.budgets import allowance_of
from storage import home as home_tables
from storage import preferences as preferences_table
from storage.digest import count_own
from storage.members import find_members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.home import ViewHome
    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection
    from storage.home import Listed


@dataclass(frozen=True, slots=True)
class OpenHome:
    """Somebody looks at their Home tab."""

    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class FindHomes:
    """Which of these people have opened their Home tab before?"""

    team_id: str
    user_ids: tuple[str, ...]


def open_home(connection: Connection, request: OpenHome, now: datetime) -> None:
    """Remember that somebody has a Home tab; raises `UnknownMembersError` for a stranger."""
    if not find_members(connection, request.team_id, [request.user_id]):
        raise UnknownMembersError((request.user_id,))
    preferences_table.note_home_opened(connection, request.team_id, request.user_id, now)


def find_homes(connection: Connection, request: FindHomes, now: datetime) -> list[str]:
    """Return those of these people who have opened their Home tab before."""
    del now
    return preferences_table.find_with_home(connection, request.team_id, request.user_ids)


def view_home(connection: Connection, request: ViewHome, now: datetime) -> Home:
    """Return what a person's Home tab shows: eight statements, and one more for a long streak.

    Raises `UnknownMembersError` for somebody whom the store has not met.
    """
    workspace = get_workspace(connection, request.team_id)
    today = local_day(now, workspace.zone)
    settings = workspace.settings
    week = period_of(PeriodKind.WEEK, today, settings.week_begins)
    facts = home_tables.find_facts(
        connection, request.team_id, request.viewer_id, week, is_hidden=settings.amounts_hidden
    )
    if facts is None:
        raise UnknownMembersError((request.viewer_id,))
    listed = home_tables.find_listed(connection, request.team_id, request.viewer_id, request.shown)
    own = count_own(connection, request.team_id, request.viewer_id, week)
    viewer = listed.people[request.viewer_id]
    allowance = allowance_of(connection, workspace, request.viewer_id, now)
    is_ranked = (
        settings.boards_shown
        and may_be_named(viewer, settings)
        and facts.counts["givers_count"] > 0
    )
    shown = _as_seen(listed, request)
    return Home(
        viewer=viewer,
        settings=settings,
        takes_part=not viewer.is_external or settings.externals_take_part,
        allowance_left=allowance.left - allowance.boost_left,
        allowance=allowance.amount + allowance.rolled_over,
        renews_at=allowance.renews_at,
        boosts=allowance.boosts,
        balance=facts.balance,
        received_count=own.received_count,
        thanked_by_count=own.thanked_by_count,
        given_count=own.given_count,
        rank=facts.ahead + 1 if is_ranked else None,
        streak_weeks=streak_of(
            connection, request.team_id, request.viewer_id, today, settings.week_begins
        ),
        shown=request.shown,
        kudos=shown,
        has_older=listed.has_older,
        names={user_id: person.display_name for user_id, person in listed.people.items()},
        links=workspace.links_to(shown),
    )


def _as_seen(listed: Listed, request: ViewHome) -> tuple[Kudos, ...]:
    """Return a page without the other receivers who want to be thanked in private."""
    chosen = {user_id: person.preferences for user_id, person in listed.people.items()}
    viewer = Viewer(request.viewer_id)
    seen = (seen_by(viewer, kudos, chosen) for kudos in listed.kudos)
    return tuple(kudos for kudos in seen if kudos is not None)
