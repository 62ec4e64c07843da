"""What statements choose is what the rule says, over every kind of kudos and of channel."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.kudos import Audience
from bot.domain.privacy import COLLEAGUES, Extent, Publicity, publicity_of, shown
from bot.services.giving.kudos import give
from bot.services.people.members import SeeChannel, see_channel
from storage.kudos import find_some
from storage.privacy import is_public, is_told_to_colleagues
from storage.tables.schema import kudos as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock
    from tests.storage.conftest import Found

CHANNELS = {f"C0{publicity}".upper(): publicity for publicity in Publicity}


async def test_statements_tell_colleagues_what_the_rule_tells_them(
    store: Store, clock: Clock, found: Found
) -> None:
    team = await found()
    stored: list[Kudos] = []
    for audience, channel_id in product(Audience, CHANNELS):
        clock.advance(seconds=1)
        gift = replace(team.gift(audience=audience), channel_id=channel_id)
        stored.append((await store.write(give, gift)).kudos)
    told = {each: one for each, one in CHANNELS.items() if one is not Publicity.UNKNOWN}
    open_ids = [each for each, one in told.items() if one is Publicity.PUBLIC]

    by_rule = {
        each.kudos_id
        for each in stored
        if shown(each, COLLEAGUES, publicity_of(each.channel_id, told), {}).extent is Extent.FULL
    }
    assert len(by_rule) == 1
    assert await store.read(_told_to_colleagues, (team.team_id, open_ids)) == by_rule
    # Where nobody can ask Slack, what is known to be private is left out, and no more.
    for channel_id, publicity in told.items():
        seen = SeeChannel(team.team_id, channel_id, is_public=publicity is Publicity.PUBLIC)
        await store.write(see_channel, seen)
    public = {each.kudos_id for each in stored if each.audience is Audience.PUBLIC}
    closed = {each.kudos_id for each in stored if told.get(each.channel_id) is Publicity.PRIVATE}
    assert await store.read(_public, team.team_id) == public - closed


def _told_to_colleagues(
    connection: Connection, request: tuple[str, list[str]], _now: datetime
) -> set[str]:
    return _chosen(connection, request[0], is_told_to_colleagues(request[1]))


def _public(connection: Connection, team_id: str, _now: datetime) -> set[str]:
    return _chosen(connection, team_id, is_public())


def _chosen(connection: Connection, team_id: str, condition: ColumnElement[bool]) -> set[str]:
    of_team = table.c.team_id == team_id
    ids = select(table.c.kudos_id).where(of_team, table.c.kudos_id > "", condition)
    found = connection.execute(ids).scalars().all()
    return {each.kudos_id for each in find_some(connection, team_id, found)}
