"""Makes the Web API misbehave on demand, one call at a time."""

import asyncio
from dataclasses import dataclass, field

from bot.sandbox.changes import patience
from bot.sandbox.model import Json

KINDS = frozenset(
    {
        "ratelimited",
        "http_500",
        "error",
        "hang_before",
        "hang_after",
        "drop_before",
        "drop_after",
        "slow",
    }
)

EVERY_METHOD = "*"


@dataclass
class Fault:
    """What happens to the next `times` calls of a method."""

    method: str
    kind: str
    times: int
    channel: str | None = None
    retry_after: int = 1
    error: str = "internal_error"
    seconds: float = 1.0
    details: Json = field(default_factory=dict)


class Faults:
    """The faults that wait for their calls, and the calls that have met one."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._reached: dict[str, int] = {}
        self._awaited: dict[str, int] = {}
        self._changed = asyncio.Condition()
        self._released = asyncio.Event()

    def next(
        self,
        method: str,
        kind: str,
        times: int = 1,
        *,
        channel: str | None = None,
        retry_after: int = 1,
        error: str = "internal_error",
        seconds: float = 1.0,
        **details: object,
    ) -> None:
        """Let the next `times` calls of `method` ("*": of any) meet a fault of this kind.

        A "slow" one is answered after so many seconds, or as soon as the faults are cleared.

        `channel` (an id, a channel's name, a handle) limits it to calls for that conversation.
        `details` go into the body of an "error". Raises ValueError for a kind that there is not.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}; there are {sorted(KINDS)}.")
        self._waiting.append(
            Fault(
                method=method,
                kind=kind,
                times=times,
                channel=channel,
                retry_after=retry_after,
                error=error,
                seconds=seconds,
                details=dict(details),
            )
        )

    @property
    def are_waiting(self) -> bool:
        """Whether any call is going to meet one."""
        return bool(self._waiting)

    def clear(self) -> None:
        """Forget all waiting faults and let go of every call that hangs."""
        self._waiting.clear()
        self._released.set()
        self._released = asyncio.Event()

    def take(self, method: str, channel_names: set[str]) -> Fault | None:
        """Return the fault that this call meets, counting it as used.

        `channel_names` are all names of the conversation that the call is for.
        """
        for fault in self._waiting:
            if fault.method in {method, EVERY_METHOD} and fault.channel in {None, *channel_names}:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    async def report(self, method: str) -> None:
        """Note that a faulted call arrived (and was applied, where its kind says so)."""
        async with self._changed:
            for name in (method, EVERY_METHOD):
                self._reached[name] = self._reached.get(name, 0) + 1
            self._changed.notify_all()

    async def reached(self, method: str, within: float | None = None) -> None:
        """Return when a faulted call of `method` ("*": any) has come that was not yet waited for.

        Raises TimeoutError when none arrives `within` seconds.
        """
        async with asyncio.timeout(patience(within)), self._changed:
            await self._changed.wait_for(
                lambda: self._reached.get(method, 0) > self._awaited.get(method, 0)
            )
            self._awaited[method] = self._awaited.get(method, 0) + 1

    async def hang(self) -> None:
        """Wait until the faults are cleared."""
        await self._released.wait()
