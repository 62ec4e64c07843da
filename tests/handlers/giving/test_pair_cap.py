"""The pair cap: what one person may give to one other in a period, and what admins are told."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.workspaces import PairCapMode, ZoneOf
from tests.asking import answer_to
from tests.handlers.people.test_preferences import prefers
from tests.watching import (
    app_posts,
    assert_books_agree,
    choose,
    live_kudos,
    on_sqlite,
    pings,
    settled,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

FAIR = "Nobody else is told"


NUMBERS = count()


async def gives(person: Person, points: int, to: str = "@bo") -> str:
    """Have somebody give, and return what they are told."""
    # Words of its own each time: the same ones within a minute are asked about.
    line = f"/kudos {to} +{points} for untangling release {next(NUMBERS)}"
    reply = await person.types(line)
    return await answer_to(person, reply)


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


@on_sqlite
@pytest.mark.parametrize("mode", list(PairCapMode))
@pytest.mark.parametrize("cap", [{"pair_cap": 5}, {"pair_cap_thanks": 1}])
async def test_admins_are_not_told_who_thanks_whom_in_private(
    slack: Sandbox, app: KudosApp, store: Store, mode: PairCapMode, cap: dict[str, int]
) -> None:
    chidi, dina = slack.person("chidi"), slack.person("dina")
    slack.add_to_channel("leads", "chidi")
    await choose(store, slack.team_id, pair_cap_mode=mode, allowance=200, **cap)
    await prefers(dina, "direct_messages", "thanked_in_private")
    for half in ("first", "second"):
        await chidi.types(f"/kudos private @bo +4 for untangling the {half} release")
        await chidi.types(f"/kudos @emre +4 for planning the {half} half", in_channel="leads")
        await gives(chidi, 4, to="@dina @hana")
    await gives(chidi, 2, to="@bo")  # in public only two, and ten or six in all
    await chidi.types("/kudos private @bo +4 for planning the third half")
    await settled(store)
    for handle in ("ada", "fatima"):
        [one] = told(slack, handle, FAIR)
        assert "Hana" in one.text
        for name in ("Bo", "Dina", "Emre"):
            assert name not in one.text


@on_sqlite
async def test_another_zone_gives_no_second_cap(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    chidi = slack.person("chidi")
    capped: dict[str, Any] = {"pair_cap": 5, "pair_cap_mode": PairCapMode.BLOCK}
    await choose(store, slack.team_id, zone_of=ZoneOf.PERSON, **capped)
    slack.update_user("chidi", tz="Pacific/Kiritimati")
    await slack.pending()
    clock.now = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # there Monday has begun long ago
    assert (await gives(chidi, 5)).startswith("You thanked Bo")
    slack.update_user("chidi", tz="Pacific/Honolulu")
    await slack.pending()
    clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # here the same Monday begins
    assert (await gives(chidi, 5)).startswith("You would give Bo more than 5 points")
    clock.advance(days=7)
    assert (await gives(chidi, 5)).startswith("You thanked Bo")


async def test_thanks_are_capped_by_their_number_too(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    chidi, bo = slack.person("chidi"), slack.person("bo")
    await choose(
        store,
        slack.team_id,
        allowance=3,
        pair_cap_thanks=2,
        pair_cap_mode=PairCapMode.BLOCK,
        reaction_worth={"trophy": 1},
    )
    assert (await gives(chidi, 3)).startswith("You thanked Bo with 3 points")
    free = await chidi.types("/kudos @bo @dina for planning the second half")
    assert free.text.startswith("You thanked Bo and Dina. Your points are used up")
    refused = await answer_to(chidi, await chidi.types("/kudos @bo @dina for writing it down"))
    assert refused.startswith("You would thank Bo more than 2 times before ")
    message = await bo.types("The release is out.", in_channel="general")
    await chidi.reacts("trophy", to=message)
    await chidi.sees_soon(lambda one: one.text.startswith("Your reaction gave no kudos.\nYou wou"))
    await settled(store)
    assert len(await live_kudos(store, slack.team_id)) == 2
    for handle in ("ada", "fatima"):
        [one] = told(slack, handle, FAIR)
        assert "Chidi wanted to thank Bo more than 2 times in one period" in one.text
    await chidi.types("/kudos undo")
    assert (await chidi.types("/kudos @bo for planning it")).text.startswith("You thanked Bo")
    await choose(store, slack.team_id, pair_cap_thanks=2, pair_cap_mode=PairCapMode.MONITOR)
    clock.advance(days=7)
    for what in ("planning it", "writing it", "showing it"):
        assert (await chidi.types(f"/kudos @hana for {what}")).text.startswith("You thanked Hana")
    await settled(store)
    [_, one] = told(slack, "ada", FAIR)
    assert "Chidi has thanked Hana more than 2 times in one period. It counts." in one.text
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_thanks_without_points_pass_the_cap_of_points_and_stay_in_their_period(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    chidi = slack.person("chidi")
    await choose(
        store,
        slack.team_id,
        allowance=0,
        zone_of=ZoneOf.PERSON,
        pair_cap=1,
        pair_cap_thanks=1,
        pair_cap_mode=PairCapMode.BLOCK,
    )
    slack.update_user("chidi", tz="Pacific/Kiritimati")
    await slack.pending()
    clock.now = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert (await chidi.types("/kudos @bo for the release")).text.startswith("You thanked Bo.")
    slack.update_user("chidi", tz="Pacific/Honolulu")
    await slack.pending()
    clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # here the same Monday begins
    refused = await answer_to(chidi, await chidi.types("/kudos @bo for planning it"))
    assert refused.startswith("You would thank Bo more than 1 time before ")
    clock.advance(days=7)
    assert (await chidi.types("/kudos @bo for planning it")).text.startswith("You thanked Bo.")
    # A cap that was lowered since keeps nobody from thanks that add nothing to what was given.
    await choose(store, slack.team_id, allowance=2, pair_cap=None, pair_cap_thanks=None)
    assert (await gives(chidi, 2, to="@dina")).startswith("You thanked Dina with 2 points.")
    await choose(store, slack.team_id, pair_cap=1)
    assert (await gives(chidi, 1, to="@dina")).startswith("You would give Dina more than 1 point")
    free = await chidi.types("/kudos @dina for planning it")
    assert free.text.startswith("You thanked Dina. Your points are used up")
