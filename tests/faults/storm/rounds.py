"""One round: a plan is carried out, everything comes to rest, and is compared with the model."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.tables.schema import outbox
from tests.faults.storm.check import findings
from tests.faults.storm.people import People
from tests.faults.storm.record import Record
from tests.faults.storm.weather import SHORT, Weather
from tests.faults.storm.world import World
from tests.patience import WAIT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.servers import OwnPostgres
    from tests.faults.storm.plan import Act, Fault, Plan

QUIET_SECONDS = 0.4  # without a call to Slack: nothing is on its way any more
CLAIMED_SECONDS = 1.0  # where something is claimed, perhaps by a process that is alive
EVENT_TRIES = 40


@dataclass
class Outcome:
    """How a round ended."""

    plan: Plan
    findings: list[str]
    record: Record
    kills: int
    seconds: float
    logs: list[str] = field(default_factory=list)  # of each process, and the database server's

    @property
    def is_well(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


async def carry_out(plan: Plan, *, sqlite_template: Path, server: OwnPostgres | None) -> Outcome:
    """Carry out a plan in a world of its own, and return what was found at its end."""
    began = time.monotonic()
    record = Record()
    world = World(plan.shape, plan.seed, sqlite_template=sqlite_template, server=server)
    async with world:
        record.allowances = {team: {plan.shape.allowance} for team in world.slack}
        found = await _storm(world, record, plan)
        kills = sum(process.kills for process in world.processes)
        logs = [process.log_path.read_text(errors="replace") for process in world.processes]
        if world.server is not None:
            logs.append(world.server.log())
    if world.server is not None and world.database_url and not world.is_sqlite:
        await asyncio.to_thread(world.server.drop, world.database_url)
    return Outcome(plan, found, record, kills, time.monotonic() - began, logs if found else [])


async def _storm(world: World, record: Record, plan: Plan) -> list[str]:
    people, weather = People(world.slack, record, world.is_reachable), Weather(world, record)
    began_at = 0.0
    for part, jump in _parts(plan):
        loop = asyncio.get_running_loop()
        start = loop.time() - began_at

        async def later(step: Act | Fault, start: float = start) -> None:
            await asyncio.sleep(max(0.0, start + step.at - loop.time()))  # noqa: B023
            await (people.do(step) if hasattr(step, "verb") else weather.throw(step))  # type: ignore[arg-type]

        ended = await asyncio.gather(*map(later, part), return_exceptions=True)
        if broken := [error for error in ended if isinstance(error, BaseException)]:
            raise broken[0]
        if jump is not None:
            if problem := await _come_to_rest(world, weather):
                return [problem]
            await weather.throw(jump)
            began_at = jump.at
    if problem := await _come_to_rest(world, weather):
        return [problem]
    for sandbox in world.sandboxes:
        record.events += sum(one.type == "events_api" for one in sandbox.deliveries)
    found = findings(world, record)
    await asyncio.gather(*(process.leave() for process in world.processes))
    for process in world.processes:
        found += [f"process {process.number} {end}" for end in process.strange_ends]
    return list(dict.fromkeys(found))


def _parts(plan: Plan) -> list[tuple[list[Act | Fault], Fault | None]]:
    """Split a plan where time passes: before that, everything comes to rest.

    No call to Slack is under way for a minute, nor for a week.
    """
    steps: list[Act | Fault] = sorted([*plan.acts, *plan.faults], key=lambda step: step.at)
    parts: list[tuple[list[Act | Fault], Fault | None]] = []
    part: list[Act | Fault] = []
    for step in steps:
        if not hasattr(step, "verb") and step.kind == "jump":
            parts.append((part, step))
            part = []
        else:
            part.append(step)
    return [*parts, (part, None)]


async def _come_to_rest(world: World, weather: Weather) -> str:
    """End all faults, and let time pass until nothing is left to do; return what never ended."""
    await weather.clear()
    for sandbox in world.sandboxes:
        await sandbox.pending()
        for _ in range(EVENT_TRIES):
            lost = [one for one in sandbox.deliveries if one.type == "events_api" and not one.acked]
            if not lost:
                break
            for delivery in lost:
                await sandbox.deliver_again(delivery)
            await asyncio.sleep(0.1)
        else:
            return f"never acknowledged: {lost[0].payload}"
    ends_at = time.monotonic() + WAIT_SECONDS
    while True:
        await _quiet(world)
        left = _left(world)
        if not left:
            return ""
        if time.monotonic() > ends_at:
            return f"never comes to rest: {left[:5]}"
        # A minute passes: leases run out, and what waits for another try is tried again.
        await world.clock.move_to(world.clock.now() + SHORT["minute"], world.sandboxes)


async def _quiet(world: World) -> None:
    """Return when no process has been sending for a while.

    What a dead one had claimed stays as it is; of a live one, on a busy machine, more is to come.
    """
    before: object = None
    while True:
        calls = [call for sandbox in world.sandboxes for call in sandbox.calls]
        claimed = _claimed(world)
        is_under_way = any(call.status == 0 and call.error is None for call in calls)
        now = len(calls), claimed
        if now == before and not is_under_way:
            return
        before = now
        await asyncio.gather(*(process.ready() for process in world.processes))
        await asyncio.sleep(CLAIMED_SECONDS if claimed else QUIET_SECONDS)


def _claimed(world: World) -> list[tuple[str, int]]:
    """Return what is claimed, and by which try."""
    statement = select(outbox.c.outbox_id, outbox.c.attempts).where(outbox.c.state == "sending")
    engine = create_engine(world.database_url, poolclass=NullPool)
    try:
        with engine.begin() as session:
            rows = session.execute(statement.order_by(outbox.c.outbox_id))
            return [(row[0], row[1]) for row in rows]
    except DBAPIError:
        return []
    finally:
        engine.dispose()


def _left(world: World) -> list[str]:
    """Return what is still to be sent."""
    engine = create_engine(world.database_url, poolclass=NullPool)
    statement = (
        select(outbox.c.kind, outbox.c.state, outbox.c.last_error)
        .where(outbox.c.state.not_in(["dropped", "failed"]))
        .where(or_(outbox.c.state != "sent", outbox.c.sent_revision != outbox.c.revision))
    )
    try:
        with engine.begin() as session:
            return [
                f"{row.kind} {row.state} {row.last_error}" for row in session.execute(statement)
            ]
    except DBAPIError as error:
        return [str(error)]
    finally:
        engine.dispose()
