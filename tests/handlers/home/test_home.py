"""The Home tab of a person: what is theirs, drawn again at once when it changes."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import event

from bot.domain.home import HomeList, Shown, ViewHome
from bot.messages.blockkit import ids
from bot.services.home.home import view_home
from storage.engine import postgres
from tests.conftest import running
from tests.patience import WAIT_SECONDS
from tests.rows import each_row
from tests.watching import choose, on_postgres, on_sqlite, settled

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.domain.home import Home
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Delivery
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

FOR = "for untangling the release"


def said(home: Any) -> str:
    """Return everything that a view says."""
    return "\n".join(_texts((home or {}).get("blocks", [])))


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in _texts(value)]
    if isinstance(part, list):
        return [text for value in part for text in _texts(value)]
    return []


async def home_says(
    who: Person, expected: str, within: float = WAIT_SECONDS, *, no_more: bool = False
) -> str:
    """Wait until somebody's Home tab says this, or says it no more. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while (expected in said(who.home)) is no_more:  # noqa: ASYNC110 - there is no bell for it
            await asyncio.sleep(0.01)
    return said(who.home)


def published(slack: Sandbox, who: Person) -> list[float]:
    """Return when somebody's Home tab was published."""
    return [
        call.at_monotonic
        for call in slack.calls
        if call.method == "views.publish" and call.arguments["user_id"] == who.id
    ]


