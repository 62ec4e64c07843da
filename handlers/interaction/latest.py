"""Of several acts in one view or message within a short time, the answer to the last one stays."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class LatestActs:
    """Which act came last, by view or message, for as long as one is being answered."""

    def __init__(self) -> None:
        self._stamps: dict[str, str] = {}

    @contextmanager
    def answering(self, where: str, stamp: str) -> Iterator[Callable[[], bool]]:
        """Yield a function that tells whether the act with this `action_ts` is still the last."""
        self._stamps[where] = max(stamp, self._stamps.get(where, ""))

        def is_last() -> bool:
            return self._stamps.get(where) == stamp

        try:
            yield is_last
        finally:
            if is_last():
                del self._stamps[where]
