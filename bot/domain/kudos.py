"""One act of recognition, by one giver, to one or more receivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.members import Reader

if TYPE_CHECKING:
    from datetime import datetime


class Source(StrEnum):
    """The way by which a kudos was given."""

    COMMAND = "command"
    MODAL = "modal"
    MENTION = "mention"  # `@Kudos @ada for …`
    REACTION = "reaction"
    JOINED = "joined"  # Add mine, or a reaction on a kudos post
    WORKFLOW = "workflow"
    IMPORTED = "imported"  # given in another product, before


class Audience(StrEnum):
    """Who may see a kudos."""

    PUBLIC = "public"  # everybody in the workspace: it was given in a public channel
    CHANNEL = "channel"  # those who are there: a private channel or a direct message
    PRIVATE = "private"  # its giver and its receivers


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receiver's part of a kudos."""

    user_id: str
    points: int


@dataclass(frozen=True, slots=True)
class GiveKudos:
    """What a person asked for; `natural_key` is the same however often Slack delivers it."""

    team_id: str
    natural_key: str
    giver_id: str
    receiver_ids: tuple[str, ...]
    source: Source
    audience: Audience
    channel_id: str
    reason: str
    group_ids: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    message_ts: str | None = None  # the message that was reacted to
    thread_ts: str | None = None
    emoji: str | None = None
    joins_id: str | None = None  # the kudos that this one joins in with
    about_ts: str | None = None  # the message in the same channel that it is for
    response_url: str | None = None
    names_everyone: bool = False
    unresolved_names: tuple[str, ...] = ()
    amounts: tuple[int, ...] = ()  # all different amounts typed; more than one is unclear


@dataclass(frozen=True, slots=True)
class JoinKudos:
    """A person's wish to thank the receivers of a kudos too, out of their own allowance."""

    team_id: str
    natural_key: str
    user_id: str
    kudos_id: str
    emoji: str | None = None  # by a reaction, which is then worth `points`
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Kudos:
    """A kudos as the store keeps it, with the names that its readers see."""

    kudos_id: str
    team_id: str
    giver_id: str
    receipts: tuple[Receipt, ...]
    reason: str
    value: str | None
    source: Source
    audience: Audience
    channel_id: str
    message_ts: str | None
    emoji: str | None
    created_at: datetime
    reversed_at: datetime | None
    thread_ts: str | None = None
    joins_id: str | None = None
    about_ts: str | None = None

    @property
    def points_total(self) -> int:
        """What it cost its giver."""
        return sum(receipt.points for receipt in self.receipts)

    @property
    def receiver_ids(self) -> tuple[str, ...]:
        """The receivers, in the order in which they were named."""
        return tuple(receipt.user_id for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class KudosGiven:
    """A kudos that is stored; also the answer when the same request arrives again."""

    kudos: Kudos
    allowance_left: int
    renews_at: datetime
    undo_until: datetime
    reader: Reader = field(default_factory=Reader)  # the giver
    boost_left: int = 0  # the part of what is left that boosts pay


@dataclass(frozen=True, slots=True)
class UndoKudos:
    """A giver's wish to take a kudos back; without an id the last one is meant."""

    team_id: str
    user_id: str
    kudos_id: str | None = None
    natural_key: str | None = None  # the same however often Slack delivers one command


@dataclass(frozen=True, slots=True)
class KudosUndone:
    """A kudos that was taken back, and what that left."""

    kudos: Kudos
    allowance_left: int
    reader: Reader = field(default_factory=Reader)  # the giver


@dataclass(frozen=True, slots=True)
class RemoveKudos:
    """An admin's wish to take back a kudos that somebody gave, however long ago."""

    team_id: str
    actor_id: str
    kudos_id: str


@dataclass(frozen=True, slots=True)
class FindPosted:
    """An admin's question which kudos a post tells of."""

    team_id: str
    actor_id: str
    channel_id: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class KudosRemoved:
    """A kudos that an admin took back, or may take back."""

    kudos: Kudos
    reader: Reader = field(default_factory=Reader)  # the admin
