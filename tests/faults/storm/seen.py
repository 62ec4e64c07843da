"""What Slack shows at the end of a storm."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.storm.plan import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from tests.faults.storm.record import Given, Record
    from tests.faults.storm.world import World

BOARD = "board"  # where weeks and months are posted
TITLES = {"weekly": "weekly leaderboard", "monthly": "highlights"}
JOINED = "joined in when"
NO_REFUSALS = ("You thanked", "Your reaction thanked", "You took back")


def _people(slack: Sandbox) -> list[str]:
    """Return the handles of everybody in a workspace."""
    found = (slack.person(user_id).handle for user_id in slack.channel("general").members)
    return [handle for handle in found if handle.startswith("p")]


def everything(slack: Sandbox) -> list[Message]:
    """Return all messages of the app, in every conversation, once each."""
    messages: dict[tuple[str, str], Message] = {}
    for handle in _people(slack):
        person = slack.person(handle)
        for where in (*CHANNELS, BOARD, "app"):
            for message in person.sees(where):
                if message.bot_id == slack.bot_id:
                    messages[message.channel_id, message.ts] = message
    return list(messages.values())


def keys_seen(slack: Sandbox) -> Counter[str]:
    """Return how often each message of the outbox stands in Slack, by its key."""
    return Counter(
        message.metadata["event_payload"]["key"]
        for message in everything(slack)
        if message.metadata
    )


def posts_seen(slack: Sandbox, given: Given) -> tuple[int, dict[str, tuple[int, int]]]:
    """Return how often a kudos stands in its channel, and is told to each receiver.

    For each of them the second number says how often they were told that somebody joined in.
    """

    def is_of_app(message: Message) -> bool:
        is_said = given.reason in message.all_text and not message.is_command_line
        return message.bot_id == slack.bot_id and is_said and not message.is_ephemeral

    # A form that opens late may be that of an earlier try, in another channel.
    places = CHANNELS if given.verb == "gives by form" else (given.channel,)
    in_channel = sum(is_of_app(one) for place in places for one in slack.channel(place).messages)
    to_people = {}
    for who in given.to:
        told = [one for one in slack.person(who).direct_messages if is_of_app(one)]
        joined = sum(JOINED in one.all_text for one in told)
        to_people[who] = len(told) - joined, joined
    return in_channel, to_people


def refusals_seen(slack: Sandbox, who: str, since: str = "") -> int:
    """Return how many words the app has for one person that are no confirmation."""
    person = slack.person(who)
    own = [
        message
        for where in (*CHANNELS, BOARD, "app")
        for message in person.sees(where)
        if message.bot_id == slack.bot_id
        and (message.is_ephemeral or where == "app")
        and message.ts > since
    ]
    return sum(not one.metadata and not one.text.startswith(NO_REFUSALS) for one in own)


def scheduled_seen(record: Record, slack: Sandbox, *, may_double: bool) -> Iterator[str]:
    """Every weekly and every monthly post stands once for each time that it was due."""
    posts = [one for one in slack.channel(BOARD).messages if one.bot_id == slack.bot_id]
    for kind, title in TITLES.items():
        slots = sum(1 for name, _ in record.slots if name == kind)
        stand = [one for one in posts if title in one.all_text.lower()]
        if len(stand) != slots and not (may_double and len(stand) > slots):
            yield f"{slots} {kind} posts were due, and {len(stand)} stand"


def strangers(world: World, team: str) -> Iterator[str]:
    """Nothing of another workspace is seen in this one."""
    tags = [f"item {other}0" for other in world.slack if other != team]
    for message in everything(world.slack[team]):
        if any(tag in message.all_text for tag in tags):
            yield f"a message tells of another workspace: {message.all_text[:200]}"
