"""Keeping for an hour what somebody typed and could not give yet, so that nothing is lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import AlreadyGivenError, LineGoneError
from bot.domain.mending import key_given, packed, unpacked
from storage import kept
from storage.kudos import find_by_natural_key
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.give_form import Draft
    from storage.engine.store import Connection

KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeepLine:
    """Somebody's wish that what they typed is not lost."""

    team_id: str
    user_id: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class FindLine:
    """Somebody's wish to go on with what they typed."""

    team_id: str
    user_id: str
    line_id: str


def keep_line(connection: Connection, request: KeepLine, now: datetime) -> str:
    """Stores a line for an hour; returns its id, the same for each delivery of one act."""
    team_id = get_workspace(connection, request.team_id).team_id
    key = f"{team_id} {request.user_id} {request.draft.place.natural_key}"
    line_id = hashlib.sha256(key.encode()).hexdigest()[:32]
    draft = packed(request.draft)
    kept.keep(connection, team_id, request.user_id, line_id, draft, now + KEPT_FOR)
    return line_id


def find_line(connection: Connection, request: FindLine, now: datetime) -> Draft:
    """Returns what somebody typed.

    Raises `LineGoneError` where it is not theirs or its time is over, and `AlreadyGivenError`.
    """
    found = kept.find(connection, request.team_id, request.user_id, request.line_id, now)
    if found is None:
        raise LineGoneError
    draft = unpacked(found)
    natural_key = key_given(draft)
    if natural_key and find_by_natural_key(connection, request.team_id, natural_key) is not None:
        raise AlreadyGivenError
    return draft


def prune_lines(connection: Connection, _request: None, now: datetime) -> int:
    """Deletes what has been kept for long enough; returns how many lines."""
    return kept.prune(connection, now)
