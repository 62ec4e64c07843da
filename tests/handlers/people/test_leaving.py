"""Whoever leaves is on no board from then on, and whoever comes back is on all of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from tests.administering import said
from tests.conftest import running
from tests.watching import on_sqlite, settled, until

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

FOR = "for untangling the release"
BOARDS = ("leaderboard", "leaderboard givers", "leaderboard all", "leaderboard #care")


async def _boards(slack: Sandbox) -> dict[str, str]:
    """Return what Ada is shown of boards: by the command, in her Home tab and in a preview."""
    ada = slack.person("ada")
    shown = {board: (await ada.types(f"/kudos {board}")).text for board in BOARDS}
    home = await ada.opens_home()
    for value in ("weekly", "monthly"):
        if ada.open_view is not None:
            await ada.closes()
        await ada.presses(ids.POSTS_PREVIEW, on=home or {}, value=value)
        view = await ada.sees_view_soon(lambda view: "One moment" not in view.all_text)
        shown[value] = view.all_text
    shown["home"] = said(ada.home)
    return shown


async def _who_gave(slack: Sandbox, store: Store) -> None:
    for giver, receiver in (("bo", "ada"), ("chidi", "bo"), ("ada", "bo"), ("bo", "chidi")):
        await slack.person(giver).types(f"/kudos @{receiver} {FOR} #care")
    await settled(store)


def _named(shown: dict[str, str]) -> set[str]:
    return {where for where, text in shown.items() if "Bo" in text and where != "home"}


async def _are_named(slack: Sandbox, where: set[str]) -> None:
    """Wait until Bo is named there and nowhere else: the app asks by and by who there is."""

    async def is_so() -> bool:
        return _named(await _boards(slack)) == where

    await until(is_so)


async def test_who_leaves_is_on_no_board_at_once_and_who_comes_back_is_on_all(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        await _who_gave(slack, store)
        everywhere = _named(await _boards(slack))
        assert everywhere >= set(BOARDS)
        slack.update_user("bo", deleted=True)
        await slack.pending()
        gone = await _boards(slack)
        assert _named(gone) == set()
        slack.update_user("bo", deleted=False)
        await slack.pending()
        assert _named(await _boards(slack)) == everywhere


async def test_who_left_while_the_app_was_away_is_on_no_board_and_back_by_an_event(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        await _who_gave(slack, store)
        everywhere = _named(await _boards(slack))
    slack.update_user("bo", deleted=True)
    async with running(slack, database_url, clock):
        await _are_named(slack, set())
        slack.update_user("bo", deleted=False)
        await _are_named(slack, everywhere)


async def test_who_came_back_while_the_app_was_away_is_on_all_boards(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        await _who_gave(slack, store)
        everywhere = _named(await _boards(slack))
        slack.update_user("bo", deleted=True)
        await slack.pending()
    slack.update_user("bo", deleted=False)
    async with running(slack, database_url, clock):
        await _are_named(slack, everywhere)


@on_sqlite
async def test_an_event_that_comes_late_does_not_undo_what_is_known_since(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock):
        await _who_gave(slack, store)
        bo = slack.person("bo")
        before = {"id": bo.id, "team_id": slack.team_id, "deleted": False,
                  "profile": {"display_name": "Bo"}}  # fmt: skip
        slack.update_user("bo", deleted=True)
        await slack.pending()
        an_hour_ago = f"{clock.now.timestamp() - 3600:.6f}"
        await slack.deliver_event({"type": "user_change", "user": before, "event_ts": an_hour_ago})
        assert _named(await _boards(slack)) == set()
