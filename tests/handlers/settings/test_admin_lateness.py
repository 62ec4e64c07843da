"""Forms of admins when something takes long, or when the app was away meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.settings.settings import Section
from tests.administering import changes, opens, settings_of
from tests.conftest import running
from tests.patience import in_slacks_time
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = in_slacks_time


@on_sqlite
@pytest.mark.usefixtures("app")
async def test_what_takes_long_is_saved_and_the_form_says_so(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.CHANNELS)
    slack.faults.next("conversations.info", "slow", seconds=30)
    reply = await ada.submits({"setting:announcement_channel_id": ["thanks"]})
    assert reply.ok
    assert ada.open_view is not None
    assert "One moment" in ada.open_view.all_text
    slack.faults.clear()
    await ada.sees_view_soon(lambda view: "Saved." in view.all_text)
    thanks = slack.channel("thanks").id
    assert (await settings_of(store, slack)).announcement_channel_id == thanks


@on_sqlite
@pytest.mark.usefixtures("app")
async def test_what_takes_long_and_is_wrong_is_told_in_the_end(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.CHANNELS)
    slack.faults.next("conversations.info", "slow", seconds=30)
    await ada.submits({"setting:announcement_channel_id": ["old-launch"]})
    slack.faults.clear()
    await ada.sees_view_soon(lambda view: "Kudos can't post there." in view.all_text)
    assert await changes(store, slack) == []


@on_sqlite
@pytest.mark.usefixtures("app")
async def test_a_slack_that_does_not_tell_of_rights_keeps_nobody_waiting_and_means_no(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.POINTS)
    slack.faults.next("users.info", "hang_before")
    assert (await ada.submits({"setting:allowance": "40"})).ok
    slack.faults.clear()
    assert ada.open_view is not None
    assert "it did not answer, so nothing was saved" in ada.open_view.all_text
    assert (await settings_of(store, slack)).allowance == 25


async def test_a_form_that_was_open_while_the_app_restarted_is_saved_an_hour_later(
    slack: Sandbox, database_url: str, clock: Clock, store: Store
) -> None:
    ada = slack.person("ada")
    async with running(slack, database_url, clock):
        await opens(ada, Section.POINTS)
    clock.advance(hours=1)
    async with running(slack, database_url, clock):
        assert (await ada.submits({"setting:allowance": "40"})).ok
        assert await changes(store, slack) == [(ada.id, "allowance", 25, 40)]
