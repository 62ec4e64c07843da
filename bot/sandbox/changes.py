"""Tells whoever listens what has just changed in the workspace."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE_SECONDS = 30.0
"""How long whoever waits for the app does so, unless told otherwise.

What comes is seen at once; the time is for a machine that has much else to do.
"""


def patience(within: float | None) -> float:
    """Return for how many seconds to wait: `within`, or as long as everybody does."""
    return PATIENCE_SECONDS if within is None else within


@dataclass(frozen=True)
class Change:
    """One change; `kind` says of what.

    It is message, message_deleted, reaction, conversation, views, home, people, clock or step.
    """

    kind: str
    channel_id: str = ""
    ts: str = ""
    user_id: str = ""


class Changes:
    """Calls its listeners for every change, in order, on the event loop."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self.count = 0  # so far: of two looks at the workspace, the later has the larger

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, kind: str, *, channel_id: str = "", ts: str = "", user_id: str = "") -> None:
        """Tell everybody about one change."""
        self.count += 1
        change = Change(kind, channel_id=channel_id, ts=ts, user_id=user_id)
        for listener in list(self._listeners):
            listener(change)

    async def until(
        self, find: Callable[[], Found | None], *, within: float | None = None
    ) -> Found | None:
        """Return what `find` finds, looking again after each change; None after `within` s."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe(lambda _change: changed.set())
        try:
            async with asyncio.timeout(patience(within)):
                while (found := find()) is None:
                    await changed.wait()
                    changed.clear()
                return found
        except TimeoutError:
            return None
        finally:
            unsubscribe()
