"""Allowances for groups and people, and boosts, as admins set them in the Home tab."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from bot.messages.blockkit import ids
from tests.administering import (
    changes,
    everything,
    opens_from_home,
    said,
    sees_form,
    sees_title,
    sends,
    sent_by,
    with_values,
)
from tests.messages.heard import heard_alike

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store

pytestmark = pytest.mark.usefixtures("app")

FOR = "for untangling the release"
BOOST = {
    ids.BOOST_PERSON: "bo",
    ids.BOOST_POINTS: "5",
    ids.BOOST_ENDS_ON: "2026-11-20",
    ids.BOOST_REASON: "The week of the <!channel> release",
}


async def opens_form(ada: Person, action_id: str, callback_id: str) -> None:
    view = await opens_from_home(ada, ids.BUDGETS_OPEN, "Budgets")
    await ada.presses(action_id, on=view)
    await sees_form(ada, callback_id)


async def forms(slack: Sandbox, ada: Person) -> dict[str, dict[str, Any]]:
    """Return what Slack sends for each form, by its prefix; both are stored once."""
    await opens_form(ada, ids.OVERRIDE_OPEN, ids.OVERRIDE_SAVE)
    await ada.submits({ids.OVERRIDE_PERSON: "bo", ids.OVERRIDE_ALLOWANCE: "30"})
    override = slack.deliveries[-1].payload
    await opens_form(ada, ids.BOOST_OPEN, ids.BOOST_SAVE)
    await ada.submits(BOOST)
    return {"override": override, "boost": slack.deliveries[-1].payload}


async def test_a_person_gets_another_allowance_and_the_usual_one_again(
    slack: Sandbox, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await opens_form(ada, ids.OVERRIDE_OPEN, ids.OVERRIDE_SAVE)
    assert (await ada.submits({ids.OVERRIDE_PERSON: "bo", ids.OVERRIDE_ALLOWANCE: "30"})).ok
    assert "29 points left" in (await bo.types(f"/kudos @chidi +1 {FOR}")).text
    view = await sees_title(ada, "Budgets")
    assert "30 points" in view.all_text
    await ada.presses(ids.OVERRIDE_END, on=view, value=bo.id)
    await ada.sees_view_soon(lambda view: "30 points" not in view.all_text)
    assert "23 points left" in (await bo.types(f"/kudos @chidi +1 {FOR} too")).text
    assert {change[1:] for change in await changes(store, slack)} == {
        ("override", None, 30),
        ("override", 30, None),
    }


async def test_a_boost_is_given_listed_and_ended(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await opens_form(ada, ids.BOOST_OPEN, ids.BOOST_SAVE)
    assert (await ada.submits(BOOST)).ok
    view = await sees_title(ada, "Budgets")
    assert "5 left of 5 points" in view.all_text
    await ada.presses(ids.BOOST_END, on=view)
    view = await ada.sees_view_soon(lambda view: "5 left of 5 points" not in view.all_text)
    await ada.closes()
    view = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
    assert "Boost given" in view.all_text
    assert "Boost ended" in view.all_text


async def test_each_button_in_the_list_says_whom_it_is_about(slack: Sandbox) -> None:
    ada = slack.person("ada")
    await forms(slack, ada)
    await opens_form(ada, ids.BOOST_OPEN, ids.BOOST_SAVE)
    await ada.submits(BOOST | {ids.BOOST_PERSON: "chidi"})
    view = await sees_title(ada, "Budgets")
    assert heard_alike(view.raw) == []
    elements = [each for block in view.blocks for each in block.get("elements", [])]
    heard = {each["accessibility_label"] for each in elements if each["type"] == "button"}
    assert heard >= {
        "End this boost: Bo",
        "End this boost: Chidi",
        "Back to the usual allowance: Bo",
    }


async def test_wrong_budgets_are_told_at_their_field(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    sent = await forms(slack, ada)
    before = await everything(store, slack)
    wrong: tuple[tuple[str, str, Any, str], ...] = (
        ("override", "person", None, "Something is missing here."),
        ("override", "allowance", None, "Something is missing here."),
        ("override", "allowance", "lots", "This is not a whole number."),
        ("override", "allowance", "100001", "Type a number from 0 to 100,000."),
        ("boost", "person", None, "Something is missing here."),
        ("boost", "points", "0", "Type a number from 1 to 100,000."),
        ("boost", "points", None, "Something is missing here."),
        ("boost", "ends_on", None, "Something is missing here."),
        ("boost", "ends_on", "tomorrow", "This can't be chosen."),
        ("boost", "ends_on", "2026-11-17", "This day is over."),
        ("boost", "reason", "  ", "Something is missing here."),
        ("boost", "reason", "x" * 501, "There is room for 500 characters."),
    )
    for prefix, name, value, sentence in wrong:
        answer = await sends(slack, with_values(sent[prefix], prefix, **{name: value}))
        assert answer["response_action"] == "errors", (prefix, name, value)
        assert sentence in answer["errors"][f"{prefix}:{name}"], (prefix, name, value)
    both = with_values(sent["override"], "override", group={"value": "S0SUPPORT1"})
    answer = await sends(slack, both)
    assert answer["errors"]["override:person"].startswith("Choose a group or a person")
    nobody = with_values(sent["override"], "override", person="U0NOBODY99")
    answer = await sends(slack, nobody)
    assert "I can't find" in said(answer["view"])
    assert await everything(store, slack) == before


async def test_a_budget_that_is_sent_twice_counts_once(slack: Sandbox, store: Store) -> None:
    sent = await forms(slack, slack.person("ada"))
    before = await everything(store, slack)
    for form in sent.values():
        assert (await sends(slack, form))["view"]["title"]["text"] == "Budgets"
    assert await everything(store, slack) == before


async def test_without_rights_no_budget_changes(slack: Sandbox, store: Store) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    sent = await forms(slack, ada)
    view = await sees_title(ada, "Budgets")
    before = await everything(store, slack)
    for form in sent.values():
        answer = await sends(slack, sent_by(form, bo))
        assert "Only admins of Kudos can do this" in said(answer["view"])
    ada.user.is_admin = False
    for action_id in (ids.OVERRIDE_END, ids.BOOST_END, ids.OVERRIDE_OPEN, ids.BOOST_OPEN):
        pressed = copy.deepcopy(view.raw)
        await ada.presses(action_id, on=view)
        await ada.sees_view_soon(lambda view: "Only admins" in view.all_text)
        view.raw = pressed  # as if it had not been replaced
    assert await everything(store, slack) == before


async def test_a_boost_that_has_ended_meanwhile_is_told_in_a_sentence(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await forms(slack, ada)
    view = await sees_title(ada, "Budgets")
    await ada.presses(ids.BOOST_END, on=view)
    pressed = slack.deliveries[-1].payload
    await ada.sees_view_soon(lambda view: "5 left of 5 points" not in view.all_text)
    before = await everything(store, slack)
    await sends(slack, pressed)
    await ada.sees_view_soon(lambda view: "boost" in view.all_text.lower())
    assert await everything(store, slack) == before
