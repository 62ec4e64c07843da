"""Two companies with Kudos in one channel: each act is of the one whose person it is, once."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, get_args

import pytest

from bot.clock import machine_clock
from bot.messages.blockkit import ids
from bot.sandbox.shared import Named, SharedChannel
from tests.administering import sends
from tests.asking import answer_to
from tests.conftest import Clock
from tests.installing import Kudos, installs, serving, workspace
from tests.watching import assert_books_agree, choose, live_kudos, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store

FOR = "for untangling the release"
SHARED = "together"
NAMED = get_args(Named)
"""For which installation Slack sends what happens in the channel, whoever acts."""


def company(
    name: str, people: tuple[str, ...], bot: str, **more: Any
) -> tuple[dict[str, Any], dict[str, str]]:
    members: list[dict[str, Any]] = [
        {"handle": handle, "id": f"U0{handle.upper()}", "name": handle.title()} for handle in people
    ]
    members[0] |= {"is_owner": True, "is_primary_owner": True}
    source = {
        "team": {"id": f"T0{name.upper()}", "name": name.title(), "domain": name},
        "people": members,
        "channels": [{"name": "general", "id": f"C0{name.upper()}", "app": True},
                     {"name": SHARED, "id": "C0TOGETHER", "app": True}],
    } | more  # fmt: skip
    return source, {"bot_user_id": bot, "bot_id": f"B{bot[1:]}"}


@pytest.fixture
def clock() -> Clock:
    """The machine's time: the sandbox signs with it."""
    return Clock(machine_clock())


@pytest.fixture
async def mill() -> AsyncIterator[Sandbox]:
    source, app = company("mill", ("mia", "max", "moe"), "U0KUDOSML")
    async with workspace(source, **app) as sandbox:
        yield sandbox


@pytest.fixture
async def yard() -> AsyncIterator[Sandbox]:
    source, app = company("yard", ("yan", "yve", "yul"), "U0KUDOSYD")
    async with workspace(source, **app) as sandbox:
        yield sandbox


@pytest.fixture
async def kudos(
    mill: Sandbox, yard: Sandbox, database_url: str, clock: Clock
) -> AsyncIterator[Kudos]:
    """Kudos installed in both; people of the other company take part."""
    async with serving(database_url, clock, mill, yard) as running:
        for sandbox in (mill, yard):
            await installs(running, sandbox)
        yield running


@pytest.fixture
async def shared(mill: Sandbox, yard: Sandbox, kudos: Kudos, store: Store) -> SharedChannel:
    for sandbox in (mill, yard):
        await choose(store, sandbox.team_id, externals_take_part=True)
    return SharedChannel(mill, yard, SHARED)


async def quiet(store: Store, *sandboxes: Sandbox) -> None:
    for _ in range(2):
        for sandbox in sandboxes:
            await sandbox.pending()
        await settled(store)


async def given(store: Store, sandbox: Sandbox) -> set[tuple[str, str, str]]:
    """Return who thanked whom in a company's own store, and how; each counts once."""
    found = [
        (kudos.giver_id, receiver_id, kudos.source.value)
        for kudos in await live_kudos(store, sandbox.team_id)
        for receiver_id in kudos.receiver_ids
    ]
    assert len(found) == len(set(found))
    await assert_books_agree(store, sandbox.team_id)
    return set(found)


async def says(person: Person, words: str, bot: str) -> None:
    """Say something to one of the two."""
    await person.types(f"@{bot} {words}", in_channel=SHARED)


