"""What the weekly leaderboard and the monthly highlights tell, read from running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import highlights
from bot.domain.boards import Side, rank
from bot.domain.errors import UnknownChannelsError
from bot.domain.periods import PeriodKind, local_day, period_before, period_named, period_of
from bot.domain.posts import (
    NOTHING_KNOWN,
    ChartBar,
    Known,
    MonthChart,
    MonthlyPost,
    Quoted,
    WeeklyPost,
)
from bot.domain.privacy import publicity_of
from bot.domain.schedules import ScheduleKind, period_told_at
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, WeeklyPart
from bot.messages.posts.monthly import monthly_highlights
from bot.messages.posts.weekly import weekly_leaderboard
from bot.messages.text.words import words_for
from bot.services.giving.naming import names_in
from bot.services.rights import check_rights
from storage import kudos as kudos_table
from storage import posts, schedules
from storage.members import find_members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.boards import Standing
    from bot.domain.kudos import Kudos
    from bot.domain.outbox import ClaimedMessage
    from bot.domain.periods import Period
    from bot.domain.posts import PreviewPost, Streak, ValueCount
    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.message import Message
    from storage.engine.store import Connection

GIVERS_SHOWN = 5  # in the weekly post; its length is that of the board
REASONS_SHOWN = 2
STORIES_SHOWN = 3  # reasons, where there is no board
JOINED_SHOWN = 3  # of the kudos that most people joined in with
CANDIDATES = 100  # kudos that are read to choose from: the newest, and those most joined in with
CHANNELS_ASKED = 50  # in which most was given; Slack is not asked about more for one post
CHART_BARS = 5  # people, and values


def is_empty(connection: Connection, team_id: str, period: Period) -> bool:
    """Return whether nobody gave anything in a period; private thanks do not count."""
    return not posts.has_kudos(connection, team_id, period)


def weekly_post(
    connection: Connection,
    workspace: Workspace,
    period: Period,
    now: datetime,
    known: Known = NOTHING_KNOWN,
) -> WeeklyPost:
    """Return the leaderboard of a week with the parts that the admins chose.

    Raises `UnknownChannelsError` where Slack has to be asked first who may read a channel.
    """
    _check_channels(connection, workspace, period, known)
    settings, team_id = workspace.settings, workspace.team_id
    parts = set(settings.weekly_parts)
    if not settings.boards_shown:
        parts -= {WeeklyPart.BOARD, WeeklyPart.GIVERS}
    board = givers = _NOBODY
    if WeeklyPart.BOARD in parts:
        board = _board(connection, workspace, period, Side.RECEIVERS, settings.weekly_length)
    if WeeklyPart.GIVERS in parts:
        length = min(GIVERS_SHOWN, settings.weekly_length)
        givers = _board(connection, workspace, period, Side.GIVERS, length)
    values = (
        posts.find_values(
            connection, team_id, period, settings, known.open_ids, limit=settings.weekly_length
        )
        if WeeklyPart.VALUES in parts
        else ()
    )
    reasons = _reasons(connection, workspace, period, known) if WeeklyPart.REASONS in parts else ()
    return WeeklyPost(
        period=period,
        totals=posts.find_totals(connection, team_id, period),
        board=board[0],
        board_total=board[1],
        givers=givers[0],
        givers_total=givers[1],
        values=tuple(values),
        reasons=reasons,
        coverage=(
            posts.find_coverage(connection, team_id, period, settings)
            if WeeklyPart.COVERAGE in parts
            else None
        ),
        names=_names(connection, team_id, reasons, [*board[0], *givers[0]]),
        links=workspace.links_to(quoted.kudos for quoted in reasons),
        has_board=settings.boards_shown,
        mentions=settings.weekly_mentions,
        is_so_far=_is_so_far(workspace, period, now),
    )


def monthly_post(
    connection: Connection,
    workspace: Workspace,
    period: Period,
    now: datetime,
    known: Known = NOTHING_KNOWN,
    *,
    file_id: str | None = None,
) -> MonthlyPost:
    """Return the highlights of a month; `file_id` is that of its picture, once Slack has it.

    Raises as `weekly_post` does.
    """
    _check_channels(connection, workspace, period, known)
    settings, team_id = workspace.settings, workspace.team_id
    parts, length = set(settings.monthly_parts), settings.monthly_length
    today = local_day(now, workspace.zone)
    coverage = posts.find_coverage(connection, team_id, period, settings)
    joined: tuple[Quoted, ...] = ()
    across, across_total = joined, 0
    if MonthlyPart.JOINED in parts:
        joined = _joined(connection, workspace, period, min(length, JOINED_SHOWN), known)
    if MonthlyPart.ACROSS in parts:
        told = {quoted.kudos.kudos_id for quoted in joined}
        across, across_total = _across(
            connection, workspace, period, coverage.people_count, told, known
        )
    first_time, first_time_total = (
        posts.find_first_time(connection, team_id, period, today, settings, limit=length)
        if MonthlyPart.FIRST_TIME in parts
        else ([], 0)
    )
    streaks = _streaks(connection, workspace, period, now) if MonthlyPart.STREAKS in parts else ()
    givers = _NOBODY
    if MonthlyPart.GIVERS in parts:
        givers = _board(connection, workspace, period, Side.GIVERS, length)
        if not settings.boards_shown:
            givers = (), givers[1]
    values: list[ValueCount] = []
    if not parts.isdisjoint({MonthlyPart.VALUES, MonthlyPart.PICTURE}):
        most = max(length, CHART_BARS)
        values = posts.find_values(
            connection, team_id, period, settings, known.open_ids, limit=most
        )
    named = [*first_time, *(streak.user_id for streak in streaks[:length])]
    return MonthlyPost(
        period=period,
        totals=posts.find_totals(connection, team_id, period),
        before=(
            posts.find_totals(connection, team_id, period_before(period))
            if MonthlyPart.COMPARED in parts
            else None
        ),
        chart=(
            _chart(connection, workspace, period, values) if MonthlyPart.PICTURE in parts else None
        ),
        file_id=file_id,
        joined=joined,
        first_time=tuple(first_time),
        first_time_total=first_time_total,
        across=across,
        across_total=across_total,
        streaks=streaks[:length],
        streaks_total=len(streaks),
        values=tuple(values[:length]) if MonthlyPart.VALUES in parts else (),
        coverage=coverage if MonthlyPart.COVERAGE in parts else None,
        givers=givers[0],
        givers_total=givers[1],
        names=_names(connection, team_id, [*joined, *across], givers[0], named),
        links=workspace.links_to(quoted.kudos for quoted in [*joined, *across]),
        has_board=settings.boards_shown,
        mentions=settings.monthly_mentions,
        is_so_far=_is_so_far(workspace, period, now),
    )


def compose_weekly(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage, now: datetime
) -> Message | None:
    """Return the weekly post that the outbox asks for, as it stands now."""
    period = period_named(claimed.details["period"])
    if _is_dropped(connection, workspace, claimed, ScheduleKind.WEEKLY, period):
        return None
    words = words_for(workspace.settings.locale).named(workspace.settings)
    post = weekly_post(connection, workspace, period, now, Known(claimed.told, claimed.gone))
    return weekly_leaderboard(words, post).quoting(quoted_in(post))


def compose_monthly(
    connection: Connection, workspace: Workspace, claimed: ClaimedMessage, now: datetime
) -> Message | None:
    """Return the monthly post that the outbox asks for, as it stands now."""
    period = period_named(claimed.details["period"])
    if _is_dropped(connection, workspace, claimed, ScheduleKind.MONTHLY, period):
        return None
    file_id = schedules.find_file_id(
        connection, workspace.team_id, ScheduleKind.MONTHLY, period.key, claimed.details["place"]
    )
    words = words_for(workspace.settings.locale).named(workspace.settings)
    known = Known(claimed.told, claimed.gone)
    post = monthly_post(connection, workspace, period, now, known, file_id=file_id)
    return monthly_highlights(words, post).quoting(quoted_in(post))


def quoted_in(post: WeeklyPost | MonthlyPost) -> list[Kudos]:
    """Return the kudos that a post tells again."""
    quoted = post.reasons if isinstance(post, WeeklyPost) else (*post.joined, *post.across)
    return [each.kudos for each in quoted]


def preview(
    connection: Connection, request: PreviewPost, now: datetime
) -> WeeklyPost | MonthlyPost:
    """Return what an admin's post would tell: of the last period that is over.

    Where that is empty and the one under way is not, it tells of that one so far. Raises
    `NotAdminError`, and as `weekly_post` does.
    """
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.viewer_id)
    period = period_told_at(workspace, request.kind, now)
    if is_empty(connection, request.team_id, period):
        today, week_begins = local_day(now, workspace.zone), workspace.settings.week_begins
        under_way = period_of(period.kind, today, week_begins)
        if not is_empty(connection, request.team_id, under_way):
            period = under_way
    make = weekly_post if period.kind is PeriodKind.WEEK else monthly_post
    return make(connection, workspace, period, now, Known(request.told, request.gone))


_NOBODY: tuple[tuple[Standing, ...], int] = ((), 0)


def _is_dropped(
    connection: Connection,
    workspace: Workspace,
    claimed: ClaimedMessage,
    kind: ScheduleKind,
    period: Period,
) -> bool:
    """Return whether all was taken back before it was posted, and admins want nothing then.

    What an admin asked for at once is posted whatever there is to tell.
    """
    settings = workspace.settings
    is_weekly = kind is ScheduleKind.WEEKLY
    on_empty = settings.weekly_empty if is_weekly else settings.monthly_empty
    if claimed.posted_ts is not None or on_empty is EmptyPeriod.TEXT:
        return False
    if not is_empty(connection, workspace.team_id, period):
        return False
    place = claimed.details["place"]
    asked = schedules.find_result(connection, workspace.team_id, kind, period.key, place)
    return asked is None or asked.actor_id is None


def _is_so_far(workspace: Workspace, period: Period, now: datetime) -> bool:
    return local_day(now, workspace.zone) < period.end_day


def _board(
    connection: Connection, workspace: Workspace, period: Period, side: Side, limit: int
) -> tuple[tuple[Standing, ...], int]:
    places, total = posts.find_board(
        connection, workspace.team_id, period, workspace.settings, side=side, limit=limit
    )
    return rank([(*place,) for place in places]), total


def _check_channels(
    connection: Connection, workspace: Workspace, period: Period, known: Known
) -> None:
    """Raise unless Slack has told lately who may read the channels in which most was given."""
    most = posts.find_channels(connection, workspace.team_id, period, limit=CHANNELS_ASKED)
    missing = [channel_id for channel_id in most if channel_id not in known.told]
    if missing:
        raise UnknownChannelsError(tuple(missing))


def _reasons(
    connection: Connection, workspace: Workspace, period: Period, known: Known
) -> tuple[Quoted, ...]:
    team_id, settings, open_ids = workspace.team_id, workspace.settings, known.open_ids
    joined = posts.find_joined(connection, team_id, period, settings, open_ids, limit=CANDIDATES)
    newest = posts.find_newest(connection, team_id, period, settings, open_ids, limit=CANDIDATES)
    candidates = _quoted(connection, workspace, [*joined, *newest], joined, known)
    shown = REASONS_SHOWN if settings.boards_shown else STORIES_SHOWN
    return highlights.best_reasons(candidates, shown)


def _joined(
    connection: Connection, workspace: Workspace, period: Period, limit: int, known: Known
) -> tuple[Quoted, ...]:
    joined = posts.find_joined(
        connection,
        workspace.team_id,
        period,
        workspace.settings,
        known.open_ids,
        limit=CANDIDATES,
    )
    return highlights.most_joined(_quoted(connection, workspace, joined, joined, known), limit)


def _across(
    connection: Connection,
    workspace: Workspace,
    period: Period,
    people_count: int,
    told: Collection[str],
    known: Known,
) -> tuple[tuple[Quoted, ...], int]:
    """Return the best thanks from one team to another, and how many there are.

    What the post tells already, it does not tell again.
    """
    team_id = workspace.team_id
    teams = highlights.teams_of(posts.find_groups(connection, team_id), people_count)
    if teams is None:
        return (), 0
    gifts = posts.find_gifts(connection, team_id, period, known.open_ids)
    across = dict.fromkeys(
        kudos_id
        for kudos_id, giver_id, receiver_id in gifts
        if highlights.is_across(giver_id, receiver_id, teams)
    )
    joined = posts.find_joined(
        connection, team_id, period, workspace.settings, known.open_ids, limit=CANDIDATES
    )
    newest = [kudos_id for kudos_id in across if kudos_id not in told][:CANDIDATES]
    chosen = [kudos_id for kudos_id in joined if kudos_id in across and kudos_id not in told]
    candidates = [
        quoted
        for quoted in _quoted(connection, workspace, [*chosen, *newest], joined, known)
        if highlights.tells_of_teams(quoted.kudos, teams)
    ]
    return highlights.best_reasons(candidates, REASONS_SHOWN), len(across)


def _quoted(
    connection: Connection,
    workspace: Workspace,
    kudos_ids: Iterable[str],
    joined: Mapping[str, int],
    known: Known,
) -> list[Quoted]:
    """Return those of these kudos that a post may tell, as it may tell them."""
    team_id = workspace.team_id
    standing = [each for each in dict.fromkeys(kudos_ids) if each not in known.gone]
    found = kudos_table.find_some(connection, team_id, standing)
    involved = {user_id for kudos in found for user_id in kudos.everybody}
    people = find_members(connection, team_id, involved)
    seen = (
        highlights.as_quoted(
            kudos, people, workspace.settings, publicity_of(kudos.channel_id, known.told)
        )
        for kudos in found
    )
    return [Quoted(kudos, joined.get(kudos.kudos_id, 0)) for kudos in seen if kudos is not None]


def _streaks(
    connection: Connection, workspace: Workspace, period: Period, now: datetime
) -> tuple[Streak, ...]:
    team_id = workspace.team_id
    today, week_begins = local_day(now, workspace.zone), workspace.settings.week_begins
    until = highlights.last_week(period, today, week_begins)
    found = highlights.find_streaks(
        until, lambda week: posts.find_givers(connection, team_id, week)
    )
    nameable = posts.find_nameable(connection, team_id, workspace.settings) if found else set()
    return tuple(streak for streak in found if streak.user_id in nameable)


def _chart(
    connection: Connection, workspace: Workspace, period: Period, values: Sequence[ValueCount]
) -> MonthChart:
    team_id, settings = workspace.team_id, workspace.settings
    people: tuple[ChartBar, ...] = ()
    if settings.boards_shown:
        board, _ = _board(connection, workspace, period, Side.RECEIVERS, CHART_BARS)
        people = tuple(ChartBar(standing.name, standing.people_count) for standing in board)
    return MonthChart(
        period=period,
        kudos_by_day=posts.count_by_day(connection, team_id, period),
        people=people,
        values=tuple(ChartBar(each.value, each.kudos_count) for each in values[:CHART_BARS]),
    )


def _names(
    connection: Connection,
    team_id: str,
    quoted: Iterable[Quoted],
    standings: Iterable[Standing],
    others: Iterable[str] = (),
) -> dict[str, str]:
    named = {standing.user_id for standing in standings}
    return names_in(connection, team_id, (each.kudos for each in quoted), named.union(others))
