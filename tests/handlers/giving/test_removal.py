"""Admins take back what somebody gave, at any time, and everybody concerned is told."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import AlreadyUndoneError, NoKudosHereError, NotAdminError
from bot.domain.kudos import RemoveKudos
from bot.messages.blockkit.ids import KUDOS_REMOVE, KUDOS_UNDO
from bot.sandbox import Sandbox
from bot.services.giving.removal import remove
from storage import activity
from tests.conftest import HISTORY_SCOPES, MANIFEST, Clock, running
from tests.patience import WAIT_SECONDS
from tests.watching import (
    app_posts,
    assert_books_agree,
    balances,
    choose,
    entries,
    live_kudos,
    on_sqlite,
    opened,
    settled,
    spent,
    until,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.domain.admin import Activity
    from bot.sandbox.model import Message
    from storage.engine.store import Connection, Store

GIVE = "/kudos @bo +3 for untangling the release"
NOT_ALLOWED = "Only admins can do this"


async def given(slack: Sandbox, store: Store, by: str = "chidi", text: str = GIVE) -> Message:
    """Have somebody give a kudos in #general; return its post."""
    await slack.person(by).types(text)
    await settled(store)
    return app_posts(slack, "general")[-1]


async def activities(store: Store, team_id: str) -> list[Activity]:
    return await store.read(_activities, team_id)


def _activities(connection: Connection, team_id: str, _now: datetime) -> list[Activity]:
    return activity.find_page(connection, team_id, skip=0, limit=100)


