"""Reactions, as people and as the app."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Person, Sandbox, SlackError
from tests.sandbox.conftest import ScriptedApp


async def test_a_reaction_is_told_with_its_target(
    slack: Sandbox, app: ScriptedApp, ada: Person, bo: Person
) -> None:
    message = await ada.types("Shipped")
    await bo.reacts("trophy", to=message)
    await slack.pending()
    [event] = app.events("reaction_added")
    assert event["item"] == {"type": "message", "channel": "C0GENERAL1", "ts": message.ts}
    assert (event["user"], event["item_user"], event["reaction"]) == (bo.id, ada.id, "trophy")
    assert message.reactions == {"trophy": [bo.id]}


async def test_skin_tones_are_reactions_of_their_own(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    message = await ada.types("Shipped")
    await ada.reacts("+1", to=message)
    await ada.reacts("+1::skin-tone-2", to=message)
    with pytest.raises(SlackError, match="already_reacted"):
        await ada.reacts("+1", to=message)
    await ada.unreacts("+1", to=message)
    await slack.pending()
    assert [one["reaction"] for one in app.events("reaction_added")] == ["+1", "+1::skin-tone-2"]
    assert [one["reaction"] for one in app.events("reaction_removed")] == ["+1"]
    assert list(message.reactions) == ["+1::skin-tone-2"]


async def test_a_reaction_that_is_not_there_cannot_go(ada: Person) -> None:
    message = await ada.types("Shipped")
    with pytest.raises(SlackError, match="no_reaction"):
        await ada.unreacts("tada", to=("general", message.ts))


async def test_the_apps_own_reaction_is_an_event_too(
    slack: Sandbox, app: ScriptedApp, web: AsyncWebClient, ada: Person
) -> None:
    message = await ada.types("Shipped")
    await web.reactions_add(channel=message.channel_id, timestamp=message.ts, name="tada")
    await slack.pending()
    assert app.events("reaction_added")[0]["user"] == slack.bot_user_id
    shown = await web.reactions_get(channel=message.channel_id, timestamp=message.ts)
    assert shown["message"]["reactions"] == [
        {"name": "tada", "users": [slack.bot_user_id], "count": 1}
    ]


async def test_reactions_in_the_apps_dm_are_told(
    slack: Sandbox, app: ScriptedApp, web: AsyncWebClient, ada: Person
) -> None:
    await web.chat_postMessage(channel=ada.id, text="For you")
    await ada.reacts("heart", to=ada.direct_messages[-1])
    await slack.pending()
    assert app.events("reaction_added")[0]["item_user"] == slack.bot_user_id


async def test_reactions_where_the_bot_is_not_are_not_told(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    message = await ada.types("Cake", "random")
    await ada.reacts("cake", to=message)
    await slack.pending()
    assert app.requests == []


async def test_some_messages_take_no_reactions(
    slack: Sandbox, web: AsyncWebClient, ada: Person
) -> None:
    await web.chat_postEphemeral(channel="C0GENERAL1", user=ada.id, text="Just you")
    with pytest.raises(SlackError, match="message_not_found"):
        await ada.reacts("tada", to=ada.sees("general")[-1])
    with pytest.raises(SlackError, match="is_archived"):
        await ada.reacts("tada", to=slack.channel("old-launch").messages[0])
