"""Answers by a response_url outlast a bad minute of Slack's, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.messages.blockkit.ids import KUDOS_JOIN, KUDOS_UNDO
from storage.tables.schema import outbox
from tests.watching import app_posts, failed, on_sqlite, settled, until

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import ApiCall
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

FOR = "for untangling the release"
RESPONSE_URL = "response_url"
JOINED = "You thanked Bo"
TAKEN_BACK = "You took back your thanks to Bo."
OTHERS = "random"  # a channel that the app is not in

# The way to Slack knows nothing of databases.
pytestmark = on_sqlite


def responses(slack: Sandbox) -> list[ApiCall]:
    """Return every post to a response_url, those that met a fault included."""
    return [call for call in slack.calls if call.method == RESPONSE_URL]


async def told(slack: Sandbox, times: int) -> None:
    """Wait until so many posts to a response_url have come."""

    async def have_come() -> bool:
        return len(responses(slack)) >= times

    await until(have_come)


async def undoes(slack: Sandbox, ada: Person) -> None:
    reply = await ada.types(f"/kudos @bo {FOR}")
    await ada.presses(KUDOS_UNDO, on=reply.message)


@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "drop_before", "drop_after"])
async def test_an_answer_that_replaces_another_comes_whatever_happens_first(
    slack: Sandbox, app: KudosApp, kind: str
) -> None:
    ada = slack.person("ada")
    slack.faults.next(RESPONSE_URL, kind, retry_after=2)
    await undoes(slack, ada)
    await told(slack, 2)
    await ada.sees_soon(lambda one: TAKEN_BACK in one.text)
    assert len([one for one in ada.sees("general") if one.is_ephemeral]) == 1
    first, second = responses(slack)
    assert second.at_monotonic - first.at_monotonic >= (2.0 if kind == "ratelimited" else 1.0)


async def test_slack_may_ask_for_patience_more_often_than_it_may_fail(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    slack.faults.next(RESPONSE_URL, "ratelimited", times=5, retry_after=0)
    await undoes(slack, ada)
    await ada.sees_soon(lambda one: TAKEN_BACK in one.text)
    assert len(responses(slack)) == 6


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "hang_before", "http_500"])
async def test_a_new_answer_that_may_not_have_come_is_told_again(
    slack: Sandbox, app: KudosApp, store: Store, kind: str
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    [post] = app_posts(slack, "general")
    slack.faults.next(RESPONSE_URL, kind)
    await chidi.presses(KUDOS_JOIN, on=post)
    await slack.faults.reached(RESPONSE_URL)
    slack.faults.clear()
    await told(slack, 2)
    await chidi.sees_soon(lambda one: JOINED in one.text)


async def test_a_new_answer_waits_for_as_long_as_slack_asks(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    await ada.types(f"/kudos @bo {FOR}")
    await settled(store)
    [post] = app_posts(slack, "general")
    slack.faults.next(RESPONSE_URL, "ratelimited", retry_after=2)
    await chidi.presses(KUDOS_JOIN, on=post)
    await chidi.sees_soon(lambda one: JOINED in one.text)
    first, second = responses(slack)
    assert second.at_monotonic - first.at_monotonic >= 2.0


async def test_a_post_by_a_response_url_waits_for_as_long_as_slack_asks(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    slack.faults.next("chat.postMessage", "error", error="not_in_channel", channel=OTHERS)
    slack.faults.next(RESPONSE_URL, "ratelimited", retry_after=30)
    await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel=OTHERS)
    await slack.faults.reached(RESPONSE_URL)

    async def is_put_off() -> bool:
        return await store.read(_last_errors, slack.team_id) == {"ratelimited"}

    await until(is_put_off)
    clock.advance(seconds=31)
    await app.look()
    await settled(store)
    assert len(responses(slack)) == 2
    assert len(app_posts(slack, OTHERS)) == 1
    assert await failed(store, slack.team_id) == []


@pytest.mark.parametrize(
    ("kind", "posts"), [("drop_before", 1), ("http_500", 1), ("drop_after", 2)]
)
async def test_a_post_by_a_response_url_that_may_not_stand_there_is_posted_again(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, kind: str, posts: int
) -> None:
    slack.faults.next("chat.postMessage", "error", error="not_in_channel", channel=OTHERS)
    slack.faults.next(RESPONSE_URL, kind)
    await slack.person("ada").types(f"/kudos @bo {FOR}", in_channel=OTHERS)
    await slack.faults.reached(RESPONSE_URL)

    async def is_put_off() -> bool:
        return bool(await store.read(_last_errors, slack.team_id) - {"not_in_channel"})

    await until(is_put_off)
    clock.advance(seconds=61)
    await app.look()
    await settled(store)
    assert len(app_posts(slack, OTHERS)) == posts
    assert await failed(store, slack.team_id) == []


def _last_errors(connection: Connection, team_id: str, _now: datetime) -> set[str | None]:
    of_team = select(outbox.c.last_error).where(outbox.c.team_id == team_id)
    return set(connection.execute(of_team.where(outbox.c.last_error.is_not(None))).scalars())
