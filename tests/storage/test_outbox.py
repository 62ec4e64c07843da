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
    from storage.engine.store import Session, Store
    from tests.storage.conftest import Found

SENT = 4_000


def _wish(team_id: str) -> OutboxMessage:
    return OutboxMessage(team_id, uuid4().hex, OutboxKind.KUDOS_POSTED, "C0GENERAL1")


def _wish_for_many(session: Session, team_id: str, now: datetime) -> None:
    outbox.enqueue(session, [_wish(team_id) for _ in range(SENT)], now)
    session.execute(
        schema.outbox.update().where(schema.outbox.c.team_id == team_id).values(state=outbox.SENT)
    )
    outbox.enqueue(session, [_wish(team_id)], now)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "look",
    [
        lambda session, now: outbox.claim(session, 50, now, Capacity(50)),
        lambda session, _now: outbox.find_next_due(session),
        lambda session, _now: outbox.count_waiting(session),
    ],
    ids=["claim", "next due", "count"],
)
async def test_looking_for_what_waits_does_not_go_through_what_was_sent(
    store: Store, found: Found, look: Callable[[Session, datetime], Any]
) -> None:
    team = await found()
    await store.write(_wish_for_many, team.team_id)
    steps = 0

    def counted(session: Session, _request: None, now: datetime) -> Any:
        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver: Any = session.connection.driver_connection
        driver.set_progress_handler(step, 1)
        try:
            return look(session, now)
        finally:
            driver.set_progress_handler(None, 1)

    assert await store.write(counted, None)
    assert 0 < steps < SENT / 4


async def test_what_is_wished_for_again_while_it_is_dropped_is_due_again(
    store: Store, found: Found
) -> None:
    team = await found()
    wished = _wish(team.team_id)

    def enqueue(session: Session, _request: None, now: datetime) -> None:
        outbox.enqueue(session, [wished], now)

    def claim(session: Session, _request: None, now: datetime) -> list[ClaimedMessage]:
        return outbox.claim(session, 50, now, Capacity(50))

    await store.write(enqueue, None)
    [claimed] = await store.write(claim, None)
    await store.write(enqueue, None)  # such as an emoji that is added again
    assert await store.write(note_dropped, claimed)
    [claimed] = await store.write(claim, None)
    assert not await store.write(note_dropped, claimed)
    assert await store.write(claim, None) == []
