"""A Home tab with as much as can be in it."""

from __future__ import annotations

from bot.domain.allowance import BoostLeft
from bot.domain.home import PAGE_LENGTH, Home, HomeList, Shown
from bot.domain.kudos import Audience, Source
from bot.domain.members import Member
from bot.domain.workspaces import WorkspaceSettings
from tests.messages.made_up import GIVER, LINK, RENEWS, Data, taken_back


def full_home(data: Data) -> Home:
    """Return a Home tab in which everything is there, as often as it can be."""
    one = data.kudos()
    shown = (
        one,
        data.kudos(Audience.PRIVATE),
        taken_back(one),
        data.kudos(source=Source.REACTION),
    ) * PAGE_LENGTH
    return Home(
        viewer=Member("T1", GIVER, data.name),
        settings=WorkspaceSettings(),
        takes_part=True,
        allowance_left=data.points,
        allowance=data.points,
        renews_at=RENEWS,
        balance=data.points,
        received_count=data.points,
        thanked_by_count=data.points,
        given_count=data.points,
        rank=data.points,
        streak_weeks=data.points,
        shown=Shown(HomeList.RECEIVED, page=1),
        kudos=shown[:PAGE_LENGTH],
        has_older=True,
        boosts=tuple(BoostLeft(f"B{n}", data.points, RENEWS) for n in range(data.crowd)),
        names=data.names,
        links={one.kudos_id: LINK},
    )
