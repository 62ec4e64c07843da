"""`/kudos leaderboard`, `me` and `history`: fair ranks, names without pings, nothing secret."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.members import Member
from bot.domain.preferences import ChangePreferences, Preferences
from bot.domain.workspaces import ValueMode
from bot.messages import ids
from bot.messages.blocks import actions, button
from bot.sandbox.model import Delivery
from bot.services.members import SeePeople, see_people
from bot.services.preferences import change_preferences
from storage import standings
from storage.schema import standings as standings_table
from tests.conftest import running
from tests.watching import choose, links, on_sqlite, pings, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.store import Session, Store
    from tests.conftest import Clock

FOR = "for untangling the release"


async def lines_of(
    slack: Sandbox, who: str, command: str, in_channel: str = "general"
) -> list[str]:
    """Return the lines of the answer between its title and its small print."""
    reply = await slack.person(who).types(f"/kudos {command}", in_channel=in_channel)
    assert reply.is_ephemeral
    assert pings(reply.message) == set()
    lines: list[str] = reply.text.split("\n")
    return lines[1:-1]


async def test_different_people_come_before_points_and_ties_share_a_rank(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=100)
    gifts = [
        ("ada", "@bo +20"),  # many points, by one person
        ("ada", "@chidi +1"),
        ("bo", "@chidi +1"),
        ("ada", "@dina +1"),
        ("chidi", "@dina +1"),
        ("ada", "@emre +3"),
        ("goran", "@emre +3"),
        ("bo", "@goran +20"),
        ("bo", "@hana +2"),
    ]
    for giver, gift in gifts:
        await slack.person(giver).types(f"/kudos {gift} {FOR}")
    assert await lines_of(slack, "mei", "leaderboard") == [
        "1. Emre: thanked by 2 people, 6 points",
        "2. Chidi: thanked by 2 people, 2 points",
        "2. Dina: thanked by 2 people, 2 points",
        "4. Bo: thanked by 1 person, 20 points",
        "4. Goran: thanked by 1 person, 20 points",
        "6. Hana: thanked by 1 person, 2 points",
    ]
    assert await lines_of(slack, "mei", "leaderboard givers") == [
        "1. Ada: thanked 4 people, 25 points",
        "2. Bo: thanked 3 people, 23 points",
        "3. Goran: thanked 1 person, 3 points",
        "4. Chidi: thanked 1 person, 1 point",
    ]


async def test_thanking_somebody_again_adds_points_and_no_person(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    for _ in range(3):
        clock.advance(seconds=1)
        await slack.person("ada").types(f"/kudos @bo +2 {FOR}")
    assert await lines_of(slack, "ada", "leaderboard") == ["1. Bo: thanked by 1 person, 6 points"]
    await slack.person("ada").types("/kudos undo")
    assert await lines_of(slack, "ada", "leaderboard") == ["1. Bo: thanked by 1 person, 4 points"]


async def test_each_period_counts_what_lies_in_it(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    days = {
        "2025-12-30": "bo",  # the first ISO week of 2026, and the year before
        "2026-02-10": "chidi",
        "2026-10-05": "dina",
        "2026-11-02": "emre",
        "2026-11-16": "goran",
        "2026-11-18": "hana",
    }
    for day, name in days.items():
        clock.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        await slack.person("ada").types(f"/kudos @{name} {FOR} #{name}")
    boards = {
        "leaderboard": ["Goran", "Hana"],
        "leaderboard week": ["Goran", "Hana"],
        "leaderboard month": ["Emre", "Goran", "Hana"],
        "leaderboard quarter": ["Dina", "Emre", "Goran", "Hana"],
        "leaderboard year": ["Chidi", "Dina", "Emre", "Goran", "Hana"],
        "leaderboard all": ["Bo", "Chidi", "Dina", "Emre", "Goran", "Hana"],
        "leaderboard year #dina": ["Dina"],
        "leaderboard #Hana week receivers": ["Hana"],
        "leaderboard givers year": ["Ada"],
        "leaderboard #goran givers": ["Ada"],
    }
    for command, names in boards.items():
        lines = await lines_of(slack, "mei", command)
        assert [line.split(": ")[0].split(". ")[1] for line in lines] == names, command
    for command in ("leaderboard #dina", "leaderboard week #chidi"):
        reply = await slack.person("mei").types(f"/kudos {command}")
        assert "No kudos here yet." in reply.text
    clock.now = datetime(2025, 12, 31, 12, tzinfo=UTC)
    assert "Bo" in (await slack.person("mei").types("/kudos leaderboard year")).text


@on_sqlite
async def test_a_board_shows_ten_and_ones_own_place(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=1000, points_max=100)
    names = ["ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "hana", "mei", "omar"]
    for points, name in enumerate(names, start=10):
        await slack.person("ines").types(f"/kudos @{name} +{points} {FOR}", in_channel="writing")
    await slack.person("bo").types(f"/kudos @ines +1 {FOR}")
    lines = await lines_of(slack, "ines", "leaderboard", in_channel="writing")
    assert len(lines) == 11
    assert lines[0] == "1. عمر: thanked by 1 person, 19 points"
    assert lines[-1] == "Your place: 11. Inês: thanked by 1 person, 1 point"
    reply = await slack.person("ada").types("/kudos leaderboard")
    assert "Your place" not in reply.text
    assert "11 people are on this board." in reply.text


async def test_me_tells_what_is_left_and_what_came(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    empty = await ada.types("/kudos me")
    assert empty.is_ephemeral
    assert "You have 25 points left to give, of 25, until <!date^" in empty.text
    assert "No thanks received this week yet." in empty.text
    assert "No thanks given this week yet." in empty.text
    for day in (4, 11, 18):
        clock.now = datetime(2026, 11, day, 12, tzinfo=UTC)
        await ada.types(f"/kudos @bo +2 {FOR}")
    for name in ("chidi", "dina", "chidi"):
        clock.advance(seconds=1)
        await slack.person(name).types(f"/kudos @ada +3 {FOR}")
    await settled(store)
    told = await ada.types("/kudos me")
    assert "You have 23 points left to give, of 25" in told.text
    assert "Your balance: 9 points." in told.text
    assert "3 thank-yous received this week, from 2 people." in told.text
    assert "1 thank-you given this week." in told.text
    assert "Your place on this week's leaderboard: 1." in told.text
    assert "You have thanked somebody 3 weeks in a row." in told.text
    assert told.text.count("Chidi thanked Ada") == 2
    assert len(links(told.message)) == 3
    assert pings(told.message) == set()
    clock.now = datetime(2026, 12, 2, 12, tzinfo=UTC)
    later = await ada.types("/kudos me")
    assert "in a row" not in later.text
    assert "Your balance: 9 points." in later.text


async def test_history_is_newest_first_and_ends_after_ten(
    slack: Sandbox, app: KudosApp, clock: Clock
) -> None:
    ada = slack.person("ada")
    for number in range(12):
        clock.advance(minutes=1)
        await ada.types(f"/kudos @bo for untangling release number {number}")
    shown = (await ada.types("/kudos history")).text.split("\n")
    assert shown[0] == "Your last kudos"
    assert [line.split("number ")[1].split(" ")[0] for line in shown[1:]] == [
        str(number) for number in range(11, 1, -1)
    ]
    assert (await ada.types("/kudos undo")).ok
    again = (await ada.types("/kudos history @bo")).text
    assert again.startswith("Last kudos of Bo\n")
    assert "number 11" not in again
    assert "number 1" in again


async def test_history_shows_nothing_that_the_viewer_could_not_see(
    slack: Sandbox, app: KudosApp
) -> None:
    dina = slack.person("dina")
    await dina.types("/kudos @bo for the public thing done")
    await dina.types("/kudos private @bo for the secret thing done")
    await dina.types("/kudos @ada for the leads thing done", in_channel="leads")
    await dina.types("/kudos @ada for the whispered thing", in_channel="@ada")
    sees = {
        ("dina", "history"): {"public", "secret", "leads", "whispered"},
        ("bo", "history"): {"public", "secret"},
        ("bo", "history @dina"): {"public", "secret"},
        ("ada", "history @dina"): {"public", "leads", "whispered"},
        ("fatima", "history @dina"): {"public"},  # a member of #leads, and an admin
        ("chidi", "history @dina"): {"public"},
        ("chidi", "history @bo"): {"public"},
        ("chidi", "history @ada"): set(),
    }
    for (viewer, command), expected in sees.items():
        reply = await slack.person(viewer).types(f"/kudos {command}")
        told = {word for word in ("public", "secret", "leads", "whispered") if word in reply.text}
        assert told == expected, (viewer, command)
        assert "C0LEADS005" not in reply.text or "leads" in expected
        assert pings(reply.message) == set()
    nothing = await slack.person("chidi").types("/kudos history @ada")
    assert "There are no kudos of Ada that you can see." in nothing.text


async def test_help_tells_the_rules_of_this_workspace(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await choose(store, slack.team_id, allowance=40, points_max=7, reaction_worth={"tada": 2})
    for word in ("help", "settings", "HELP"):
        reply = await slack.person("ada").types(f"/kudos {word}")
        assert reply.is_ephemeral
        assert "You have 40 points a week to give." in reply.text
        assert "the most at once is 7" in reply.text
        assert ":tada: (2 points)" in reply.text
        for other in ("/kudos me", "/kudos leaderboard", "/kudos history", "/kudos undo"):
            assert other in reply.text


# Paging, periods, boards and values below a board


async def turned(
    who: Person, action_id: str, on: Message, *, chosen: str | None = None
) -> list[str]:
    """Press a button, or choose an option by its words; return the lines once they have changed."""
    before = on.text
    if chosen is None:
        reply = await who.presses(action_id, on=on)
    else:
        reply = await who.chooses(action_id, chosen, on=on)
    assert reply.ok
    async with asyncio.timeout(5):
        while on.text == before:  # noqa: ASYNC110 - there is no bell for it
            await asyncio.sleep(0.01)
    assert pings(on) == set()
    return on.text.split("\n")


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


def pressable(message: Message) -> set[str]:
    """Return the ids of everything below a board."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"] for row in rows for element in row}


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
    async with asyncio.timeout(5):
        while len(who.sees("general")) == before:  # noqa: ASYNC110 - there is no bell for it
            await asyncio.sleep(0.01)
    answer = who.sees("general")[-1]
    assert answer.seen_only_by == who.id
    return str(answer.text)