@pytest.mark.parametrize("named", NAMED)
async def test_each_act_in_a_channel_of_two_companies_is_of_the_one_who_acts_and_counts_once(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store, named: Named
) -> None:
    shared.named = named
    mia, yan = mill.person("mia"), yard.person("yan")
    sides = ((mia, mill, ("max", "yve")), (yan, yard, ("yul", "moe")))
    for person, _, receivers in sides:
        for receiver in receivers:
            reply = await person.types(f"/kudos @{receiver} {FOR}", in_channel=SHARED)
            assert reply.text.startswith("You thanked"), reply.text
            for bot in (mill.bot_user_id, yard.bot_user_id):
                await says(person, f"@{receiver} {FOR} {bot[-2:]}", bot)
            other = mill if receiver in {"max", "moe"} else yard
            message = await other.person(receiver).types("It is done", in_channel=SHARED)
            await person.reacts("trophy", to=message)
    await quiet(store, mill, yard)
    for person, own, receivers in sides:
        expected = {
            (person.id, f"U0{receiver.upper()}", source)
            for receiver in receivers
            for source in ("command", "reaction")
        }
        found = [
            (one.giver_id, one.receiver_ids[0], one.source.value)
            for one in await live_kudos(store, own.team_id)
        ]
        mentions = [one for one in found if one[2] == "mention"]
        assert {one for one in found if one[2] != "mention"} == expected
        assert len(found) == len(expected) + 4
        assert {one[:2] for one in mentions} == {one[:2] for one in expected}
        await assert_books_agree(store, own.team_id)


@pytest.mark.parametrize("named", NAMED)
async def test_an_emoji_that_is_taken_away_again_leaves_nothing_with_either_company(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store, named: Named
) -> None:
    shared.named = named
    message = await mill.person("max").types("It is done", in_channel=SHARED)
    for person in (mill.person("mia"), yard.person("yan"), yard.person("yve")):
        await person.reacts("trophy", to=message)
    await quiet(store, mill, yard)
    max_id = mill.person("max").id
    assert await given(store, mill) == {(mill.person("mia").id, max_id, "reaction")}
    assert len(await given(store, yard)) == 2
    for person in (mill.person("mia"), yard.person("yan")):
        await person.unreacts("trophy", to=message)
    await quiet(store, mill, yard)
    assert await given(store, mill) == set()
    assert await given(store, yard) == {(yard.person("yve").id, max_id, "reaction")}


async def test_forms_and_shortcuts_in_a_channel_of_two_companies_are_of_the_one_who_acts(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    for own, giver, author_of, author in (
        (mill, "mia", yard, "yan"),
        (yard, "yve", mill, "max"),
    ):
        person = own.person(giver)
        message = await author_of.person(author).types("It is done", in_channel=SHARED)
        await person.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)
        await person.sees_view_soon(lambda view: view.callback_id == ids.GIVE_SUBMIT)
        await person.submits({ids.GIVE_REASON: "untangling the release"})
        await quiet(store, mill, yard)
        assert await given(store, own) == {(person.id, f"U0{author.upper()}", "modal")}


