"""What is chosen below a leaderboard: its period, points or people, a value."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.workspaces import ValueMode
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import actions, button
from bot.sandbox.model import Delivery
from tests.handlers.boards import test_board_pages
from tests.handlers.boards.test_board_pages import pressable, turned
from tests.handlers.boards.test_boards import FOR
from tests.patience import WAIT_SECONDS
from tests.watching import choose, on_sqlite

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

crowd = test_board_pages.crowd  # the fixture


def offered(message: Message, action_id: str) -> list[str]:
    """Return the words of the options of a choice; none where it is not there."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == action_id:
                return [option["text"]["text"] for option in element["options"]]
    return []


def chosen(message: Message, action_id: str) -> str:
    """Return the words of the option that is chosen."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == action_id:
                return str(element["initial_option"]["text"]["text"])
    raise AssertionError(action_id)


def state(**parts: Any) -> str:
    """Return what a button of ours carries."""
    usual = {"period": "week", "key": "2026-W47", "side": "receivers", "value": None, "page": 0}
    return json.dumps(usual | parts, separators=(",", ":"))


async def carries(
    slack: Sandbox, who: Person, action_id: str, value: object, *, is_choice: bool = False
) -> str:
    """Press something that carries this, as no board of ours would; return the answer."""
    board = (await who.types("/kudos leaderboard")).message
    await who.chooses(ids.BOARDS_PERIOD, state(), on=board)
    payload = slack.deliveries[-1].payload
    action = {key: payload["actions"][0][key] for key in ("block_id", "action_ts")}
    action |= {"action_id": action_id, "type": "static_select" if is_choice else "button"}
    action |= {"selected_option": {"value": value}} if is_choice else {"value": value}
    before = len(who.sees("general"))
    delivery = Delivery(uuid4().hex, "interactive", payload | {"actions": [action]})
    await slack.deliver_again(delivery)
    assert delivery.acked
    async with asyncio.timeout(WAIT_SECONDS):
        while len(who.sees("general")) == before:  # noqa: ASYNC110 - there is no bell for it
            await asyncio.sleep(0.01)
    answer = who.sees("general")[-1]
    assert answer.seen_only_by == who.id
    return str(answer.text)


async def test_the_board_of_points_ranks_by_points_and_then_by_people(
    slack: Sandbox, app: KudosApp, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    board = (await bo.types("/kudos leaderboard week points")).message
    assert board.text.startswith("Most points · this week (")
    lines = board.text.split("\n")
    assert lines[1] == "1. Person 24: 500 points, from 76 people"
    assert lines[2] == "2. Person 00: 7 points, from 100 people"
    assert lines[10].startswith("10. Person 08:")
    assert "It ranks by points" in lines[-1]
    lines = await turned(bo, ids.BOARDS_NEXT, board)
    assert [line.split(":")[0] for line in lines[1:6]] == [
        *[f"10. Person {place:02}" for place in (9, 10, 11, 12)],
        "15. Person 13",
    ]


async def test_every_period_and_board_and_value_can_be_chosen(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada = slack.person("ada")
    given = {
        "2025-03-04": ("bo", "#care"),
        "2026-10-05": ("chidi", "#care"),
        "2026-11-02": ("dina", "#teamwork"),
        "2026-11-11": ("emre", "#teamwork"),
        "2026-11-18": ("goran", "#Über-Mut"),
    }
    for day, (name, value) in given.items():
        clock.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        await ada.types(f"/kudos @{name} {FOR} {value}")
    mei = slack.person("mei")
    board = (await mei.types("/kudos leaderboard")).message
    periods = offered(board, ids.BOARDS_PERIOD)
    assert [period.split(" (")[0] for period in periods] == [
        *("This week", "Last week", "This month", "Last month"),
        *("This quarter", "This year", "All time"),
    ]
    found = {}
    for period in [*periods[1:], periods[0]]:
        lines = await turned(mei, ids.BOARDS_PERIOD, board, chosen=period)
        found[period.split(" (")[0]] = [line.split(". ")[1].split(":")[0] for line in lines[1:-1]]
        assert chosen(board, ids.BOARDS_PERIOD) == period
        assert offered(board, ids.BOARDS_PERIOD) == periods
    assert found == {
        "This week": ["Goran"],
        "Last week": ["Emre"],
        "This month": ["Dina", "Emre", "Goran"],
        "Last month": ["Chidi"],
        "This quarter": ["Chidi", "Dina", "Emre", "Goran"],
        "This year": ["Chidi", "Dina", "Emre", "Goran"],
        "All time": ["Bo", "Chidi", "Dina", "Emre", "Goran"],
    }
    await turned(mei, ids.BOARDS_PERIOD, board, chosen=periods[2])
    assert offered(board, ids.BOARDS_VALUE) == ["All values", "#teamwork", "#über-mut"]
    lines = await turned(mei, ids.BOARDS_VALUE, board, chosen="#teamwork")
    assert lines[0] == "Most thanked · November 2026 · #teamwork"
    assert [line.split(":")[0] for line in lines[1:-1]] == ["1. Dina", "1. Emre"]
    sides = ["Most thanked", "Most points", "Thanked the most people"]
    assert offered(board, ids.BOARDS_SIDE) == sides
    lines = await turned(mei, ids.BOARDS_SIDE, board, chosen=sides[2])
    assert lines[0] == "Thanked the most people · November 2026 · #teamwork"
    assert lines[1] == "1. Ada: thanked 2 people, 2 points"
    lines = await turned(mei, ids.BOARDS_SIDE, board, chosen=sides[1])
    assert lines[0] == "Most points · November 2026 · #teamwork"
    assert lines[1] == "1. Dina: 1 point, from 1 person"
    # The value goes along into a period in which nobody has used it, and so do the choices.
    lines = await turned(mei, ids.BOARDS_PERIOD, board, chosen=periods[3])
    assert lines == [
        "Most points · October 2026 · #teamwork",
        "Nobody is on this board. Choose another period, board or value below.",
    ]
    assert chosen(board, ids.BOARDS_VALUE) == "#teamwork"
    lines = await turned(mei, ids.BOARDS_VALUE, board, chosen="#care")
    assert lines[1] == "1. Chidi: 1 point, from 1 person"


@on_sqlite
async def test_last_week_can_be_typed(slack: Sandbox, app: KudosApp, clock: Clock) -> None:
    ada = slack.person("ada")
    clock.now = datetime(2026, 11, 11, 12, tzinfo=UTC)
    await ada.types(f"/kudos @bo {FOR}")
    clock.now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    await ada.types(f"/kudos @chidi {FOR}")
    board = (await ada.types("/kudos leaderboard last week")).message
    assert board.text.startswith("Most thanked · last week (Nov 9")
    assert "Bo" in board.text
    assert "Chidi" not in board.text
    # A week later it is still that week which is seen, and it says which one it is.
    clock.now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    lines = await turned(ada, ids.BOARDS_SIDE, board, chosen="Thanked the most people")
    assert lines[0].startswith("Thanked the most people · Nov 9")
    assert "1. Ada: thanked 1 person, 1 point" in lines
    assert offered(board, ids.BOARDS_PERIOD)[-1] == chosen(board, ids.BOARDS_PERIOD)


async def test_the_button_below_a_post_shows_the_board_to_who_pressed_it_alone(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    clock.now = datetime(2026, 10, 6, 12, tzinfo=UTC)
    await ada.types(f"/kudos @chidi {FOR}")
    clock.now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    post = await client.chat_postMessage(
        channel="C0GENERAL1",
        text="The week",
        blocks=[
            actions(
                button(
                    "See the leaderboard",
                    action_id=ids.BOARDS_OPEN,
                    value=state(key="2026-W41"),
                    label="See the leaderboard",
                )
            )
        ],
    )
    message = next(one for one in slack.channel("general").messages if one.ts == post["ts"])
    await bo.presses(ids.BOARDS_OPEN, on=message)
    board = await bo.sees_soon(lambda one: "Most thanked · Oct 5" in one.text)
    assert board.is_ephemeral
    assert "1. Chidi: thanked by 1 person, 1 point" in board.text
    assert message.text == "The week"
    # The week of the post can be chosen beside the usual periods.
    assert chosen(board, ids.BOARDS_PERIOD).startswith("Oct 5")
    assert len(offered(board, ids.BOARDS_PERIOD)) == 8
    await ada.presses(ids.BOARDS_OPEN, on=message)
    await ada.sees_soon(lambda one: "Most thanked" in one.text)
    assert len([one for one in bo.sees() if "Most thanked" in one.text]) == 1


@on_sqlite
@pytest.mark.parametrize("action_id", [ids.BOARDS_OPEN, ids.BOARDS_PERIOD, ids.BOARDS_NEXT])
@pytest.mark.parametrize(
    "value", ["", "rubbish", "[]", state(side="losers"), state(key="2026-W99")]
)
async def test_what_a_board_never_carried_is_answered_in_a_sentence(
    slack: Sandbox, app: KudosApp, action_id: str, value: str
) -> None:
    answer = await carries(
        slack, slack.person("bo"), action_id, value, is_choice=action_id == ids.BOARDS_PERIOD
    )
    assert answer == ("I can't tell which leaderboard this was. Type /kudos leaderboard to see it.")


async def test_a_board_switched_off_or_without_amounts_says_so_on_every_way(
    slack: Sandbox, app: KudosApp, store: Store, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    board = (await bo.types("/kudos leaderboard points")).message
    before = board.text
    await choose(store, slack.team_id, amounts_hidden=True)
    await asyncio.sleep(1.1)  # the app knows its settings for a second
    no_points = "Amounts are not shown to others here, so there is no leaderboard of points."
    assert no_points in (await bo.types("/kudos leaderboard year points")).text
    await bo.presses(ids.BOARDS_NEXT, on=board)
    await bo.sees_soon(lambda one: no_points in one.text and one.ts > board.ts)
    assert board.text == before  # it stays, with its choices
    shown = (await bo.types("/kudos leaderboard")).message
    assert "points" not in shown.text
    assert offered(shown, ids.BOARDS_SIDE) == ["Most thanked", "Thanked the most people"]
    await choose(store, slack.team_id, boards_shown=False)
    for command in ("leaderboard", "leaderboard last month givers"):
        reply = await bo.types(f"/kudos {command}")
        assert reply.text == "There are no leaderboards here. /kudos me shows what is yours."
        assert pressable(reply.message) == set()
    count = len(bo.sees())
    await bo.presses(ids.BOARDS_NEXT, on=shown)
    await bo.sees_soon(lambda _: len(bo.sees()) > count)
    assert bo.sees()[-1].text.startswith("There are no leaderboards here.")


@on_sqlite
async def test_the_workspaces_own_values_are_offered_and_found_however_they_are_typed(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    longest = "Ä" * 50
    await choose(store, slack.team_id, values=("TeamWork", longest), value_mode=ValueMode.OPTIONAL)
    bo = slack.person("bo")
    await slack.person("ada").types(f"/kudos @bo {FOR} #teamwork")
    board = (await bo.types("/kudos leaderboard #TEAMWORK")).message
    assert "1. Bo: thanked by 1 person, 1 point" in board.text
    assert offered(board, ids.BOARDS_VALUE) == ["All values", "#TeamWork", f"#{longest}"]
    lines = await turned(bo, ids.BOARDS_VALUE, board, chosen=f"#{longest}")
    assert lines[1].startswith("No kudos here yet.")
    # Admins change the list: what is not in it any more can be seen, and left.
    await choose(store, slack.team_id, values=("Care",))
    lines = await turned(bo, ids.BOARDS_VALUE, board, chosen="#TeamWork")
    assert "1. Bo: thanked by 1 person, 1 point" in lines
    assert offered(board, ids.BOARDS_VALUE) == ["All values", "#Care", "#TeamWork"]


@on_sqlite
async def test_a_value_too_long_for_a_choice_has_a_board_all_the_same(
    slack: Sandbox, app: KudosApp
) -> None:
    ada, long = slack.person("ada"), "x" * 400
    await ada.types(f"/kudos @bo {FOR} #{long}")
    board = (await ada.types(f"/kudos leaderboard #{long}")).message
    assert "1. Bo: thanked by 1 person, 1 point" in board.text
    assert offered(board, ids.BOARDS_VALUE) == ["All values"]
    lines = await turned(ada, ids.BOARDS_VALUE, board, chosen="All values")
    assert lines[0].startswith("Most thanked · this week")


@on_sqlite
async def test_a_value_of_a_private_channel_is_on_no_board(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    ada, mei = slack.person("ada"), slack.person("mei")
    await ada.types(f"/kudos @dina {FOR} #project-x", in_channel="leads")
    await ada.types(f"/kudos private @chidi {FOR} #hush")
    await ada.types(f"/kudos @bo {FOR} #care")
    board = (await mei.types("/kudos leaderboard")).message
    assert offered(board, ids.BOARDS_VALUE) == ["All values", "#care"]
    for value in ("#project-x", "#hush"):
        typed = (await mei.types(f"/kudos leaderboard {value}")).message
        assert "Nobody is on this board" in typed.text or "No kudos here yet" in typed.text
        for name in ("Ada", "Dina", "Chidi"):
            assert name not in typed.text
    # Used in public too, its board has those alone who said so in public.
    await ada.types(f"/kudos @bo {FOR} #project-x")
    typed = (await mei.types("/kudos leaderboard #project-x")).message
    assert "1. Bo: thanked by 1 person, 1 point" in typed.text
    assert "Dina" not in typed.text
