"""How long working out and building a scheduled post takes, in a short and in a long history.

`python -m tests.bench.scheduled URL URL …`, each made by `tests.bench.history`: for every database
the weekly post, the monthly one, and looking at what is due, of the workspace of 4,000 people; in
turns, and the median of each, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.domain.outbox import ClaimedMessage, OutboxKind
from bot.domain.privacy import Publicity
from bot.domain.schedules import ScheduleKind
from bot.services.outbox.compose import compose
from bot.services.posts.schedules import Look, look
from storage.engine.opening import opened
from tests.bench.history import big_team

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storage.engine.store import Store

ROUNDS = 15
NOW = datetime(2026, 11, 16, 9, 5, tzinfo=UTC)  # the Monday after the last week of the history
POSTS = {
    ScheduleKind.WEEKLY: (OutboxKind.WEEKLY_POST, "2026-W46"),
    ScheduleKind.MONTHLY: (OutboxKind.MONTHLY_POST, "2026-10"),
}


def _claimed(kind: ScheduleKind) -> ClaimedMessage:
    outbox_kind, period = POSTS[kind]
    return ClaimedMessage(
        team_id=big_team(),
        outbox_id="bench",
        kind=outbox_kind,
        kudos_id=None,
        user_id=None,
        channel_id="C00000001",
        thread_ts=None,
        fallbacks=(),
        details={"period": period, "place": "C00000001"},
        revision=1,
        attempts=1,
        posted_channel_id=None,
        posted_ts=None,
        created_at=NOW,
        lease_until=NOW,
        in_doubt_since=None,
        told={f"C{number:08}": Publicity.PUBLIC for number in range(50)},
    )


def _works(store: Store) -> dict[str, Callable[[], Awaitable[object]]]:
    return {
        "weekly post": lambda: store.read(compose, _claimed(ScheduleKind.WEEKLY)),
        "monthly post": lambda: store.read(compose, _claimed(ScheduleKind.MONTHLY)),
        "nothing due": lambda: store.write(look, Look(big_team())),
    }


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = perf_counter()
    await work()
    return perf_counter() - began


async def run(urls: list[str]) -> None:
    """Measure, and print a table: milliseconds, and the ratio to the first database."""
    stores = [opened(url, lambda: NOW) for url in urls]
    took: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for place, store in enumerate(stores):
            for name, work in _works(store).items():
                took.setdefault((name, place), []).append(await _timed(work))
    table = Table("what", *(url.rsplit("/", 1)[-1] for url in urls), "ratio")
    for name in _works(stores[0]):
        medians = [statistics.median(took[name, place][1:]) * 1000 for place in range(len(stores))]
        ratio = f"{medians[-1] / medians[0]:.2f}"
        table.add_row(name, *(f"{milliseconds:.1f} ms" for milliseconds in medians), ratio)
    Console().print(table)
    for store in stores:
        await store.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))
