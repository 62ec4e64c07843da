"""`/kudos undo` and the button: everything that a kudos did is taken back, and everybody told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit.ids import KUDOS_UNDO
from tests.watching import (
    app_posts,
    assert_books_agree,
    balances,
    entries,
    held,
    live_kudos,
    on_sqlite,
    outbox_states,
    pings,
    settled,
    spent,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

GIVE = "/kudos @bo +3 for untangling the release"


async def test_undo_reverses_the_ledger_and_updates_the_post_and_the_direct_message(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(GIVE)
    await settled(store)
    [post], [told] = app_posts(slack, "general"), bo.direct_messages
    reply = await ada.types("/kudos undo")
    assert reply.is_ephemeral
    assert reply.text == (
        "You took back your thanks to Bo.\n"
        "3 points returned to you, and you have 25 points left to give."
    )
    await settled(store)
    assert post.text == "The thanks from Ada to Bo were taken back."
    assert told.text == "The thanks from Ada to you were taken back, and 3 points with them."
    assert pings(post) == pings(told) == set()
    assert app_posts(slack, "general") == [post]
    assert bo.direct_messages == [told]
    assert sorted(await entries(store, slack.team_id)) == [  # a reversal, and nothing removed
        ("giving", ada.id, -3),
        ("giving", ada.id, 3),
        ("receiving", bo.id, -3),
        ("receiving", bo.id, 3),
    ]
    assert await balances(store, slack.team_id) == {bo.id: 0}
    assert list((await spent(store, slack.team_id, ada.id)).values()) == [0]
    board = await ada.types("/kudos leaderboard")
    assert "No kudos here yet." in board.text
    await assert_books_agree(store, slack.team_id)


async def test_undo_takes_the_last_one_and_then_the_one_before(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    for name in ("bo", "chidi"):
        clock.advance(seconds=1)
        await ada.types(f"/kudos @{name} for untangling the release")
    assert "Chidi" in (await ada.types("/kudos undo")).text
    assert "Bo" in (await ada.types("/kudos undo")).text
    third = await ada.types("/kudos undo")
    assert third.text.startswith("There is nothing to undo:")
    assert await live_kudos(store, slack.team_id) == []


async def test_the_button_of_the_confirmation_takes_back_its_own_kudos(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    first = await ada.types(GIVE)
    clock.advance(seconds=1)
    await ada.types("/kudos @chidi for finding the slow query")
    await ada.presses(KUDOS_UNDO, on=first.message)
    message = await ada.sees_soon(lambda one: one.text.startswith("You took back"))
    assert message.ts == first.message.ts  # the outcome stands where the button was
    assert KUDOS_UNDO not in str(message.blocks)
    [left] = await live_kudos(store, slack.team_id)
    assert left.receiver_ids == (slack.person("chidi").id,)


async def test_pressing_the_button_twice_takes_back_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE)
    confirmation = ada.sees("general")[-1]
    await ada.presses(KUDOS_UNDO, on=confirmation)
    press = slack.deliveries[-1]
    await slack.deliver_again(press, times=2)
    assert press.acked
    assert len(await entries(store, slack.team_id)) == 4
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}


@on_sqlite
async def test_what_was_taken_back_by_command_is_told_when_the_button_comes_later(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    reply = await ada.types(GIVE)
    await ada.types("/kudos undo")
    await ada.presses(KUDOS_UNDO, on=reply.message)
    told = await ada.sees_soon(lambda one: one.text.startswith("These thanks were taken back"))
    assert told.is_ephemeral
    assert len(await entries(store, slack.team_id)) == 4


async def test_nobody_else_can_take_it_back(slack: Sandbox, app: KudosApp, store: Store) -> None:
    reply = await slack.person("ada").types(GIVE)
    chidi = slack.person("chidi")
    assert "nothing to undo" in (await chidi.types("/kudos undo")).text
    await chidi.presses(KUDOS_UNDO, on=reply.message)
    await slack.person("ada").sees_soon(
        lambda one: one.text == "Only the person who gave these kudos can take them back."
    )
    assert len(await live_kudos(store, slack.team_id)) == 1


async def test_undo_works_for_ten_minutes_and_not_a_second_longer(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await ada.types(GIVE)
    clock.advance(minutes=10, seconds=1)
    reply = await ada.types("/kudos undo")
    assert reply.text == (
        "It is too late to undo this. Kudos can be taken back for 10 minutes, then they stay."
    )
    clock.advance(seconds=-1)
    reply = await ada.types("/kudos undo")
    assert reply.text.startswith("You took back your thanks to Bo.")
    assert await live_kudos(store, slack.team_id) == []


@on_sqlite
async def test_undo_of_nothing_says_so(slack: Sandbox, app: KudosApp, store: Store) -> None:
    reply = await slack.person("ada").types("/kudos undo")
    assert reply.is_ephemeral
    assert reply.text.startswith("There is nothing to undo:")
    assert await entries(store, slack.team_id) == []


async def test_what_is_undone_before_it_was_posted_is_never_posted(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    slack.faults.next("chat.postMessage", "ratelimited", retry_after=30)
    await ada.types(GIVE)
    await held(store, slack.team_id, 2)
    await ada.types("/kudos undo")
    clock.advance(seconds=31)
    await settled(store)
    assert app_posts(slack, "general") == []
    assert slack.person("bo").direct_messages == []
    assert await outbox_states(store, slack.team_id) == {"dropped": 2}


async def test_a_reaction_is_taken_back_by_removing_it_and_not_by_undo(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    hana = slack.person("hana")
    message = await slack.person("bo").types("The release is out")
    await hana.reacts("trophy", to=message)
    await slack.pending()
    reply = await hana.types("/kudos undo")
    assert reply.text.startswith("There is nothing to undo:")
    assert len(await live_kudos(store, slack.team_id)) == 1
