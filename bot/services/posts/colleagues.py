"""The colleague whom a digest names: somebody one works with and has not thanked lately.

Only a little is read of anybody, however long the history: the last few kudos, the last few in the
channels where these were given, and the user groups that the store knows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.digest import COLLEAGUE, GROUP_MAX, Colleague, choose_colleague
from bot.domain.kudos import Audience
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.domain.privacy import Viewer
from bot.domain.rules import why_not_thankable
from bot.domain.schedules import ScheduleKind
from bot.services.giving.reading import as_read_by
from storage import digest as digest_tables
from storage import kudos as kudos_table
from storage.members import find_members
from storage.schedules import key_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.periods import Period
    from bot.domain.privacy import Told
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

SHARED_KUDOS_READ = 20  # the last ones that somebody gave, and received
SHARED_WITHIN = timedelta(days=180)  # whom one thanked before that, one need not know any more
CHANNELS_READ = 3
KUDOS_OF_CHANNEL_READ = 10
GROUPS_READ = 20
COLLEAGUES_MAX = 100


def find_colleague(
    connection: Connection,
    workspace: Workspace,
    reader: Member,
    week: Period,
    now: datetime,
    told: Told,
) -> str | None:
    """Return whom a digest names: see `bot.domain.digest` for how they are chosen.

    Raises `UnknownChannelsError` where Slack has to be asked first who may read a channel.
    """
    today = local_day(now, workspace.zone)
    found = _shared(connection, workspace, reader, told, now)
    nearest_first = sorted(
        found.values(),
        key=lambda each: (each.thanked_on is None, -each.shared_count, each.user_id),
    )
    looked_at = [each.user_id for each in nearest_first[:COLLEAGUES_MAX]]
    known = find_members(connection, reader.team_id, looked_at)
    here = [
        member
        for member in known.values()
        if why_not_thankable(member, workspace.settings) is None and not member.is_erased
    ]
    back_on = digest_tables.find_last_thanked(
        connection,
        reader.team_id,
        reader.user_id,
        [member.user_id for member in here],
        since=today - SHARED_WITHIN,
    )
    people = [
        replace(found[member.user_id], thanked_back_on=back_on.get(member.user_id))
        for member in here
    ]
    number = week.first_day.toordinal() // 7
    last_id = _named_before(connection, workspace, reader, week)
    return choose_colleague(people, today=today, week=number, last_id=last_id)


def _named_before(
    connection: Connection, workspace: Workspace, reader: Member, week: Period
) -> str | None:
    """Return whom the digest of the week before has named, if it named anybody.

    That week may have begun on another weekday, if admins have just set this one.
    """
    last_day = week.first_day - timedelta(days=1)
    for each in reversed(workspace.weeks):
        before = period_of(PeriodKind.WEEK, last_day, each.begins)
        key = key_of(ScheduleKind.DIGEST, before.key, reader.user_id)
        named: str | None = digest_tables.find_details(connection, reader.team_id, key).get(
            COLLEAGUE
        )
        if named is not None:
            return named
    return None


def _shared(
    connection: Connection, workspace: Workspace, reader: Member, told: Told, now: datetime
) -> dict[str, Colleague]:
    """Return everybody with whom somebody shares thanks, a group or a channel, by id."""
    team_id, user_id = reader.team_id, reader.user_id
    since = now - SHARED_WITHIN
    received, given = (
        [kudos for kudos in find_last(connection, team_id, user_id) if kudos.created_at >= since]
        for find_last in (_find_received, _find_given)
    )
    thanked_on: dict[str, date] = {}
    for kudos in received:  # newest first
        thanked_on.setdefault(kudos.giver_id, local_day(kudos.created_at, workspace.zone))
    shared: dict[str, int] = dict.fromkeys(thanked_on, 0)
    viewer = Viewer(reader.user_id)
    for kudos in [*as_read_by(connection, viewer, received, told), *given]:
        shared |= dict.fromkeys(kudos.receiver_ids, 0)
    circles = _near(connection, reader, _channels([*received, *given]), told, since)
    circles += [
        set(user_ids)
        for user_ids in digest_tables.find_groups_of(connection, team_id, user_id, GROUPS_READ)
        if len(user_ids) <= GROUP_MAX
    ]
    for circle in circles:
        for each in circle:
            shared[each] = shared.get(each, 0) + 1
    shared.pop(user_id, None)
    return {
        each: Colleague(each, thanked_on.get(each), shared_count=count)
        for each, count in shared.items()
    }


def _near(
    connection: Connection, reader: Member, channel_ids: list[str], told: Told, since: datetime
) -> list[set[str]]:
    """Return who thanked somebody or was thanked lately in each of these channels."""
    kudos_ids = [
        kudos_id
        for channel_id in channel_ids
        for kudos_id in digest_tables.find_near_ids(
            connection, reader.team_id, channel_id, since=since, limit=KUDOS_OF_CHANNEL_READ
        )
    ]
    circles: dict[str, set[str]] = {}
    found = kudos_table.find_some(connection, reader.team_id, kudos_ids)
    for kudos in as_read_by(connection, Viewer(reader.user_id), found, told):
        circles.setdefault(kudos.channel_id, set()).update([kudos.giver_id, *kudos.receiver_ids])
    return list(circles.values())


def _find_received(connection: Connection, team_id: str, user_id: str) -> list[Kudos]:
    return kudos_table.find_received(
        connection, team_id, user_id, viewer_id=user_id, limit=SHARED_KUDOS_READ
    )


def _find_given(connection: Connection, team_id: str, user_id: str) -> list[Kudos]:
    return kudos_table.find_given(
        connection, team_id, user_id, viewer_id=user_id, limit=SHARED_KUDOS_READ
    )


def _channels(found: list[Kudos]) -> list[str]:
    """Return where the newest of these kudos were given that everybody could read."""
    newest_first = sorted(found, key=lambda kudos: kudos.kudos_id, reverse=True)
    public = (each.channel_id for each in newest_first if each.audience is Audience.PUBLIC)
    return list(dict.fromkeys(public))[:CHANNELS_READ]
