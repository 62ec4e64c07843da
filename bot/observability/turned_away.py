"""What was not listened to, and why: counted always, and told in the log once a minute.

Nobody else would know: where the signing secret is wrong, or this machine's clock, Slack shows
people that a command failed, and Kudos has done nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

TELL_EVERY_SECONDS = 60.0
PATH = re.compile(r"/[\w./-]{0,80}\Z", re.ASCII)
# What is worth an operator's while; of all else only the number is kept.
HINTS = {
    "unsigned": "It has no signature of Slack's: it was sent by somebody else, or a proxy in front "
    "of Kudos takes X-Slack-Signature or X-Slack-Request-Timestamp away.",
    "wrong_signature": "Is SLACK_SIGNING_SECRET the signing secret of this Slack app (Basic "
    "Information)? A proxy that changes the body has the same effect.",
    "outdated": "Slack's requests are good for five minutes. Is this machine's clock right? "
    "`kudos doctor` compares it with Slack's.",
    "other_address": "Slack's requests belong to /slack/events; `kudos manifest --url` prints the "
    "addresses that the Slack app needs.",
    "too_many_connections": "The one that had been silent for longest was closed. A proxy in front "
    "of Kudos can limit how many one address may open.",
}


class TurnedAway:
    """Counts and tells; what is left out of the log is counted in the next line of its kind."""

    def __init__(self, metrics: Metrics, now_seconds: Callable[[], float] = monotonic) -> None:
        self._metrics = metrics
        self._now_seconds = now_seconds
        self._told_at: dict[str, float] = {}
        self._untold: Counter[str] = Counter()

    def note(self, reason: str, **more: object) -> None:
        """Counts a request, and warns of it unless that was done within the last minute."""
        self._metrics.note_turned_away(reason)
        hint, now = HINTS.get(reason), self._now_seconds()
        if hint is None:
            return
        if now - self._told_at.get(reason, -TELL_EVERY_SECONDS) < TELL_EVERY_SECONDS:
            self._untold[reason] += 1
            return
        self._told_at[reason] = now
        if untold := self._untold.pop(reason, 0):
            more["untold"] = untold
        log.warning("turned_away", reason=reason, **more, hint=hint)

    def note_other_address(self, path: str) -> None:
        """Counts what looks like a request of Slack's, sent to where nobody listens."""
        # The path is somebody's words, unless it looks like one of an app.
        self.note("other_address", path=path if PATH.match(path) else "another one")
