"""`kudos start` without what follows an acknowledgement: nothing is delivered, no Home is redrawn.

Everything else is as always: the same composition, the same listeners, store and scheduler, and
what is to be delivered is written into the outbox with each kudos. It stays there. What follows is
measured too, in a process that is started as always, and shown as a line of its own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bot.cli.main import main
from bot.workers.delivery import Delivery
from handlers.interaction.context import HandlerContext

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

start = HandlerContext.start


def _deliver_nothing(_delivery: Delivery) -> None:
    """Be `Delivery.start`."""


def _start_all_but_homes(
    context: HandlerContext, work: Coroutine[Any, Any, Any]
) -> asyncio.Task[Any]:
    """Be `HandlerContext.start`, which gives the work of Home tabs nothing to do."""
    if work.cr_code.co_filename.endswith("handlers/interaction/home_tabs.py"):  # type: ignore[attr-defined]
        work.close()
        work = _nothing()
    return start(context, work)


async def _nothing() -> None:
    pass


if __name__ == "__main__":
    Delivery.start = _deliver_nothing  # type: ignore[method-assign, assignment]
    HandlerContext.start = _start_all_but_homes  # type: ignore[method-assign, assignment]
    sys.argv = ["kudos", "start"]
    main()
