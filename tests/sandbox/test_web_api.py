"""The Web API, called by Slack's own client."""

import asyncio
import copy
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Person, Sandbox
from tests.patience import WAIT_SECONDS
from tests.sandbox.manifest import MANIFEST

HERE = {"channel": "C0GENERAL1"}
SAID = HERE | {"text": "x"}


async def refusal(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_token_is_told_whose_it_is(slack: Sandbox, web: AsyncWebClient) -> None:
    answer = await web.auth_test()
    assert answer["user_id"] == slack.bot_user_id
    assert answer["team_id"] == slack.team_id
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_a_wrong_token_is_refused(slack: Sandbox) -> None:
    answer = await refusal(AsyncWebClient(token="xoxb-no", base_url=slack.api_url).auth_test())
    assert answer["error"] == "invalid_auth"


async def test_a_missing_token_is_refused(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}auth.test") as got:
        assert (await got.json())["error"] == "not_authed"


async def test_an_unknown_method_is_refused(web: AsyncWebClient) -> None:
    assert (await refusal(web.api_call("chat.shout")))["error"] == "unknown_method"


async def test_a_missing_scope_is_named() -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = ["commands"]
    async with Sandbox(manifest) as slack:
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        answer = await refusal(web.users_list(limit=200))
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("users:read", "commands")


async def test_a_message_is_posted_where_the_bot_is(slack: Sandbox, web: AsyncWebClient) -> None:
    answer = await web.chat_postMessage(channel=slack.channel("general").id, text="Hello")
    message = slack.channel("general").messages[-1]
    assert (message.ts, message.text, message.bot_id) == (answer["ts"], "Hello", slack.bot_id)


async def test_posting_needs_membership_or_the_public_scope(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    channel = slack.channel("random").id
    assert (await refusal(web.chat_postMessage(channel=channel, text="x")))["error"] == (
        "not_in_channel"
    )
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].append("chat:write.public")
    async with Sandbox(manifest) as other:
        public = AsyncWebClient(token=other.bot_token, base_url=other.api_url)
        assert (await public.chat_postMessage(channel=channel, text="x"))["ok"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("leads", "channel_not_found"),
        ("old-launch", "is_archived"),
        ("nowhere", "channel_not_found"),
    ],
)
async def test_some_places_are_closed_to_the_bot(
    slack: Sandbox, web: AsyncWebClient, channel: str, error: str
) -> None:
    channel_id = slack.channel(channel).id if channel != "nowhere" else "C0NOWHERE1"
    answer = await refusal(web.chat_postMessage(channel=channel_id, text="x"))
    assert answer["error"] == error


async def test_a_post_to_a_person_lands_in_the_apps_dm(ada: Person, web: AsyncWebClient) -> None:
    answer = await web.chat_postMessage(channel=ada.id, text="For you")
    assert answer["channel"].startswith("D")
    assert [one.text for one in ada.direct_messages] == ["For you"]


@pytest.mark.parametrize("handle", ["juri", "build-bot", "pixel", "slackbot"])
async def test_some_people_cannot_be_written_to(
    slack: Sandbox, web: AsyncWebClient, handle: str
) -> None:
    answer = await refusal(web.chat_postMessage(channel=slack.person(handle).id, text="x"))
    assert answer["error"] == "channel_not_found"


async def test_an_ephemeral_message_has_one_reader(
    slack: Sandbox, web: AsyncWebClient, ada: Person, bo: Person
) -> None:
    before = len(slack.channel("general").messages)
    channel = slack.channel("general").id
    await web.chat_postEphemeral(channel=channel, user=ada.id, text="Just you")
    assert ada.sees("general")[-1].text == "Just you"
    assert ada.sees("general")[-1].is_ephemeral
    assert "Just you" not in [one.text for one in bo.sees("general")]
    assert len(slack.channel("general").messages) == before


