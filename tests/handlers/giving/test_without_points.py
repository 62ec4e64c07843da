"""Thanks go on when points run out: without any, and counted as thanks by a person all the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from tests.administering import sees_title
from tests.handlers.people.test_admin_people import finds
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
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.domain.kudos import Kudos
    from bot.sandbox import Sandbox
    from bot.sandbox.people import Person
    from storage.engine.store import Store

RELEASE = "untangling the release"
USED_UP = "Your points are used up until "


async def spends_all(slack: Sandbox, who: str = "ada") -> Person:
    """Have somebody give all that they have, to Dina."""
    person = slack.person(who)
    reply = await person.types(f"/kudos @dina +25 for {RELEASE}")
    assert "You have 0 points left" in reply.text
    return person


async def paid(store: Store, slack: Sandbox) -> list[list[int]]:
    """Return what each receiver got of each kudos that stands, first given first."""
    return [parts(kudos) for kudos in await live_kudos(store, slack.team_id)]


def parts(kudos: Kudos) -> list[int]:
    return [receipt.points for receipt in kudos.receipts]


async def test_thanks_go_out_without_points_and_count_as_thanks(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @dina +24 for {RELEASE}")
    # One point is left, and two people would each get one: nobody gets a part of it.
    reply = await ada.types(f"/kudos @bo @chidi for {RELEASE} #care")
    assert reply.text.startswith("You thanked Bo and Chidi. You have 1 point left to give until ")
    assert "That was too few, so these thanks carry none." in reply.text
    await settled(store)
    _, post = app_posts(slack, "general")
    assert post.text.endswith(f"{RELEASE}\n#care")
    told = bo.direct_messages[-1].all_text
    assert "thanked you" in told
    assert "point" not in told
    assert await balances(store, slack.team_id) == {slack.person("dina").id: 24}
    assert list((await spent(store, slack.team_id, ada.id)).values()) == [24]
    assert len(await entries(store, slack.team_id)) == 2  # nothing moved, so nothing is booked
    board = (await bo.types("/kudos leaderboard")).text
    assert "Bo: thanked by 1 person\n" in board
    history = (await bo.types("/kudos history @bo")).text
    assert "0 point" not in board + history + (await bo.types("/kudos history")).text
    # The point is still there for one person.
    assert (await ada.types("/kudos @bo for the notes on it")).text.startswith(
        "You thanked Bo with 1 point. You have 0 points left"
    )
    used_up = await ada.types(f"/kudos @bo for {RELEASE} again")
    assert used_up.text.startswith(f"You thanked Bo. {USED_UP}")
    await settled(store)
    undone = await ada.types("/kudos undo")
    assert undone.text == "You took back your thanks to Bo."
    await settled(store)
    assert bo.direct_messages[-1].text == "The thanks from Ada to you were taken back."
    assert await paid(store, slack) == [[24], [0, 0], [1]]
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_an_amount_that_was_typed_is_never_lowered(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = await spends_all(slack)
    await ada.types(f"/kudos @bo +1 for {RELEASE}")
    await ada.types("/kudos")
    await opened(ada)
    await ada.submits({ids.GIVE_PEOPLE: ["bo"], ids.GIVE_AMOUNT: "1", ids.GIVE_REASON: RELEASE})
    assert ada.open_view is not None
    assert ada.open_view.errors[ids.GIVE_AMOUNT].startswith("You have no points left to give.")
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_admins_may_have_thanks_end_with_the_points(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, thanks_go_on=False)
    ada = await spends_all(slack)
    await ada.types(f"/kudos @bo for {RELEASE}")
    message = await slack.person("bo").types("The release is out.", in_channel="general")
    await ada.reacts("trophy", to=message)
    await ada.sees_soon(lambda one: one.text.startswith("Your reaction gave no kudos."))
    assert len(await live_kudos(store, slack.team_id)) == 1


@on_sqlite
async def test_a_reaction_add_mine_and_a_mention_go_on_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await choose(store, slack.team_id, reaction_worth={"trophy": 3})
    await bo.types(f"/kudos @chidi +2 for {RELEASE}")
    await ada.types(f"/kudos @dina +23 for {RELEASE}")
    message = await bo.types("The release is out.", in_channel="general")
    await ada.reacts("trophy", to=message)  # is worth three, and two are left
    seen = await ada.sees_soon(lambda one: one.text.startswith("Your reaction thanked Bo. You"))
    assert "That was too few" in seen.text
    await settled(store)
    [reply] = [one for one in slack.thread("general", message.ts) if one.ts != message.ts]
    assert reply.text == "Bo was thanked by Ada (:trophy:)."
    await ada.types(f"/kudos @dina +2 for {RELEASE} once more")
    [post] = [one for one in app_posts(slack, "general") if "<@U0CHIDI003>" in one.text]
    await ada.presses(ids.KUDOS_JOIN, on=post)
    await ada.sees_soon(lambda one: one.text.startswith(f"You thanked Chidi. {USED_UP}"))
    await ada.types(f"@kudos @hana for {RELEASE}", in_channel="general")
    await ada.sees_soon(lambda one: one.text.startswith(f"You thanked Hana. {USED_UP}"))
    free = [one for one in await live_kudos(store, slack.team_id) if not one.points_total]
    assert [one.source for one in free] == ["reaction", "joined", "mention"]
    await ada.unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert len(await live_kudos(store, slack.team_id)) == 5
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_the_form_says_beforehand_that_thanks_go_out_without_points(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = await spends_all(slack)
    await ada.types("/kudos")
    await opened(ada)
    assert ada.open_view is not None
    await ada.chooses(ids.GIVE_PEOPLE, ["bo"], on=ada.open_view)
    await ada.sees_view_soon(lambda view: "Your thanks go out without any." in view.all_text)
    await ada.submits({ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE})
    assert await paid(store, slack) == [[25], [0]]


@on_sqlite
async def test_without_an_allowance_nothing_tells_of_points(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=0, reaction_worth={})
    ada, bo = slack.person("ada"), slack.person("bo")
    seen = [(await ada.types(f"/kudos @bo for {RELEASE}")).text]
    await settled(store)
    asked = ("me", "help", "leaderboard", "history", "undo")
    seen += [(await ada.types(f"/kudos {words}")).text for words in asked]
    seen += [one.all_text for one in [*app_posts(slack, "general"), *bo.direct_messages]]
    assert [text for text in seen if "point" in text.replace("then by points", "")] == []


@on_sqlite
async def test_several_at_once_are_paid_in_full_or_carry_none(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=10, points_default=3)
    ada = slack.person("ada")
    replies = await asyncio.gather(*(ada.types(f"/kudos @bo for {RELEASE} {n}") for n in range(12)))
    assert all(reply.ok for reply in replies)
    await settled(store)
    given = await paid(store, slack)
    assert sorted(given) == [[0]] * 9 + [[3]] * 3
    assert list((await spent(store, slack.team_id, ada.id)).values()) == [9]
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_admins_find_thanks_without_points_and_take_them_back(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    chidi = slack.person("chidi")
    await choose(store, slack.team_id, allowance=0)
    await chidi.types(f"/kudos @bo for {RELEASE}")
    view = await finds(slack.person("ada"), "bo")
    assert RELEASE in view.all_text
    await slack.person("ada").presses(ids.PEOPLE_REMOVE, on=view)
    asked = await sees_title(slack.person("ada"), "Take kudos back")
    assert "Chidi thanked Bo." in asked.all_text
    assert "point" not in asked.all_text
    assert (await slack.person("ada").submits()).ok
    await settled(store)
    assert await live_kudos(store, slack.team_id) == []
    assert "point" not in chidi.direct_messages[-1].all_text
    await assert_books_agree(store, slack.team_id)
