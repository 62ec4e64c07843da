"""The time: the machine's, and each workspace's, which may be moved ahead of it."""

import time

from bot.sandbox.model import SlackError


def machine_time() -> float:
    """Return the machine's own time in seconds since 1970, wherever a workspace has moved to.

    How long an app took, and when a request was signed, is told by this one: an app in another
    process knows no other.
    """
    return time.time()  # noqa: TID251 - this module is where the sandbox gets its time from


class Clock:
    """The time in one workspace. It runs like the machine's, and can be moved, but never back."""

    def __init__(self) -> None:
        # Seconds that it is ahead of the machine; the workspace keeps them with the rest.
        self.lead = 0.0

    def now(self) -> float:
        """Return the seconds since 1970, as Slack counts them."""
        return machine_time() + self.lead

    def move_to(self, moment: float) -> None:
        """Let it be this moment now. Raises SlackError for one that is over."""
        ahead = moment - self.now()
        if ahead < 0:
            raise SlackError("clock_goes_forward_only")
        self.lead += ahead

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once. Raises SlackError if it is less than none."""
        self.move_to(self.now() + seconds)


class Stamps:
    """Makes message timestamps, which are also message ids: no two are ever the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_microseconds = 0

    def next(self) -> str:
        """Return a timestamp such as "1700000000.000100", later than every one before."""
        now = int(self._clock.now() * 1_000_000)
        self._last_microseconds = max(now, self._last_microseconds + 1)
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
