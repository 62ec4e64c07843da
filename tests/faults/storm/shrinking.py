"""The shortest history that still goes wrong: parts are left out, and what is left is run again."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tests.faults.storm.plan import Act, Fault, Plan
    from tests.faults.storm.rounds import Outcome

Step = TypeVar("Step")
RUNS_EACH = 2  # times, since what depends on the moment does not go wrong each time


class Shrinking:
    """Leaves out parts of a plan for as long as the rest goes wrong; ends when its time is over.

    Halves, quarters and so on of the faults are left out, then of the acts (delta debugging); an
    act whose earlier act is left out does nothing.
    """

    def __init__(
        self,
        plan: Plan,
        goes_wrong: Callable[[Plan], Awaitable[bool]],
        *,
        seconds: float,
        say: Callable[[str], None],
    ) -> None:
        self.shortest = plan
        self._goes_wrong = goes_wrong
        self._seconds = seconds
        self._say = say
        self._began = time.monotonic()
        self._runs = 0

    async def run(self) -> Plan:
        """Return the smallest part that was found to go wrong."""
        self._say(
            f"Looking for the shortest history that goes wrong, for at most {self._seconds:.0f} s: "
            f"{_size(self.shortest)}, each try {RUNS_EACH} times."
        )
        try:
            async with asyncio.timeout(self._seconds):
                await self._leave_out(self.shortest.faults, self._with_faults)
                await self._leave_out(self.shortest.acts, self._with_acts)
        except TimeoutError:
            ended = "Its time is over"
        else:
            ended = "Nothing more can be left out"
        self._say(f"{ended} after {self._runs} runs, {self._spent():.0f} s: {_size(self.shortest)}")
        return self.shortest

    async def _leave_out(
        self, steps: Sequence[Step], with_only: Callable[[Sequence[Step]], Plan]
    ) -> None:
        """Leave out pieces until no single one can be left out any more."""
        pieces = 1
        while steps:
            size = max(1, len(steps) // pieces)
            for begin in range(0, len(steps), size):
                rest = [*steps[:begin], *steps[begin + size :]]
                if await self._still_goes_wrong(with_only(rest)):
                    steps, pieces = rest, max(1, pieces - 1)
                    break
            else:
                if size == 1:
                    break
                pieces *= 2

    def _with_faults(self, faults: Sequence[Fault]) -> Plan:
        return self.shortest.with_only(self.shortest.acts, tuple(faults))

    def _with_acts(self, acts: Sequence[Act]) -> Plan:
        return self.shortest.with_only(tuple(acts), self.shortest.faults)

    async def _still_goes_wrong(self, tried: Plan) -> bool:
        for _ in range(RUNS_EACH):
            self._runs += 1
            if await self._goes_wrong(tried):
                self.shortest = tried
                self._say(f"  {self._spent():4.0f} s: still goes wrong with {_size(tried)}")
                return True
        self._say(f"  {self._spent():4.0f} s: well with {_size(tried)}")
        return False

    def _spent(self) -> float:
        return time.monotonic() - self._began


async def shortest_history(
    plan: Plan,
    once: Callable[[Plan], Awaitable[Outcome]],
    *,
    seconds: float,
    say: Callable[[str], None],
) -> str:
    """Return the shortest history that goes wrong, in words, and where it can be read again.

    `say` gets a line for each step on the way.
    """

    async def goes_wrong(tried: Plan) -> bool:
        return not (await once(tried)).is_well

    shortest = await Shrinking(plan, goes_wrong, seconds=seconds, say=say).run()
    path = Path(tempfile.gettempdir()) / f"kudos-storm-{plan.seed}.json"
    path.write_text(shortest.as_json(), encoding="utf-8")
    again = f"python -m tests.faults.storm --plan {path}"
    return f"The shortest history that was found ({again}):\n{shortest}"


def _size(plan: Plan) -> str:
    return f"faults: {len(plan.faults)}, acts: {len(plan.acts)}"
