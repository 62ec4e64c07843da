"""Every name that Slack may send is taken by a listener, and every listener has a name to take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from bot.messages.blockkit import ids
from bot.messages.blockkit.ids import ALL_IDS, KUDOS_UNDO
from bot.messages.text.words import words_for
from bot.sandbox.model import Delivery
from handlers.dispatch import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS
from handlers.payloads.classify import MalformedError, parse_payload
from tests.conftest import MANIFEST
from tests.messages.made_up import SHORT
from tests.messages.view_examples import VIEW_EXAMPLES
from tests.rows import each_row
from tests.watching import all_kudos, on_sqlite

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store


def test_every_command_of_the_manifest_has_a_listener_and_every_listener_is_in_the_manifest() -> (
    None
):
    commands = [one["command"] for one in MANIFEST["features"]["slash_commands"]]
    assert sorted(commands) == sorted(COMMANDS)


def test_every_event_of_the_manifest_has_a_listener_and_every_listener_is_in_the_manifest() -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted(EVENTS)


def test_every_shortcut_of_the_manifest_has_a_listener_and_no_other_is_listened_to() -> None:
    shortcuts = [one["callback_id"] for one in MANIFEST["features"]["shortcuts"]]
    assert sorted(shortcuts) == sorted(SHORTCUTS)


def test_every_form_has_a_listener() -> None:
    words = words_for("en-US")
    views = [view for examples in VIEW_EXAMPLES.values() for view in examples(words, SHORT)]
    assert {view.callback_id for view in views if view.submit} == VIEWS.keys()


def test_ids_name_a_feature_and_a_verb() -> None:
    for each in (*ACTIONS, *VIEWS, *SHORTCUTS):
        assert re.fullmatch(r"[a-z]+:[a-z_]+", each), each


def test_everything_in_our_messages_that_can_be_pressed_has_a_listener() -> None:
    assert sorted(ALL_IDS) == sorted(ACTIONS)


def _payloads(slack: Sandbox) -> dict[str, dict[str, Any]]:
    """Return one event of each kind, by its type."""
    person = {"id": "U0NILS0001", "team_id": slack.team_id, "profile": {"display_name": "Nils"}}
    reaction = {
        "user": slack.person("hana").id,
        "item_user": slack.person("bo").id,
        "reaction": "trophy",
        "item": {"type": "message", "channel": "C0GENERAL1", "ts": "1795003100.000100"},
        "event_ts": "1795003200.000100",
    }
    return {
        "reaction_added": reaction,
        "reaction_removed": reaction | {"event_ts": "1795003201.000100"},
        "team_join": {"user": person},
        "user_change": {"user": person},
        "app_home_opened": {"user": slack.person("bo").id, "tab": "home"},
        "app_mention": {
            "user": slack.person("bo").id,
            "text": f"<@{slack.bot_user_id}> <@{slack.person('ada').id}> for the quick review",
            "channel": "C0GENERAL1",
            "ts": "1795003100.000200",
            "event_ts": "1795003100.000200",
        },
        "subteam_updated": {"subteam": {"id": "S0SUPPORT1", "users": [slack.person("bo").id]}},
        "subteam_members_changed": {"subteam_id": "S0SUPPORT1"},
        "channel_id_changed": {
            "old_channel_id": "G0OLD00001",
            "new_channel_id": "C0NEW00001",
            "event_ts": "1795003200.000100",
        },
        "channel_archive": {"channel": "C0OLDLNCH6", "user": slack.person("ada").id},
        "group_archive": {"channel": "C0LEADS005", "user": slack.person("ada").id},
        "emoji_changed": {"subtype": "add", "name": "yay", "event_ts": "1795003200.000100"},
    }


@on_sqlite
async def test_every_listener_is_reached_and_none_of_them_fails(
    slack: Sandbox, app: KudosApp
) -> None:
    payloads = _payloads(slack)
    assert payloads.keys() == EVENTS.keys()
    ada = slack.person("ada")
    with capture_logs() as logs:
        for name, payload in payloads.items():
            delivery = await slack.deliver_event({"type": name} | payload)
            assert (delivery.acked, delivery.attempts) == (True, 1), name
        reply = await ada.types("/kudos @bo for untangling the release")
        assert reply.ok
        assert (await ada.presses(KUDOS_UNDO, on=reply.message)).ok
        assert {delivery.payload.get("command") for delivery in slack.deliveries} >= set(COMMANDS)
    assert [entry for entry in logs if entry["log_level"] in {"warning", "error"}] == []


@on_sqlite
@pytest.mark.parametrize("action_id", ["kudos:of_an_older_version", "", "https://"])
async def test_a_button_that_nobody_knows_is_acknowledged(
    slack: Sandbox, app: KudosApp, store: Store, action_id: str
) -> None:
    ada = slack.person("ada")
    await ada.presses(
        KUDOS_UNDO, on=(await ada.types("/kudos @bo for untangling the release")).message
    )
    payload = dict(slack.deliveries[-1].payload)
    payload["actions"] = [payload["actions"][0] | {"action_id": action_id}]
    delivery = Delivery("press", "interactive", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    assert delivery.response in (None, {})
    assert len(await all_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_events_that_nobody_asked_for_are_acknowledged(slack: Sandbox, app: KudosApp) -> None:
    for event in ({"type": "message", "text": "x"}, {"type": "app_home_opened", "user": "U1"}):
        delivery = await slack.deliver_event(event)
        assert (delivery.acked, delivery.attempts) == (True, 1)


FIELD: dict[str, Any] = {"type": "input", "block_id": "b", "element": {"action_id": "a"}}


@each_row(
    "blocks",
    {
        "none": [],
        "none that can be filled in": [FIELD | {"type": "section"}],
        "one without its id": [FIELD, FIELD | {"block_id": None}],
        "one without an element": [FIELD, FIELD | {"element": None}],
        "one whose element has no id": [FIELD | {"element": {}}],
    },
)
def test_a_form_for_giving_has_fields_at_which_a_refusal_can_be_told(
    blocks: list[dict[str, Any]],
) -> None:
    for callback_id in (ids.GIVE_SUBMIT, ids.GIVE_LINES_SUBMIT):
        label = {"type": "plain_text", "text": "Give"}
        view: dict[str, Any] = {"id": "V1", "type": "modal", "private_metadata": ""}
        view |= {"callback_id": callback_id}
        view |= {"title": label, "submit": label, "close": label}
        who = {"user": {"id": "U1"}, "team": {"id": "T1"}}
        submission = {"type": "view_submission", **who, "trigger_id": "1.2"}
        parse_payload(submission | {"view": view | {"blocks": [FIELD]}})
        with pytest.raises(MalformedError):
            parse_payload(submission | {"view": view | {"blocks": blocks}})
