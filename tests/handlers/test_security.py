"""Lines of the threat model (SECURITY.md) that are no single feature's."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import pytest

from bot.domain.errors import StaleFormError
from bot.domain.schedules import ScheduleKind
from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from handlers.interaction.signed_metadata import sign, verify
from handlers.people import admin as admin_people
from handlers.posts import preview
from handlers.settings import budgets, settings
from tests.administering import everything, said, sends, sent_by, settings_of, submission
from tests.watching import all_kudos, choose, kinds_in_outbox, on_sqlite, sends_command, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store

FOR = "for untangling the release"
INSIDE = "Only people of this workspace can look at its leaderboards and its thanks."
SHARED = "with-pixel"
ADMINS_ACTIONS = sorted(
    {**settings.ACTIONS, **budgets.ACTIONS, **admin_people.ACTIONS, **preview.ACTIONS}
)
ADMINS_VIEWS = sorted({**settings.VIEWS, **budgets.VIEWS, **admin_people.VIEWS})


async def asks(slack: Sandbox, who: Person, text: str) -> Message:
    """Speak to Kudos in the shared channel; return what it tells them alone."""
    before = len(told(who))
    await who.types(f"@kudos {text}", in_channel=SHARED)
    await slack.pending()
    assert len(told(who)) == before + 1
    return told(who)[-1]


def told(who: Person) -> list[Message]:
    return [message for message in who.sees(SHARED) if message.is_ephemeral]


# -- Somebody of another company, in a shared channel ------------------------------------------


async def test_who_is_of_another_company_reads_neither_boards_nor_histories(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel(SHARED, "app")
    pixel = slack.person("pixel")
    await slack.person("bo").types(f"/kudos @chidi {FOR}", in_channel="general")
    await settled(store)
    for text in ("leaderboard", "leaderboard all givers", "history @chidi", "history @bo"):
        assert (await asks(slack, pixel, text)).text == INSIDE, text
    own = await asks(slack, pixel, "me")
    assert "Chidi" not in own.text
    await choose(store, slack.team_id, externals_take_part=True)
    assert "1. Chidi" in (await asks(slack, pixel, "leaderboard")).text


@on_sqlite
async def test_somebody_of_whom_the_store_has_not_heard_is_looked_up_first(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel(SHARED, "app")
    await slack.person("bo").types(f"/kudos @chidi {FOR}", in_channel="general")
    event = {
        "type": "app_mention",
        "user": "U0STRANGER",
        "text": f"<@{slack.bot_user_id}> leaderboard",
        "channel": slack.channel(SHARED).id,
        "ts": "1795003100.000100",
        "event_ts": "1795003100.000100",
    }
    await slack.deliver_event(event)
    await slack.pending()
    asked = [call for call in slack.calls if call.method == "users.info"]
    assert asked[-1].arguments["user"] == "U0STRANGER"
    answers = [call for call in slack.calls if call.method == "chat.postEphemeral"]
    assert "Chidi" not in json.dumps([call.arguments for call in answers])


@on_sqlite
@pytest.mark.parametrize("action_id", [ids.BOARDS_OPEN, ids.BOARDS_NEXT])
async def test_a_button_of_a_board_shows_another_company_nothing(
    slack: Sandbox, app: KudosApp, store: Store, action_id: str
) -> None:
    slack.add_to_channel(SHARED, "app")
    bo, pixel = slack.person("bo"), slack.person("pixel")
    await bo.types(f"/kudos @chidi {FOR}", in_channel=SHARED)
    await settled(store)
    [post] = [one for one in pixel.sees(SHARED) if one.user_id == slack.bot_user_id]
    await pixel.presses(ids.KUDOS_JOIN, on=post)
    await pixel.sees_soon(lambda one: one.is_ephemeral, where=SHARED)
    press = copy.deepcopy(slack.deliveries[-1].payload)
    value = json.dumps(
        {"period": "week", "key": "2026-W47", "side": "receivers", "value": None, "page": 0}
    )
    press["actions"] = [
        press["actions"][0] | {"action_id": action_id, "value": value, "type": "button"}
    ]
    await sends(slack, press)
    await pixel.sees_soon(lambda one: one.is_ephemeral and one.text == INSIDE, where=SHARED)


# -- Somebody without rights, who was an admin or never has been -------------------------------


@pytest.mark.forged
@pytest.mark.parametrize("who", ["dina", "pixel", "ines"])
async def test_no_button_or_form_of_admins_does_anything_for_anybody_else(
    slack: Sandbox, app: KudosApp, store: Store, who: str
) -> None:
    ada, person = slack.person("ada"), slack.person(who)
    await slack.person("bo").types(f"/kudos @chidi +3 {FOR}", in_channel="general")
    await settled(store)
    [kudos] = await all_kudos(store, slack.team_id)
    form = sent_by(await submission(slack, ada, Section.POINTS), person)
    await ada.opens_home()
    assert ada.home is not None
    await ada.presses(ids.ADMIN_OPEN, on=ada.home, value=Section.POINTS)
    await ada.sees_view_soon(lambda view: view.raw["callback_id"] == ids.ADMIN_SAVE)
    press = sent_by(slack.deliveries[-1].payload, person)
    before = await everything(store, slack), await kinds_in_outbox(store, slack.team_id)
    opened = len(slack.calls)
    for action_id in ADMINS_ACTIONS:
        for value in (Section.POINTS, f"{slack.person('chidi').id}:0", kudos.kudos_id, "1",
                      ScheduleKind.WEEKLY):  # fmt: skip
            forged = copy.deepcopy(press)
            forged["actions"][0] |= {"action_id": action_id, "value": value}
            forged["trigger_id"] = uuid4().hex
            await sends(slack, forged)
    answers = []
    for callback_id in ADMINS_VIEWS:
        forged = copy.deepcopy(form)
        forged["view"]["callback_id"] = callback_id
        answers.append(await sends(slack, forged))
    await slack.pending()
    await settled(store)
    assert (await everything(store, slack), await kinds_in_outbox(store, slack.team_id)) == before
    shown = [
        call.arguments.get("view")
        for call in slack.calls[opened:]
        if call.method.startswith("views.") and call.arguments.get("user_id") != ada.id
    ]
    for view in (*shown, *answers):
        text = said(json.loads(view) if isinstance(view, str) else view)
        assert "Chidi" not in text, text
        assert "Allowance" not in text, text


# -- Somebody with what belongs to another person, or to another workspace ---------------------


async def test_only_ones_own_data_is_exported_whatever_the_button_carries(
    slack: Sandbox, app: KudosApp
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos private @chidi {FOR}", in_channel="general")
    home = await bo.opens_home()
    await bo.presses(ids.HOME_HELP, on=home or {})
    press = copy.deepcopy(slack.deliveries[-1].payload)
    press["actions"][0] |= {"action_id": ids.DATA_EXPORT, "value": ada.id}
    await sends(slack, press)
    message = await bo.sees_soon(lambda message: message.files, where="app")
    url = f"{slack.url}/files/{message.files[0]}/data.json"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        records = json.loads(await response.read())
    assert records["profile"]["display_name"] == "Bo"
    assert "untangling" not in json.dumps(records)


async def test_what_comes_from_another_workspace_is_answered_by_nothing(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo +3 {FOR}", in_channel="general")
    await settled(store)
    form = await submission(slack, ada, Section.POINTS)
    before = await settings_of(store, slack)
    other = {"id": "T0OTHER001", "domain": "other"}
    for line in ("leaderboard", "history @bo", "me", "undo", f"@bo {FOR} again"):
        answer = await sends_command(slack, ada, line, team_id=other["id"])
        assert "Bo" not in json.dumps(answer), line
    forged = form | {"team": other, "user": form["user"] | {"team_id": other["id"]}}
    forged["view"] = form["view"] | {"team_id": other["id"]}
    assert not said(await sends(slack, forged))
    reaction = {
        "type": "reaction_removed",
        "user": ada.id,
        "item_user": slack.person("bo").id,
        "reaction": "trophy",
        "item": {"type": "message", "channel": "C0GENERAL1", "ts": "1795003100.000100"},
        "event_ts": "1795003200.000100",
    }
    await slack.deliver_event(reaction | {"type": "reaction_added"})
    template: dict[str, Any] = slack.deliveries[-1].payload
    await slack.pending()
    given = len(await all_kudos(store, slack.team_id))
    moved = template | {"team_id": other["id"], "event": reaction, "event_id": uuid4().hex}
    await slack.deliver_again(Delivery(uuid4().hex, "events_api", moved))
    assert await settings_of(store, slack) == before
    assert len([one for one in await all_kudos(store, slack.team_id) if not one.reversed_at]) == (
        given
    )


def test_what_a_form_carries_opens_for_its_own_workspace_person_and_server_only() -> None:
    key, content = b"a key of this server", {"channel_id": "C0LEADS005"}
    text = sign(key, "T1:U1", content)
    assert verify(key, "T1:U1", text) == content
    for other_key, owner in ((key, "T2:U1"), (key, "T1:U2"), (b"another key", "T1:U1")):
        with pytest.raises(StaleFormError):
            verify(other_key, owner, text)
