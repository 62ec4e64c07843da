"""Scheduled posts that Slack does not take: who is told, and what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.admin import ChangeSettings
from bot.domain.outbox import OutboxKind
from bot.messages.blockkit import ids
from bot.services.settings.admin import change_settings
from tests.watching import app_posts, choose, held, kinds_in_outbox
from tests.workers import test_schedules
from tests.workers.test_schedules import MONDAY, change, look, status, told

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

posted_in_thanks = test_schedules.posted_in_thanks  # the fixture


@pytest.mark.parametrize(
    ("error", "what_to_do"),
    [
        ("is_archived", "Unarchive it"),
        ("channel_not_found", "it was deleted, or it is private"),
        ("not_in_channel", "Invite me there"),
        ("missing_scope", "I don't have the permission"),
        ("restricted_action_read_only_channel", "Let apps post in that channel"),
        ("msg_blocks_too_long", "Slack gave this reason: msg_blocks_too_long."),
    ],
)
async def test_an_admin_is_told_once_what_to_do_about_a_post_that_fails(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, error: str, what_to_do: str
) -> None:
    for week in range(3):
        break_it(slack, error)
        clock.now = MONDAY
        clock.advance(weeks=week)
        await look(app, store)
    assert app_posts(slack, "thanks") == []
    await slack.person("fatima").sees_soon(lambda m: "could not post" in m.text, "app")
    [message] = told(slack)
    assert "the weekly leaderboard" in message.text
    assert "<#C0THANKS04>" in message.text
    assert what_to_do in message.text
    shown = await status(store, slack)
    assert shown.last is not None
    assert shown.last.error == error
    # The button leads to where it can be mended.
    await slack.person("fatima").presses(ids.ADMIN_OPEN, on=message, value="weekly")
    await slack.person("fatima").sees_view_soon(
        lambda view: view.raw["callback_id"] == ids.ADMIN_SAVE
    )
    mend(slack)
    clock.advance(weeks=1)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


def break_it(slack: Sandbox, error: str) -> None:
    if error == "is_archived":
        slack.archive("thanks")
    else:
        slack.faults.next("chat.postMessage", "error", error=error, channel="thanks")


def mend(slack: Sandbox) -> None:
    slack.unarchive("thanks")
    slack.faults.clear()


async def test_what_stands_in_a_channel_shared_with_another_company_is_theirs_too(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await change(slack, store, weekly_channel_id=["C0PIXEL007"])
    slack.add_to_channel("with-pixel", "app")
    clock.now = MONDAY
    await look(app, store)
    assert app_posts(slack, "with-pixel") == []
    [message] = told(slack)
    assert "shared with another company" in message.text


async def test_an_app_that_was_removed_from_the_channel_says_so(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    slack.add_to_channel("leads", "app")
    await change(slack, store, weekly_channel_id=[slack.channel("leads").id])
    slack.remove_from_channel("leads", "app")
    clock.now = MONDAY
    await look(app, store)
    [message] = told(slack)
    assert "Invite me there, or choose another one." in message.text


@pytest.mark.parametrize("trouble", ["ratelimited", "http_500"])
async def test_not_being_told_what_kind_of_channel_it_is_delays_a_post_and_no_more(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, trouble: str
) -> None:
    slack.faults.next("conversations.info", trouble, channel="thanks")
    clock.now = MONDAY
    await app.look()
    await held(store, slack.team_id, 1)
    assert app_posts(slack, "thanks") == []
    clock.advance(seconds=61)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_another_reason_is_told_too(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    for week, error in enumerate(("not_in_channel", "restricted_action", "restricted_action")):
        slack.faults.next("chat.postMessage", "error", error=error, channel="thanks")
        clock.now = MONDAY
        clock.advance(weeks=week)
        await look(app, store)
    kinds = await kinds_in_outbox(store, slack.team_id)
    assert kinds.count(OutboxKind.SCHEDULED_POST_FAILED) == 2


async def test_whoever_set_it_is_told_as_long_as_they_are_an_admin(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    bo = slack.person("bo")
    clock.advance(minutes=1)
    await choose(
        store, slack.team_id, admin_ids=(bo.id,), digest_on=False, weekly_channel_id="C0THANKS04"
    )
    await store.write(change_settings, ChangeSettings(slack.team_id, bo.id, {"weekly_length": "5"}))
    slack.archive("thanks")
    clock.now = MONDAY
    await look(app, store)
    await bo.sees_soon(lambda message: "could not post" in message.text, "app")
    assert told(slack) == []
    await choose(
        store, slack.team_id, admin_ids=(), digest_on=False, weekly_channel_id="C0GENERAL1"
    )
    slack.archive("general")
    clock.advance(weeks=1)
    await look(app, store)
    await slack.person("ada").sees_soon(lambda m: "could not post" in m.text, "app")
