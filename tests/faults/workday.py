"""What people do and see while things go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.books import keys_in_slack
from tests.faults.waiting import until
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Delivery, Message, Reply
    from tests.faults.books import Books

STILL_SAVING = "This is still being saved"
NOT_SAVED = "That was not saved"
PERHAPS_SAVED = "it may be saved or not"
THANKED = "You thanked"


async def thanks(
    slack: Sandbox, reason: str, *, by: str = "ada", to: str = "bo", channel: str = "general"
) -> Reply:
    """Give one point in words."""
    reply: Reply = await slack.person(by).types(f"/kudos @{to} +1 for {reason}", channel)
    return reply


def posts(slack: Sandbox, reason: str, channel: str = "general") -> list[Message]:
    """Return what the app posted in a channel about a kudos."""
    return [
        message
        for message in slack.channel(channel).messages
        if message.bot_id == slack.bot_id and reason in message.all_text
    ]


async def everything_sent(slack: Sandbox, books: Books, *, within: float = WAIT_SECONDS) -> None:
    """Wait until Slack shows everything that it should."""
    await slack.pending()
    await until(lambda: not books.unsent(), "everything is sent", within=within, found=books.unsent)


def check_posted_once(slack: Sandbox, books: Books) -> None:
    """Fail unless every message that the app knows to be in Slack is there, once, and no other."""
    keys = keys_in_slack(slack)
    assert [key for key, times in keys.items() if times > 1] == [], "posted twice"
    known = books.keys_posted()
    assert known - set(keys) == set(), "not to be seen in Slack"
    assert books.described(set(keys) - known) == [], "seen in Slack, unknown to the app"


async def work_has_begun(slack: Sandbox, books: Books) -> None:
    """Return when what was asked for before has got as far as the store, which does not answer.

    A question that needs no writing is answered only after what came before it was handed over.
    """
    reply = await slack.person("goran").types("/kudos help", "general")
    assert reply.ok, reply.error
    await until(books.somebody_waits, "a transaction waits")


def last_event(slack: Sandbox) -> Delivery:
    """Return the event that was sent last."""
    return next(one for one in reversed(slack.deliveries) if one.type == "events_api")


async def apart(slack: Sandbox, message: Message) -> None:
    """Wait until the thanks for reactions stand below a message."""
    await until(
        lambda: slack.thread(message.channel_id, message.ts), "the thanks stand in the thread"
    )
