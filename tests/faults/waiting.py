"""Waiting for something to become true: bounded, and with a word about what never came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_EVERY_SECONDS = 0.02


async def until(
    is_so: Callable[[], object], what: str, *, within: float = WAIT_SECONDS, found: object = None
) -> None:
    """Return as soon as `is_so()` is true.

    Fails after `within` seconds, with `what` never came and with what `found()` returns instead.
    """
    loop = asyncio.get_running_loop()
    until_time = loop.time() + within
    while not is_so():
        if loop.time() > until_time:
            there = found() if callable(found) else found
            raise AssertionError(
                f"Not within {within} s: {what}." + (f" There is: {there}" if there else "")
            )
        await asyncio.sleep(LOOK_EVERY_SECONDS)
