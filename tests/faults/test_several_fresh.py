"""What one process has stored, another one knows: at once, or where it remembers, in a second."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import machine_clock
from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from handlers.interaction.context import WORKSPACE_FRESH_SECONDS
from tests.administering import home_hides, home_says, opens, opens_from_home, said, sees_form
from tests.asking import answer_to
from tests.conftest import Clock, running
from tests.watching import on_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person

pytestmark = on_postgres

FOR = "for untangling the release"
Apps = tuple["KudosApp", "KudosApp"]


@pytest.fixture
async def apps(slack: Sandbox, database_url: str) -> AsyncIterator[Apps]:
    """Two of them over HTTP with one store, so that a test chooses who gets what Slack sends.

    Each has its own memory, as two processes have; a proxy before them chooses at random.
    """
    clock = Clock(machine_clock())
    async with AsyncExitStack() as stack:
        http: dict[str, Any] = {"slack_app_token": "", "kudos_port": 0}
        one, other = [
            await stack.enter_async_context(running(slack, database_url, clock, **http))
            for _ in range(2)
        ]
        yield one, other


def reaches(slack: Sandbox, app: KudosApp) -> None:
    """Have Slack send everything to this one from here on."""
    slack.event_url = f"http://127.0.0.1:{app.port}/slack/events"


async def test_a_setting_holds_in_the_other_within_a_second(slack: Sandbox, apps: Apps) -> None:
    one, other = apps
    ada, bo = slack.person("ada"), slack.person("bo")
    reaches(slack, other)
    assert "You have 24 points left" in (await bo.types(f"/kudos @chidi {FOR}")).text
    reaches(slack, one)
    await opens(ada, Section.WORDS)
    names = {"setting:points_name_one": "leaf", "setting:points_name_many": "leaves"}
    assert (await ada.submits(names)).ok
    await asyncio.sleep(WORKSPACE_FRESH_SECONDS)
    reaches(slack, other)
    assert "You have 23 leaves left" in (await bo.types(f"/kudos @chidi {FOR} too")).text


async def test_who_is_an_admin_or_gone_is_known_to_the_other_at_once(
    slack: Sandbox, apps: Apps
) -> None:
    one, other = apps
    ada, bo = slack.person("ada"), slack.person("bo")
    reaches(slack, other)
    await home_hides(bo, "Set up Kudos")
    reaches(slack, one)
    await opens(ada, Section.ADMINS)
    assert (await ada.submits({"setting:admin_ids": ["bo"]})).ok
    reaches(slack, other)
    await bo.opens_home()
    await opens(bo, Section.POINTS)
    reaches(slack, one)
    await opens(ada, Section.ADMINS)
    assert (await ada.submits({"setting:admin_ids": []})).ok
    reaches(slack, other)
    await bo.submits({"setting:allowance": "99"})
    assert bo.open_view is not None
    assert "Only admins of Kudos can do this" in bo.open_view.all_text
    reaches(slack, one)
    slack.update_user("chidi", deleted=True)
    await slack.pending()
    reaches(slack, other)
    refused = await ada.types(f"/kudos @chidi {FOR}")
    assert (await answer_to(ada, refused)).startswith("Chidi is no longer active here")


async def test_what_somebody_prefers_is_known_to_the_other_at_once(
    slack: Sandbox, apps: Apps
) -> None:
    one, other = apps
    ada, bo = slack.person("ada"), slack.person("bo")
    reaches(slack, other)
    await ada.types(f"/kudos @bo {FOR}")
    assert "1. Bo" in (await ada.types("/kudos leaderboard")).text
    assert "thanked" in said(await bo.opens_home()).lower()
    reaches(slack, one)
    await prefers_nothing(bo)
    reaches(slack, other)
    board = (await ada.types("/kudos leaderboard")).text
    assert "Bo" not in board
    assert "1. Bo" not in (await bo.types("/kudos leaderboard")).text


async def test_a_home_tab_that_one_has_drawn_follows_what_the_other_stored(
    slack: Sandbox, apps: Apps
) -> None:
    one, other = apps
    ada = slack.person("ada")
    reaches(slack, one)
    await ada.opens_home()
    await home_says(ada, "You have 25 points left to give")
    reaches(slack, other)
    await ada.types(f"/kudos @bo +3 {FOR}")
    await home_says(ada, "You have 22 points left to give")


async def prefers_nothing(who: Person) -> None:
    """Save one's preferences with every box empty."""
    await opens_from_home(who, ids.PREFERENCES_OPEN, "Preferences")
    await sees_form(who, ids.PREFERENCES_SAVE)
    assert (await who.submits({ids.PREFERENCES_CHOICES: []})).ok
