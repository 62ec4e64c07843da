"""The shortcuts "Give kudos": on a message, and everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kudos import Audience
from bot.messages.blockkit import ids
from tests.watching import all_kudos, app_posts, choose, on_sqlite, opened, pings, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store

RELEASE = "untangling the release"


async def test_on_a_message_the_form_is_filled_with_its_author_and_leads_back_to_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    message = await bo.types("The release is out, without a hitch")
    assert (await ada.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)).ok
    assert "The message this is for" in str((await opened(ada)).blocks)
    await ada.submits({ids.GIVE_REASON: RELEASE})
    await settled(store)
    [post] = app_posts(slack, "general")
    assert pings(post) == {ada.id, bo.id}
    link = f"/archives/C0GENERAL1/p{message.ts.replace('.', '')}|The message this is for>"
    assert link in post.text
    assert ada.open_view is not None
    await ada.presses(ids.KUDOS_UNDO, on=ada.open_view)
    await settled(store)
    assert post.text == "The thanks from Ada to Bo were taken back."


async def test_private_thanks_for_a_message_lead_to_it_too(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    message = await bo.types("The release is out, without a hitch")
    await ada.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)
    await ada.submits({ids.GIVE_REASON: RELEASE, ids.GIVE_AUDIENCE: "private"})
    await settled(store)
    assert app_posts(slack, "general") == []
    [told] = bo.direct_messages
    assert f"p{message.ts.replace('.', '')}|See the message>" in told.text


@on_sqlite
async def test_nobody_is_filled_in_for_ones_own_message_or_an_apps(
    slack: Sandbox, app: KudosApp
) -> None:
    ada = slack.person("ada")
    own = await ada.types("I wrote this")
    by_bot = slack.channel("release").messages[0]
    for message in (own, by_bot):
        await ada.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)
        form = await opened(ada)
        [people] = [one for one in form.blocks if one["block_id"] == ids.GIVE_PEOPLE]
        assert "initial_users" not in people["element"]


async def test_in_a_private_channel_it_stays_there(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    dina, ada = slack.person("dina"), slack.person("ada")
    message = await ada.types("Only for leads", in_channel="leads")
    await dina.uses_shortcut(ids.KUDOS_GIVE_FOR, on=message)
    await dina.submits({ids.GIVE_REASON: RELEASE})
    await settled(store)
    assert len(app_posts(slack, "leads")) == 1  # by the shortcut's own reply
    assert app_posts(slack, "thanks") == []


async def test_from_everywhere_it_asks_for_the_channel(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada = slack.person("ada")
    filled = {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE}
    assert (await ada.uses_shortcut(ids.KUDOS_GIVE)).ok
    assert (await ada.submits(filled)).error == "errors"
    assert ada.open_view is not None
    assert ada.open_view.errors == {
        ids.GIVE_PLACE: "Choose the channel in which your thanks are posted, or give in private."
    }
    assert (await ada.submits({ids.GIVE_PLACE: "leads"})).error == "errors"
    assert list(ada.open_view.errors) == [ids.GIVE_PLACE]
    assert (await ada.submits({ids.GIVE_PLACE: "release"})).ok
    await settled(store)
    assert len(app_posts(slack, "release")) == 1
    [kudos] = await all_kudos(store, slack.team_id)
    assert (kudos.channel_id, kudos.audience) == ("C0RELEASE3", Audience.PUBLIC)


async def test_from_everywhere_private_thanks_need_no_channel(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.uses_shortcut(ids.KUDOS_GIVE)
    await ada.submits(
        {ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE, ids.GIVE_AUDIENCE: "private"}
    )
    await settled(store)
    assert len(bo.direct_messages) == 1


async def test_from_everywhere_it_is_posted_in_the_announcement_channel_if_there_is_one(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    ada = slack.person("ada")
    await ada.uses_shortcut(ids.KUDOS_GIVE)
    assert "It is posted in <#C0THANKS04>" in (await opened(ada)).all_text
    await ada.submits({ids.GIVE_PEOPLE: ["bo"], ids.GIVE_REASON: RELEASE})
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1


@pytest.mark.parametrize("fault", ["error", "http_500"])
@on_sqlite
async def test_a_form_that_slack_does_not_open_is_answered_by_a_sentence(
    slack: Sandbox, app: KudosApp, fault: str
) -> None:
    ada = slack.person("ada")
    details: dict[str, Any] = {"error": "expired_trigger_id"} if fault == "error" else {}
    slack.faults.next("views.open", fault, times=2, **details)
    await ada.uses_shortcut(ids.KUDOS_GIVE)
    sentence = "The form could not be opened. Please try again, or type /kudos help."
    await ada.sees_soon(lambda message: message.text == sentence, where="app")
    await ada.uses_shortcut(ids.KUDOS_GIVE_FOR, on=slack.channel("general").messages[0])
    told = await ada.sees_soon(lambda message: message.text == sentence)
    assert told.is_ephemeral
