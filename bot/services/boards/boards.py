"""Looking back: leaderboards, one's own summary, history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.boards import (
    History,
    Leaderboard,
    MySummary,
    ShowLeaderboard,
    Side,
    Standing,
    ViewHistory,
    board_asked,
    rank,
)
from bot.domain.errors import AmountsHiddenError, BoardsHiddenError, UnknownChannelsError
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.domain.privacy import NO_CHANNEL, Publicity, Viewer, publicity_of
from bot.domain.workspaces import ValueMode
from bot.services.boards.streaks import streak_of
from bot.services.giving.budgets import allowance_of
from bot.services.giving.naming import names_in
from bot.services.giving.reading import as_read_by
from bot.services.rights import check_belongs
from storage import boards as boards_table
from storage import kudos as kudos_table
from storage import ledger
from storage.boards import Board, Page
from storage.digest import count_own
from storage.privacy import find_channels_of
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.boards import ViewLeaderboard, ViewSummary
    from bot.domain.kudos import Kudos
    from bot.domain.privacy import Told
    from bot.domain.workspaces import Workspace, WorkspaceSettings
    from storage.engine.store import Connection

BOARD_LENGTH = 10
VALUES_SHOWN = 99  # a select has a hundred choices, and one of them is all values
LAST_RECEIVED = 3
HISTORY_LENGTH = 10
CHANNELS_ASKED = 20  # for one board
NOBODY = Page([], None, 0)


def view_leaderboard(
    connection: Connection, request: ViewLeaderboard, now: datetime
) -> Leaderboard:
    """Return a page of a board and the viewer's own place; beyond the end, the last page.

    Raises `BoardsHiddenError` where admins have switched boards off, and `AmountsHiddenError` for
    one of points where only those who gave or received them may see those. Raises like
    `check_belongs`, too.
    """
    workspace = get_workspace(connection, request.team_id)
    check_belongs(connection, workspace, request.viewer_id)
    settings = workspace.settings
    today = local_day(now, workspace.zone)
    board = request.board
    if not settings.boards_shown:
        raise BoardsHiddenError
    if settings.amounts_hidden and board.side is Side.POINTS:
        raise AmountsHiddenError
    if isinstance(board, ShowLeaderboard):
        wish = replace(board, value=_as_configured(settings, board.value))
        board = board_asked(wish, today, settings.week_begins)
    period = board.wanted(today, settings.week_begins)
    side, value = board.side, board.value
    wanted = Board(workspace.team_id, period, side, value, settings.amounts_hidden)
    page, found = _page(connection, wanted, request.viewer_id, board.page, now)
    values, hidden = _values(connection, workspace, wanted, found, request.told, now)
    if value in hidden:
        page, found = 0, NOBODY
    return Leaderboard(
        period=period,
        side=side,
        value=value,
        standings=_standings(connection, wanted, page, found),
        people_total=found.people_total,
        own=_own_place(found),
        today=today,
        page=page,
        pages=_pages(found),
        values=values,
        week_begins=settings.week_begins,
    )


def _page(
    connection: Connection, board: Board, viewer_id: str, page: int, now: datetime
) -> tuple[int, Page]:
    """Return a page and its number: the last one where there are not so many."""
    found = boards_table.find_page(
        connection, board, viewer_id, now, limit=BOARD_LENGTH, offset=page * BOARD_LENGTH
    )
    if found.places or page == 0:
        return page, found
    return _page(connection, board, viewer_id, min(page, _pages(found)) - 1, now)


def _pages(found: Page) -> int:
    return max(1, -(-found.people_total // BOARD_LENGTH))


def _standings(
    connection: Connection, board: Board, page: int, found: Page
) -> tuple[Standing, ...]:
    offset, first_rank = page * BOARD_LENGTH, 1
    if offset and found.places:
        # Who is equal to the last of the page before shares that one's rank.
        first = boards_table.find_place(connection, board, found.places[0].user_id)
        first_rank = offset + 1 if first is None else first.rank
    return rank(
        [(*place,) for place in found.places], first_rank=first_rank, first_place=offset + 1
    )


def _own_place(found: Page) -> Standing | None:
    """Return the viewer's place if it is not among those that are shown."""
    if found.own is None or any(found.own.place.user_id == each.user_id for each in found.places):
        return None
    user_id, name, people_count, points = found.own.place
    return Standing(found.own.rank, user_id, name, people_count, points)


def _as_configured(settings: WorkspaceSettings, value: str | None) -> str | None:
    """Return a value as it is stored: people type them in small letters, admins may not."""
    if value is None:
        return None
    return next((own for own in settings.values if own.casefold() == value.casefold()), value)


