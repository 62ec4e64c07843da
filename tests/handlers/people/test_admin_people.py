"""People and their ledgers, corrections, and the activity list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.personal_data import ExportPerson
from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.services.giving.removal import REMOVED
from bot.services.people.personal_data import export_person
from tests.administering import (
    changes,
    everything,
    opens,
    opens_from_home,
    parts,
    said,
    sees_form,
    sees_title,
    sends,
    sent_by,
    with_values,
)
from tests.handlers.people.test_preferences import prefers
from tests.watching import assert_books_agree, balances, on_sqlite, settled

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from bot.sandbox.model import View
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("app")

FOR = "for untangling the release"


async def finds(ada: Person, who: str) -> View:
    """Show somebody's ledger."""
    await opens_from_home(ada, ids.PEOPLE_FIND, "Find somebody")
    assert (await ada.submits({ids.PEOPLE_PERSON: who})).ok
    return await sees_title(ada, "Ledger")


async def opens_correction(ada: Person, who: str) -> None:
    view = await finds(ada, who)
    await ada.presses(ids.ADJUST_OPEN, on=view)
    await sees_form(ada, ids.ADJUST_SAVE)


async def test_an_admin_finds_somebody_and_sees_every_movement(
    slack: Sandbox, clock: Clock
) -> None:
    ada, bo, chidi = slack.person("ada"), slack.person("bo"), slack.person("chidi")
    for n in range(1, 13):
        clock.advance(seconds=1)
        await bo.types(f"/kudos @chidi +1 {FOR} number {n} *<!here>*")
    clock.advance(seconds=1)
    await chidi.types(f"/kudos private @bo +2 {FOR} in secret")
    view = await finds(ada, "chidi")
    assert "Balance: 12 points" in view.all_text
    assert "Left to give: 23 points of 25" in view.all_text
    assert "in private" in view.all_text
    assert "secret" not in view.all_text
    assert "number 12" in view.all_text
    assert "number 3 " not in view.all_text
    await ada.presses(ids.PEOPLE_OLDER, on=view)
    view = await ada.sees_view_soon(lambda view: "number 3 " in view.all_text)
    assert "number 12" not in view.all_text
    await ada.presses(ids.PEOPLE_NEWER, on=view)
    await ada.sees_view_soon(lambda view: "number 12" in view.all_text)


