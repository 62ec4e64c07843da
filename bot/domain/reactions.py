"""An emoji on a message: what the events, in whatever order they arrive, amount to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.kudos import Audience

Tones = dict[str, tuple[str, bool]]
"""For each skin tone of an emoji (its name as sent): the latest event's `event_ts`, and whether it
was added."""


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """Slack's `reaction_added` or `reaction_removed` on a message that a person wrote."""

    team_id: str
    user_id: str
    author_id: str
    channel_id: str
    message_ts: str
    reaction: str  # as sent: no colons, perhaps with a skin tone
    event_ts: str
    is_added: bool
    audience: Audience
    posted_by: str = ""  # the workspace of another company, if it is a post of its Kudos

    def seen_by_everybody(self) -> ReactionChanged:
        """Return the same, in a channel that everybody in the workspace may read."""
        return replace(self, audience=Audience.PUBLIC)


def with_event(tones: Tones, reaction: str, event_ts: str, *, is_added: bool) -> Tones | None:
    """Return the tones after an event, or None for one that came twice or too late.

    Slack promises no order and may deliver twice; `event_ts` tells which event came later
    (https://docs.slack.dev/reference/events/reaction_added).
    """
    known = tones.get(reaction)
    if known is not None and Decimal(event_ts) <= Decimal(known[0]):
        return None
    return tones | {reaction: (event_ts, is_added)}


def is_on(tones: Tones) -> bool:
    """Return whether the emoji stands on the message in any skin tone."""
    return any(is_added for _, is_added in tones.values())