async def test_what_one_company_may_see_of_the_other_stays_as_it_is(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    await mill.person("mia").types(f"/kudos @max {FOR}", in_channel="general")
    await quiet(store, mill, yard)
    yan = yard.person("yan")
    await says(yan, "leaderboard all", mill.bot_user_id)
    await quiet(store, mill, yard)
    answers = [one for one in yan.sees(SHARED) if one.is_ephemeral]
    assert answers
    assert not any("Max" in one.all_text for one in answers)


async def test_what_is_asked_of_both_is_answered_once(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    shared.named = "both"
    yan = yard.person("yan")
    for words in ("help", "me", "@yan for being me"):
        before = sum(one.is_ephemeral for one in yan.sees(SHARED))
        await says(yan, words, mill.bot_user_id)
        await quiet(store, mill, yard)
        assert sum(one.is_ephemeral for one in yan.sees(SHARED)) == before + 1, words


async def test_what_slack_sends_for_a_company_that_has_it_no_more_is_let_go(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    message = await mill.person("max").types("It is done", in_channel=SHARED)
    await quiet(store, mill, yard)  # what is on its way would wait for a token that comes back
    await mill.oauth.uninstall()
    await mill.pending()
    shared.named = "host"
    for person in (yard.person("yan"), mill.person("mia")):
        await person.reacts("trophy", to=message)
    await quiet(store, yard)
    await mill.pending()
    late = [one for one in mill.deliveries if one.payload["event"]["type"] == "reaction_added"]
    assert [(one.acked, one.attempts) for one in late] == [(True, 1)] * 2
    shared.named = "guest"
    await mill.person("moe").reacts("trophy", to=message)  # now of another company and no more
    await quiet(store, yard)
    assert await given(store, yard) == {(mill.person("moe").id, mill.person("max").id, "reaction")}


async def test_a_form_of_the_other_company_is_of_the_company_that_opened_it(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    yan = mill.person("yan")
    home = await yan.opens_home()
    assert home is not None
    await yan.presses(ids.KUDOS_GIVE, on=home)
    await yan.sees_view_soon(lambda view: view.callback_id == ids.GIVE_SUBMIT)
    await yan.submits(
        {
            ids.GIVE_PEOPLE: ["max"],
            ids.GIVE_REASON: "untangling the release",
            ids.GIVE_PLACE: "general",
        }
    )
    assert mill.deliveries[-1].payload["team"]["id"] == yard.team_id
    await quiet(store, mill, yard)
    assert await given(store, mill) == {(yan.id, mill.person("max").id, "modal")}
    assert await given(store, yard) == set()


async def test_who_leaves_has_left_their_own_company_whichever_of_the_two_slack_tells(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    kudos_at, yard.event_url = yard.event_url, "http://127.0.0.1:9/"
    yard.update_user("yul", deleted=True)
    await yard.pending()
    yard.event_url = kudos_at
    mill.update_user("yul", deleted=True)
    await quiet(store, mill, yard)
    yan = yard.person("yan")
    refused = await yan.types(f"/kudos @yul {FOR}", in_channel="general")
    assert "no longer active" in await answer_to(yan, refused)


@pytest.mark.parametrize("named", NAMED)
async def test_people_of_an_organization_act_for_their_own_workspace_too(
    mill: Sandbox, database_url: str, clock: Clock, store: Store, named: Named
) -> None:
    organization = {"id": "E0YARDS", "name": "Yards"}
    source, app = company("yard", ("yan", "yve", "yul"), "U0KUDOSYD")
    source["team"]["enterprise"] = organization
    for person in source["people"]:  # at home in the organization, as Slack tells others
        person |= {"team_id": organization["id"], "teams": [source["team"]["id"]]}
    async with (
        workspace(source, is_org_wide=True, **app) as yard,
        serving(database_url, clock, mill, yard) as running,
    ):
        for sandbox in (mill, yard):
            await installs(running, sandbox)
            await choose(store, sandbox.team_id, externals_take_part=True)
        SharedChannel(mill, yard, SHARED, named)
        yan, mia = yard.person("yan"), mill.person("mia")
        message = await mill.person("max").types("It is done", in_channel=SHARED)
        for person in (yan, mia):
            await person.reacts("trophy", to=message)
            await says(person, f"@max {FOR}", mill.bot_user_id)
        await quiet(store, mill, yard)
        max_id = mill.person("max").id
        for person, own in ((yan, yard), (mia, mill)):
            expected = {(person.id, max_id, "reaction"), (person.id, max_id, "mention")}
            assert await given(store, own) == expected


# -- Joining in with what the other company's Kudos has posted ---------------------------------


async def post_of_mill(mill: Sandbox, yard: Sandbox, store: Store) -> Message:
    """Have Mia thank Max; return what her company's Kudos posts."""
    await mill.person("mia").types(f"/kudos @max {FOR}", in_channel=SHARED)
    await quiet(store, mill, yard)
    posts = [one for one in mill.channel(SHARED).messages if one.user_id == mill.bot_user_id]
    return posts[-1]


async def test_add_mine_on_a_post_of_the_other_company_is_paid_by_the_own_one(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    post = await post_of_mill(mill, yard, store)
    yan = mill.person("yan")  # as the app of the mill meets them
    for_max = {(yan.id, mill.person("max").id, "reaction")}
    reply = await yan.presses(ids.KUDOS_JOIN, on=post)
    press = mill.deliveries[-1].payload
    assert (press["team"]["id"], press["user"]["team_id"]) == (mill.team_id, yard.team_id)
    answer = await yan.sees_soon(lambda one: one.is_ephemeral, SHARED)
    assert answer.text.startswith("You thanked Max"), reply.text
    await mill.deliver_again(mill.deliveries[-1], times=2)
    await yan.presses(ids.KUDOS_JOIN, on=post)
    for change in (yan.reacts, yan.unreacts):  # neither doubles it nor takes it back
        await change("trophy", to=post)
        await quiet(store, mill, yard)
    own = {(mill.person("mia").id, mill.person("max").id, "command")}
    assert (await given(store, mill), await given(store, yard)) == (own, for_max)
    thread = [one.text for one in mill.thread(SHARED, post.ts)]
    assert len(thread) == 1
    assert "Yan" in thread[0]
    await yan.presses(ids.KUDOS_UNDO, on=answer)
    await quiet(store, mill, yard)
    assert (await given(store, mill), await given(store, yard)) == (own, set())
    assert not any("Yan" in one.text for one in mill.thread(SHARED, post.ts))


@pytest.mark.parametrize("named", NAMED)
async def test_an_emoji_on_a_post_of_the_other_company_joins_in_once_out_of_the_own_allowance(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store, named: Named
) -> None:
    shared.named = named
    post = await post_of_mill(mill, yard, store)
    yan, moe = yard.person("yan"), mill.person("moe")
    await choose(store, yard.team_id, reaction_worth={"trophy": 1, "tada": 2})
    for name in ("trophy", "tada"):
        await yan.reacts(name, to=post)
        await quiet(store, mill, yard)
    await moe.reacts("trophy", to=post)
    await quiet(store, mill, yard)
    max_id = mill.person("max").id
    assert await given(store, yard) == {(yan.id, max_id, "reaction")}
    own = {(mill.person("mia").id, max_id, "command"), (moe.id, max_id, "joined")}
    assert await given(store, mill) == own
    for name in ("trophy", "tada"):
        await yan.unreacts(name, to=post)
    await quiet(store, mill, yard)
    assert (await given(store, mill), await given(store, yard)) == (own, set())


async def test_who_takes_no_part_with_others_is_told_so_and_nothing_is_given(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    await choose(store, yard.team_id, externals_take_part=False)
    post = await post_of_mill(mill, yard, store)
    yan = mill.person("yan")
    await yan.presses(ids.KUDOS_JOIN, on=post)
    answer = await yan.sees_soon(lambda one: one.is_ephemeral, SHARED)
    assert answer.text.startswith("Max belongs to another company"), answer.text
    await yan.reacts("trophy", to=post)
    await quiet(store, mill, yard)
    assert await given(store, yard) == set()
    assert len(await given(store, mill)) == 1


async def test_nobody_joins_in_with_what_does_not_stand_in_the_channel(
    mill: Sandbox, yard: Sandbox, shared: SharedChannel, store: Store
) -> None:
    post = await post_of_mill(mill, yard, store)
    await mill.person("mia").types(f"/kudos @moe {FOR}", in_channel="general")
    await quiet(store, mill, yard)
    [elsewhere] = [one for one in await live_kudos(store, mill.team_id)
                   if mill.person("moe").id in one.receiver_ids]  # fmt: skip
    yan = mill.person("yan")
    await yan.presses(ids.KUDOS_JOIN, on=post)
    await yan.sees_soon(lambda one: one.is_ephemeral, SHARED)
    press = deepcopy(mill.deliveries[-1].payload)
    press["actions"][0] |= {"value": elsewhere.kudos_id, "action_ts": "1795003100.000100"}
    press["container"]["message_ts"] = "1795003100.000200"
    await sends(mill, press)
    await quiet(store, mill, yard)
    assert await given(store, yard) == {(yan.id, mill.person("max").id, "reaction")}
