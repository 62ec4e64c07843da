"""Messages that must reach Slack: what each is about, and when to try again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.privacy import Told

Of = TypeVar("Of", bound=Any)  # something of a workspace

LEASE = timedelta(seconds=60)  # how long one process may take to send what it claimed
GIVE_UP_AFTER = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)
NO_TOKEN = "no_token"  # noqa: S105 - why a message waits: nobody may send it at the moment
WITHOUT_TOKEN_PAUSE = timedelta(hours=1)


class OutboxKind(StrEnum):
    """What a message is; `bot.services.outbox.compose` makes its words when it is sent."""

    KUDOS_POSTED = "kudos_posted"  # in the channel where it was given
    KUDOS_ANNOUNCED = "kudos_announced"  # in the announcement channel
    KUDOS_RECEIVED = "kudos_received"  # to a receiver
    REACTION_THANKS = "reaction_thanks"  # in the thread of the message that was reacted to
    KUDOS_GIVEN = "kudos_given"  # to the giver, who asked for it in a message of their own
    REACTION_GIVEN = "reaction_given"  # to the one who reacted
    REACTION_REFUSED = "reaction_refused"  # to the one who reacted
    KUDOS_REMOVED = "kudos_removed"  # to giver and receivers: an admin took it back
    PAIR_CAP_REACHED = "pair_cap_reached"  # to an admin
    BALANCE_ADJUSTED = "balance_adjusted"  # to the person whose balance it is
    ADMIN_WELCOME = "admin_welcome"  # to the one who installed Kudos: where it is set up
    WEEKLY_POST = "weekly_post"  # the leaderboard of a week
    MONTHLY_POST = "monthly_post"  # the highlights of a month
    PERSONAL_DIGEST = "personal_digest"  # to one person, about their week
    SCHEDULED_POST_FAILED = "scheduled_post_failed"  # to an admin: what to do about it
    POST_FAILED = "post_failed"  # to the giver: it is saved, but could not be posted


POSTS = frozenset({OutboxKind.KUDOS_POSTED, OutboxKind.KUDOS_ANNOUNCED})
"""What tells a channel of a kudos, and can be joined in with."""

SCHEDULED_POSTS = frozenset({OutboxKind.WEEKLY_POST, OutboxKind.MONTHLY_POST})
"""What is posted by itself in a channel."""

OF_A_PERIOD = SCHEDULED_POSTS | {OutboxKind.PERSONAL_DIGEST}
"""Is made of all that happened in a week or a month, which takes a while; its details say of which,
and are kept for updates."""

EPHEMERAL_KINDS = frozenset(
    {OutboxKind.KUDOS_GIVEN, OutboxKind.REACTION_GIVEN, OutboxKind.REACTION_REFUSED}
)
"""Seen by one person in the channel, and never changed afterwards."""

FINAL_KINDS = EPHEMERAL_KINDS | {
    OutboxKind.KUDOS_REMOVED,
    OutboxKind.PAIR_CAP_REACHED,
    OutboxKind.BALANCE_ADJUSTED,
    OutboxKind.SCHEDULED_POST_FAILED,
}
"""Says what happened then, whatever becomes of the kudos afterwards."""

PASSING_KINDS = FINAL_KINDS | {OutboxKind.PERSONAL_DIGEST}
"""Is let go of some months after it was sent: nothing that is done then changes it."""

LASTING_KINDS = (
    POSTS
    | SCHEDULED_POSTS
    | {
        OutboxKind.KUDOS_RECEIVED,
        OutboxKind.REACTION_THANKS,
        OutboxKind.POST_FAILED,
        OutboxKind.ADMIN_WELCOME,  # is not said twice
    }
)
"""Is changed whenever a kudos in it is removed, or a person erased, so it stays known where it
stands."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Desired state of one Slack message; enqueuing the same key again asks for an update."""

    team_id: str
    key: str
    kind: OutboxKind
    channel_id: str  # or a person's id: then the direct message between the app and them
    kudos_id: str | None = None
    user_id: str | None = None
    thread_ts: str | None = None
    fallbacks: tuple[dict[str, str], ...] = ()  # {"channel_id": …} or {"response_url": …}
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many messages of each workspace one process has on their way, and may have."""

    of_team: int
    under_way: Mapping[str, int] = field(default_factory=dict)

    @property
    def full(self) -> list[str]:
        """The workspaces of which no more can be taken on now."""
        return sorted(team for team, count in self.under_way.items() if count >= self.of_team)

    def fitting(self, rows: Iterable[Of]) -> list[Of]:
        """Return those of these rows for which there is room, in their order."""
        taken = Counter(self.under_way)
        fitting = []
        for row in rows:
            taken[row.team_id] += 1
            if taken[row.team_id] <= self.of_team:
                fitting.append(row)
        return fitting

    def after(self, rows: Iterable[Of]) -> Capacity:
        """Return the room that these leave."""
        return Capacity(
            self.of_team, Counter(self.under_way) + Counter(row.team_id for row in rows)
        )


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A row of the outbox that one process has taken on to send."""

    team_id: str
    outbox_id: str
    kind: OutboxKind
    kudos_id: str | None
    user_id: str | None
    channel_id: str
    thread_ts: str | None
    fallbacks: tuple[dict[str, str], ...]
    details: dict[str, Any]
    revision: int
    attempts: int
    posted_channel_id: str | None
    posted_ts: str | None
    created_at: datetime
    lease_until: datetime
    # When an earlier try began whose end nobody knows: it may stand in Slack already.
    in_doubt_since: datetime | None
    told: Told = field(default_factory=dict)  # of channels, as it is made
    gone: tuple[str, ...] = ()  # kudos whose posts were found to be deleted
    has_asked_names: bool = False  # Slack was asked who those are whom the store does not know


def is_given_up(claimed: ClaimedMessage, pause: timedelta, now: datetime) -> bool:
    """Return whether a message has been tried for long enough, with such pauses in between.

    What Slack shows already may be years old when it is to be changed: there the tries count.
    """
    if claimed.posted_ts is not None:
        return claimed.attempts * pause >= GIVE_UP_AFTER
    return now - claimed.created_at >= GIVE_UP_AFTER


def pause_before(attempt: int) -> timedelta:
    """Return how long to wait before another try, after so many."""
    doublings = min(attempt - 1, 10)  # more would not change the result
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(2**doublings))
