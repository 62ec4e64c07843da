"""What Slack tells of people, groups and channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.digest import send_to_newcomer
from bot.services.taking_part import settle
from storage import members
from storage.erasure import lift_erasure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.members import Member, Reader
    from storage.store import Session


@dataclass(frozen=True, slots=True)
class SeePeople:
    """What Slack tells of people and of who is in which group."""

    team_id: str
    people: tuple[Member, ...] = ()
    groups: Mapping[str, tuple[str, ...]] | None = None
    forgotten: tuple[str, ...] = ()  # groups that changed, and nobody knows how
    come_back: bool = False  # they use Kudos themselves, so a name that they had erased returns


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


def see_people(session: Session, request: SeePeople, now: datetime) -> None:
    """Store what Slack tells of people and groups."""
    if request.come_back:
        lift_erasure(session, request.team_id, [person.user_id for person in request.people])
    members.save_members(session, request.people, now)
    if request.people:
        settle(session, request.team_id, [person.user_id for person in request.people])
    for group_id, user_ids in sorted((request.groups or {}).items()):
        members.save_group(session, request.team_id, group_id, user_ids, now)
    for group_id in request.forgotten:
        members.forget_group(session, request.team_id, group_id)


def see_person(session: Session, person: Member, now: datetime) -> None:
    """Store what Slack tells of somebody; who has moved gets the week that is told there now."""
    before = members.find_members(session, person.team_id, [person.user_id]).get(person.user_id)
    members.save_members(session, [person], now)
    if before is not None and before.time_zone != person.time_zone:
        send_to_newcomer(session, person.team_id, person.user_id, now)


def see_channel(session: Session, request: SeeChannel, now: datetime) -> bool | None:
    """Store what Slack tells of a channel, or return what is known of it."""
    if request.is_public is None:
        return members.find_channel_is_public(session, request.team_id, request.channel_id)
    members.save_channel(
        session, request.team_id, request.channel_id, is_public=request.is_public, now=now
    )
    return request.is_public


def find_reader(session: Session, request: FindNames, now: datetime) -> Reader:
    """Return somebody's language and the names of others, as far as the store knows them."""
    del now
    return members.find_reader(session, request.team_id, request.user_id, request.others)