def _values(
    connection: Connection,
    workspace: Workspace,
    board: Board,
    page: Page,
    told: Told,
    now: datetime,
) -> tuple[tuple[str, ...], set[str]]:
    """Return the values that can be chosen, and those that the viewer may not know of.

    These can be chosen: the workspace's own, and those used in the period where everybody may read
    them still.
    """
    settings = workspace.settings
    own = () if settings.value_mode is ValueMode.FREE else settings.values
    is_large, shown = page.people_total > boards_table.MANY_PEOPLE, board.value
    found = boards_table.find_values(connection, board, now, VALUES_SHOWN, is_large=is_large)
    unsure = {*found, *([] if shown is None else [shown])}.difference(settings.values)
    hidden = _hidden(connection, board, unsure, told) if unsure else set()
    seen = [value for value in found if value not in hidden]
    offered = list(dict.fromkeys([*own, *seen]))[:VALUES_SHOWN]
    if shown is not None and shown not in offered:
        offered = [*offered[: VALUES_SHOWN - 1], shown]
    return tuple(offered), hidden


def _hidden(connection: Connection, board: Board, values: Iterable[str], told: Told) -> set[str]:
    """Return those of these values that were used only where not everybody may read them now.

    Raises `UnknownChannelsError` where Slack has to be asked first; about so many channels only.
    """
    used = find_channels_of(connection, board.team_id, board.period, sorted(values))
    asked = list(dict.fromkeys(channel_id for _, channel_id in used))[:CHANNELS_ASKED]
    missing = [each for each in asked if each not in told and each != NO_CHANNEL]
    if missing:
        raise UnknownChannelsError(tuple(missing))
    public = {value for value, where in used if publicity_of(where, told) is Publicity.PUBLIC}
    return set(values) - public


def view_summary(connection: Connection, request: ViewSummary, now: datetime) -> MySummary:
    """Return what a person has left to give, what they received, and how they stand this week."""
    workspace = get_workspace(connection, request.team_id)
    user_id = request.viewer_id
    today = local_day(now, workspace.zone)
    week_begins = workspace.settings.week_begins
    week = period_of(PeriodKind.WEEK, today, week_begins)
    own = count_own(connection, request.team_id, user_id, week)
    is_ranked, is_hidden = workspace.settings.boards_shown, workspace.settings.amounts_hidden
    of_week = Board(request.team_id, week, is_hidden=is_hidden)
    place = boards_table.find_place(connection, of_week, user_id) if is_ranked else None
    last = _as_seen(
        connection,
        ViewHistory(request.team_id, viewer_id=user_id, user_id=user_id),
        kudos_table.find_received(
            connection, request.team_id, user_id, viewer_id=user_id, limit=LAST_RECEIVED
        ),
    )
    allowance = allowance_of(connection, workspace, user_id, now)
    return MySummary(
        allowance_left=allowance.left - allowance.boost_left,
        allowance=allowance.amount + allowance.rolled_over,
        renews_at=allowance.renews_at,
        boosts=allowance.boosts,
        balance=ledger.find_balance(connection, request.team_id, user_id),
        received_count=own.received_count,
        given_count=own.given_count,
        thanked_by_count=own.thanked_by_count,
        rank=None if place is None else place.rank,
        streak_weeks=streak_of(connection, request.team_id, user_id, today, week_begins),
        last_received=tuple(last),
        names=names_in(connection, request.team_id, last),
    )


def view_history(connection: Connection, request: ViewHistory, now: datetime) -> History:
    """Return the last kudos that a person gave or received, as far as the viewer may see them.

    Raises like `check_belongs` where they are somebody else's.
    """
    del now
    if request.user_id != request.viewer_id:
        workspace = get_workspace(connection, request.team_id)
        check_belongs(connection, workspace, request.viewer_id)
    given, received = (
        find(
            connection,
            request.team_id,
            request.user_id,
            viewer_id=request.viewer_id,
            limit=HISTORY_LENGTH,
        )
        for find in (kudos_table.find_given, kudos_table.find_received)
    )
    newest_first = sorted(
        _as_seen(connection, request, [*given, *received]),
        key=lambda kudos: kudos.kudos_id,
        reverse=True,
    )[:HISTORY_LENGTH]
    names = names_in(connection, request.team_id, newest_first, [request.user_id])
    return History(
        user_id=request.user_id,
        name=names.get(request.user_id),
        is_own=request.user_id == request.viewer_id,
        kudos=tuple(newest_first),
        names=names,
    )


def _as_seen(connection: Connection, request: ViewHistory, found: Iterable[Kudos]) -> list[Kudos]:
    """Return what the viewer may read of these kudos of a person, who has a part in each."""
    seen = as_read_by(connection, Viewer(request.viewer_id), found, request.told)
    return [kudos for kudos in seen if request.user_id in {kudos.giver_id, *kudos.receiver_ids}]
