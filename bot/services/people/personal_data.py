"""Everything that is stored about a person, for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.errors import UnknownMembersError
from bot.domain.home import HomeList
from bot.domain.kudos import with_names
from bot.domain.privacy import Viewer, seen_by
from bot.services.giving.removal import REMOVED, points_alone
from storage import personal_data
from storage.members import find_members
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.personal_data import ExportPerson
    from storage.engine.store import Connection
    from storage.personal_data import Record


def export_person(connection: Connection, request: ExportPerson, now: datetime) -> dict[str, Any]:
    """Return all of it, ready to be written as JSON; others are named as everybody sees them.

    Raises `UnknownMembersError` for somebody who is not in the store.
    """
    team_id, user_id = request.team_id, request.user_id
    profile = personal_data.find_row(connection, team_id, user_id)
    if profile is None:
        raise UnknownMembersError((user_id,))
    given = personal_data.find_all_kudos(connection, team_id, user_id, HomeList.GIVEN)
    received = personal_data.find_all_kudos(connection, team_id, user_id, HomeList.RECEIVED)
    involved = {person_id for kudos in (*given, *received) for person_id in kudos.everybody}
    people = find_members(connection, team_id, involved)
    return {
        "exported_at": now.isoformat(),
        "workspace": {"team_id": team_id, "name": get_workspace(connection, team_id).name},
        "profile": profile,
        "kudos_given": _records(user_id, given, people),
        "kudos_received": _records(user_id, received, people),
    } | _without_others(user_id, personal_data.find_records(connection, team_id, user_id))


def _without_others(user_id: str, records: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Return somebody's records without who thanked whom where they took that back as an admin."""
    told = [
        row
        if row["what"] != REMOVED or row["subject_id"] == user_id
        else row | {"subject_id": None, "before": points_alone(row["before"])}
        for row in records["activity"]
    ]
    return records | {"activity": told}


def _records(
    user_id: str, found: Iterable[Kudos], people: dict[str, Member]
) -> list[dict[str, Any]]:
    """Return kudos in which a person has a part, as they may see them."""
    preferences = {person_id: member.preferences for person_id, member in people.items()}
    seen = (seen_by(Viewer(user_id), kudos, preferences) for kudos in found)
    names = {person_id: member.display_name for person_id, member in people.items()}
    return [_record(kudos, people, names) for kudos in seen if kudos is not None]


def _record(kudos: Kudos, people: dict[str, Member], names: dict[str, str]) -> dict[str, Any]:
    return {
        "kudos_id": kudos.kudos_id,
        "giver": _person(kudos.giver_id, people),
        "receivers": [
            _person(receipt.user_id, people) | {"points": receipt.points}
            for receipt in kudos.receipts
        ],
        "reason": with_names(kudos.reason, names),
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
