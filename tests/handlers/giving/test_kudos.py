"""`/kudos`, from what a person types to what everybody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.asking import answer_to
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    balances,
    choose,
    entries,
    pings,
    settled,
    spent,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.domain.kudos import Kudos
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

RELEASE = "untangling the release"


async def last_given(store: Store, slack: Sandbox) -> Kudos:
    return (await all_kudos(store, slack.team_id))[-1]


async def test_a_thank_you_is_confirmed_posted_told_and_stored(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    reply = await ada.types(f"/kudos @bo +3 for {RELEASE} #teamwork", in_channel="general")
    assert reply.is_ephemeral
    assert reply.text.startswith("You thanked Bo with 3 points. You have 22 points left to give")
    assert "Posted in <#C0GENERAL1>." in reply.text

    await settled(store)
    [post] = app_posts(slack, "general")
    assert post.text == (f"<@{ada.id}> thanked <@{bo.id}>: {RELEASE}\n+3 points · #teamwork")
    assert pings(post) == {ada.id, bo.id}
    [told] = bo.direct_messages
    assert told.text.startswith(f"Ada thanked you: {RELEASE}\n+3 points · #teamwork")
    assert f"/archives/C0GENERAL1/p{post.ts.replace('.', '')}|See the message>" in told.text

    kudos = await last_given(store, slack)
    assert (kudos.giver_id, kudos.receiver_ids) == (ada.id, (bo.id,))
    assert (kudos.reason, kudos.value, kudos.points_total) == (RELEASE, "teamwork", 3)
    assert (kudos.channel_id, kudos.message_ts) == ("C0GENERAL1", post.ts)
    assert sorted(await entries(store, slack.team_id)) == [
        ("giving", ada.id, -3),
        ("receiving", bo.id, 3),
    ]


async def test_a_refusal_is_seen_by_the_giver_alone(slack: Sandbox, app: KudosApp) -> None:
    before = len(slack.channel("general").messages)
    ada = slack.person("ada")
    reply = await ada.types("/kudos @ada +5 for being me all week", in_channel="general")
    assert await answer_to(ada, reply) == "You can't give kudos to yourself."
    assert len(slack.channel("general").messages) == before


async def test_the_amount_goes_to_each_of_several_people(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    reply = await ada.types(f"/kudos @bo, @chidi +5 for {RELEASE}")
    assert reply.text.startswith("You thanked Bo and Chidi with 5 points each, 10 points in all.")
    assert await balances(store, slack.team_id) == {bo.id: 5, chidi.id: 5}
    assert list((await spent(store, slack.team_id, ada.id)).values()) == [10]
    await settled(store)
    [post] = app_posts(slack, "general")
    assert pings(post) == {ada.id, bo.id, chidi.id}
    assert "+5 points each" in post.text
    assert len(bo.direct_messages) == len(chidi.direct_messages) == 1


async def test_a_group_stands_for_its_people_without_the_giver(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    dina, omar, mei = (slack.person(name) for name in ("dina", "omar", "mei"))
    reply = await dina.types("/kudos @support +2 for answering every call today")
    assert reply.ok
    kudos = await last_given(store, slack)
    assert kudos.receiver_ids == (omar.id, mei.id)
    assert await balances(store, slack.team_id) == {omar.id: 2, mei.id: 2}


async def test_people_and_groups_can_be_mixed_and_count_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    chidi, emre, hana, bo = (slack.person(name) for name in ("chidi", "emre", "hana", "bo"))
    await slack.person("ada").types("/kudos @emre @platform and @bo for the new engine room")
    kudos = await last_given(store, slack)
    assert kudos.receiver_ids == (emre.id, bo.id, chidi.id, hana.id)


async def test_somebody_deactivated_in_a_group_is_left_out(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.update_user("emre", deleted=True)
    await slack.pending()
    await slack.person("ada").types("/kudos @platform for the new engine room")
    kudos = await last_given(store, slack)
    assert kudos.receiver_ids == (slack.person("chidi").id, slack.person("hana").id)


async def test_a_giver_in_a_list_of_others_is_left_out(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    reply = await slack.person("ada").types(f"/kudos @ada @bo +2 for {RELEASE}")
    assert reply.text.startswith("You thanked Bo with 2 points.")
    assert (await last_given(store, slack)).receiver_ids == (slack.person("bo").id,)


async def test_amounts_are_read_in_every_form(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, allowance=1000)
    forms = {
        f"@bo +5 for {RELEASE}": 5,
        f"+5 @bo for {RELEASE}": 5,
        f"@bo 5 for {RELEASE}": 5,
        f"@bo 5 points for {RELEASE}": 5,
        f"@bo {RELEASE} +5": 5,
        f"@bo {RELEASE} +5 points #teamwork": 5,
        f"@bo :kudos: :kudos::kudos: for {RELEASE}": 3,
        f"@bo for {RELEASE}": 1,
        f"give 5 points to @bo for {RELEASE}": 5,
        f"@bo +25 for {RELEASE}": 25,
    }
    for line, points in forms.items():
        clock.advance(minutes=2)
        reply = await slack.person("ada").types(f"/kudos {line}")
        assert reply.ok, line
        kudos = await last_given(store, slack)
        assert (line, kudos.points_total, kudos.reason) == (line, points, RELEASE)


async def test_word_order_is_free_and_both_spellings_of_a_mention_are_read(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, allowance=1000)
    bo = slack.person("bo")
    lines = [
        f"@bo {RELEASE}",
        f"@bo to {RELEASE}",
        f"@bo because {RELEASE}",
        f"thanks to @bo for {RELEASE}",
        f"{RELEASE} @bo",
        f"for {RELEASE} @bo",
        f"@bo\nfor {RELEASE}",
    ]
    for line in lines:
        for style in ("bare", "label"):
            clock.advance(minutes=2)
            await slack.person("ada").types(f"/kudos {line}", escape_style=style)
            kudos = await last_given(store, slack)
            assert (line, kudos.receiver_ids, kudos.reason) == (line, (bo.id,), RELEASE)


async def test_somebody_of_an_enterprise_has_an_id_that_begins_with_w(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_user({"handle": "wim", "id": "W0WIM00001", "name": "Wim"})
    await slack.pending()
    reply = await slack.person("ada").types(f"/kudos @wim for {RELEASE}")
    assert reply.text.startswith("You thanked Wim with 1 point.")


async def test_the_first_direct_message_explains_how_to_give_and_later_ones_do_not(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    bo = slack.person("bo")
    for name in ("ada", "chidi"):
        clock.advance(minutes=1)
        await slack.person(name).types(f"/kudos @bo for {RELEASE}")
        await settled(store)
    first, second = bo.direct_messages
    assert "You can thank people too: type /kudos" in first.text
    assert "You can thank people too" not in second.text


async def test_thanks_in_private_are_seen_by_giver_and_receiver_alone(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    reply = await slack.person("ada").types("/kudos private @bo +2 for keeping calm on Friday")
    assert "Only you and those whom you thanked see it." in reply.text
    await settled(store)
    assert app_posts(slack, "general") == []
    [told] = slack.person("bo").direct_messages
    assert "Only Ada and those who were thanked see this." in told.text
    board = await slack.person("chidi").types("/kudos leaderboard")
    assert "Bo" not in board.all_text
    await assert_books_agree(store, slack.team_id)


async def test_letters_of_every_script_arrive_as_typed(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    reason = "شكرا على الإصدار · 谢谢你修好打印机 · für die Hilfe 🎉👩🏽‍💻"
    await slack.person("omar").types(f"/kudos @mei {reason}")
    await settled(store)
    [post] = app_posts(slack, "general")
    assert reason in post.text
    assert (await last_given(store, slack)).reason == reason
