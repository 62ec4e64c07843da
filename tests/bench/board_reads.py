"""Reads boards of made histories: `board_reads ROUNDS URL …`, from the fewest kudos to the most."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.domain.boards import BoardState, Side, ViewLeaderboard
from bot.domain.periods import PeriodKind, local_day, period_of
from bot.services.boards.boards import view_leaderboard
from tests.bench.databases import asked
from tests.bench.reading import (
    NOW,
    Case,
    Database,
    closed,
    look_up,
    timed,
    timed_cold,
    timed_in_driver,
)
from tests.telling import ALL_OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.periods import Period
    from storage.engine.store import Connection
    from tests.bench.reading import Took

# By its name: it is that of the tree that is measured.
boards: Any = importlib.import_module("storage.boards")

TEAMS = {"TBIG000000": 4_000, "T000000007": 160}
VALUES = (None, "teamwork")
PLACES = {"first": 0.01, "in the middle": 0.5, "last": 1.0}
RANKED_BY = {
    Side.RECEIVERS: ("givers_count", "points_received"),
    Side.POINTS: ("points_received", "givers_count"),
    Side.GIVERS: ("receivers_count", "points_given"),
}
LENGTH = 10
WORST = 8  # of a first look are measured again
FIRST_ROUNDS, FIRST_CALLS, CALLS, COLD_TIMES = 2, 6, 40, 11
TOP, RANK, PAGE = "top ten", "my rank", "page as it is seen"

Named = tuple[str, dict[str, Any]]


class BoardRead(NamedTuple):
    """Which board, and by whom."""

    team_id: str
    period: Period
    side: Side
    value: str | None
    user_id: str = ""


def top_ten(connection: Connection, board: BoardRead, _now: datetime) -> object:
    """Be a service that reads the best ten of a board."""
    if hasattr(boards, "Board"):
        return boards.find_top(connection, boards.Board(*board[:4]), limit=LENGTH)
    of = {"side": board.side, "value": board.value}
    return boards.find_top(connection, board.team_id, board.period, limit=LENGTH, **of)


def my_rank(connection: Connection, board: BoardRead, _now: datetime) -> object:
    """Be a service that reads somebody's place."""
    if hasattr(boards, "Board"):
        found = boards.find_place(connection, boards.Board(*board[:4]), board.user_id)
    else:
        of = {"side": board.side, "value": board.value}
        found = boards.find_place(connection, board.team_id, board.period, board.user_id, **of)
    if found is None:
        raise LookupError(board)
    return found


async def measured(urls: Sequence[str], rounds: int) -> dict[str, Any]:
    """Return what was read, how long it took in each database, and what the floor took beside it.

    Of all boards, what stands in the module `boards`.
    """
    databases = [Database(url) for url in urls]
    found: dict[str, Any] = {"first look": [], "worst": {}, "least flat": {}}
    found |= {"in the driver alone": {}, "cold": {}}
    for what in (TOP, RANK):
        cases = list(_cases(what, urls))
        first = await timed(databases, cases, rounds=FIRST_ROUNDS, calls=FIRST_CALLS)
        found["first look"] += _named(first)
        cases.sort(key=lambda case: _over_floor(first[case.name]), reverse=True)
        again = await timed(databases, cases[:WORST], rounds=rounds, calls=CALLS)
        found["worst"][what] = _named(again)
        worst = max(cases[:WORST], key=lambda case: _over_floor(again[case.name]))
        cases.sort(key=lambda case: _over_fewest(first[case.name]), reverse=True)
        flat = await timed(databases, cases[:WORST], rounds=rounds, calls=CALLS)
        found["least flat"][what] = _named(flat)
        driver = await timed_in_driver(databases[-1], worst, rounds=rounds, calls=CALLS)
        found["in the driver alone"][what] = (worst.name, vars(driver))
        if urls[-1].startswith("sqlite"):
            cold = await timed_cold(databases[-1], worst, times=COLD_TIMES)
            found["cold"][what] = (worst.name, vars(cold))
    pages = await timed(databases, list(_cases(PAGE, urls)), rounds=rounds, calls=FIRST_CALLS)
    found["page"] = max(_named(pages), key=lambda one: _over_floor(pages[one[0]]))
    await closed(databases)
    return found


def _named(took: dict[str, Took]) -> list[Named]:
    return [(name, vars(each)) for name, each in took.items()]


def _over_floor(took: Took) -> float:
    return min(one / floor for one, floor in zip(took.ours[-1], took.floor[-1], strict=True))


def _over_fewest(took: Took) -> float:
    return min(one / fewest for one, fewest in zip(took.ours[-1], took.ours[0], strict=True))


def _cases(what: str, urls: Sequence[str]) -> Iterator[Case]:
    for team_id, people in TEAMS.items():
        look_ups = [(team_id, f"U{number * 37 % people:08}") for number in range(20)]
        for board in _boards(team_id):
            name = f"{what}, {board.side}, {board.period.kind}, {board.value or 'all values'}"
            if what == TOP:
                name = f"{name}, {people:,} people"
                yield Case(name, top_ten, [[board]] * len(urls), look_up, look_ups)
                continue
            ranked = [_ranked(url, board) for url in urls]
            for called, part in PLACES.items():
                own = [board._replace(user_id=_at(part, each)) for each in ranked]
                told = f"{name}, {called} of {len(ranked[-1]):,}"
                if what == RANK:
                    yield Case(told, my_rank, [[each] for each in own], look_up, look_ups)
                elif called == "last":
                    requests = [[_page(each)] for each in own]
                    yield Case(told, view_leaderboard, requests, look_up, look_ups)


def _at(part: float, ranked: Sequence[str]) -> str:
    return ranked[min(int(part * len(ranked)), len(ranked) - 1)]


def _boards(team_id: str) -> Iterator[BoardRead]:
    utc: ZoneInfo = UTC  # type: ignore[assignment]
    for kind in PeriodKind:
        for side in Side:
            for value in VALUES:
                yield BoardRead(team_id, period_of(kind, local_day(NOW, utc)), side, value)


def _page(board: BoardRead) -> ViewLeaderboard:
    state = BoardState(board.period.kind, board.period.key, board.side, board.value)
    return ViewLeaderboard(board.team_id, board.user_id, state, ALL_OPEN)


def _ranked(url: str, board: BoardRead) -> list[str]:
    """Return who is on a board, the best first."""
    first, second = RANKED_BY[board.side]
    rows = asked(
        url,
        f"SELECT user_id FROM standings WHERE team_id = '{board.team_id}'"  # noqa: S608 - our own
        f" AND period = '{board.period.key}' AND value = '{board.value or ''}' AND {first} > 0"
        f" ORDER BY {first} DESC, {second} DESC, user_id",
    )
    return [row[0] for row in rows]


if __name__ == "__main__":
    _, given_rounds, *given_urls = sys.argv
    print(json.dumps(asyncio.run(measured(given_urls, int(given_rounds)))))  # noqa: T201 - for who started it
