"""Quotes of kudos whose posts may have been deleted since: nothing is quoted that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.web_api import InDoubtError, NotReachedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.messages.blockkit.message import Quote

    Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]

ASKED_AT_MOST = 5  # times for one message: each answer may bring other quotes
NOT_THERE = frozenset({"message_not_found", "channel_not_found"})


async def find_gone(call: Call, team_id: str, quotes: Iterable[Quote]) -> tuple[str, ...]:
    """Return the kudos whose posts were deleted; raises what `bot.slack.web_api.called` raises."""
    gone = []
    for quote in quotes:
        question = {"channel": quote.channel_id, "message_ts": quote.message_ts}
        try:
            await call(team_id, "chat.getPermalink", question)
        except RefusedError as error:
            if str(error) in NOT_THERE:
                gone.append(quote.kudos_id)
        except InDoubtError as error:
            raise NotReachedError(str(error)) from error  # only a question: nothing was posted
    return tuple(gone)
