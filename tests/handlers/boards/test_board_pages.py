"""Turning the pages of a leaderboard: everybody's place, in any order of presses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.members import Member
from bot.domain.preferences import ChangePreferences, Preferences
from bot.messages.blockkit import ids
from bot.services.people.members import SeePeople, see_people
from bot.services.people.preferences import change_preferences
from storage import standings
from storage.tables.schema import standings as standings_table
from tests.conftest import running
from tests.handlers.boards.test_boards import FOR
from tests.patience import WAIT_SECONDS
from tests.watching import on_sqlite, pings

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from bot.sandbox.people import Person
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock


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
    async with asyncio.timeout(WAIT_SECONDS):
        while on.text == before:  # noqa: ASYNC110 - there is no bell for it
            await asyncio.sleep(0.01)
    assert pings(on) == set()
    return on.text.split("\n")


def pressable(message: Message) -> set[str]:
    """Return the ids of everything below a board."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"] for row in rows for element in row}


@pytest.fixture
async def crowd(store: Store, slack: Sandbox, app: KudosApp, clock: Clock) -> list[str]:
    """Twenty-five people on this week's board: in fives they are equal, but for one with more."""
    names = [f"Person {number:02}" for number in range(25)]
    await store.write(put_on_board, (slack.team_id, names))
    return names


def put_on_board(connection: Connection, request: tuple[str, list[str]], now: datetime) -> None:
    team_id, names = request
    people = [Member(team_id, f"U1CROWD{place:02}", name) for place, name in enumerate(names)]
    see_people(connection, SeePeople(team_id, tuple(people)), now)
    counts = dict.fromkeys(standings.COUNTS, 0)
    connection.execute(
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


def _take_off(connection: Connection, request: tuple[str, list[str]], now: datetime) -> None:
    team_id, user_ids = request
    for user_id in user_ids:
        change_preferences(
            connection, ChangePreferences(team_id, user_id, Preferences(on_boards=False)), now
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


async def test_a_board_is_paged_after_a_restart_and_a_press_that_comes_twice_does_no_harm(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    bo = slack.person("bo")
    async with running(slack, database_url, clock):
        await store.write(put_on_board, (slack.team_id, [f"P{n}" for n in range(25)]))
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
async def test_a_board_opened_by_speaking_to_kudos_is_turned_like_any_other(
    slack: Sandbox, app: KudosApp, crowd: list[str]
) -> None:
    bo = slack.person("bo")
    await bo.types("@kudos leaderboard")
    board = await bo.sees_soon(lambda one: "Most thanked" in one.text)
    assert board.is_ephemeral
    assert "Page 2 of 3." in (await turned(bo, ids.BOARDS_NEXT, board))[-1]
