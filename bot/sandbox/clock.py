"""The one module of the sandbox that asks the machine for the time."""

import time


def now() -> float:
    """Return the seconds since 1970, as Slack counts them."""
    return time.time()  # noqa: TID251 - this module is where the sandbox gets its time from


class Stamps:
    """Makes message timestamps, which are also message ids: no two are ever the same."""

    def __init__(self) -> None:
        self._last_microseconds = 0

    def next(self) -> str:
        """Return a timestamp such as "1700000000.000100", later than every one before."""
        self._last_microseconds = max(int(now() * 1_000_000), self._last_microseconds + 1)
        return self.format(self._last_microseconds)

    def move_past(self, ts: str) -> None:
        """Never again return `ts` or anything earlier; called while old messages are loaded."""
        seconds, _, microseconds = ts.partition(".")
        stamp = int(seconds) * 1_000_000 + int(microseconds)
        self._last_microseconds = max(self._last_microseconds, stamp)

    @staticmethod
    def format(microseconds: int) -> str:
        """Return Slack's writing of a moment given in microseconds since 1970."""
        return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"
