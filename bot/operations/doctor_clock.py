"""Whether this machine's clock is right: Slack's requests are refused where it is not."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp

from bot.clock import machine_clock
from bot.slack import outgoing

if TYPE_CHECKING:
    from bot.config import Settings

CALL_WITHIN_SECONDS = 10
# Slack's requests are good for five minutes; a clock that is set by others is right to a second.
OFF_AFTER_SECONDS = 60


async def clock_off_seconds(settings: Settings) -> int | None:
    """Returns how far this machine's clock is ahead of Slack's, negative if it is behind.

    Returns None where it is right, and where Slack does not tell.
    """
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_SECONDS)
    began_at = machine_clock()
    try:
        async with (
            outgoing.session(timeout=timeout) as session,
            session.post(f"{settings.slack_api_url}api.test") as answer,
        ):
            date = parsedate_to_datetime(answer.headers.get("Date", ""))
        off_seconds = (began_at + (machine_clock() - began_at) / 2 - date).total_seconds()
    except (aiohttp.ClientError, TimeoutError, TypeError, ValueError):
        return None
    return round(off_seconds) if abs(off_seconds) > OFF_AFTER_SECONDS else None
