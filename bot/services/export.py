"""What is taken out of the store: one record for each kudos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.export import find_page
from storage.workspaces import find_team_ids

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import Kudos
    from storage.store import Session

FIELDS = (
    "kudos_id",
    "team_id",
    "giver_id",
    "receivers",
    "reason",
    "value",
    "source",
    "channel_id",
    "message_ts",
    "created_at",
    "reversed_at",
)


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The kudos of a workspace that come after one of them, `after`; `""` is before the first."""

    team_id: str
    after: str = ""


def list_workspaces(session: Session, _request: None, _now: datetime) -> list[str]:
    """Return the ids of all workspaces."""
    return find_team_ids(session)


def export_kudos(session: Session, page: ExportPage, _now: datetime) -> list[dict[str, Any]]:
    """Return the next records, first given first; none where there are no more."""
    return [_record(kudos) for kudos in find_page(session, page.team_id, page.after)]


def _record(kudos: Kudos) -> dict[str, Any]:
    return {
        "kudos_id": kudos.kudos_id,
        "team_id": kudos.team_id,
        "giver_id": kudos.giver_id,
        "receivers": [
            {"user_id": receipt.user_id, "points": receipt.points} for receipt in kudos.receipts
        ],
        "reason": kudos.reason,
        "value": kudos.value,
        "source": str(kudos.source),
        "channel_id": kudos.channel_id,
        "message_ts": kudos.message_ts,
        "created_at": kudos.created_at.isoformat(),
        "reversed_at": kudos.reversed_at.isoformat() if kudos.reversed_at else None,
    }
