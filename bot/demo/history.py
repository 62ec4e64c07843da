"""Writes the demo's history: into the store by the app's own services, and into the sandbox.

So that what it shows was counted, paid and posted as everything else is.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.plan import Joined, Plan, Reacted, Thanks, Written
from bot.domain.admin import ChangeSettings
from bot.domain.kudos import Audience, GiveKudos, JoinKudos, Source
from bot.domain.outbox import POSTS, ClaimedMessage, OutboxKind
from bot.domain.privacy import Publicity
from bot.domain.reactions import ReactionChanged
from bot.sandbox import Message, SlackError
from bot.services.giving.joining import join
from bot.services.giving.kudos import give
from bot.services.giving.reactions import react
from bot.services.outbox.compose import compose
from bot.services.outbox.outbox import Sent, claim, note_sent
from bot.services.people.members import SeePeople, see_people
from bot.services.settings.admin import change_settings, view_checklist
from storage.outbox import DROPPED
from storage.tables.schema import outbox
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.demo.plan import Act
    from bot.domain.kudos import Kudos
    from bot.messages.blockkit.message import Message as Words
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store

ANNOUNCED_IN = "thanks"
VALUES = "teamwork, craft, care, courage, curiosity"
# Younger thanks are told to their receivers by a direct message that is still there.
TOLD_SINCE = timedelta(days=7)
MOST_UNSETTLED = 8  # acts whose messages one claim takes on, all of them
IN_CHANNELS = POSTS | {OutboxKind.REACTION_THANKS}


@dataclass(frozen=True)
class Company:
    """Where the history takes place: ids by the names that people see."""

    team_id: str
    admin_id: str
    app_id: str  # the user under which the app writes
    people: Mapping[str, str]
    channels: Mapping[str, str]
    direct: Mapping[str, str]  # by a person's id: their messages with the app
    groups: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Posted:
    """What the app has posted, with the words that it has by now."""

    channel_id: str
    ts: str
    thread_ts: str | None
    words: Words


@dataclass(frozen=True)
class History:
    """Everything that stands in the channels."""

    acts: list[Act]
    posted: list[Posted]
    # By a kudos post's place: who put which emoji on it.
    emoji: dict[tuple[str, str], dict[str, list[str]]]


async def begin_with_history(slack: Sandbox, store: Store) -> None:
    """Let it be as if the people of the demo had used Kudos for weeks; only where nothing is yet.

    A workspace that an earlier version made has not all the people: it stays as it is.
    """
    with suppress(SlackError):
        company = _company(slack)
        history = await store.write(write_history, company)
        if history is not None:
            slack.add_past(_messages(company, history))


def write_history(connection: Connection, company: Company, now: datetime) -> History | None:
    """Store weeks of kudos that end shortly before now; None, and nothing, if there are any."""
    if view_checklist(connection, company.team_id, now).has_kudos:
        return None
    see_people(connection, SeePeople(company.team_id, groups=company.groups), now)
    chosen = {"announcement_channel_id": [company.channels[ANNOUNCED_IN]], "values": VALUES}
    change_settings(connection, ChangeSettings(company.team_id, company.admin_id, chosen), now)
    zone = get_workspace(connection, company.team_id).zone
    writing = _Writing(connection, company, now)
    acts = Plan(now, zone).acts()
    for act in acts:
        writing.write(act)
    return History(acts, writing.posted(), writing.emoji)


def stamp(moment: datetime, number: int = 0) -> str:
    """Return the timestamp of a message; of two at one moment the numbers differ."""
    microseconds = int(moment.timestamp()) * 1_000_000 + moment.microsecond // 10 * 10 + number
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


class _Writing:
    """Does one act after the other, each at its own time."""

    def __init__(self, connection: Connection, company: Company, now: datetime) -> None:
        self._session = connection
        self._company = company
        self._now = now
        self._unsettled = 0
        self._kudos: dict[int, Kudos] = {}
        self._standing: dict[str, ClaimedMessage] = {}  # by the outbox's id
        self.emoji: dict[tuple[str, str], dict[str, list[str]]] = {}

    def write(self, act: Act) -> None:
        """Store what somebody did; raises a refusal under `KudosError`."""
        # What joins in with a post has to find it.
        if isinstance(act, Joined) or self._unsettled >= MOST_UNSETTLED:
            self._settle(act.at)
        self._unsettled += 1
        if isinstance(act, Thanks):
            self._kudos[id(act)] = give(self._session, self._asked(act), act.at).kudos
        elif isinstance(act, Joined):
            self._join(act)
        elif isinstance(act, Reacted):
            message = act.message
            where = (self._company.channels[message.channel], stamp(message.at))
            author_id = self._company.people[message.author]
            self._react(act.at, act.giver, act.emoji, where, author_id)

    @property
    def _told(self) -> dict[str, Publicity]:
        """What Slack would tell of the channels in which something happened."""
        return dict.fromkeys(self._company.channels.values(), Publicity.PUBLIC)

    def posted(self) -> list[Posted]:
        """Return everything that stands in Slack, as it reads after all that has happened."""
        self._settle(self._now)
        found = []
        for claimed in self._standing.values():
            words = compose(self._session, replace(claimed, told=self._told), self._now)
            if words is not None:
                place = (claimed.posted_channel_id or "", claimed.posted_ts or "")
                found.append(Posted(*place, claimed.thread_ts, words))
        return found

    def _asked(self, act: Thanks) -> GiveKudos:
        company = self._company
        return GiveKudos(
            team_id=company.team_id,
            natural_key=f"history:{act.at.timestamp()}:{act.giver}",
            giver_id=company.people[act.giver],
            receiver_ids=tuple(company.people[name] for name in act.receivers),
            source=Source.MODAL if act.from_modal else Source.COMMAND,
            audience=Audience.PRIVATE if act.is_private else Audience.PUBLIC,
            channel_id=company.channels[act.channel],
            reason=act.reason,
            hashtags=(act.value,) if act.value else (),
            amounts=(act.points,),
        )

    def _join(self, act: Joined) -> None:
        company, root = self._company, self._kudos.get(id(act.thanks))
        if root is None:
            return
        post = next(
            one
            for one in self._standing.values()
            if one.kudos_id == root.kudos_id and one.kind is OutboxKind.KUDOS_POSTED
        )
        where = (post.posted_channel_id or "", post.posted_ts or "")
        if act.emoji is not None:
            self._react(act.at, act.giver, act.emoji, where, company.app_id)
            self.emoji.setdefault(where, {}).setdefault(act.emoji, []).append(
                company.people[act.giver]
            )
            return
        request = JoinKudos(
            team_id=company.team_id,
            natural_key=f"history:{act.at.timestamp()}:{act.giver}",
            user_id=company.people[act.giver],
            kudos_id=root.kudos_id,
        )
        join(self._session, request, act.at)

    def _react(
        self, at: datetime, giver: str, emoji: str, where: tuple[str, str], author_id: str
    ) -> None:
        change = ReactionChanged(
            team_id=self._company.team_id,
            user_id=self._company.people[giver],
            author_id=author_id,
            channel_id=where[0],
            message_ts=where[1],
            reaction=emoji,
            event_ts=stamp(at),
            is_added=True,
            audience=Audience.PUBLIC,
        )
        react(self._session, change, at)

    def _settle(self, at: datetime) -> None:
        """Note what delivery would have posted by now, so that it posts none of it today."""
        self._unsettled = 0
        dropped = []
        for number, claimed in enumerate(claim(self._session, None, at), start=1):
            posted_at = claimed.created_at
            channel_id = self._place_of(claimed)
            if channel_id is None:
                dropped.append(claimed.outbox_id)
                continue
            ts = claimed.posted_ts or stamp(posted_at + timedelta(seconds=1), number)
            note_sent(self._session, Sent(claimed, channel_id, ts), posted_at)
            self._standing[claimed.outbox_id] = replace(
                claimed, posted_channel_id=channel_id, posted_ts=ts
            )
        if dropped:
            # All at once: hundreds of statements for what nobody reads would be half of the time.
            self._session.execute(
                outbox.update()
                .where(outbox.c.team_id == self._company.team_id, outbox.c.outbox_id.in_(dropped))
                .values(state=DROPPED, sending_since=None)
            )

    def _place_of(self, claimed: ClaimedMessage) -> str | None:
        """Return where a message is to be found today; None for what nobody would look for."""
        if claimed.kind in IN_CHANNELS:
            return claimed.channel_id
        if (
            claimed.kind is OutboxKind.KUDOS_RECEIVED
            and self._now - claimed.created_at < TOLD_SINCE
        ):
            return self._company.direct.get(claimed.channel_id)
        return None


def _company(slack: Sandbox) -> Company:
    """Return the ids of the sandbox's people; raises `SlackError` where somebody is missing."""
    people = {name: slack.person(name).id for name in Plan.people()}
    return Company(
        team_id=slack.team_id,
        admin_id=slack.person("fatima").id,
        app_id=slack.bot_user_id,
        people=people,
        channels={name: slack.channel(name).id for name in Plan.channels()},
        direct={user_id: slack.messages_with_app(user_id) for user_id in people.values()},
        groups=slack.groups,
    )


def _messages(company: Company, history: History) -> list[Message]:
    """Return what people and the app wrote, for the sandbox."""
    messages = [
        Message(
            channel_id=company.channels[act.channel],
            ts=stamp(act.at),
            text=act.text,
            user_id=company.people[act.author],
            reactions={
                emoji: [company.people[name] for name in names]
                for emoji, names in act.emoji.items()
            },
        )
        for act in history.acts
        if isinstance(act, Written)
    ]
    for posted in history.posted:
        payload: dict[str, Any] = posted.words.payload()
        messages.append(
            Message(
                channel_id=posted.channel_id,
                ts=posted.ts,
                text=payload["text"],
                blocks=payload["blocks"],
                user_id=company.app_id,
                thread_ts=posted.thread_ts,
                reactions=history.emoji.get((posted.channel_id, posted.ts), {}),
            )
        )
    return messages
