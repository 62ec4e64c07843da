"""The shortest history that still goes wrong: parts are left out, and what is left is run again."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tests.faults.storm.plan import Plan
    from tests.faults.storm.rounds import Outcome

Step = TypeVar("Step")
RUNS_EACH = 2  # times, since what depends on the moment does not go wrong each time


async def shrunk(
    plan: Plan, goes_wrong: Callable[[Plan], Awaitable[bool]], *, seconds: float
) -> Plan:
    """Return the smallest part of a plan that was found to go wrong within so many seconds.

    Halves, quarters and so on of the faults are left out, then of the acts (delta debugging); an
    act whose earlier act is left out does nothing.
    """
    ends_at = time.monotonic() + seconds

    async def still(tried: Plan) -> bool:
        for _ in range(RUNS_EACH):
            if time.monotonic() > ends_at:
                return False
            if await goes_wrong(tried):
                return True
        return False

    async def with_faults(faults: Sequence[object]) -> bool:
        return await still(plan.with_only(plan.acts, tuple(faults)))  # type: ignore[arg-type]

    plan = plan.with_only(plan.acts, tuple(await _fewer(plan.faults, with_faults)))

    async def with_acts(acts: Sequence[object]) -> bool:
        return await still(plan.with_only(tuple(acts), plan.faults))  # type: ignore[arg-type]

    return plan.with_only(tuple(await _fewer(plan.acts, with_acts)), plan.faults)


async def shortest_history(
    plan: Plan, once: Callable[[Plan], Awaitable[Outcome]], *, seconds: float
) -> str:
    """Return the shortest history that goes wrong, in words, and where it can be read again."""

    async def goes_wrong(tried: Plan) -> bool:
        return not (await once(tried)).is_well

    shortest = await shrunk(plan, goes_wrong, seconds=seconds)
    path = Path(tempfile.gettempdir()) / f"kudos-storm-{plan.seed}.json"
    path.write_text(shortest.as_json(), encoding="utf-8")
    again = f"python -m tests.faults.storm --plan {path}"
    return f"The shortest history that was found ({again}):\n{shortest}"


async def _fewer(
    steps: Sequence[Step], still_wrong: Callable[[Sequence[Step]], Awaitable[bool]]
) -> Sequence[Step]:
    """Return a part of the steps from which no single piece can be left out any more."""
    pieces = 1
    while steps:
        size = max(1, len(steps) // pieces)
        for begin in range(0, len(steps), size):
            rest = [*steps[:begin], *steps[begin + size :]]
            if await still_wrong(rest):
                steps, pieces = rest, max(1, pieces - 1)
                break
        else:
            if size == 1:
                break
            pieces *= 2
    return steps
