"""Each command, button, form and shortcut declares its right, and no answer of Slack's means no."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from handlers.dispatch import ACTIONS, COMMANDS, SHORTCUTS, VIEWS
from handlers.interaction.rights import Entry, Right
from tests.administering import everything, opens, parts, said, sends, submission
from tests.patience import in_slacks_time
from tests.watching import kinds_in_outbox, live_kudos, on_sqlite, settled, until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store

NOT_AN_ADMIN = "Only admins of Kudos can do this"
NO_ANSWER = "I had to ask Slack, and it did not answer, so nothing was saved."
REGISTRIES: Mapping[str, Mapping[str, Entry]] = {
    "commands": COMMANDS,
    "actions": ACTIONS,
    "views": VIEWS,
    "shortcuts": SHORTCUTS,
}
ADMINS_ACTIONS = sorted(name for name, entry in ACTIONS.items() if entry.right is Right.ADMIN)
ADMINS_VIEWS = sorted(name for name, entry in VIEWS.items() if entry.right is Right.ADMIN)
FAILING: Mapping[str, Mapping[str, Any]] = {
    "limited": {"kind": "ratelimited", "retry_after": 30},
    "broken": {"kind": "http_500"},
    "hanging": {"kind": "hang_before"},
    "dropped": {"kind": "drop_before"},
    "refused": {"kind": "error", "error": "missing_scope"},
    "ambiguous": {"kind": "error", "error": "internal_error"},
}


@pytest.mark.parametrize("registry", REGISTRIES)
def test_every_entry_declares_a_right(registry: str) -> None:
    for name, entry in REGISTRIES[registry].items():
        assert isinstance(entry, Entry), name
        assert isinstance(entry.right, Right), name


def test_what_changes_the_workspace_is_for_admins() -> None:
    of_admins = ("admin:", "budgets:", "override:", "boost:", "people:", "adjust:", "posts:",
                 "activity:")  # fmt: skip
    for name, entry in {**ACTIONS, **VIEWS}.items():
        expected = Right.ADMIN if name.startswith(of_admins) else Right.ANYBODY
        if name != ids.KUDOS_REMOVE:
            assert entry.right is expected, name
    assert VIEWS[ids.KUDOS_REMOVE].right is Right.ADMIN


async def _presses(slack: Sandbox, who: Person, value: str) -> list[dict[str, Any]]:
    """Return a press of each of the admins' buttons in somebody's Home tab, with good triggers."""
    pressed = []
    for action_id in ADMINS_ACTIONS:
        home = who.home or await who.opens_home() or {}
        there = {part.get("action_id") for part in parts(home)}
        # Either of these changes what the tab shows, and leaves its trigger unused.
        await who.presses(ids.HOME_GIVEN if ids.HOME_GIVEN in there else ids.HOME_RECEIVED, on=home)
        press = copy.deepcopy(slack.deliveries[-1].payload)
        press["actions"][0] |= {"action_id": action_id, "value": value}
        pressed.append(press)
    return pressed


async def _forms(slack: Sandbox, who: Person) -> list[dict[str, Any]]:
    """Return each of the admins' forms, as somebody sends it."""
    form = await submission(slack, slack.person("ada"), Section.POINTS)
    form = form | {"user": form["user"] | {"id": who.id}}
    return [form | {"view": form["view"] | {"callback_id": name}} for name in ADMINS_VIEWS]


def _views(slack: Sandbox, since: int, method: str) -> list[str]:
    """Return what the views say that the app has opened, or changed, since then."""
    found = [call.arguments["view"] for call in slack.calls[since:] if call.method == method]
    return [said(json.loads(view) if isinstance(view, str) else view) for view in found]


async def _stored(store: Store, slack: Sandbox) -> object:
    return await everything(store, slack), await kinds_in_outbox(store, slack.team_id)


