"""What one person does twice at once: the second request knows of the first."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.errors import JustGivenError
from bot.domain.kudos import KudosUndone, UndoKudos
from bot.services.giving.kudos import give, undo
from tests.patience import WAIT_SECONDS
from tests.storage.conftest import PEOPLE
from tests.watching import assert_books_agree, live_kudos

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.engine.store import Connection, Store
    from tests.storage.conftest import Found


async def at_once(
    store: Store, service: Callable[[Connection, Any, datetime], Any], first: Any, second: Any
) -> tuple[Any, Any]:
    """Returns how both end where the second comes before the first is stored."""
    under_way, may_end = threading.Event(), threading.Event()

    def slowly(connection: Connection, request: Any, now: datetime) -> Any:
        done = service(connection, request, now)
        under_way.set()
        assert may_end.wait(WAIT_SECONDS)
        return done

    before = asyncio.create_task(store.write(slowly, first))
    await asyncio.to_thread(under_way.wait, WAIT_SECONDS)
    after = asyncio.create_task(store.write(service, second))
    await asyncio.sleep(0.3)  # it waits by then
    may_end.set()
    ended = await asyncio.gather(before, after, return_exceptions=True)
    return ended[0], ended[1]


async def test_the_same_thanks_while_the_first_are_under_way_are_asked_about(
    found: Found, store: Store
) -> None:
    team = await found()
    first, second = (replace(team.gift(), asks_if_repeated=True) for _ in range(2))
    _, asked = await at_once(store, give, first, second)
    assert isinstance(asked, JustGivenError)
    assert len(await live_kudos(store, team.team_id)) == 1


async def test_an_undo_that_comes_again_while_it_is_under_way_is_answered_alike(
    found: Found, store: Store
) -> None:
    team = await found()
    for _ in range(2):
        await store.write(give, team.gift())
    request = UndoKudos(team.team_id, PEOPLE[0], natural_key="undo:1")
    undone, again = await at_once(store, undo, request, request)
    assert isinstance(undone, KudosUndone)
    assert again == undone
    assert len(await live_kudos(store, team.team_id)) == 1
    await assert_books_agree(store, team.team_id)
