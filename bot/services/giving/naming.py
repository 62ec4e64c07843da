"""The names that stand in kudos: of everybody who has a part in one or is mentioned in its words.

Whatever shows a kudos takes the names from here, since a mention in a reason reads as a name too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.members import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection


def names_in(
    connection: Connection, team_id: str, shown: Iterable[Kudos], others: Iterable[str] = ()
) -> dict[str, str]:
    """Return the names of everybody in these kudos, and of others, as far as the store has them."""
    involved = {user_id for kudos in shown for user_id in kudos.everybody}
    return names_of(connection, team_id, involved.union(others))