async def _timed(slack: Sandbox, payload: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    clock = asyncio.get_running_loop().time
    began = clock()
    answer = await sends(slack, payload)
    return clock() - began, answer


@pytest.mark.parametrize("who", ["bo", "dina", "ines"])
async def test_who_lacks_the_right_gets_one_sentence_and_nothing_changes(
    slack: Sandbox, app: KudosApp, store: Store, who: str
) -> None:
    person = slack.person(who)
    slack.add_to_channel("general", who)
    await slack.person("chidi").types("/kudos @hana +3 for untangling the release")
    await settled(store)
    [kudos] = await live_kudos(store, slack.team_id)
    forms = await _forms(slack, person)
    before = await _stored(store, slack)
    for value in (Section.POINTS, f"{slack.person('chidi').id}:0", kudos.kudos_id):
        presses = await _presses(slack, person, value)
        since = len(slack.calls)
        for press in presses:
            await sends(slack, press)

        async def all_are_told(since: int = since) -> bool:
            return len(_views(slack, since, "views.open")) == len(ADMINS_ACTIONS)

        await until(all_are_told)
        for sentence in _views(slack, since, "views.open"):
            assert NOT_AN_ADMIN in sentence
            assert "Chidi" not in sentence
    for form in forms:
        answer = await sends(slack, form)
        assert answer["response_action"] == "update"
        assert NOT_AN_ADMIN in said(answer["view"])
    await settled(store)
    assert await _stored(store, slack) == before
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_in_a_modal_the_sentence_takes_the_place_of_what_was_there(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    presses = await _presses(slack, ada, "0")
    await opens(ada, Section.POINTS)
    assert ada.open_view is not None
    slack.faults.next("users.info", "http_500", times=len(presses))
    since = len(slack.calls)
    for press in presses:
        await sends(slack, press | {"view": ada.open_view.raw})

    async def all_are_told() -> bool:
        return len(_views(slack, since, "views.update")) == len(ADMINS_ACTIONS)

    await until(all_are_told)
    assert all(NO_ANSWER in sentence for sentence in _views(slack, since, "views.update"))


@in_slacks_time
@pytest.mark.parametrize("way", FAILING)
async def test_no_answer_means_no_in_time_after_one_look_and_before_anything_is_booked(
    slack: Sandbox, app: KudosApp, store: Store, way: str
) -> None:
    ada = slack.person("ada")
    forms = await _forms(slack, ada)
    presses = await _presses(slack, ada, f"{ada.id}:0")
    before = await _stored(store, slack)
    since = len(slack.calls)
    slack.faults.next("users.info", times=1_000, **FAILING[way])
    pressed = await asyncio.gather(*(_timed(slack, press) for press in presses))
    sent = await asyncio.gather(*(_timed(slack, form) for form in forms))
    assert max(seconds for seconds, _ in (*pressed, *sent)) < 2.5
    for _, answer in sent:
        assert NO_ANSWER in said(answer["view"])

    async def all_are_told() -> bool:
        return len(_views(slack, since, "views.open")) == len(ADMINS_ACTIONS)

    await until(all_are_told)
    assert all(NO_ANSWER in sentence for sentence in _views(slack, since, "views.open"))
    looks = [call for call in slack.calls[since:] if call.method == "users.info"]
    if way != "dropped":  # a connection that breaks is tried once more, below the Web API
        assert len(looks) <= len(presses) + len(forms)
    slack.faults.clear()
    await settled(store)
    assert await _stored(store, slack) == before


async def test_a_correction_is_not_booked_where_slack_does_not_say_who_is_an_admin(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    home = await ada.opens_home()
    await ada.presses(ids.PEOPLE_FIND, on=home or {})
    await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.PEOPLE_SHOW)
    await ada.submits({ids.PEOPLE_PERSON: bo.id})
    shown = await ada.sees_view_soon(lambda view: "Correct the balance" in view.all_text)
    await ada.presses(ids.ADJUST_OPEN, on=shown)
    await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.ADJUST_SAVE)
    before = await _stored(store, slack)
    slack.faults.next("users.info", "error", error="internal_error")
    await ada.submits({ids.ADJUST_POINTS: "5", ids.ADJUST_REASON: "for the move to the new store"})
    assert ada.open_view is not None
    assert NO_ANSWER in ada.open_view.all_text
    assert await _stored(store, slack) == before


async def test_a_right_that_is_lost_right_after_the_look_does_not_deny_what_was_booked(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    home = await ada.opens_home()
    await ada.presses(ids.PEOPLE_FIND, on=home or {})
    await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.PEOPLE_SHOW)
    await ada.submits({ids.PEOPLE_PERSON: bo.id})
    shown = await ada.sees_view_soon(lambda view: "Correct the balance" in view.all_text)
    await ada.presses(ids.ADJUST_OPEN, on=shown)
    await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.ADJUST_SAVE)
    looks = len([call for call in slack.calls if call.method == "users.info"])
    await ada.submits({ids.ADJUST_POINTS: "5", ids.ADJUST_REASON: "for the move to the new store"})
    assert ada.open_view is not None
    assert "Nothing was changed" not in ada.open_view.all_text
    assert "for the move to the new store" in ada.open_view.all_text
    after = len([call for call in slack.calls if call.method == "users.info"])
    assert after - looks == 1