async def test_an_admin_takes_back_by_the_shortcut_what_was_given_weeks_ago(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    post = await given(slack, store)
    clock.advance(days=21)
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    asked = await opened(ada)
    assert "Chidi thanked Bo with 3 points." in asked.all_text
    assert "untangling the release" in asked.all_text
    assert (await ada.submits()).ok
    assert ada.open_view is not None
    assert "You took back the thanks from Chidi to Bo." in ada.open_view.all_text
    await settled(store)
    assert post.text == "The thanks from Chidi to Bo were taken back."
    assert chidi.direct_messages[-1].text == (
        "Ada took back your thanks to Bo, as an admin of Kudos here.\n"
        "untangling the release\n"
        "3 points returned to the allowance."
    )
    assert bo.direct_messages[-1].text == (
        "Ada took back the thanks from Chidi to you, as an admin of Kudos here.\n"
        "untangling the release\n"
        "3 points went with them."
    )
    assert bo.direct_messages[0].text.startswith("The thanks from Chidi to you were taken back")
    assert ada.direct_messages == []
    assert await balances(store, slack.team_id) == {bo.id: 0}
    assert list((await spent(store, slack.team_id, chidi.id)).values()) == [0]
    [row] = await activities(store, slack.team_id)
    assert (row.actor_id, row.what, row.subject_id) == (ada.id, "kudos_removed", chidi.id)
    assert row.before.keys() == {"kudos_id", "points"}
    await assert_books_agree(store, slack.team_id)


@pytest.mark.parametrize("name", ["bo", "ines"])
async def test_who_is_neither_giver_nor_admin_is_told_so_and_nothing_changes(
    slack: Sandbox, app: KudosApp, store: Store, name: str
) -> None:
    post = await given(slack, store)
    person = slack.person(name)
    slack.add_to_channel("general", name)
    await person.uses_shortcut(KUDOS_REMOVE, on=post)
    asked = await opened(person)
    assert asked.raw["submit"] is None
    assert "dmin" in asked.all_text
    assert len(await live_kudos(store, slack.team_id)) == 1
    assert await activities(store, slack.team_id) == []


async def test_an_admin_who_lost_the_rights_while_the_modal_was_open_is_told(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    ada = slack.person("ada")
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    slack.update_user("ada", is_admin=False)
    await slack.pending()
    await ada.submits()
    assert ada.open_view is not None
    assert "You took back" not in ada.open_view.all_text
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_whom_admins_appointed_may_take_back_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    hana = slack.person("hana")
    await choose(store, slack.team_id, admin_ids=(hana.id,))
    await hana.uses_shortcut(KUDOS_REMOVE, on=post)
    await hana.submits()
    assert await live_kudos(store, slack.team_id) == []


@on_sqlite
async def test_a_message_that_tells_of_no_kudos_says_so(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    message = await slack.person("bo").types("The release is out")
    await slack.person("ada").uses_shortcut(KUDOS_REMOVE, on=message)
    asked = await opened(slack.person("ada"))
    assert "no kudos in this message" in asked.all_text


@on_sqlite
async def test_a_modal_with_a_kudos_that_does_not_exist_says_so(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    ada = slack.person("ada")
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    asked = await opened(ada)
    asked.raw["private_metadata"] = "tampered\x00☠"
    await ada.submits()
    assert ada.open_view is not None
    assert "no kudos in this message" in ada.open_view.all_text
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_taken_back_twice_it_counts_once_and_everybody_is_told_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    post = await given(slack, store)
    ada, fatima, bo = (slack.person(name) for name in ("ada", "fatima", "bo"))
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    await fatima.uses_shortcut(KUDOS_REMOVE, on=post)
    await ada.submits()
    submission = slack.deliveries[-1]
    await slack.deliver_again(submission)
    assert submission.acked
    assert "were taken back before" in str(submission.response)
    await fatima.submits()
    assert fatima.open_view is not None
    assert "were taken back before" in fatima.open_view.all_text
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    assert "were taken back before" in (await opened(ada)).all_text
    await settled(store)
    assert len(bo.direct_messages) == 2  # the thanks, and that an admin took them back
    assert len(await entries(store, slack.team_id)) == 4
    assert len(await activities(store, slack.team_id)) == 1


async def test_the_admin_and_the_giver_at_the_same_moment_take_back_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    chidi, ada = slack.person("chidi"), slack.person("ada")
    for round_ in range(5):
        confirmation = (await chidi.types(f"/kudos @bo +1 for helping in round {round_}")).message
        await settled(store)
        await ada.uses_shortcut(KUDOS_REMOVE, on=app_posts(slack, "general")[-1])
        await asyncio.gather(chidi.presses(KUDOS_UNDO, on=confirmation), ada.submits())
    await settled(store)
    assert await live_kudos(store, slack.team_id) == []
    assert len(await entries(store, slack.team_id)) == 20
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}
    assert list((await spent(store, slack.team_id, chidi.id)).values()) == [0]
    await assert_books_agree(store, slack.team_id)


async def test_of_many_at_the_same_moment_one_takes_back_and_the_others_are_refused(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await given(slack, store)
    [kudos] = await live_kudos(store, slack.team_id)
    request = RemoveKudos(slack.team_id, slack.person("ada").id, kudos.kudos_id)
    ended = await asyncio.gather(
        *(store.write(remove, request) for _ in range(8)), return_exceptions=True
    )
    refused = [one for one in ended if isinstance(one, AlreadyUndoneError)]
    assert len(refused) == 7
    await assert_books_agree(store, slack.team_id)


async def test_the_service_checks_rights_and_workspace_itself(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await given(slack, store)
    [kudos] = await live_kudos(store, slack.team_id)
    for actor_id in (slack.person("bo").id, "UNOBODY", slack.bot_user_id):
        with pytest.raises(NotAdminError):
            await store.write(remove, RemoveKudos(slack.team_id, actor_id, kudos.kudos_id))
    with pytest.raises(NoKudosHereError):
        await store.write(remove, RemoveKudos(slack.team_id, slack.person("ada").id, "K0"))
    with pytest.raises(LookupError):
        await store.write(remove, RemoveKudos("T0OTHER", slack.person("ada").id, kudos.kudos_id))
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_taken_back_while_its_post_is_on_its_way_it_ends_as_taken_back(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    chidi, ada = slack.person("chidi"), slack.person("ada")
    slack.faults.next("chat.postMessage", "slow", channel="general", seconds=30)
    await chidi.types(GIVE)
    await slack.faults.reached("chat.postMessage")
    [kudos] = await live_kudos(store, slack.team_id)
    await store.write(remove, RemoveKudos(slack.team_id, ada.id, kudos.kudos_id))
    slack.faults.clear()
    await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text == "The thanks from Chidi to Bo were taken back."
    assert [one.text for one in chidi.direct_messages if one.text.startswith("Ada took back")]
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}


async def test_taken_back_while_nobody_knows_whether_it_was_posted_the_post_says_so(
    database_url: str, store: Store, clock: Clock
) -> None:
    manifest = deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] += HISTORY_SCOPES
    async with (
        Sandbox(manifest, ack_seconds=WAIT_SECONDS) as slack,
        running(slack, database_url, clock),
    ):
        ada = slack.person("ada")
        slack.faults.next("chat.postMessage", "hang_after", channel="general")
        await slack.person("chidi").types(GIVE)
        await slack.faults.reached("chat.postMessage")
        [kudos] = await live_kudos(store, slack.team_id)
        await store.write(remove, RemoveKudos(slack.team_id, ada.id, kudos.kudos_id))
        slack.faults.clear()  # the connection ends without an answer

        async def is_told() -> bool:
            clock.advance(seconds=1)  # so that it is tried again
            return app_posts(slack, "general")[0].text.endswith("were taken back.")

        await until(is_told)
        assert len(app_posts(slack, "general")) == 1


async def test_thanks_by_reaction_are_taken_back_in_their_reply_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana, ada = slack.person("hana"), slack.person("ada")
    message = await slack.person("bo").types("The release is out")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    [reply] = slack.thread("general", message.ts)
    [kudos] = await live_kudos(store, slack.team_id)
    await store.write(remove, RemoveKudos(slack.team_id, ada.id, kudos.kudos_id))

    async def is_told() -> bool:
        return reply.text == "The thanks for this message were taken back."

    await until(is_told)
    # Removing the emoji now takes nothing back a second time, and adding it anew counts again.
    await hana.unreacts("trophy", to=message)
    await slack.pending()
    await hana.reacts("trophy", to=message)
    await slack.pending()
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 1}
    await assert_books_agree(store, slack.team_id)


async def test_an_admin_who_takes_back_their_own_is_not_told_of_it(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    post = await given(slack, store, by="ada", text="/kudos @bo @fatima for helping out")
    ada, fatima = slack.person("ada"), slack.person("fatima")
    clock.advance(minutes=11)  # before that it is an undo
    await ada.uses_shortcut(KUDOS_REMOVE, on=post)
    await ada.submits()
    await settled(store)
    assert ada.direct_messages == []
    assert fatima.direct_messages[-1].text.startswith("Ada took back the thanks from Ada to you")
