"""What waits to be sent is found among everything that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from bot.domain.outbox import Capacity, OutboxKind, OutboxMessage
from bot.services.outbox.outbox import note_dropped
from storage import outbox
from storage.tables import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.outbox import ClaimedMessage
    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found

SENT = 4_000


def _wish(team_id: str) -> OutboxMessage:
    return OutboxMessage(team_id, uuid4().hex, OutboxKind.KUDOS_POSTED, "C0GENERAL1")


def _wish_for_many(connection: Connection, team_id: str, now: datetime) -> None:
    outbox.enqueue(connection, [_wish(team_id) for _ in range(SENT)], now)
    connection.execute(
        schema.outbox.update().where(schema.outbox.c.team_id == team_id).values(state=outbox.SENT)
    )
    outbox.enqueue(connection, [_wish(team_id)], now)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "look",
    [
        lambda connection, now: outbox.claim(connection, 50, now, Capacity(50)),
        lambda connection, _now: outbox.find_next_due(connection),
        lambda connection, _now: outbox.count_waiting(connection),
    ],
    ids=["claim", "next due", "count"],
)
async def test_looking_for_what_waits_does_not_go_through_what_was_sent(
    store: Store, found: Found, look: Callable[[Connection, datetime], Any]
) -> None:
    team = await found()
    await store.write(_wish_for_many, team.team_id)
    steps = 0

    def counted(connection: Connection, _request: None, now: datetime) -> Any:
        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(step, 1)
        try:
            return look(connection, now)
        finally:
            driver.set_progress_handler(None, 1)

    assert await store.write(counted, None)
    assert 0 < steps < SENT / 4


async def test_what_is_wished_for_again_while_it_is_dropped_is_due_again(
    store: Store, found: Found
) -> None:
    team = await found()
    wished = _wish(team.team_id)

    def enqueue(connection: Connection, _request: None, now: datetime) -> None:
        outbox.enqueue(connection, [wished], now)

    def claim(connection: Connection, _request: None, now: datetime) -> list[ClaimedMessage]:
        return outbox.claim(connection, 50, now, Capacity(50))

    await store.write(enqueue, None)
    [claimed] = await store.write(claim, None)
    await store.write(enqueue, None)  # such as an emoji that is added again
    assert await store.write(note_dropped, claimed)
    [claimed] = await store.write(claim, None)
    assert not await store.write(note_dropped, claimed)
    assert await store.write(claim, None) == []
