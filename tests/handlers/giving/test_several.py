"""Thanks on several lines of one message: each its own, all of them given or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.messages.blockkit.ids import KUDOS_UNDO
from tests.asking import lines_form_of
from tests.watching import (
    app_posts,
    assert_books_agree,
    balances,
    choose,
    live_kudos,
    on_sqlite,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store

TWO = "@bo +2 for untangling the release\n@chidi +3 for reviewing all of it"


def undo_buttons(message: Message) -> list[dict[str, Any]]:
    return [
        element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def confirmed(person: Person) -> Message:
    return await person.sees_soon(lambda one: one.is_ephemeral and "You can undo" in one.text)


async def test_each_line_is_posted_and_undone_by_itself(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(who) for who in ("ada", "bo", "chidi"))
    reply = await ada.types(f"/kudos {TWO}")
    lines = reply.text.split("\n")
    assert lines[:2] == ["You thanked Bo with 2 points.", "You thanked Chidi with 3 points."]
    assert lines[2].startswith("You have 20 points left to give until ")
    await settled(store)
    first, second = (one.text for one in app_posts(slack, "general"))
    assert "untangling the release" in first
    assert "reviewing" not in first
    assert "reviewing all of it" in second
    assert len(bo.direct_messages) == len(chidi.direct_messages) == 1
    message = await confirmed(ada)
    to_bo, to_chidi = undo_buttons(message)
    assert to_bo["accessibility_label"] != to_chidi["accessibility_label"]
    await ada.presses(KUDOS_UNDO, on=message, value=to_bo["value"])
    press = slack.deliveries[-1]
    after = await ada.sees_soon(lambda one: "You took back your thanks to Bo." in one.text)
    assert "You thanked Chidi with 3 points." in after.text
    assert "You have 22 points left" in after.text
    press.payload["actions"][0]["action_ts"] += "1"  # the second of a double click
    told_at = after.edited_ts
    await slack.deliver_again(press)
    await ada.sees_soon(lambda one: one is after and one.edited_ts != told_at)
    [left] = undo_buttons(after)
    assert await balances(store, slack.team_id) == {bo.id: 0, chidi.id: 3}
    await ada.presses(KUDOS_UNDO, on=after, value=left["value"])
    await ada.sees_soon(lambda one: "You took back your thanks to Chidi." in one.text)
    assert await live_kudos(store, slack.team_id) == []
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_one_line_that_is_refused_keeps_all_of_it_and_names_whom_it_thanks(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types("/kudos @bo +2 for untangling the release\n@chidi +3 for it")
    form = await lines_form_of(slack, ada)
    assert form.question.startswith("Your thanks to Chidi: The reason is too short.")
    assert form.lines == "@bo +2 for untangling the release\n@chidi +3 for it"
    await ada.closes()
    await ada.types(f"/kudos {TWO}\n@dina +21 for planning the next one")
    refused = await lines_form_of(slack, ada)
    assert "That takes 26 points, and you have 25 points left." in refused.question
    assert refused.lines == f"{TWO}\n@dina +21 for planning the next one"
    await settled(store)
    assert await live_kudos(store, slack.team_id) == []
    assert app_posts(slack, "general") == []


@on_sqlite
async def test_lines_without_an_amount_go_on_without_points(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=3)
    ada = slack.person("ada")
    lines = "@bo for untangling the release\n@chidi +3 for reviewing all of it"
    reply = await ada.types(f"/kudos {lines}")
    assert reply.text.startswith("You thanked Bo.\nYou thanked Chidi with 3 points.\n")
    await settled(store)
    [first, _] = app_posts(slack, "general")
    assert "point" not in first.text


async def test_a_mention_with_several_lines_has_one_confirmation_and_counts_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"@kudos {TWO}", in_channel="general")
    await slack.pending()
    [mention] = [
        one for one in slack.deliveries if one.payload.get("event", {}).get("type") == "app_mention"
    ]
    for _ in range(2):
        await slack.deliver_again(mention)
    await settled(store)
    message = await confirmed(ada)
    assert message.text.startswith("You thanked Bo with 2 points.\nYou thanked Chidi with 3 poi")
    assert len([one for one in ada.sees("general") if one.is_ephemeral]) == 1
    assert len(await live_kudos(store, slack.team_id)) == 2
    assert len(app_posts(slack, "general")) == 2
    await ada.presses(KUDOS_UNDO, on=message, value=undo_buttons(message)[1]["value"])
    await ada.sees_soon(lambda one: "You took back your thanks to Chidi." in one.text)
    assert [one.points_total for one in await live_kudos(store, slack.team_id)] == [2]
    await ada.types("@kudos @bo +2 for it\n@ada +3 for reviewing", in_channel="general")
    refused = await ada.sees_soon(lambda one: "You typed:" in one.text)
    assert refused.text.startswith("Your thanks to ")
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_a_command_that_is_delivered_again_counts_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos {TWO}")
    command = slack.deliveries[-1]
    for _ in range(2):
        await slack.deliver_again(command)
    assert len(await live_kudos(store, slack.team_id)) == 2
