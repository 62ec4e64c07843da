"""Socket Mode, spoken with Slack's own client."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import Person, Sandbox
from tests.patience import never_answered
from tests.sandbox.conftest import ScriptedApp


async def test_a_connection_begins_with_hello(slack: Sandbox, app: ScriptedApp) -> None:
    opened = await app.web.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": slack.app_id}


async def test_a_ticket_opens_one_connection(slack: Sandbox, app: ScriptedApp) -> None:
    opened = await app.web.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]):
            pass
        async with session.get(opened["url"]) as again:
            assert again.status == 404


async def test_each_payload_goes_to_one_connection(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    await app.connect()
    assert slack.sockets == 2
    for number in range(4):
        await ada.types(f"/kudos {number}")
    assert sorted(one.payload["text"] for one in app.requests) == ["0", "1", "2", "3"]


async def test_an_event_is_wrapped_as_slack_does(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    message = await ada.types("Hello")
    await slack.pending()
    payload = app.requests[-1].payload
    assert payload["type"] == "event_callback"
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["user_id"] == slack.bot_user_id
    assert payload["event"]["ts"] == message.ts
    assert slack.deliveries[-1].acked


@never_answered
async def test_an_event_that_is_not_acknowledged_comes_again(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    app.acknowledges = False
    await ada.types("Hello")
    await slack.pending()
    attempts = [(one.retry_attempt, one.retry_reason) for one in app.requests]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({one.payload["event_id"] for one in app.requests}) == 1
    assert len({one.envelope_id for one in app.requests}) == 4
    assert not slack.deliveries[-1].acked


async def test_an_event_waits_for_an_app_that_comes_back(slack: Sandbox, ada: Person) -> None:
    await ada.types("Anybody there?")
    late = ScriptedApp(slack)
    await late.connect()
    await slack.pending()
    assert late.events("message")[0]["text"] == "Anybody there?"
    await late.close()


async def test_events_need_membership_and_a_subscription(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    await ada.types("Not for the bot", "random")
    await ada.types("Direct", "app")
    await slack.pending()
    assert app.events("message") == []
    slack.add_to_channel("random", "app")
    await ada.types("For the bot", "random")
    await slack.pending()
    assert [one["text"] for one in app.events("message")] == ["For the bot"]


async def test_an_event_can_be_delivered_twice(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    await ada.types("Hello")
    await slack.pending()
    await slack.deliver_again(slack.deliveries[-1], times=2)
    assert len({one.payload["event_id"] for one in app.requests}) == 1
    assert len(app.requests) == 3


async def test_a_hand_made_event_is_delivered(slack: Sandbox, app: ScriptedApp) -> None:
    await slack.deliver_event({"type": "tokens_revoked", "tokens": {}}, event_id="Ev1")
    assert app.requests[-1].payload["event_id"] == "Ev1"


async def test_connections_are_refreshed(slack: Sandbox, app: ScriptedApp, ada: Person) -> None:
    await slack.refresh_sockets()
    await slack.connected()
    assert (await ada.types("/kudos still here")).ok
    assert app.requests[-1].payload["text"] == "still here"


async def test_a_cut_connection_is_opened_again(slack: Sandbox, app: ScriptedApp) -> None:
    await slack.drop_sockets()
    assert slack.sockets == 0
    await slack.connected()
    assert app.requests == []


async def test_no_connection_is_given_while_they_are_held(slack: Sandbox, app: ScriptedApp) -> None:
    slack.hold_sockets = True
    with pytest.raises(SlackApiError, match="internal_error"):
        await app.web.apps_connections_open(app_token=slack.app_token)


async def test_new_people_and_changes_are_told(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    kim = slack.add_user({"handle": "kim", "real_name": "Kim Berg"})
    slack.update_user("ada", tz="Asia/Tokyo", profile={"display_name": "Ada L."})
    await slack.pending()
    assert app.events("team_join")[0]["user"]["id"] == kim.id
    assert app.events("member_joined_channel")[0]["user"] == kim.id
    changed = app.events("user_change")[0]["user"]
    assert (changed["tz"], changed["profile"]["display_name"]) == ("Asia/Tokyo", "Ada L.")
    assert ada.name == "Ada L."
