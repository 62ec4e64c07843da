"""Makes the words of what is to be sent, from the store as it is at that moment.

So a kudos that was taken back before it was posted is never posted, and one whose words were erased
is not told any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.errors import AllowanceExceededError
from bot.domain.outbox import OutboxKind
from bot.messages import kudos as texts
from bot.messages.words import words_for
from bot.services.kudos import answer
from storage import kudos as kudos_table
from storage.members import find_members, names_of
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from bot.domain.kudos import Kudos
    from bot.domain.outbox import Claimed
    from bot.domain.workspaces import Workspace
    from bot.messages.message import Message
    from bot.messages.words import Words
    from storage.store import Session


def compose(session: Session, claimed: Claimed, now: datetime) -> Message | None:
    """Return the message as it should read now, or None if there is nothing to tell any more."""
    workspace = get_workspace(session, claimed.team_id)
    if claimed.kind is OutboxKind.REACTION_REFUSED:
        return texts.reaction_refused(
            _words(session, workspace, claimed.user_id), _refusal(claimed), {}
        )
    if claimed.kind is OutboxKind.REACTION_THANKS:
        return _reaction_thanks(session, workspace, claimed)
    kudos = kudos_table.find_kudos(session, claimed.team_id, claimed.kudos_id or "")
    if kudos is None or (kudos.reversed_at is not None and claimed.posted_ts is None):
        return None
    return _about(session, workspace, claimed, kudos, now)


def _about(
    session: Session, workspace: Workspace, claimed: Claimed, kudos: Kudos, now: datetime
) -> Message:
    words = _words(session, workspace, claimed.user_id)
    names = names_of(session, kudos.team_id, [kudos.giver_id, *kudos.receiver_ids])
    match claimed.kind:
        case OutboxKind.KUDOS_POSTED | OutboxKind.KUDOS_ANNOUNCED:
            return texts.kudos_posted(words, kudos, names)
        case OutboxKind.KUDOS_RECEIVED:
            return texts.kudos_received(
                words,
                kudos,
                names,
                link=_link(workspace, kudos),
                is_first=not kudos_table.find_received_before(
                    session, kudos.team_id, claimed.user_id or "", kudos.kudos_id
                ),
            )
        case OutboxKind.REACTION_GIVEN:
            return texts.reaction_given(words, answer(session, workspace, kudos, now), names)
        case OutboxKind.POST_FAILED:
            return texts.post_failed(words, kudos, names)
        case _:
            raise LookupError(claimed.kind)


def _reaction_thanks(session: Session, workspace: Workspace, claimed: Claimed) -> Message | None:
    kudos = kudos_table.find_live_reactions(
        session, claimed.team_id, claimed.channel_id, claimed.thread_ts or ""
    )
    if not kudos and claimed.posted_ts is None:
        return None
    people = {user_id for each in kudos for user_id in (each.giver_id, *each.receiver_ids)}
    names = names_of(session, claimed.team_id, people)
    return texts.reaction_thanks(_words(session, workspace, None), kudos, names)


def _words(session: Session, workspace: Workspace, reader_id: str | None) -> Words:
    """Return the reader's language, or for a channel the workspace's."""
    if reader_id is not None:
        reader = find_members(session, workspace.team_id, [reader_id]).get(reader_id)
        if reader is not None:
            return words_for(reader.locale)
    return words_for(workspace.settings.locale)


def _link(workspace: Workspace, kudos: Kudos) -> str | None:
    if kudos.message_ts is None:
        return None
    return workspace.link_to(kudos.channel_id, kudos.message_ts)


def _refusal(claimed: Claimed) -> AllowanceExceededError:
    details = claimed.details
    return AllowanceExceededError(
        points_total=details["points_total"],
        allowance_left=details["allowance_left"],
        renews_at=datetime.fromisoformat(details["renews_at"]),
    )
