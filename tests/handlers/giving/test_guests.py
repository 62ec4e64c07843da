"""Guests and people of other companies take part if admins want it; who left does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.workspaces import WorkspaceSettings
from tests.asking import answer_to, form_of
from tests.watching import all_kudos, balances, choose, live_kudos, on_sqlite

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

FOR = "for the words on the first page"
GUESTS_DONT = "guests don't take part in kudos here"


def test_guests_take_part_unless_admins_say_no() -> None:
    assert WorkspaceSettings().guests_take_part
    assert not WorkspaceSettings().externals_take_part


async def test_guests_give_and_receive_where_they_take_part(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    received = await slack.person("goran").types(f"/kudos @ines {FOR}", in_channel="writing")
    assert received.text.startswith("You thanked Inês")
    given = await slack.person("ines").types(f"/kudos @goran {FOR}", in_channel="writing")
    assert given.text.startswith("You thanked Goran")
    assert len(await live_kudos(store, slack.team_id)) == 2


async def test_guests_neither_give_nor_receive_where_admins_say_no(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, guests_take_part=False)
    goran = slack.person("goran")
    await goran.types(f"/kudos @ines {FOR}", in_channel="writing")
    asked = await form_of(goran)
    assert asked.question == "Inês is a guest, and guests don't take part in kudos here."
    given = await slack.person("ines").types(f"/kudos @goran {FOR}", in_channel="writing")
    assert given.is_ephemeral
    assert given.text == ("Guests don't take part in kudos here. You can thank them in a message.")
    assert await all_kudos(store, slack.team_id) == []


async def test_a_guest_in_a_group_is_left_out_silently(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, guests_take_part=False)
    slack.set_group_members("support", ["dina", "ines"])
    await slack.pending()
    reply = await slack.person("ada").types(f"/kudos @support {FOR}")
    assert reply.text.startswith("You thanked Dina")
    assert await balances(store, slack.team_id) == {slack.person("dina").id: 1}


async def test_a_guests_emoji_is_only_an_emoji_where_guests_take_no_part(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, guests_take_part=False)
    slack.add_to_channel("writing", "app")
    message = await slack.person("goran").types("The page is out", in_channel="writing")
    await slack.person("ines").reacts("trophy", to=message)
    await slack.pending()
    assert await all_kudos(store, slack.team_id) == []
    assert slack.deliveries[-1].acked
    assert slack.person("ines").direct_messages == []


async def test_who_becomes_a_guest_is_one_at_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, guests_take_part=False)
    slack.update_user("bo", is_restricted=True)
    await slack.pending()
    ada = slack.person("ada")
    await ada.types(f"/kudos @bo {FOR}")
    assert GUESTS_DONT in (await form_of(ada)).question


async def test_people_of_another_company_take_part_where_admins_want_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    await ada.types(f"/kudos @pixel {FOR}", in_channel="with-pixel")
    assert (await form_of(ada)).question.startswith("Pixel belongs to another company")
    await ada.closes()
    await choose(store, slack.team_id, externals_take_part=True)
    taken = await ada.types(f"/kudos @pixel {FOR}", in_channel="with-pixel")
    assert taken.text.startswith("You thanked Pixel")
    # They cannot type our commands, but they can react.
    slack.add_to_channel("with-pixel", "app")
    message = await slack.person("bo").types("The drawings are in", in_channel="with-pixel")
    await slack.person("pixel").reacts("trophy", to=message)
    await slack.pending()
    assert await balances(store, slack.team_id) == {
        slack.person("pixel").id: 1,
        slack.person("bo").id: 1,
    }


async def test_kudos_are_given_where_admins_allow_it_and_the_refusal_names_where(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    thanks, release = slack.channel("thanks").id, slack.channel("release").id
    await choose(store, slack.team_id, channel_ids=(thanks, release))
    ada = slack.person("ada")
    refused = await ada.types(f"/kudos @bo {FOR}")
    asked = await form_of(ada)
    assert refused.text == ""
    assert asked.question == (
        f"Kudos can't be given here. Give them in <#{thanks}> and <#{release}>, or in private."
    )
    await ada.closes()
    taken = await ada.types(f"/kudos @bo {FOR}", in_channel="thanks")
    assert taken.text.startswith("You thanked Bo")
    private = await ada.types(f"/kudos private @bo {FOR} too")
    assert private.text.startswith("You thanked Bo")
    assert len(await live_kudos(store, slack.team_id)) == 2


async def test_in_a_channel_that_is_not_allowed_an_emoji_is_only_an_emoji(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, channel_ids=(slack.channel("thanks").id,))
    for channel, count in (("general", 0), ("thanks", 1)):
        message = await slack.person("bo").types("The release is out", in_channel=channel)
        await slack.person("hana").reacts("trophy", to=message)
        await slack.pending()
        assert len(await live_kudos(store, slack.team_id)) == count


@on_sqlite
async def test_the_rules_are_checked_in_the_order_in_which_one_would_mend_them(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(
        store, slack.team_id, channel_ids=(slack.channel("thanks").id,), guests_take_part=False
    )
    ada = slack.person("ada")
    steps = [  # each line mends what the one before was refused for
        ("/kudos @ines @channel x", GUESTS_DONT, "general"),
        ("/kudos @bo @channel x", "whole channel at once", "general"),
        ("/kudos @bo x", "can't be given here", "general"),
        ("/kudos @bo x", "The reason is too short.", "thanks"),
        (f"/kudos @bo {FOR}", "You thanked Bo", "thanks"),
    ]
    for typed, answer, channel in steps:
        reply = await ada.types(typed, in_channel=channel)
        assert answer in await answer_to(ada, reply), typed
