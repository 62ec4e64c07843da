"""The workspace's own time: it runs like the machine's, and moves forward when it is told to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Message, Person, Sandbox, SlackError, company
from tests.sandbox.conftest import ScriptedApp
from tests.sandbox.manifest import MANIFEST

LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
WEEK = timedelta(days=7)


async def asks(slack: Sandbox, who: str, to: Any = None) -> dict[str, Any]:
    """Ask the control API as a person: where to, or without a wish what time it is."""
    as_ = slack.person(who).id
    async with aiohttp.ClientSession(slack.url) as session:
        request = (
            session.get("/control/clock", params={"as": as_})
            if to is None
            else session.post("/control/clock", json={"as": as_, "to": to})
        )
        async with request as answer:
            body: dict[str, Any] = await answer.json()
    return body


async def test_what_is_written_after_a_move_has_the_new_time(slack: Sandbox, ada: Person) -> None:
    before = await ada.types("Before")
    then = slack.now() + WEEK
    await slack.move_clock(then)
    after = await ada.types("After")
    assert float(after.ts) >= then.timestamp() > float(before.ts)
    assert slack.channel("general").messages[-1].text == "After"


async def test_the_clock_never_goes_back(slack: Sandbox) -> None:
    with pytest.raises(SlackError, match="clock_goes_forward_only"):
        await slack.move_clock(slack.now() - timedelta(minutes=1))
    assert await asks(slack, "ada", "2020-01-01T09:00") == {"error": "clock_goes_forward_only"}


@pytest.mark.parametrize("to", ["tomorrow", {"preset": "yesterday"}, {}, 7, "9999-99-99"])
async def test_what_is_no_time_is_refused(slack: Sandbox, to: Any) -> None:
    before = slack.now()
    assert await asks(slack, "ada", to) == {"error": "invalid_time"}
    assert slack.now() - before < timedelta(minutes=1)


async def test_two_workspaces_each_have_their_own_time(slack: Sandbox) -> None:
    async with Sandbox(MANIFEST) as other:
        await slack.move_clock(slack.now() + WEEK)
        assert slack.now() - other.now() > timedelta(days=6)


async def test_a_moved_clock_stays_moved_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "slack.db"
    async with Sandbox(MANIFEST, state_path=path) as slack:
        machine = slack.now()
        await slack.move_clock(machine + WEEK)
    async with Sandbox(MANIFEST, state_path=path) as slack:
        assert timedelta() <= slack.now() - machine - WEEK < timedelta(minutes=1)


async def test_whoever_listens_hears_the_new_time(slack: Sandbox) -> None:
    heard: list[datetime] = []
    stop = slack.on_clock(heard.append)
    then = slack.now() + timedelta(hours=1)
    await slack.move_clock(then)
    stop()
    await slack.move_clock(then + WEEK)
    assert len(heard) == 1
    assert heard[0] >= then


async def test_a_command_under_way_still_opens_its_modal_after_a_move(
    slack: Sandbox, app: ScriptedApp, ada: Person
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Late"}, "blocks": []}

    async def answer(request: SocketModeRequest) -> None:
        await slack.move_clock(slack.now() + WEEK)
        await app.web.views_open(trigger_id=request.payload["trigger_id"], view=view)

    app.answer = answer
    reply = await ada.types("/kudos")
    assert reply.view
    assert reply.view.title == "Late"


# From Wednesday, 2 October 2086, at 08:00 UTC; each case says who asks and where it leads them.
@pytest.mark.parametrize(
    ("preset", "who", "moment"),
    [
        ("next_monday_9", "ada", datetime(2086, 10, 7, 9, tzinfo=LONDON)),
        # What happens to the whole workspace happens in its time, wherever the viewer is.
        ("next_monday_9", "hana", datetime(2086, 10, 7, 9, tzinfo=LONDON)),
        ("first_working_day_10", "hana", datetime(2086, 11, 1, 10, tzinfo=LONDON)),
        ("next_friday_14", "ada", datetime(2086, 10, 4, 14, tzinfo=LONDON)),
        ("next_friday_14", "hana", datetime(2086, 10, 4, 14, tzinfo=TOKYO)),
        ("next_hour", "ada", datetime(2086, 10, 2, 9, tzinfo=UTC)),
        ("next_day", "ada", datetime(2086, 10, 3, 8, tzinfo=UTC)),
    ],
)
async def test_offers_lead_where_they_say(preset: str, who: str, moment: datetime) -> None:
    async with Sandbox(MANIFEST, company()) as slack:
        await slack.move_clock(datetime(2086, 10, 2, 8, tzinfo=UTC))  # a Wednesday
        offered = {one["preset"]: one["at"] for one in (await asks(slack, who))["offers"]}
        assert abs(offered[preset] - moment.timestamp()) < 60
        told = await asks(slack, who, {"preset": preset})
        assert abs(told["now"] - moment.timestamp()) < 60
        assert abs(slack.now().timestamp() - moment.timestamp()) < 60


@pytest.mark.parametrize(
    ("start", "label", "moment"),
    [
        # 1 June 2086 is a Saturday.
        ("2086-05-31T12:00", "next month", datetime(2086, 6, 3, 10, tzinfo=LONDON)),
        ("2086-06-01T12:00", "this month", datetime(2086, 6, 3, 10, tzinfo=LONDON)),
        ("2086-06-03T09:59", "this month", datetime(2086, 6, 3, 10, tzinfo=LONDON)),
        ("2086-06-03T10:01", "next month", datetime(2086, 7, 1, 10, tzinfo=LONDON)),
    ],
)
async def test_the_first_working_day_is_the_one_to_come(
    slack: Sandbox, start: str, label: str, moment: datetime
) -> None:
    offers = (await asks(slack, "ada", start))["offers"]
    offer = next(one for one in offers if one["preset"] == "first_working_day_10")
    assert offer["label"] == f"First working day of {label} 10:00"
    assert offer["at"] == moment.timestamp()


async def test_a_time_without_a_zone_is_meant_in_ones_own(slack: Sandbox) -> None:
    await asks(slack, "hana", "2086-10-02T09:00")
    assert slack.now().astimezone(TOKYO).strftime("%Y-%m-%d %H:%M") == "2086-10-02 09:00"


async def test_past_messages_stand_where_they_belong(slack: Sandbox, web: AsyncWebClient) -> None:
    ada, general = slack.person("ada"), slack.channel("general")
    long_ago = f"{(slack.now() - WEEK).timestamp():.6f}"
    later = f"{(slack.now() - WEEK).timestamp() + 60:.6f}"
    reply = Message(
        general.id, later, text="Indeed.", user_id=slack.bot_user_id, thread_ts=long_ago
    )
    past = Message(general.id, long_ago, text="Hello @bo", user_id=ada.id)
    sent_before = len(slack.deliveries)
    slack.add_past([reply, past])
    first = slack.channel("general").messages[0]
    assert first.text == f"Hello <@{slack.person('bo').id}>"
    assert [one.text for one in slack.thread("general", long_ago)] == ["Indeed."]
    assert len(slack.deliveries) == sent_before
    replies = await web.conversations_replies(channel=general.id, ts=long_ago)
    assert [one["text"] for one in replies["messages"]][1:] == ["Indeed."]
