"""Looking back: leaderboards, one's own summary, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import (
    History,
    Leaderboard,
    MySummary,
    Side,
    Standing,
    ViewHistory,
    rank,
    streak_weeks,
)
from bot.domain.errors import BoardsHiddenError
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.domain.privacy import as_seen_by
from bot.services.budgets import allowance_of
from storage import kudos as kudos_table
from storage import ledger, standings
from storage.members import find_preferences, names_of
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.boards import ViewLeaderboard, ViewSummary
    from bot.domain.kudos import Kudos
    from storage.store import Session

BOARD_LENGTH = 10
LAST_RECEIVED = 3
HISTORY_LENGTH = 10
STREAK_DAYS_READ = 400  # days with a thank-you that are looked at: more than a year of weeks


def view_leaderboard(session: Session, request: ViewLeaderboard, now: datetime) -> Leaderboard:
    """Return the top of a board and the viewer's own place.

    Raises `BoardsHiddenError` where admins have switched boards off.
    """
    workspace = get_workspace(session, request.team_id)
    if not workspace.settings.boards_shown:
        raise BoardsHiddenError
    board = request.board
    period = period_of(board.period, local_day(now, workspace.zone))
    places = standings.find_top(
        session,
        request.team_id,
        period,
        side=board.side,
        value=board.value,
        limit=BOARD_LENGTH,
    )
    top = rank([(place.user_id, place.name, *place[2:]) for place in places])
    return Leaderboard(
        period=period,
        side=board.side,
        value=board.value,
        standings=top,
        people_total=standings.count_people(
            session, request.team_id, period, side=board.side, value=board.value
        ),
        own=_own_place(session, request, top, now),
    )


def _own_place(
    session: Session, request: ViewLeaderboard, top: tuple[Standing, ...], now: datetime
) -> Standing | None:
    """Return the viewer's place if it is not among those that are shown."""
    if any(standing.user_id == request.viewer_id for standing in top):
        return None
    workspace = get_workspace(session, request.team_id)
    board = request.board
    place = standings.find_place(
        session,
        request.team_id,
        period_of(board.period, local_day(now, workspace.zone)),
        request.viewer_id,
        side=board.side,
        value=board.value,
    )
    if place is None:
        return None
    names = names_of(session, request.team_id, [request.viewer_id])
    return Standing(place[0], request.viewer_id, names.get(request.viewer_id, ""), *place[1:])


def view_summary(session: Session, request: ViewSummary, now: datetime) -> MySummary:
    """Return what a person has left to give, what they received, and how they stand this week."""
    workspace = get_workspace(session, request.team_id)
    user_id = request.viewer_id
    today = local_day(now, workspace.zone)
    week = period_of(PeriodKind.WEEK, today)
    counts = standings.find_counts(session, request.team_id, week, user_id)
    place = standings.find_place(
        session, request.team_id, week, user_id, side=Side.RECEIVERS, value=None
    )
    last = _as_seen(
        session,
        ViewHistory(request.team_id, viewer_id=user_id, user_id=user_id),
        kudos_table.find_received(
            session, request.team_id, user_id, viewer_id=user_id, limit=LAST_RECEIVED
        ),
    )
    days = kudos_table.find_days_given(session, request.team_id, user_id, STREAK_DAYS_READ)
    allowance = allowance_of(session, workspace, user_id, now)
    return MySummary(
        allowance_left=allowance.left - allowance.boost_left,
        allowance=allowance.amount + allowance.rolled_over,
        renews_at=allowance.renews_at,
        boosts=allowance.boosts,
        balance=ledger.find_balance(session, request.team_id, user_id),
        received_count=counts["kudos_received"],
        given_count=counts["kudos_given"],
        thanked_by_count=counts["givers_count"],
        rank=place[0] if place is not None and workspace.settings.boards_shown else None,
        streak_weeks=streak_weeks(days, today),
        last_received=tuple(last),
        names=_names(session, request.team_id, last),
    )


def view_history(session: Session, request: ViewHistory, now: datetime) -> History:
    """Return the last kudos that a person gave or received, as far as the viewer may see them."""
    del now
    given, received = (
        find(
            session,
            request.team_id,
            request.user_id,
            viewer_id=request.viewer_id,
            limit=HISTORY_LENGTH,
        )
        for find in (kudos_table.find_given, kudos_table.find_received)
    )
    newest_first = sorted(
        _as_seen(session, request, [*given, *received]),
        key=lambda kudos: kudos.kudos_id,
        reverse=True,
    )[:HISTORY_LENGTH]
    names = _names(session, request.team_id, newest_first, request.user_id)
    return History(
        user_id=request.user_id,
        name=names.get(request.user_id),
        is_own=request.user_id == request.viewer_id,
        kudos=tuple(newest_first),
        names=names,
    )


def _as_seen(session: Session, request: ViewHistory, found: Iterable[Kudos]) -> list[Kudos]:
    """Return what the viewer may read of these kudos of a person, who has a part in each."""
    found = list(found)
    receiver_ids = {user_id for kudos in found for user_id in kudos.receiver_ids}
    preferences = find_preferences(session, request.team_id, receiver_ids)
    seen = (as_seen_by(request.viewer_id, kudos, preferences) for kudos in found)
    return [
        kudos
        for kudos in seen
        if kudos is not None and request.user_id in {kudos.giver_id, *kudos.receiver_ids}
    ]


def _names(session: Session, team_id: str, shown: Iterable[Kudos], *others: str) -> dict[str, str]:
    people = {user_id for kudos in shown for user_id in (kudos.giver_id, *kudos.receiver_ids)}
    return names_of(session, team_id, people | set(others))
