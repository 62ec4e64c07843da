"""The form for giving while the store is slow: it opens in time, and tells later how it ended."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.messages.blockkit import ids
from tests.asking import form_of, lines_form_of
from tests.handlers.giving.test_give_modal import FILLED, RELEASE, block
from tests.patience import in_slacks_time
from tests.watching import all_kudos, on_postgres, on_sqlite, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

pytestmark = in_slacks_time


@on_postgres  # SQLite reads whatever others do
async def test_a_store_that_is_slow_to_read_shows_the_form_late_but_in_time(
    slack: Sandbox, app: KudosApp, database_url: str
) -> None:
    ada = slack.person("ada")
    with locked(database_url):
        assert (await ada.types("/kudos")).ok
        assert ada.open_view is not None
        assert "One moment" in ada.open_view.all_text
    await ada.sees_view_soon(lambda view: "Who would you like to thank?" in view.all_text)


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("reason", [RELEASE, "thx"])
async def test_what_takes_long_to_save_tells_later_how_it_ended(
    slack: Sandbox, app: KudosApp, store: Store, database_url: str, reason: str, closes: bool
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos")
    with locked(database_url):
        assert (await ada.submits(FILLED | {ids.GIVE_REASON: reason})).ok
        assert ada.open_view is not None
        assert "This is still being saved." in ada.open_view.all_text
        if closes:
            await ada.closes()
    ended = "You thanked Bo with 3 points." if reason == RELEASE else "The reason is too short."
    if closes:
        told = await ada.sees_soon(lambda message: message.text, where="app")
        assert told.text.startswith(ended)
        assert len(await all_kudos(store, slack.team_id)) == (reason == RELEASE)
        if reason != RELEASE:  # and what was typed is not lost with the form
            await ada.presses(ids.KUDOS_CORRECT, on=told)
            form = await form_of(ada)
            assert (form.question, form.people) == (told.text, [slack.person("bo").id])
            assert (form.amount, form.reason) == ("3", "thx")
            assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
            assert len(await all_kudos(store, slack.team_id)) == 1
        return
    await ada.sees_view_soon(lambda view: ended in view.all_text)
    if reason != RELEASE:  # what was typed is still there
        assert block(ada, ids.GIVE_REASON)["element"]["initial_value"] == "thx"
        assert (await ada.submits({ids.GIVE_REASON: RELEASE})).ok
        assert "You thanked Bo with 3 points." in ada.open_view.all_text
    assert len(await all_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_lines_that_take_long_to_save_are_still_there_where_one_is_refused(
    slack: Sandbox, app: KudosApp, store: Store, database_url: str
) -> None:
    ada, first = slack.person("ada"), f"@bo for {RELEASE}"
    await ada.types(f"/kudos {first}\n@chidi thx")
    await lines_form_of(slack, ada)
    with locked(database_url):
        assert (await ada.submits({ids.GIVE_LINES: f"{first}\n@dina thx"})).ok
        assert "This is still being saved." in (await opened(ada)).all_text
    await ada.sees_view_soon(lambda view: "Your thanks to Dina: The reason" in view.all_text)
    assert (await lines_form_of(slack, ada)).lines == f"{first}\n@dina thx"
    with locked(database_url):
        await ada.submits({ids.GIVE_LINES: f"{first}\n@emre thx"})
        await ada.closes()
    told = await ada.sees_soon(lambda message: "Your thanks to Emre" in message.text, where="app")
    await ada.presses(ids.KUDOS_CORRECT, on=told)
    assert (await lines_form_of(slack, ada)).lines == f"{first}\n@emre thx"
    assert (await ada.submits({ids.GIVE_LINES: f"{first}\n@dina for the calm on Friday"})).ok
    assert len(await all_kudos(store, slack.team_id)) == 2


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Have somebody else hold what the app wants to read and write."""
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")
        return
    url = database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE workspaces, kudos IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
