"""Kudos as somebody may read them, with what the store knows of their receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.privacy import check_told, publicity_of, seen_by
from storage.members import find_preferences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.kudos import Kudos
    from bot.domain.privacy import Told, Viewer
    from storage.engine.store import Connection


def as_read_by(
    connection: Connection, viewer: Viewer, found: Iterable[Kudos], told: Told
) -> list[Kudos]:
    """Return what a viewer may read of these kudos of one workspace, in their order.

    Raises `UnknownChannelsError` where Slack has to be asked first who may read a channel.
    """
    found = list(found)
    if not found:
        return []
    check_told(found, viewer, told)
    receiver_ids = {user_id for kudos in found for user_id in kudos.receiver_ids}
    preferences = find_preferences(connection, found[0].team_id, receiver_ids)
    seen = (
        seen_by(viewer, kudos, preferences, publicity_of(kudos.channel_id, told)) for kudos in found
    )
    return [kudos for kudos in seen if kudos is not None]