async def test_an_update_keeps_the_timestamp_and_marks_the_message(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    channel = slack.channel("general").id
    posted = await web.chat_postMessage(channel=channel, text="One")
    message = slack.channel("general").messages[-1]
    await web.chat_update(channel=channel, ts=posted["ts"], text="Two")
    assert (message.text, message.ts, message.edited) == ("Two", posted["ts"], True)


async def test_an_update_keeps_what_it_leaves_out(slack: Sandbox, web: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    posted = await web.chat_postMessage(
        channel=channel,
        text="One",
        blocks=[{"type": "divider"}],
        metadata={"event_type": "k", "event_payload": {"key": "1"}},
    )
    await web.chat_update(channel=channel, ts=posted["ts"], text="Two")
    message = slack.channel("general").messages[-1]
    assert message.blocks[0]["type"] == "divider"
    assert message.metadata == {"event_type": "k", "event_payload": {"key": "1"}}


async def test_other_peoples_messages_are_not_the_apps_to_change(
    slack: Sandbox, web: AsyncWebClient, ada: Person
) -> None:
    message = await ada.types("Mine")
    channel = slack.channel("general").id
    answer = await refusal(web.chat_update(channel=channel, ts=message.ts, text="Yours"))
    assert answer["error"] == "cant_update_message"
    assert (await refusal(web.chat_delete(channel=channel, ts=message.ts)))["error"] == (
        "cant_delete_message"
    )
    answer = await refusal(web.chat_update(channel=channel, ts="1.000001", text="x"))
    assert answer["error"] == "message_not_found"


async def test_metadata_shows_whole_only_when_asked_for(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    channel = slack.channel("general").id
    metadata = {"event_type": "kudos", "event_payload": {"key": "abc"}}
    await web.chat_postMessage(channel=channel, text="x", metadata=metadata)
    short = await web.conversations_history(channel=channel, limit=1)
    whole = await web.conversations_history(channel=channel, limit=1, include_all_metadata=True)
    assert short["messages"][0]["metadata"] == {"event_type": "kudos"}
    assert whole["messages"][0]["metadata"] == metadata


async def test_an_empty_message_is_refused(slack: Sandbox, web: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    empty = web.api_call("chat.postMessage", json={"channel": channel})
    assert (await refusal(empty))["error"] == "no_text"


async def test_bad_blocks_are_pointed_at(slack: Sandbox, web: AsyncWebClient) -> None:
    long = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await refusal(
        web.chat_postMessage(channel=slack.channel("general").id, text="x", blocks=[long])
    )
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_lists_come_in_pages(slack: Sandbox, web: AsyncWebClient) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        answer = await web.users_list(limit=5, cursor=cursor)
        found += [member["id"] for member in answer["members"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found))
    assert slack.person("mei").id in found


async def test_a_person_shows_their_locale_only_when_asked_for(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    mei = slack.person("mei").id
    assert "locale" not in (await web.users_info(user=mei))["user"]
    asked = await web.users_info(user=mei, include_locale=True)
    assert asked["user"]["locale"] == "zh-CN"
    pixel = await web.users_info(user=slack.person("pixel").id, include_locale=True)
    assert pixel["user"]["is_stranger"]
    assert "locale" not in pixel["user"]
    assert pixel["user"]["team_id"] != slack.team_id


async def test_people_come_with_their_standing(slack: Sandbox, web: AsyncWebClient) -> None:
    async def user(handle: str) -> Any:
        return (await web.users_info(user=slack.person(handle).id))["user"]

    assert (await user("fatima"))["is_primary_owner"]
    assert (await user("ines"))["is_ultra_restricted"]
    assert (await user("juri"))["deleted"]
    assert not (await user("slackbot"))["is_bot"]
    assert (await refusal(web.users_info(user="U0NOBODY01")))["error"] == "user_not_found"


async def test_addresses_need_a_scope_of_their_own(web: AsyncWebClient) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].append("users:read.email")
    async with Sandbox(manifest) as slack:
        trusted = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ada = slack.person("ada").id
        assert "@" in (await trusted.users_info(user=ada))["user"]["profile"]["email"]
    assert "email" not in (await web.users_info(user=ada))["user"]["profile"]


async def test_a_body_that_is_no_json_is_refused(slack: Sandbox) -> None:
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}auth.test", data="{", headers=headers) as got,
    ):
        assert (await got.json())["error"] == "invalid_json"


async def test_channels_are_described(slack: Sandbox, web: AsyncWebClient) -> None:
    general = (await web.conversations_info(channel=slack.channel("general").id))["channel"]
    assert (general["is_member"], general["is_private"]) == (True, False)
    names = {one["name"] for one in (await web.conversations_list(limit=99))["channels"]}
    assert "random" in names
    assert "leads" not in names
    mine = {one["name"] for one in (await web.users_conversations())["channels"]}
    assert mine == {"general", "release", "thanks"}


async def test_threads_are_read_apart_from_the_channel(
    slack: Sandbox, web: AsyncWebClient, ada: Person, bo: Person
) -> None:
    channel = slack.channel("general").id
    root = await ada.types("A question")
    await bo.types("An answer", in_thread=root.ts)
    history = await web.conversations_history(channel=channel, limit=1)
    assert history["messages"][0]["text"] == "A question"
    assert history["messages"][0]["reply_count"] == 1
    thread = await web.conversations_replies(channel=channel, ts=root.ts)
    assert [one["text"] for one in thread["messages"]] == ["A question", "An answer"]
    assert [one.text for one in slack.thread("general", root.ts)] == ["An answer"]


async def test_groups_list_their_members(slack: Sandbox, web: AsyncWebClient) -> None:
    groups = (await web.usergroups_list())["usergroups"]
    support = next(one for one in groups if one["handle"] == "support")
    members = (await web.usergroups_users_list(usergroup=support["id"]))["users"]
    assert slack.person("dina").id in members


async def test_custom_emoji_are_listed_with_their_aliases(web: AsyncWebClient) -> None:
    emoji = (await web.emoji_list())["emoji"]
    assert emoji["well-done"] == "alias:kudos"
    async with aiohttp.ClientSession() as session, session.get(emoji["kudos"]) as picture:
        assert picture.content_type == "image/svg+xml"


async def test_an_upload_is_shown_after_slack_looked_at_it(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    channel = slack.channel("general").id
    start = await web.files_getUploadURLExternal(filename="board.png", length=4)
    picture = {"type": "image", "slack_file": {"id": start["file_id"]}, "alt_text": "A board"}
    too_soon = await refusal(web.chat_postMessage(channel=channel, text="x", blocks=[picture]))
    assert "invalid slack file" in too_soon["errors"][0]
    async with aiohttp.ClientSession() as session:
        await session.post(start["upload_url"], data=b"\x89PNG")
    await web.files_completeUploadExternal(files=[{"id": start["file_id"], "title": "Board"}])
    fresh = (await web.files_info(file=start["file_id"]))["file"]
    assert fresh["mimetype"] == ""
    too_soon = await refusal(web.chat_postMessage(channel=channel, text="x", blocks=[picture]))
    assert "invalid slack file" in too_soon["errors"][0]
    async with asyncio.timeout(WAIT_SECONDS):
        while not (  # noqa: ASYNC110 - Slack tells nobody when it is done
            await web.files_info(file=start["file_id"])
        )["file"]["mimetype"]:
            await asyncio.sleep(0.05)
    assert (await web.files_info(file=start["file_id"]))["file"]["mimetype"] == "image/png"
    assert (await web.chat_postMessage(channel=channel, text="x", blocks=[picture]))["ok"]


async def test_the_sdk_uploads_in_one_call(slack: Sandbox, web: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    await web.files_upload_v2(channel=channel, filename="a.txt", content="Hello", title="A")
    shared = slack.channel("general").messages[-1]
    file = (await web.files_info(file=shared.files[0]))["file"]
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as got:
        assert await got.text() == "Hello"


async def test_every_call_is_on_record_without_its_token(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    await web.chat_postMessage(channel=slack.channel("general").id, text="x")
    call = slack.calls[-1]
    assert (call.method, call.status, call.error) == ("chat.postMessage", 200, None)
    assert call.arguments["text"] == "x"
    assert slack.bot_token not in str(call)


async def test_a_group_direct_message_is_known_to_its_people_alone() -> None:
    manifest = copy.deepcopy(MANIFEST)
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    async with Sandbox(manifest) as slack:
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ada = slack.person("ada")
        without = ada.opens_group("bo", "dina")
        group = ada.opens_group("bo", "dina", with_app=True)
        assert group.startswith("G")
        people = [slack.person(one).id for one in ("ada", "bo")]
        for call in (
            web.conversations_info(channel=group),
            web.conversations_history(channel=group),
            web.conversations_open(users=people),
        ):
            assert (await refusal(call))["error"] == "missing_scope"
        assert (await refusal(web.chat_postMessage(channel=without, text="x")))["error"] == (
            "channel_not_found"
        )
        assert (await web.chat_postMessage(channel=group, text="x"))["ok"]
    scopes += ["mpim:read", "mpim:history", "mpim:write"]
    async with Sandbox(manifest) as slack:
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        group = slack.person("ada").opens_group("bo", with_app=True)
        told = (await web.conversations_info(channel=group))["channel"]
        assert told["name"] == "mpdm-ada--bo--kudos-1"
        assert (told["is_mpim"], told["is_private"], told["is_channel"]) == (True, True, False)
        assert (await web.conversations_open(users=people))["channel"]["id"] == group
        listed = await web.conversations_list(types="mpim", limit=9)
        assert [one["id"] for one in listed["channels"]] == [group]
        assert (await web.conversations_history(channel=group))["messages"] == []
        nine = [one["id"] for one in (await web.users_list(limit=200))["members"]][:9]
        assert (await refusal(web.conversations_open(users=nine)))["error"] == "too_many_users"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.info", {"channel": "general"}, "channel_not_found"),
        ("conversations.history", {"channel": "#general"}, "channel_not_found"),
        ("chat.update", {"channel": "general", "ts": "1.0", "text": "x"}, "channel_not_found"),
        ("chat.getPermalink", {"channel": "general", "message_ts": "1.0"}, "channel_not_found"),
        ("chat.getPermalink", HERE | {"message_ts": "1.0"}, "message_not_found"),
        ("chat.postMessage", HERE | {"markdown_text": "x" * 12_001}, "msg_too_long"),
        ("chat.postMessage", SAID | {"username": "Me"}, "missing_scope"),
        ("chat.postMessage", SAID | {"as_user": "true"}, "as_user_not_supported"),
        ("chat.postMessage", SAID | {"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ("users.list", {"include_locale": "true"}, "limit_required"),
        ("conversations.list", {}, "limit_required"),
        ("conversations.history", HERE | {"limit": 1000}, "invalid_limit"),
    ],
)
async def test_what_slack_takes_in_one_form_alone_is_refused_in_another(
    web: AsyncWebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    answer = await refusal(web.api_call(method, data=form(arguments)))
    assert answer["error"] == error


def form(arguments: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
    }


async def test_a_message_is_posted_by_the_channels_name(
    slack: Sandbox, web: AsyncWebClient
) -> None:
    """Of all methods it is the only one that takes a name."""
    assert (await web.chat_postMessage(channel="#general", text="x"))["ok"]
