"""Time zones that this machine does not know take nothing down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sandbox import Sandbox
from bot.services.settings.workspaces import settle_zone, view_workspace
from tests.conftest import MANIFEST, running
from tests.patience import WAIT_SECONDS
from tests.watching import on_sqlite, settled, until

if TYPE_CHECKING:
    from storage.engine.store import Store
    from tests.conftest import Clock

UNKNOWN = ("localtime", "Mars/Phobos")


@pytest.mark.parametrize("unknown", UNKNOWN)
@on_sqlite
async def test_a_workspace_works_on_where_most_zones_are_unknown(
    database_url: str, store: Store, clock: Clock, unknown: str
) -> None:
    async with Sandbox(MANIFEST, ack_seconds=WAIT_SECONDS) as slack:
        for name in ("ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "hana", "omar"):
            slack.update_user(name, tz=unknown)
        slack.update_user("mei", tz="Asia/Tokyo")
        slack.update_user("hana", tz="Asia/Tokyo")
        async with running(slack, database_url, clock) as app:
            ada = slack.person("ada")
            assert app.workspace is not None
            assert app.workspace.time_zone == "Asia/Tokyo"
            told = await ada.types("/kudos @bo for untangling the release")
            assert "You thanked Bo" in told.text
            await store.write(settle_zone, (slack.team_id, unknown))
            for line in ("me", "leaderboard", "@bo for untangling it once more"):
                assert "went wrong" not in (await ada.types(f"/kudos {line}")).text
            await app.look()
            assert await ada.opens_home() is not None
            await settled(store)
        async with running(slack, database_url, clock):

            async def is_settled() -> bool:
                return (await store.read(view_workspace, slack.team_id)).time_zone == "Asia/Tokyo"

            await until(is_settled)