async def test_the_home_tab_tells_what_is_left_and_how_one_stands(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo +3 {FOR} #teamwork")
    await bo.types(f"/kudos @chidi +2 {FOR}")
    await settled(store)
    home = said(await bo.opens_home())
    assert "You have 23 points left to give, of 25, until" in home
    assert "Your balance: 3 points." in home
    assert "1 thank-you received this week, from 1 person." in home
    assert "1 thank-you given this week." in home
    assert "Your place on this week's leaderboard: 1." in home
    assert "Ada thanked Bo" in home
    assert "untangling the release" in home
    assert "See the message" in home
    assert "Set up Kudos" not in home


async def test_giver_and_receiver_see_their_home_tabs_change_at_once(
    slack: Sandbox, app: KudosApp
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.opens_home()
    await bo.opens_home()
    reply = await ada.types(f"/kudos @bo +3 {FOR}")
    await home_says(ada, "You have 22 points left to give")
    await home_says(bo, "Your balance: 3 points.")
    await ada.presses(ids.KUDOS_UNDO, on=reply.message)
    await home_says(ada, "You have 25 points left to give")
    await home_says(bo, "Your balance: 0 points.")


async def test_a_home_tab_that_nobody_has_opened_is_not_published(
    slack: Sandbox, app: KudosApp
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.opens_home()
    await ada.types(f"/kudos @bo +3 {FOR}")
    await home_says(ada, "You have 22 points left to give")
    assert published(slack, bo) == []


async def test_after_a_restart_a_home_tab_still_follows(
    slack: Sandbox, database_url: str, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    async with running(slack, database_url, clock):
        await bo.opens_home()
    async with running(slack, database_url, clock):
        await ada.types(f"/kudos @bo +3 {FOR}")
        await home_says(bo, "Your balance: 3 points.")


async def test_the_same_home_tab_is_published_once_a_second_and_the_last_state_comes(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    for number in range(8):
        clock.advance(seconds=1)
        await ada.types(f"/kudos @bo +1 {FOR} {number}")
    await home_says(ada, "You have 17 points left to give")
    moments = published(slack, ada)
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert min(pauses) >= 0.98
    assert len(moments) <= 5


async def test_lists_are_paged_and_there_is_one_for_each_side(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    for number in range(12):
        clock.advance(seconds=1)
        await ada.types(f"/kudos @bo +1 for good deed number {number:02}")
    first = said(await bo.opens_home())
    assert "number 11" in first
    assert "number 02" in first
    assert "number 01" not in first
    await bo.presses(ids.HOME_OLDER, on=bo.home or {})
    second = await home_says(bo, "number 01")
    assert "number 00" in second
    assert "number 02" not in second
    assert "Page 2" in second
    with pytest.raises(AssertionError):
        await bo.presses(ids.HOME_OLDER, on=bo.home or {})
    await bo.presses(ids.HOME_NEWER, on=bo.home or {})
    await home_says(bo, "number 11")
    await bo.presses(ids.HOME_GIVEN, on=bo.home or {})
    await home_says(bo, "You have not thanked anybody yet.")
    await ada.opens_home()
    await ada.presses(ids.HOME_GIVEN, on=ada.home or {})
    await home_says(ada, "number 11")
    await ada.presses(ids.HOME_RECEIVED, on=ada.home or {})
    await home_says(ada, "Nobody has thanked you here yet.")


async def test_private_thanks_are_in_the_home_tabs_of_those_who_had_a_part(
    slack: Sandbox, app: KudosApp
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await ada.types(f"/kudos private @bo +3 {FOR}")
    home = said(await bo.opens_home())
    assert "untangling" in home
    # They count too: nobody else is told of them here.
    assert "1 thank-you received this week, from 1 person." in home
    assert "leaderboard: " not in home
    assert "1 thank-you given this week." in said(await ada.opens_home())
    me = await bo.types("/kudos me")
    assert "1 thank-you received this week, from 1 person." in me.text
    assert "untangling" not in said(await chidi.opens_home())


async def test_what_is_hidden_from_others_is_not_hidden_from_oneself(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, amounts_hidden=True, boards_shown=False)
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo +3 {FOR}")
    home = said(await bo.opens_home())
    assert "+3 points" in home
    assert "leaderboard" not in home.split("Last thanks")[0].replace("Preferences: leader", "")


async def test_guests_have_a_home_tab_and_people_of_other_companies_a_sentence(
    slack: Sandbox, app: KudosApp
) -> None:
    guest = said(await slack.person("ines").opens_home())
    assert "You have 25 points left to give" in guest
    outsider = said(await slack.person("pixel").opens_home())
    assert outsider.startswith("Kudos\nKudos belongs to the company")


@pytest.mark.parametrize("which", HomeList)
async def test_a_home_tab_takes_eight_statements(
    slack: Sandbox, app: KudosApp, store: Store, which: HomeList
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo @chidi +3 {FOR}")
    await bo.types(f"/kudos @ada +1 {FOR}")
    statements: list[str] = []

    def counted(connection: Connection, request: ViewHome, now: datetime) -> Home:
        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(connection.engine, "before_cursor_execute", note)
        try:
            return view_home(connection, request, now)
        finally:
            event.remove(connection.engine, "before_cursor_execute", note)

    home = await store.read(counted, ViewHome(slack.team_id, bo.id, Shown(which)))
    assert len(home.kudos) == 1
    assert len(statements) == 8, statements


@on_sqlite
async def test_what_another_process_has_published_meanwhile_is_published_anew(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    slack.faults.next("views.publish", "error", error="hash_conflict")
    await ada.types(f"/kudos @bo +3 {FOR}")
    await home_says(ada, "You have 22 points left to give")
    refused, taken = [call for call in slack.calls if call.method == "views.publish"][-2:]
    assert (refused.error, taken.error) == ("hash_conflict", None)
    assert "hash" in refused.arguments
    assert "hash" not in taken.arguments


@on_sqlite
@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "drop_before", "drop_after"])
async def test_a_home_tab_that_slack_did_not_take_is_published_again(
    slack: Sandbox, app: KudosApp, kind: str
) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    slack.faults.next("views.publish", kind, times=2)
    await ada.types(f"/kudos @bo +3 {FOR}")
    await home_says(ada, "You have 22 points left to give")


@on_postgres
async def test_an_admin_is_told_where_the_store_goes_away_in_the_middle(
    slack: Sandbox, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.2)
    async with running(slack, database_url, clock):
        ada = slack.person("ada")
        with psycopg.connect(database_url.replace("+psycopg", "")) as other:
            # Only the admins' part reads this one.
            other.execute("LOCK TABLE occurrences IN ACCESS EXCLUSIVE MODE")
            await ada.opens_home()
            await home_says(ada, "My storage does not answer")
            other.rollback()
        await ada.opens_home()
        await home_says(ada, "You have 25 points left to give")


@on_sqlite
async def test_a_page_that_no_button_of_ours_leads_to_is_a_page_all_the_same(
    slack: Sandbox, app: KudosApp
) -> None:
    values = ("", "given", "nobody:1", "given:-1", "given:9e9", "given:" + "9" * 40)
    # Each of another person, as one person's is published once a second.
    everybody = [slack.person(one) for one in ("ada", "bo", "chidi", "dina", "goran", "hana")]
    pressed = []
    for person in everybody:
        home = await person.opens_home()
        assert home is not None
        await person.presses(ids.HOME_GIVEN, on=home)
        pressed.append(slack.deliveries[-1])
    for person in everybody:
        await home_says(person, "Last thanks you gave")

    @each_row(("value", "person", "delivery"), zip(values, everybody, pressed, strict=True))
    async def is_a_page(value: str, person: Person, delivery: Delivery) -> None:
        delivery.payload["actions"][0]["value"] = value
        before = len(published(slack, person))
        await slack.deliver_again(delivery)
        async with asyncio.timeout(WAIT_SECONDS):
            while len(published(slack, person)) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        shown = said(person.home)
        assert "There is nothing further back." in shown or "Page" not in shown

    await is_a_page()


@on_sqlite
async def test_the_messages_tab_publishes_nothing(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    await slack.deliver_event({"type": "app_home_opened", "user": ada.id, "tab": "messages"})
    await ada.types("/kudos help")
    assert published(slack, ada) == []


@on_sqlite
async def test_help_opens_from_the_home_tab(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    home = await ada.opens_home()
    await ada.presses(ids.HOME_HELP, on=home or {})
    view = await ada.sees_view_soon(lambda view: "How to give kudos" in view.all_text)
    assert view.errors == {}


@on_sqlite
async def test_who_sees_no_modal_is_told_why(slack: Sandbox, app: KudosApp) -> None:
    ada = slack.person("ada")
    home = await ada.opens_home()
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    await ada.presses(ids.HOME_HELP, on=home or {})
    told = await ada.sees_soon(lambda one: "Slack did not open that" in one.text, "app")
    assert told.text == "Slack did not open that just now. Please try again."
    assert ada.open_view is None
    # Where a message has the shortcut, the answer is there, and only they see it.
    message = await slack.person("bo").types("The release is out")
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    await ada.uses_shortcut(ids.KUDOS_REMOVE, on=message)
    told = await ada.sees_soon(lambda one: "Slack did not open that" in one.text)
    assert told.seen_only_by == ada.id