async def test_a_balance_is_corrected_with_a_reason_and_they_are_told(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens_correction(ada, "bo")
    assert (await ada.submits({ids.ADJUST_POINTS: "7", ids.ADJUST_REASON: "A lost <@U1>"})).ok
    view = await ada.sees_view_soon(lambda view: "Balance: 7 points" in view.all_text)
    assert "corrected by" in view.all_text
    told = await bo.sees_soon(lambda message: "7 points" in message.text, "app")
    assert "A lost &lt;@U1&gt;" in told.text
    looked = (ada.id, "ledger_seen", None, None)
    assert await changes(store, slack) == [(ada.id, "balance_adjusted", 0, 7), looked]
    form = next(
        each.payload
        for each in slack.deliveries
        if each.payload.get("view", {}).get("callback_id") == ids.ADJUST_SAVE
    )
    await sends(slack, form)
    assert await balances(store, slack.team_id) == {bo.id: 7}
    await assert_books_agree(store, slack.team_id)


async def test_wrong_corrections_change_nothing(slack: Sandbox, store: Store) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens_correction(ada, "bo")
    await ada.submits({ids.ADJUST_POINTS: "1", ids.ADJUST_REASON: "To begin with"})
    form: dict[str, Any] = slack.deliveries[-1].payload
    before = await everything(store, slack)
    for name, value, sentence in (
        ("points", None, "Something is missing here."),
        ("points", "0", "Something is missing here."),
        ("points", "1.5", "This is not a whole number."),
        ("points", "-100001", "Type a number from -100,000 to 100,000."),
        ("reason", None, "Something is missing here."),
        ("reason", "x" * 501, "There is room for 500 characters."),
    ):
        answer = await sends(slack, with_values(form, "adjust", **{name: value}))
        assert sentence in answer["errors"][f"adjust:{name}"], (name, value)
    for metadata in ("", "[]", '{"user_id": 3}'):
        forged = with_values(form, "adjust")
        forged["view"]["private_metadata"] = metadata
        assert "out of date" in said((await sends(slack, forged))["view"])
    forged = with_values(form, "adjust", points="-9")
    forged["view"]["id"] = "V0OTHER"
    assert "cannot be taken off" in said((await sends(slack, forged))["view"])
    answer = await sends(slack, sent_by(form, bo))
    assert "Only admins of Kudos can do this" in said(answer["view"])
    assert await everything(store, slack) == before


async def test_an_admin_takes_back_a_kudos_from_the_ledger(slack: Sandbox, store: Store) -> None:
    ada, bo, chidi = slack.person("ada"), slack.person("bo"), slack.person("chidi")
    await bo.types(f"/kudos @chidi +3 {FOR}")
    view = await finds(ada, "chidi")
    await ada.presses(ids.PEOPLE_REMOVE, on=view)
    await sees_form(ada, ids.KUDOS_REMOVE)
    assert (await ada.submits()).ok
    await chidi.sees_soon(lambda message: "took back" in message.text, "app")
    await settled(store)
    assert (await balances(store, slack.team_id)).get(chidi.id, 0) == 0
    await ada.closes()
    view = await finds(ada, "chidi")
    assert "taken back" in view.all_text
    assert ids.PEOPLE_REMOVE not in str(view.raw)


async def test_without_rights_nobody_is_shown(slack: Sandbox) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types(f"/kudos @chidi +3 {FOR}")
    view = await finds(ada, "bo")
    form = slack.deliveries[-1].payload
    answer = await sends(slack, sent_by(form, bo))
    assert "Only admins of Kudos can do this" in said(answer["view"])
    ada.user.is_admin = False
    assert ada.home is not None
    for action_id in (ids.PEOPLE_FIND, ids.ACTIVITY_OPEN, ids.BUDGETS_OPEN):
        await ada.presses(action_id, on=ada.home)
        await ada.sees_view_soon(lambda view: "Only admins" in view.all_text)
        await ada.closes()
    assert view.raw["title"]["text"] == "Ledger"


async def test_a_person_who_is_nobody_is_told_in_a_sentence(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await finds(ada, "bo")
    form = slack.deliveries[-1].payload
    answer = await sends(slack, with_values(form, "people", person="U0NOBODY99"))
    assert "I can't find" in said(answer["view"])
    answer = await sends(slack, with_values(form, "people", person=None))
    assert answer["errors"] == {ids.PEOPLE_PERSON: "Something is missing here."}


async def test_the_activity_list_has_who_what_before_and_after_page_by_page(
    slack: Sandbox, clock: Clock
) -> None:
    ada = slack.person("ada")
    assert (
        "Nothing has been changed yet."
        in (await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")).all_text
    )
    await ada.closes()
    for n in range(1, 18):
        clock.advance(seconds=1)
        await opens(ada, Section.POINTS)
        await ada.submits({"setting:undo_minutes": str(100 + n)})
    view = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
    assert "Minutes for undoing" in view.all_text
    assert "from 116 to 117" in view.all_text
    assert "from 10 to 101" not in view.all_text
    await ada.presses(ids.ACTIVITY_OLDER, on=view)
    view = await ada.sees_view_soon(lambda view: "from 10 to 101" in view.all_text)
    await ada.presses(ids.ACTIVITY_NEWER, on=view)
    await ada.sees_view_soon(lambda view: "from 116 to 117" in view.all_text)


@on_sqlite
async def test_of_what_is_private_an_admin_sees_the_amount_and_the_day_alone(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    ada, bo, chidi, hana = (slack.person(name) for name in ("ada", "bo", "chidi", "hana"))
    for who in ("bo", "chidi"):
        slack.add_to_channel("leads", who)
    await prefers(hana, "direct_messages", "thanked_in_private")
    marked = {
        "/kudos private @chidi +2 for the grey heron": "general",
        "/kudos @chidi +3 for the brown otter": "leads",
        "/kudos @chidi @hana +4 for the badger": "general",
    }
    for line, channel in marked.items():
        clock.advance(seconds=1)
        await bo.types(line, in_channel=channel)
    await settled(store)
    view = await finds(ada, "bo")
    assert view.all_text.count("in private") == 2
    assert "badger" in view.all_text
    assert chidi.id in str(view.raw)
    assert hana.id not in str(view.raw)
    for hidden in ("heron", "otter", slack.channel("leads").id):
        assert hidden not in str(view.raw)
    # The third is told to all, but not that it was given to somebody who wants privacy.
    view = await finds(ada, "hana")
    assert "in private" in view.all_text
    for hidden in ("badger", "from", bo.id):
        assert hidden not in view.all_text
    for amount in (3, 2):
        view = await finds(ada, "chidi")
        buttons = [
            part["value"] for part in parts(view.raw) if part.get("action_id") == ids.PEOPLE_REMOVE
        ]
        assert len(buttons) == amount
        await ada.presses(ids.PEOPLE_REMOVE, on=view, value=buttons[1])
        form = await sees_form(ada, ids.KUDOS_REMOVE)
        assert f"Thanks worth {amount} points in all, given in private on" in form.all_text
        assert (await ada.submits()).ok
        done = await sees_title(ada, "Take kudos back")
        assert "You took these thanks back." in done.all_text
        await settled(store)
        activity = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
        assert "Kudos taken back" in activity.all_text
        for shown in (form, done):
            for hidden in ("heron", "otter", "Bo", "Chidi", bo.id, chidi.id):
                assert hidden not in str(shown.raw).replace(str(shown.raw["callback_id"]), "")
        lines = [line for line in activity.all_text.split("\n") if "Kudos taken back" in line]
        assert not [line for line in lines if bo.id in line or "Bo" in line]
    exported = await store.read(export_person, ExportPerson(slack.team_id, ada.id))
    assert bo.id not in str([row for row in exported["activity"] if row["what"] == REMOVED])


@on_sqlite
async def test_an_admin_reads_what_they_gave_or_received_themselves(slack: Sandbox) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await bo.types("/kudos private @ada +2 for the grey heron")
    view = await finds(ada, "ada")
    assert "the grey heron" in view.all_text
    view = await finds(ada, "bo")
    assert "the grey heron" in view.all_text


@on_sqlite
async def test_the_activity_list_tells_who_looked_at_whose_ledger(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await finds(ada, "bo")
    view = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
    [line] = [each for each in said(view.raw).split("\n") if "Looked at the ledger" in each]
    assert f"<@{ada.id}>" in line or f"@{ada.id}" in line
    assert f"Looked at the ledger of @{bo.id}" in line
    assert "from none" not in line
