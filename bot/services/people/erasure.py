"""Erasure: a person becomes "a former colleague", and all sums stay what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import UnknownMembersError
from bot.domain.personal_data import ErasePerson, PersonErased
from bot.services.board_membership import settle
from storage import erasure, kept
from storage.members import find_reader

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.members import Reader
    from storage.engine.store import Connection


def erase(connection: Connection, request: ErasePerson, now: datetime) -> PersonErased:
    """Take somebody's name, choices, zone, language and words out; done again, it does no harm.

    The ledger, the totals and what others wrote stay, with the person's id and without their name.
    Every message in Slack that named or quoted them is brought up to date. The name comes back only
    when they use Kudos again. Raises `UnknownMembersError` for somebody who is not in the store.
    """
    reader = _known(connection, request)
    reasons_count = erasure.erase_words(connection, request.team_id, request.user_id)
    erasure.erase_boosts(connection, request.team_id, request.user_id)
    kept.erase(connection, request.team_id, request.user_id)
    erasure.erase_member(connection, request.team_id, request.user_id, now)
    settle(connection, request.team_id, [request.user_id])
    erasure.revise_messages(connection, request.team_id, request.user_id, now)
    return PersonErased(request.user_id, reasons_count, reader)


def rehearse_erasure(connection: Connection, request: ErasePerson, _now: datetime) -> PersonErased:
    """Returns what `erase` would return, and changes nothing; raises what it raises."""
    reader = _known(connection, request)
    count = erasure.count_words(connection, request.team_id, request.user_id)
    return PersonErased(request.user_id, count, reader)


def _known(connection: Connection, request: ErasePerson) -> Reader:
    reader = find_reader(connection, request.team_id, request.user_id)
    if request.user_id not in reader.names:
        raise UnknownMembersError((request.user_id,))
    return reader
