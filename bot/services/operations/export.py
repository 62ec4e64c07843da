"""What is taken out of the store: one record for each kudos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.export import find_page
from storage.members import names_of
from storage.workspaces import find_team_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection

ROW_FIELDS = (
    "kudos_id",
    "team_id",
    "created_at",
    "giver_id",
    "giver_name",
    "receiver_id",
    "receiver_name",
    "points",
    "value",
    "reason",
    "audience",
    "source",
    "channel_id",
    "message_ts",
    "reversed_at",
)


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The kudos of a workspace that come after one of them, `after`; `""` is before the first."""

    team_id: str
    after: str = ""
    since: date | None = None  # the first day, in the workspace's zone


def list_workspaces(connection: Connection, _request: None, _now: datetime) -> list[str]:
    """Return the ids of all workspaces."""
    return find_team_ids(connection)


def export_kudos(connection: Connection, page: ExportPage, _now: datetime) -> list[dict[str, Any]]:
    """Return the next records, first given first; none where there are no more."""
    found = find_page(connection, page.team_id, page.after, page.since)
    people = {one for kudos in found for one in (kudos.giver_id, *kudos.receiver_ids)}
    names = names_of(connection, page.team_id, people)
    return [_record(kudos, names) for kudos in found]


def rows_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a table has of a record: a row for each receiver, without lists in a cell."""
    return [
        {
            **record,
            "receiver_id": receiver["user_id"],
            "receiver_name": receiver["name"],
            "points": receiver["points"],
        }
        for receiver in record["receivers"]
    ]


def _record(kudos: Kudos, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kudos_id": kudos.kudos_id,
        "team_id": kudos.team_id,
        "giver_id": kudos.giver_id,
        "giver_name": names.get(kudos.giver_id, ""),
        "receivers": [
            {
                "user_id": receipt.user_id,
                "name": names.get(receipt.user_id, ""),
                "points": receipt.points,
            }
            for receipt in kudos.receipts
        ],
        "reason": kudos.reason,
        "value": kudos.value,
        "audience": str(kudos.audience),
        "source": str(kudos.source),
        "channel_id": kudos.channel_id,
        "message_ts": kudos.message_ts,
        "created_at": kudos.created_at.isoformat(),
        "reversed_at": kudos.reversed_at.isoformat() if kudos.reversed_at else None,
    }