@pytest.fixture
async def crowd(store: Store, slack: Sandbox, app: KudosApp, clock: Clock) -> list[str]:
    """Twenty-five people on this week's board: in fives they are equal, but for one with more."""
    names = [f"Person {number:02}" for number in range(25)]
    await store.write(_put_on_board, (slack.team_id, names))
    return names


def _put_on_board(session: Session, request: tuple[str, list[str]], now: datetime) -> None:
    team_id, names = request
    people = [Member(team_id, f"U1CROWD{place:02}", name) for place, name in enumerate(names)]
    see_people(session, SeePeople(team_id, tuple(people)), now)
    counts = dict.fromkeys(standings.COUNTS, 0)
    session.execute(
        standings_table.insert(),
        [
            {
                "team_id": team_id,
                "period": "2026-W47",
                "value": "",
                "user_id": person.user_id,
                **counts,
                # Places 9 to 13 are equal, across the end of the first page.
                "givers_count": 100 - place if not 8 <= place <= 12 else 90,
                "points_received": 7 if place != 24 else 500,
            }
            for place, person in enumerate(people)
        ],
    )


async def test_a_board_is_paged_to_its_end_and_back(
    slack: Sandbox, app: KudosApp, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    board = (await bo.types("/kudos leaderboard")).message
    assert board.is_ephemeral
    assert ids.BOARDS_PREVIOUS not in pressable(board)
    assert "9. Person 08: thanked by 90 people, 7 points" in board.text
    assert "9. Person 09: thanked by 90 people, 7 points" in board.text
    assert "Page 1 of 3." in board.text
    lines = await turned(bo, ids.BOARDS_NEXT, board)
    assert [line.split(":")[0] for line in lines[1:-1]] == [
        *[f"9. Person {place}" for place in (10, 11, 12)],
        *[f"{place + 1}. Person {place}" for place in range(13, 20)],
    ]
    assert {ids.BOARDS_PREVIOUS, ids.BOARDS_NEXT} <= pressable(board)
    lines = await turned(bo, ids.BOARDS_NEXT, board)
    assert [line.split(":")[0] for line in lines[1:-1]] == [
        f"{place + 1}. Person {place}" for place in range(20, 25)
    ]
    assert "25 people are on this board. Page 3 of 3." in lines[-1]
    assert ids.BOARDS_NEXT not in pressable(board)
    lines = await turned(bo, ids.BOARDS_PREVIOUS, board)
    assert lines[1].startswith("9. Person 10:")
    # Nobody else has seen any of it, and everything was one message.
    assert [one for one in bo.sees() if one.is_ephemeral] == [board]
    assert not [one for one in slack.person("ada").sees() if "Most thanked" in one.text]


async def test_ones_own_place_is_on_every_page(
    slack: Sandbox, app: KudosApp, crowd: list[str]
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await ada.types(f"/kudos @bo +1 {FOR}")
    board = (await bo.types("/kudos leaderboard")).message
    own = "Your place: 26. Bo: thanked by 1 person, 1 point"
    assert own in board.text.split("\n")
    assert own in await turned(bo, ids.BOARDS_NEXT, board)
    lines = await turned(bo, ids.BOARDS_NEXT, board)
    assert own not in lines
    assert "26. Bo: thanked by 1 person, 1 point" in lines


async def test_who_takes_no_part_leaves_no_gap_on_any_page(
    slack: Sandbox, app: KudosApp, store: Store, crowd: list[str]
) -> None:
    await store.write(_take_off, (slack.team_id, ["U1CROWD03", "U1CROWD11", "U1CROWD20"]))
    bo = slack.person("bo")
    board = (await bo.types("/kudos leaderboard")).message
    pages = [board.text.split("\n")]
    pages += [await turned(bo, ids.BOARDS_NEXT, board) for _ in range(2)]
    shown = [line.split(":")[0] for page in pages for line in page[1:-1]]
    assert len(shown) == 22
    assert not [line for line in shown if line.endswith((" 03", " 11", " 20"))]
    ranks = [int(line.split(".")[0]) for line in shown]
    # Four are equal at place eight; before and after them everybody has the next place.
    assert ranks == [*range(1, 9), 8, 8, 8, *range(12, 23)]
    assert "22 people are on this board." in pages[0][-1]


def _take_off(session: Session, request: tuple[str, list[str]], now: datetime) -> None:
    team_id, user_ids = request
    for user_id in user_ids:
        change_preferences(
            session, ChangePreferences(team_id, user_id, Preferences(on_boards=False)), now
        )


async def test_a_page_that_is_not_there_any_more_is_the_last_one(
    slack: Sandbox, app: KudosApp, store: Store, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    board = (await bo.types("/kudos leaderboard")).message
    await turned(bo, ids.BOARDS_NEXT, board)
    await store.write(_take_off, (slack.team_id, [f"U1CROWD{n:02}" for n in range(8, 25)]))
    lines = await turned(bo, ids.BOARDS_NEXT, board)
    assert lines[1].startswith("1. Person 00:")
    assert len(lines) == 1 + 8 + 1
    assert not {ids.BOARDS_NEXT, ids.BOARDS_PREVIOUS} & pressable(board)


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


async def test_a_board_is_paged_after_a_restart_and_a_press_that_comes_twice_does_no_harm(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    bo = slack.person("bo")
    async with running(slack, database_url, clock):
        await store.write(_put_on_board, (slack.team_id, [f"P{n}" for n in range(25)]))
        board = (await bo.types("/kudos leaderboard")).message
    clock.advance(days=40)
    async with running(slack, database_url, clock):
        lines = await turned(bo, ids.BOARDS_NEXT, board)
        assert "Page 2 of 3." in lines[-1]
        press = slack.deliveries[-1]
        await slack.deliver_again(press)
        assert press.acked
        await slack.pending()
        assert board.text.split("\n") == lines
        assert [one for one in bo.sees() if one.is_ephemeral] == [board]


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
async def test_a_board_opened_by_speaking_to_kudos_is_turned_like_any_other(
    slack: Sandbox, app: KudosApp, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    await bo.types("@kudos leaderboard")
    board = await bo.sees_soon(lambda one: "Most thanked" in one.text)
    assert board.is_ephemeral
    assert "Page 2 of 3." in (await turned(bo, ids.BOARDS_NEXT, board))[-1]
