"""Who may install a distributed app: the operator's list of workspaces and organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.clock import machine_clock
from bot.services.installations.installations import list_installations
from storage.workspaces import find_team_ids
from tests.conftest import Clock
from tests.installing import WORKS, in_organization, installs, serving, workspace
from tests.watching import on_sqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with workspace() as sandbox:
        yield sandbox


def _teams(connection: Connection, _request: None, _now: datetime) -> list[str]:
    return find_team_ids(connection)


async def test_who_is_not_on_the_list_is_told_so_and_leaves_nothing_behind(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with (
        workspace(WORKS) as works,
        serving(database_url, clock, slack, works, kudos_allowed_teams=slack.team_id) as running,
    ):
        page = await installs(running, works)
        assert (page.status, page.title) == (403, "Kudos was not installed")
        assert "Yours is not among them. Nothing was stored." in page.html
        assert await store.read(list_installations, None) == []
        assert await store.read(_teams, None) == []
        # And Slack does not show it there any more.
        assert ("apps.uninstall", works.team_id) in running.router.calls
        assert {each.error for each in works.oauth.tokens.values()} == {"account_inactive"}
        page = await installs(running, slack)
        assert (page.status, page.title) == (200, "Kudos is installed")
        reply = await slack.person("ada").types("/kudos @bo for being on the list")
        assert reply.text.startswith("You thanked Bo")


@pytest.mark.parametrize("listed", ["T0OTHER001,T0ENGINES1", "E0ENGINES1", ""])
async def test_a_workspace_is_listed_by_itself_or_with_its_organization(
    sqlite_url: str, clock: Clock, listed: str
) -> None:
    async with (
        workspace(in_organization(1)) as shed,
        serving(sqlite_url, clock, shed, kudos_allowed_teams=listed) as running,
    ):
        assert (await installs(running, shed)).status == 200


@on_sqlite
async def test_an_organization_is_not_let_in_by_one_of_its_workspaces(
    database_url: str, clock: Clock, store: Store
) -> None:
    async with (
        workspace(in_organization(1), is_org_wide=True) as shed,
        serving(database_url, clock, shed, kudos_allowed_teams="T0ENGINES1") as running,
    ):
        assert (await installs(running, shed)).status == 403
        assert await store.read(list_installations, None) == []


@on_sqlite
async def test_who_was_there_before_the_list_is_served_on(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    async with serving(database_url, clock, slack) as running:
        await installs(running, slack)
    async with serving(database_url, clock, slack, kudos_allowed_teams="T0OTHER001") as running:
        reply = await slack.person("ada").types("/kudos @bo for being there before")
        assert reply.text.startswith("You thanked Bo")
        calls = running.router.calls
        assert (await installs(running, slack)).status == 403
        assert ("apps.uninstall", slack.team_id) not in calls
