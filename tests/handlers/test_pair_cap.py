"""The pair cap: what one person may give to one other in a period, and what admins are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.workspaces import PairCapMode
from tests.watching import (
    app_posts,
    assert_books_agree,
    choose,
    live_kudos,
    pings,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.store import Store
    from tests.conftest import Clock

FAIR = "Nobody else is told"


async def gives(person: Person, points: int, to: str = "@bo") -> str:
    """Have somebody give, and return what they are told."""
    reply = await person.types(f"/kudos {to} +{points} for untangling the release")
    return str(reply.text)


def told(slack: Sandbox, handle: str, what: str) -> list[Message]:
    """Return the direct messages from the app to somebody in which that stands."""
    return [one for one in slack.person(handle).direct_messages if what in one.all_text]


async def test_much_from_one_to_one_other_counts_and_each_admin_is_told_once(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    chidi, goran = slack.person("chidi"), slack.person("goran")
    await choose(store, slack.team_id, pair_cap=10, admin_ids=(goran.id,))
    await gives(chidi, 10)
    await settled(store)
    assert told(slack, "fatima", FAIR) == []
    for _ in range(2):
        assert (await gives(chidi, 1, to="@bo @dina")).startswith("You thanked Bo and Dina")
    await settled(store)
    for handle in ("ada", "fatima", "goran"):
        [one] = told(slack, handle, FAIR)
        assert "Chidi has given Bo more than 10 points in one period. It counts." in one.text
        assert pings(one) == set()
        assert not one.edited
    assert told(slack, "bo", FAIR) == told(slack, "dina", FAIR) == []
    clock.advance(days=7)
    await gives(chidi, 11)
    await settled(store)
    assert len(told(slack, "fatima", FAIR)) == 2
    await assert_books_agree(store, slack.team_id)


async def test_too_much_from_one_to_one_other_is_refused_and_admins_are_told(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    chidi, bo = slack.person("chidi"), slack.person("bo")
    await choose(
        store,
        slack.team_id,
        pair_cap=10,
        pair_cap_mode=PairCapMode.BLOCK,
        reaction_worth={"trophy": 2},
    )
    await gives(chidi, 9)
    # Before the allowance, which would not cover it either.
    refused = await gives(chidi, 20, to="@bo @dina")
    assert refused.startswith("You would give Bo and Dina more than 10 points before ")
    message = await bo.types("The release is out.", in_channel="general")
    await chidi.reacts("trophy", to=message)
    await chidi.sees_soon(lambda one: "You would give Bo more than 10 points" in one.all_text)
    clock.advance(seconds=1)
    assert "You have 15 points left" in await gives(chidi, 1)
    await settled(store)
    assert len(await live_kudos(store, slack.team_id)) == 2
    assert len(app_posts(slack, "general")) == 2
    for handle in ("ada", "fatima"):
        found = sorted(one.text.split(",")[0] for one in told(slack, handle, FAIR))
        assert found == [
            "Chidi wanted to give Bo more than 10 points in one period",
            "Chidi wanted to give Dina more than 10 points in one period",
        ]
    await chidi.types("/kudos undo")  # what was taken back is no reason to refuse
    assert "You have 15 points left" in await gives(chidi, 1)
    await assert_books_agree(store, slack.team_id)
