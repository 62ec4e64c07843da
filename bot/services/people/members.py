"""What Slack tells of people, groups and channels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.admin import may_administer
from bot.domain.naming import meant_by, spellings
from bot.domain.rules import why_not_thankable
from bot.services.board_membership import settle
from bot.services.posts.digest import send_to_newcomer
from storage import installations, members
from storage.erasure import lift_erasure
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.members import Member, Reader
    from bot.domain.naming import Meant
    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class SeePeople:
    """What Slack tells of people and of who is in which group."""

    team_id: str
    people: tuple[Member, ...] = ()
    groups: Mapping[str, tuple[str, ...]] | None = None
    forgotten: tuple[str, ...] = ()  # groups that changed, and nobody knows how
    come_back: bool = False  # they use Kudos themselves, so a name that they had erased returns


@dataclass(frozen=True, slots=True)
class SeePerson:
    """What Slack tells of somebody who joined or changed."""

    person: Member
    tells_team: bool = True  # or else they stay of this company or another, as they were


@dataclass(frozen=True, slots=True)
class SeeChannel:
    """What Slack tells of a channel; `is_public` is None where it is only asked for."""

    team_id: str
    channel_id: str
    is_public: bool | None = None


@dataclass(frozen=True, slots=True)
class FindNames:
    """Somebody's language and the names of others."""

    team_id: str
    user_id: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindMeant:
    """Names that somebody typed without picking anybody from Slack's list."""

    team_id: str
    giver_id: str
    names: tuple[str, ...]


def see_people(connection: Connection, request: SeePeople, now: datetime) -> None:
    """Store what Slack tells of people and groups."""
    if request.come_back:
        lift_erasure(connection, request.team_id, [person.user_id for person in request.people])
    members.save_members(connection, request.people, now)
    if request.people:
        settle(connection, request.team_id, [person.user_id for person in request.people])
    for group_id, user_ids in sorted((request.groups or {}).items()):
        members.save_group(connection, request.team_id, group_id, user_ids, now)
    for group_id in request.forgotten:
        members.forget_group(connection, request.team_id, group_id)


def learn_rights(connection: Connection, told: Member, now: datetime) -> bool:
    """Stores what Slack says of somebody now; returns whether they may do what only admins may."""
    see_people(connection, SeePeople(told.team_id, (told,)), now)
    member = members.find_members(connection, told.team_id, [told.user_id]).get(told.user_id)
    return may_administer(member, get_workspace(connection, told.team_id).settings)


def see_person(connection: Connection, request: SeePerson, now: datetime) -> None:
    """Store what Slack tells of somebody; who has moved gets the week that is told there now."""
    person = request.person
    before = members.find_members(connection, person.team_id, [person.user_id]).get(person.user_id)
    if before is not None and not request.tells_team:
        person = replace(person, is_external=before.is_external)
    see_people(connection, SeePeople(person.team_id, (person,)), now)
    if before is None or before.is_erased:
        return
    if before.time_zone != person.time_zone:
        send_to_newcomer(connection, person.team_id, person.user_id, now)


def see_channel(connection: Connection, request: SeeChannel, now: datetime) -> bool | None:
    """Store what Slack tells of a channel, or return what is known of it."""
    if request.is_public is None:
        return members.find_channel_is_public(connection, request.team_id, request.channel_id)
    members.save_channel(
        connection, request.team_id, request.channel_id, is_public=request.is_public, now=now
    )
    return request.is_public


def is_colleague(connection: Connection, request: FindNames, now: datetime) -> bool:
    """Returns whether the store knows somebody as one of the workspace's own people."""
    del now
    found = members.find_members(connection, request.team_id, [request.user_id]).get(
        request.user_id
    )
    return found is not None and not found.is_external


def find_workspace_of(connection: Connection, request: tuple[str, str], _now: datetime) -> str:
    """Returns the workspace of an organization that a person is known in; empty if there is none.

    The request is the organization and the person.
    """
    enterprise_id, user_id = request
    for team_id in installations.find_workspaces_of(connection, enterprise_id):
        found = members.find_members(connection, team_id, [user_id]).get(user_id)
        if found is not None and not found.is_external:
            return team_id
    return ""


def find_meant(connection: Connection, request: FindMeant, _now: datetime) -> tuple[Meant, ...]:
    """Returns whom typed names may mean, of those whom the giver can thank."""
    settings = get_workspace(connection, request.team_id).settings
    called = members.find_called(connection, request.team_id, spellings(request.names))
    people = [
        (member.user_id, member.display_name)
        for member in called
        if member.user_id != request.giver_id and why_not_thankable(member, settings) is None
    ]
    return meant_by(request.names, people)


def find_reader(connection: Connection, request: FindNames, now: datetime) -> Reader:
    """Return somebody's language and the names of others, as far as the store knows them."""
    del now
    return members.find_reader(connection, request.team_id, request.user_id, request.others)
