"""One act of recognition, by one giver, to one or more receivers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.members import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.domain.privacy import Told


MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
_NAMED = re.compile(r"<(?:@|!subteam\^)([UWS][A-Z0-9]+)(?:\|[^<>]*)?>")  # people and groups


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
    worth: int | None = None  # where no amount was typed: of a reaction; None: the default
    is_told_later: bool = False  # by the confirmation of another of the same message
    told_ids: tuple[str, ...] = ()  # of the others, which its confirmation tells of, too
    acted_at: datetime | None = None  # when they did it, where Slack may tell of it late
    asks_if_repeated: bool = False  # whether the same thanks, given just now, are asked about


@dataclass(frozen=True, slots=True)
class GiveTogether:
    """Several thanks that one person gave in one message: all of them, or none."""

    gives: tuple[GiveKudos, ...]

    @classmethod
    def of(cls, gives: Iterable[GiveKudos]) -> GiveTogether:
        """Returns them with a key for each, the same in each delivery of their message."""
        return cls(
            tuple(
                replace(each, natural_key=key_among(each.natural_key, place))
                for place, each in enumerate(gives, start=1)
            )
        )

    @property
    def team_id(self) -> str:
        """The workspace of all of them."""
        return self.gives[0].team_id


def key_among(natural_key: str, place: int) -> str:
    """Returns the key of one of several thanks of a message; the first has place 1."""
    return f"{natural_key}:{place}"


@dataclass(frozen=True, slots=True)
class ViewGiven:
    """A giver's wish to see again what they gave together."""

    team_id: str
    user_id: str
    kudos_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostOfAnother:
    """A post of the Kudos of another company, in a channel that is of both."""

    team_id: str  # the other company's workspace, whose kudos it tells of
    channel_id: str
    message_ts: str
    audience: Audience  # of the channel, as those see it who join in


@dataclass(frozen=True, slots=True)
class JoinKudos:
    """A person's wish to thank the receivers of a kudos too, out of their own allowance."""

    team_id: str
    natural_key: str
    user_id: str
    kudos_id: str
    emoji: str | None = None  # by a reaction, which is then worth `points`
    points: int | None = None
    post: PostOfAnother | None = None  # None: the kudos is of the same workspace
    response_url: str | None = None
    acted_at: datetime | None = None  # when they did it, where Slack may tell of it late


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

    @property
    def mentioned_ids(self) -> tuple[str, ...]:
        """Who is mentioned in its words."""
        return mentioned_in(self.reason)

    @property
    def everybody(self) -> set[str]:
        """Who gave it, who received it, and who is mentioned in its words."""
        return {self.giver_id, *self.receiver_ids, *self.mentioned_ids}


def with_names(typed: str, names: Mapping[str, str]) -> str:
    """Return words with `@` and a name for each mention of a person or group that has one there."""
    return _NAMED.sub(
        lambda found: f"@{names[found[1]]}" if names.get(found[1]) else found[0], typed
    )


def with_mentions(typed: str, names: Mapping[str, str]) -> str:
    """Return words with mentions again for the names that `with_names` put there.

    What two of them are called stays a name: nobody can tell who was meant.
    """
    ids: dict[str, list[str]] = {}
    for named_id, name in names.items():
        if name:
            ids.setdefault(" ".join(name.split()), []).append(named_id)
    if not ids:
        return typed
    longest_first = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))

    def mention(found: re.Match[str]) -> str:
        [named_id, *others] = ids[found[1]]
        if others:
            return found[0]
        return f"<!subteam^{named_id}>" if named_id.startswith("S") else f"<@{named_id}>"

    return re.sub(rf"(?<!\w)@({longest_first})(?!\w)", mention, typed)


def named_in(typed: str) -> tuple[str, ...]:
    """Return the ids of people and groups who are mentioned in what Slack sent."""
    return tuple(dict.fromkeys(_NAMED.findall(typed)))


def mentioned_in(typed: str) -> tuple[str, ...]:
    """Return who is mentioned in words."""
    return tuple(MENTION.findall(typed))


@dataclass(frozen=True, slots=True)
class KudosGiven:
    """A kudos that is stored; also the answer when the same request arrives again."""

    kudos: Kudos
    allowance_left: int
    renews_at: datetime
    undo_until: datetime
    reader: Reader = field(default_factory=Reader)  # the giver
    boost_left: int = 0  # the part of what is left that boosts pay
    has_allowance: bool = True  # False where the giver never has points to give


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
    told: Told = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostedKudos:
    """The kudos that a post tells of, and the one there that the reader gave, if they gave any."""

    removal: KudosRemoved
    own_id: str | None


@dataclass(frozen=True, slots=True)
class FindPosted:
    """Somebody's question which kudos a post tells of, to take it back."""

    team_id: str
    actor_id: str
    channel_id: str
    message_ts: str
    told: Told = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KudosRemoved:
    """A kudos that an admin took back, or may take back."""

    kudos: Kudos
    seen: Kudos | None  # as the admin may read it; None where that is the amount and the day alone
    reader: Reader = field(default_factory=Reader)  # the admin
