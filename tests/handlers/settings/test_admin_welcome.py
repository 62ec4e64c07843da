"""The one who installed Kudos is told where it is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from bot.sandbox import Sandbox
from tests.administering import sees_form
from tests.conftest import MANIFEST, running
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from tests.conftest import Clock


async def test_the_owner_is_told_once_where_kudos_is_set_up(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    fatima = slack.person("fatima")
    for _ in range(2):
        async with running(slack, database_url, clock):
            welcome = await fatima.sees_soon(lambda message: "I am Kudos" in message.text, "app")
            await fatima.presses(ids.ADMIN_OPEN, on=welcome)
            await sees_form(fatima, ids.ADMIN_SAVE)
            await fatima.closes()
    assert len(fatima.direct_messages) == 1
    assert slack.person("ada").direct_messages == []


async def test_without_an_owner_the_first_admin_is_told(database_url: str, clock: Clock) -> None:
    workspace = {
        "people": [
            {"handle": "zoe", "id": "U0ZOE00001", "name": "Zoe"},
            {"handle": "kim", "id": "U0KIM00002", "name": "Kim", "is_admin": True},
        ],
        "channels": [{"name": "general", "members": ["zoe", "kim"]}],
    }
    async with (
        Sandbox(MANIFEST, workspace, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock, welcomes=False),
    ):
        await slack.person("kim").sees_soon(lambda message: "I am Kudos" in message.text, "app")
