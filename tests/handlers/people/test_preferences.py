"""What people choose for themselves, and every path obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Audience
from bot.messages.blockkit import ids
from bot.sandbox.model import Delivery
from storage.members import find_preferences
from tests.handlers.home.test_home import home_says, said
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    kinds_in_outbox,
    on_sqlite,
    settled,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.domain.preferences import Preferences
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store

FOR = "for untangling the release"
ALL = ("on_boards", "thanked_in_private", "direct_messages", "weekly_nudge")
USUAL = ("on_boards", "direct_messages", "weekly_nudge")


async def prefers(who: Person, *ticked: str, language: str = "slack") -> None:
    """Choose in the modal that opens from the Home tab."""
    home = await who.opens_home()
    await who.presses(ids.PREFERENCES_OPEN, on=home or {})
    await who.sees_view_soon(lambda view: view.raw["callback_id"] == ids.PREFERENCES_SAVE)
    values = {ids.PREFERENCES_CHOICES: list(ticked), ids.PREFERENCES_LANGUAGE: language}
    reply = await who.submits(values)
    assert reply.ok
    assert who.open_view is None


def _stored(connection: Connection, request: tuple[str, str], _now: datetime) -> Preferences:
    return find_preferences(connection, request[0], [request[1]])[request[1]]


async def test_the_modal_shows_what_was_chosen_before(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    bo = slack.person("bo")
    await prefers(bo, "thanked_in_private", language="en")
    stored = await store.read(_stored, (slack.team_id, bo.id))
    assert [getattr(stored, name) for name in ALL] == [False, True, False, False]
    assert stored.locale == "en"
    await bo.presses(ids.PREFERENCES_OPEN, on=bo.home or {})
    view = await bo.sees_view_soon(lambda view: view.raw["callback_id"] == ids.PREFERENCES_SAVE)
    ticked = view.raw["state"]["values"][ids.PREFERENCES_CHOICES][ids.PREFERENCES_CHOICES]
    assert [option["value"] for option in ticked["selected_options"]] == ["thanked_in_private"]


async def test_who_takes_no_part_is_on_no_board_and_has_no_rank(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await ada.types(f"/kudos @bo +5 {FOR}")
    await ada.types(f"/kudos @chidi +1 {FOR}")
    assert "Your place on this week's leaderboard: 2." in said(await chidi.opens_home())
    await prefers(bo, "direct_messages")
    board = (await ada.types("/kudos leaderboard")).text
    assert "Bo" not in board
    assert "1. Chidi" in board
    assert "1 person is on this board." in board
    assert "place" not in (await bo.types("/kudos leaderboard")).text
    assert "leaderboard:" not in (await bo.types("/kudos me")).text
    assert "balance: 5 points" in await home_says(bo, "leaderboard:", no_more=True)
    await ada.types(f"/kudos @chidi +1 {FOR}, again")
    await home_says(chidi, "leaderboard: 1.")
    await assert_books_agree(store, slack.team_id)
    await prefers(bo, *USUAL)
    assert "Bo" in (await ada.types("/kudos leaderboard")).text


async def test_thanks_to_somebody_who_wants_them_in_private_are_private(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(bo, *USUAL, "thanked_in_private")
    reply = await ada.types(f"/kudos @bo +2 {FOR}")
    assert "Only you and those whom you thanked see it." in reply.text
    await bo.sees_soon(lambda message: "Ada thanked you" in message.text, where="app")
    await settled(store)
    assert app_posts(slack, "general") == []
    assert [kudos.audience for kudos in await all_kudos(store, slack.team_id)] == [Audience.PRIVATE]
    assert "untangling" not in (await chidi.types("/kudos history @bo")).text
    assert "Bo" not in (await chidi.types("/kudos leaderboard")).text


async def test_a_post_leaves_out_those_who_want_to_be_thanked_in_private(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(bo, *USUAL, "thanked_in_private")
    await ada.types(f"/kudos @bo @chidi +2 {FOR}")
    for who in (bo, chidi):
        await who.sees_soon(lambda message: "Ada thanked you" in message.text, where="app")
    await settled(store)
    (post,) = app_posts(slack, "general")
    assert chidi.id in post.all_text
    assert bo.id not in post.all_text
    assert "Bo" not in post.all_text
    assert "Bo" not in (await chidi.types("/kudos history @chidi")).text
    assert "Bo" not in (await chidi.types("/kudos me")).text
    assert "untangling" not in (await chidi.types("/kudos history @bo")).text
    assert "Bo" not in said(await chidi.opens_home())
    assert "Bo" in (await ada.types("/kudos history")).text
    assert "untangling" in said(await bo.opens_home())


async def test_a_reaction_to_somebody_who_wants_thanks_in_private_is_told_in_no_thread(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await prefers(bo, *USUAL, "thanked_in_private")
    message = await bo.types("The release is out")
    await ada.reacts("trophy", to=message)
    await slack.pending()
    await bo.sees_soon(lambda told: "Ada thanked you" in told.text, where="app")
    await settled(store)
    assert slack.thread("general", message.ts) == []
    await ada.unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert slack.thread("general", message.ts) == []
    await assert_books_agree(store, slack.team_id)


async def test_without_direct_messages_thanks_are_found_in_the_home_tab(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await prefers(bo, "on_boards")
    await ada.types(f"/kudos @bo +2 {FOR}")
    await settled(store)
    assert bo.direct_messages == []
    assert "kudos_received" not in await kinds_in_outbox(store, slack.team_id)
    assert len(app_posts(slack, "general")) == 1
    await home_says(bo, "untangling")


async def test_the_language_that_somebody_chose_goes_before_that_of_their_slack(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana = slack.person("hana")
    slack.update_user("hana", locale="en-GB")
    await slack.pending()
    assert "23 November 2026" in (await hana.types("/kudos me")).text
    await prefers(hana, *USUAL, language="en")
    assert "November 23, 2026" in (await hana.types("/kudos me")).text
    slack.update_user("hana", tz="Asia/Tokyo")  # what Slack tells next leaves the choice alone
    await slack.pending()
    assert "November 23, 2026" in (await hana.types("/kudos me")).text


@on_sqlite
@pytest.mark.parametrize(
    "values",
    [
        {},
        {ids.PREFERENCES_CHOICES: None},
        {ids.PREFERENCES_CHOICES: {ids.PREFERENCES_CHOICES: {"type": "checkboxes"}}},
        {"other": {"other": {"type": "plain_text_input", "value": "x"}}},
    ],
)
async def test_a_form_that_is_not_ours_changes_nothing_and_says_so(
    slack: Sandbox, app: KudosApp, store: Store, values: dict[str, Any]
) -> None:
    bo = slack.person("bo")
    await prefers(bo, *USUAL, "thanked_in_private")
    payload = dict(slack.deliveries[-1].payload)
    payload["view"] = payload["view"] | {"state": {"values": values}}
    delivery = Delivery("submission", "interactive", payload)
    await slack.deliver_again(delivery)
    assert delivery.acked
    assert delivery.response is not None
    assert delivery.response["response_action"] == "update"
    assert (await store.read(_stored, (slack.team_id, bo.id))).thanked_in_private


@on_sqlite
async def test_preferences_sent_twice_are_the_same_preferences(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    bo = slack.person("bo")
    await prefers(bo, "weekly_nudge")
    await slack.deliver_again(slack.deliveries[-1])
    stored = await store.read(_stored, (slack.team_id, bo.id))
    assert [getattr(stored, name) for name in ALL] == [False, False, False, True]


@on_sqlite
async def test_when_slack_opens_no_modal_nothing_else_breaks(slack: Sandbox, app: KudosApp) -> None:
    bo = slack.person("bo")
    home = await bo.opens_home()
    slack.faults.next("views.open", "error", error="expired_trigger_id")
    assert (await bo.presses(ids.PREFERENCES_OPEN, on=home or {})).ok
    await prefers(bo, *USUAL)


@on_sqlite
async def test_joining_in_thanks_only_those_whom_the_post_shows(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(bo, *USUAL, "thanked_in_private")
    await ada.types(f"/kudos @bo @chidi +2 {FOR}")
    await settled(store)
    (post,) = app_posts(slack, "general")
    await slack.person("dina").presses(ids.KUDOS_JOIN, on=post)
    told = await slack.person("dina").sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith("You thanked Chidi with 1 point. You have 24 points left")
    await slack.person("emre").reacts("trophy", to=post)
    told = await slack.person("emre").sees_soon(lambda one: one.is_ephemeral)
    assert told.text.startswith("Your reaction thanked Chidi with 1 point.")
    await settled(store)
    joined = [each for each in await all_kudos(store, slack.team_id) if each.joins_id]
    assert [each.receiver_ids for each in joined] == [(chidi.id,), (chidi.id,)]
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_what_somebody_chose_later_holds_for_a_post_that_stands(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, dina = (slack.person(name) for name in ("ada", "bo", "dina"))
    await ada.types(f"/kudos @bo {FOR}")
    message = await bo.types("The release is out")
    for who in (ada, dina):
        await who.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    (post,) = app_posts(slack, "general")
    await dina.presses(ids.KUDOS_JOIN, on=post)
    await settled(store)
    await prefers(bo, *USUAL, "thanked_in_private")
    await dina.presses(ids.KUDOS_JOIN, on=post)
    await dina.sees_soon(lambda one: "These thanks were taken back" in one.text)
    await dina.unreacts("trophy", to=message)
    await slack.pending()
    await dina.types("/kudos undo")
    await settled(store)
    (thanks,) = slack.thread("general", message.ts)
    assert post.all_text.strip().split("\n")[0] == "These thanks are private now."
    assert thanks.text == "These thanks are private now."


@on_sqlite
async def test_private_thanks_that_are_undone_are_told_to_nobody_else_either(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await prefers(bo, *USUAL, "thanked_in_private")
    for line in (f"/kudos private @chidi {FOR}", f"/kudos @bo {FOR}", f"/kudos @bo @chidi {FOR}"):
        await ada.types(line)
        await settled(store)
        await ada.types("/kudos undo")
        await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text == "The thanks from Ada to Chidi were taken back."
    told = {who.name: [one.all_text for one in who.direct_messages] for who in (bo, chidi)}
    assert len(told["Bo"]) == len(told["Chidi"]) == 2
    assert not [text for text in told["Chidi"] if "Bo" in text]
    assert not [text for text in told["Bo"] if "Chidi" in text]
    await assert_books_agree(store, slack.team_id)
