"""Everything that is stored about a person, for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import UnknownMembersError
from bot.domain.home import HomeList
from bot.domain.privacy import as_seen_by
from storage import own_data
from storage.members import find_members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.own_data import ExportPerson
    from storage.store import Session


def export_person(session: Session, request: ExportPerson, now: datetime) -> dict[str, Any]:
    """Return all of it, ready to be written as JSON; others are named as everybody sees them.

    Raises `UnknownMembersError` for somebody who is not in the store.
    """
    team_id, user_id = request.team_id, request.user_id
    profile = own_data.find_row(session, team_id, user_id)
    if profile is None:
        raise UnknownMembersError((user_id,))
    given = own_data.find_all_kudos(session, team_id, user_id, HomeList.GIVEN)
    received = own_data.find_all_kudos(session, team_id, user_id, HomeList.RECEIVED)
    involved = {
        person_id
        for kudos in (*given, *received)
        for person_id in (kudos.giver_id, *kudos.receiver_ids)
    }
    people = find_members(session, team_id, involved)
    preferences = {person_id: member.preferences for person_id, member in people.items()}
    seen = (as_seen_by(user_id, kudos, preferences) for kudos in received)
    return {
        "exported_at": now.isoformat(),
        "workspace": {"team_id": team_id, "name": get_workspace(session, team_id).name},
        "profile": profile,
        "kudos_given": [_record(kudos, people) for kudos in given],
        "kudos_received": [_record(kudos, people) for kudos in seen if kudos is not None],
    } | own_data.find_records(session, team_id, user_id)


def _record(kudos: Kudos, people: dict[str, Member]) -> dict[str, Any]:
    return {
        "kudos_id": kudos.kudos_id,
        "giver": _person(kudos.giver_id, people),
        "receivers": [
            _person(receipt.user_id, people) | {"points": receipt.points}
            for receipt in kudos.receipts
        ],
        "reason": kudos.reason,
        "value": kudos.value,
        "emoji": kudos.emoji,
        "source": str(kudos.source),
        "audience": str(kudos.audience),
        "channel_id": kudos.channel_id,
        "message_ts": kudos.message_ts,
        "created_at": kudos.created_at.isoformat(),
        "reversed_at": kudos.reversed_at.isoformat() if kudos.reversed_at else None,
    }


def _person(user_id: str, people: dict[str, Member]) -> dict[str, Any]:
    member = people.get(user_id)
    return {"user_id": user_id, "name": member.display_name if member else None}
