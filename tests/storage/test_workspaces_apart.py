"""A workspace never sees another's data, even where people, channels and messages share ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.boards import ShowLeaderboard, ViewHistory, ViewLeaderboard, ViewSummary
from bot.domain.errors import NothingToUndoError, UnknownMembersError
from bot.domain.kudos import Audience, UndoKudos
from bot.domain.periods import PeriodKind
from bot.domain.reactions import ReactionChanged
from bot.domain.workspaces import WorkspaceSettings
from bot.services.boards.boards import view_history, view_leaderboard, view_summary
from bot.services.giving.kudos import give, undo
from bot.services.giving.reactions import react
from bot.services.people.members import FindNames, SeeChannel, find_reader, see_channel
from tests.storage.conftest import GENERAL, PEOPLE
from tests.telling import ALL_OPEN
from tests.watching import (
    all_kudos,
    assert_books_agree,
    balances,
    entries,
    kinds_in_outbox,
    live_kudos,
    outbox_states,
    spent,
)

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.storage.conftest import Found, Team


@pytest.fixture
async def teams(found: Found) -> tuple[Team, Team]:
    """Two workspaces with the same people; the first one is generous."""
    return await found(settings=WorkspaceSettings(allowance=100)), await found()


def reaction(team: Team, *, is_added: bool = True, event_ts: str = "1.1") -> ReactionChanged:
    return ReactionChanged(
        team_id=team.team_id,
        user_id=PEOPLE[0],
        author_id=PEOPLE[1],
        channel_id=GENERAL,
        message_ts="1795003200.000100",
        reaction="trophy",
        event_ts=event_ts,
        is_added=is_added,
        audience=Audience.PUBLIC,
    )


async def test_boards_summaries_and_histories_are_of_one_workspace(
    store: Store, teams: tuple[Team, Team]
) -> None:
    one, other = teams
    for _ in range(3):
        await store.write(give, one.gift(0, (1, 2), points=5, value="teamwork"))
    for kind in PeriodKind:
        for value in (None, "teamwork"):
            wish = ShowLeaderboard(period=kind, value=value)
            ours, theirs = [
                await store.read(
                    view_leaderboard, ViewLeaderboard(team.team_id, PEOPLE[0], wish, ALL_OPEN)
                )
                for team in teams
            ]
            assert (ours.people_total, theirs.people_total) == (2, 0)
            assert theirs.standings == ()
            assert {standing.name for standing in ours.standings} == {
                f"{PEOPLE[1]} of {one.team_id}",
                f"{PEOPLE[2]} of {one.team_id}",
            }
    summary = await store.read(view_summary, ViewSummary(other.team_id, PEOPLE[0]))
    assert (summary.allowance_left, summary.allowance) == (25, 25)
    assert (summary.given_count, summary.streak_weeks) == (0, 0)
    summary = await store.read(view_summary, ViewSummary(other.team_id, PEOPLE[1]))
    assert (summary.balance, summary.received_count, summary.rank) == (0, 0, None)
    assert summary.last_received == ()
    for person in PEOPLE[:3]:
        history = await store.read(view_history, ViewHistory(other.team_id, person, person))
        assert history.kudos == ()
    reader = await store.read(find_reader, FindNames(other.team_id, PEOPLE[0], PEOPLE))
    assert all(name.endswith(other.team_id) for name in reader.names.values())


async def test_nothing_of_one_workspace_can_be_taken_back_in_another(
    store: Store, teams: tuple[Team, Team]
) -> None:
    one, other = teams
    given = await store.write(give, one.gift())
    for kudos_id in (given.kudos.kudos_id, None):
        with pytest.raises(NothingToUndoError):
            await store.write(undo, UndoKudos(other.team_id, PEOPLE[0], kudos_id))
    assert len(await live_kudos(store, one.team_id)) == 1


async def test_one_key_in_two_workspaces_is_two_acts(
    store: Store, teams: tuple[Team, Team]
) -> None:
    for points, team in enumerate(teams, start=3):
        gift = team.gift(points=points, natural_key="command:1.2.3")
        for _ in range(2):
            await store.write(give, gift)
    for points, team in enumerate(teams, start=3):
        [kudos] = await all_kudos(store, team.team_id)
        assert kudos.points_total == points
        assert await balances(store, team.team_id) == {PEOPLE[1]: points}
        assert list((await spent(store, team.team_id, PEOPLE[0])).values()) == [points]
        assert len(await entries(store, team.team_id)) == 2
        assert await outbox_states(store, team.team_id) == {"waiting": 2}
        await assert_books_agree(store, team.team_id)


async def test_reactions_on_messages_with_the_same_ids_are_apart(
    store: Store, teams: tuple[Team, Team]
) -> None:
    one, other = teams
    await store.write(react, reaction(one))
    await store.write(react, reaction(other))
    await store.write(react, reaction(one, is_added=False, event_ts="1.2"))
    assert await live_kudos(store, one.team_id) == []
    assert len(await live_kudos(store, other.team_id)) == 1
    kinds = await kinds_in_outbox(store, other.team_id)
    assert len(kinds) == 3
    assert kinds == await kinds_in_outbox(store, one.team_id)


async def test_what_slack_told_in_one_workspace_is_not_known_in_another(
    store: Store, teams: tuple[Team, Team]
) -> None:
    one, other = teams
    await store.write(see_channel, SeeChannel(one.team_id, GENERAL, is_public=True))
    assert await store.read(see_channel, SeeChannel(one.team_id, GENERAL)) is True
    assert await store.read(see_channel, SeeChannel(other.team_id, GENERAL)) is None


async def test_somebody_of_one_workspace_is_nobody_in_another(store: Store, found: Found) -> None:
    one, other = await found(), await found()
    stranger = await found()
    gift = one.gift()
    assert (await store.write(give, gift)).kudos.team_id == one.team_id
    unknown = other.gift()
    unknown = type(unknown)(
        **{
            name: getattr(unknown, name)
            for name in unknown.__dataclass_fields__
            if name != "receiver_ids"
        },
        receiver_ids=("U0OTHER001",),
    )
    with pytest.raises(UnknownMembersError):
        await store.write(give, unknown)
    assert await all_kudos(store, other.team_id) == await all_kudos(store, stranger.team_id) == []
