"""Who is on boards: the same people on request, in ranks and in posts, whatever has changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.admin import ChangeSettings
from bot.domain.boards import BoardState, Side, ViewLeaderboard, ViewSummary
from bot.domain.home import ViewHome
from bot.domain.members import Member
from bot.domain.periods import PeriodKind, period_of
from bot.domain.personal_data import ErasePerson
from bot.domain.posts import Known
from bot.domain.preferences import ChangePreferences, Preferences
from bot.domain.workspaces import WorkspaceSettings
from bot.services.boards.boards import view_leaderboard, view_summary
from bot.services.giving.kudos import give
from bot.services.home.home import view_home
from bot.services.operations.checks import check_stores
from bot.services.people.erasure import erase
from bot.services.people.members import SeePeople, SeePerson, learn_rights, see_people, see_person
from bot.services.people.preferences import change_preferences
from bot.services.posts.posts import weekly_post
from bot.services.settings.admin import change_settings
from bot.services.settings.workspaces import view_workspace
from storage.boards import MANY_PEOPLE
from storage.standings import COUNTS
from storage.tables.schema import standings
from tests.storage.conftest import PEOPLE
from tests.telling import ALL_OPEN
from tests.watching import choose

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.boards import Leaderboard
    from storage.engine.store import Connection
    from tests.conftest import Clock
from tests.storage.conftest import Found, Team

ADA, BO, CHI, DEE, EVE, FAY, GUS, HAL = PEOPLE
GENEROUS = WorkspaceSettings(allowance=1_000, points_max=100)
WEEK = period_of(PeriodKind.WEEK, date(2026, 11, 18))


async def on_boards(team: Team, kind: PeriodKind = PeriodKind.WEEK, **asked: Any) -> Leaderboard:
    """Return a board as Hal sees it, who is on none."""
    board = BoardState(kind, **asked)
    return await team.store.read(
        view_leaderboard, ViewLeaderboard(team.team_id, HAL, board, ALL_OPEN)
    )


def ranks(board: Leaderboard) -> list[tuple[int, str]]:
    return [(standing.rank, standing.user_id) for standing in board.standings]


def in_post(connection: Connection, team_id: str, now: datetime) -> list[tuple[int, str]]:
    post = weekly_post(
        connection, view_workspace(connection, team_id, now), WEEK, now, Known(ALL_OPEN)
    )
    return [(standing.rank, standing.user_id) for standing in post.board]


@pytest.fixture
async def team(found: Found) -> Team:
    """Bo stands before Chi, Chi before Dee, Dee before Eve, for a value and in every period."""
    made: Team = await found(settings=GENEROUS)
    for place, receiver in enumerate((1, 2, 3, 4)):
        gift = made.gift(0, (receiver,), points=40 - 10 * place, value="care")
        await made.store.write(give, gift)
    return made


async def leaves(team: Team, *, again: bool = False) -> None:
    gone = Member(team.team_id, CHI, "Chi", is_deactivated=not again)
    await team.store.write(see_people, SeePeople(team.team_id, (gone,)))


async def leaves_as_an_event_tells(team: Team, *, again: bool = False) -> None:
    await team.store.write(
        see_person, SeePerson(Member(team.team_id, CHI, "Chi", is_deactivated=not again))
    )


async def leaves_as_is_heard_when_rights_are_asked_for(team: Team, *, again: bool = False) -> None:
    gone = Member(team.team_id, CHI, "Chi", is_deactivated=not again)
    await team.store.write(learn_rights, gone)


async def leaves_as_an_event_tells_and_is_back_at_the_start(
    team: Team, *, again: bool = False
) -> None:
    await (leaves if again else leaves_as_an_event_tells)(team, again=again)


async def opts_out(team: Team, *, again: bool = False) -> None:
    wish = ChangePreferences(team.team_id, CHI, Preferences(on_boards=again))
    await team.store.write(change_preferences, wish)


async def is_erased(team: Team, *, again: bool = False) -> None:
    if again:
        back = Member(team.team_id, CHI, "Chi")
        await team.store.write(see_people, SeePeople(team.team_id, (back,), come_back=True))
    else:
        await team.store.write(erase, ErasePerson(team.team_id, CHI))


async def is_a_guest_no_longer_let_in(team: Team, *, again: bool = False) -> None:
    admin = Member(team.team_id, ADA, "Ada", is_admin=True)
    guest = Member(team.team_id, CHI, "Chi", is_guest=True)
    await team.store.write(see_people, SeePeople(team.team_id, (admin, guest)))
    wish = ChangeSettings(team.team_id, ADA, {"guests_take_part": "yes" if again else "no"})
    await team.store.write(change_settings, wish)


@pytest.mark.parametrize(
    "goes",
    [
        leaves,
        leaves_as_an_event_tells,
        leaves_as_is_heard_when_rights_are_asked_for,
        leaves_as_an_event_tells_and_is_back_at_the_start,
        opts_out,
        is_erased,
        is_a_guest_no_longer_let_in,
    ],
)
async def test_who_does_not_count_is_on_no_board_and_comes_back_to_all(
    team: Team, goes: Callable[..., Awaitable[None]]
) -> None:
    everybody = [(1, BO), (2, CHI), (3, DEE), (4, EVE)]
    assert ranks(await on_boards(team)) == everybody
    await goes(team)
    without = [(1, BO), (2, DEE), (3, EVE)]
    for kind in PeriodKind:
        for value in (None, "care"):
            for side in (Side.RECEIVERS, Side.POINTS):
                board = await on_boards(team, kind, side=side, value=value)
                assert ranks(board) == without, (kind, value, side)
                assert board.people_total == 3
    assert await team.store.read(in_post, team.team_id) == without
    summary = await team.store.read(view_summary, ViewSummary(team.team_id, DEE))
    home = await team.store.read(view_home, ViewHome(team.team_id, DEE))
    assert (summary.rank, home.rank) == (2, 2)
    own = await team.store.read(view_summary, ViewSummary(team.team_id, CHI))
    of_chi = await team.store.read(view_home, ViewHome(team.team_id, CHI))
    assert (own.rank, of_chi.rank) == (None, None)
    assert (own.received_count, of_chi.received_count) == (1, 1)
    await goes(team, again=True)
    assert ranks(await on_boards(team)) == everybody
    assert ranks(await on_boards(team, PeriodKind.ALL, value="care")) == everybody
    assert await team.store.read(in_post, team.team_id) == everybody


async def test_new_totals_of_somebody_who_is_on_no_board_are_on_none(
    team: Team, clock: Clock
) -> None:
    await opts_out(team)
    clock.advance(days=40)
    await team.store.write(give, team.gift(0, (2,), value="craft"))
    await team.store.write(give, team.gift(2, (1,), value="craft"))
    for value in (None, "craft"):
        board = await on_boards(team, value=value)
        assert ranks(board) == [(1, BO)]
        assert ranks(await on_boards(team, side=Side.GIVERS, value=value)) == [(1, ADA)]
    (report,) = await team.store.read(check_stores, None)
    assert report.wrong_standings == ()


async def test_doctor_finds_who_is_on_a_board_and_should_not_be(team: Team) -> None:
    def spoil(connection: Connection, _request: None, _now: datetime) -> None:
        of_chi = standings.c.user_id == CHI, standings.c.period == WEEK.key
        spoilt = standings.update().where(standings.c.team_id == team.team_id, *of_chi)
        connection.execute(spoilt.values(is_off_boards=True))

    await team.store.write(spoil, None)
    (report,) = await team.store.read(check_stores, None)
    assert report.wrong_standings == (CHI,)


async def test_hidden_amounts_decide_no_rank(team: Team) -> None:
    await choose(team.store, team.team_id, amounts_hidden=True)
    board = await on_boards(team)
    assert ranks(board) == [(1, BO), (1, CHI), (1, DEE), (1, EVE)]
    assert {standing.points for standing in board.standings} == {0}
    assert await team.store.read(in_post, team.team_id) == ranks(board)
    eve = ViewLeaderboard(team.team_id, EVE, BoardState(page=0), ALL_OPEN)
    home = await team.store.read(view_home, ViewHome(team.team_id, EVE))
    summary = await team.store.read(view_summary, ViewSummary(team.team_id, EVE))
    assert (home.rank, summary.rank) == (1, 1)
    assert (await team.store.read(view_leaderboard, eve)).own is None


def _crowd(connection: Connection, request: tuple[str, range], _now: datetime) -> None:
    team_id, numbers = request
    connection.execute(
        standings.insert(),
        [
            {"team_id": team_id, "period": WEEK.key, "value": "", "user_id": f"U1CROWD{n:05}"}
            | dict.fromkeys(COUNTS, 1)
            for n in numbers
        ],
    )


async def test_how_many_are_on_a_large_board_is_at_most_ten_seconds_old(
    team: Team, clock: Clock
) -> None:
    await team.store.write(_crowd, (team.team_id, range(MANY_PEOPLE)))
    first = await on_boards(team)
    assert first.people_total == MANY_PEOPLE + 4
    await team.store.write(_crowd, (team.team_id, range(MANY_PEOPLE, MANY_PEOPLE + 3)))
    clock.now += timedelta(seconds=11)
    assert (await on_boards(team)).people_total == MANY_PEOPLE + 7
    # Ranks are never of earlier.
    await team.store.write(give, team.gift(0, (7,)))
    board = await on_boards(team)
    assert ranks(board)[4:6] == [(5, HAL), (5, "U1CROWD00000")]
