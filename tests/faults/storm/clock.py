"""The time of a storm: one clock for Slack and for all processes, and a lag for each of them."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import machine_clock

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox

SLOTS = 16  # the lead of the whole world, then how far each process is off
NOON_OF_START = 12
WEDNESDAY = 2


class WorldClock:
    """A file with the seconds by which the world, and each process, is ahead of the machine."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(struct.pack(f"{SLOTS}d", *[0.0] * SLOTS))
        self.path = path
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), 0)
        self._lead = timedelta()

    def now(self) -> datetime:
        """Return the time in this world."""
        return machine_clock() + self._lead

    async def begin(self, sandboxes: list[Sandbox]) -> None:
        """Let it be noon of a Wednesday, so that each run meets the same weekdays."""
        today = machine_clock()
        days = (WEDNESDAY - today.weekday()) % 7 or 7
        noon = (today + timedelta(days=days)).replace(
            hour=NOON_OF_START, minute=0, second=0, microsecond=0
        )
        await self.move_to(noon, sandboxes)

    async def move_to(self, moment: datetime, sandboxes: list[Sandbox]) -> None:
        """Let it be this moment, for Slack and for all processes; never an earlier one."""
        self._lead += max(timedelta(), moment - self.now())
        for sandbox in sandboxes:
            behind = self.now() - sandbox.now()
            if behind > timedelta():
                await sandbox.move_clock(self.now())
        self._write(0, self._lead.total_seconds())

    def set_off(self, process: int, seconds: float) -> None:
        """Let the clock of one process be off by so much from now on."""
        self._write(process + 1, seconds)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        self._file.close()

    def _write(self, slot: int, seconds: float) -> None:
        self._map[slot * 8 : slot * 8 + 8] = struct.pack("d", seconds)


def clock_of_process(path: str, process: int) -> object:
    """Return what tells one process the time of the world, as far as its own clock is right."""
    with open(path, "rb") as file:  # noqa: PTH123 - in a process that starts
        world = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def now() -> datetime:
        lead = (
            struct.unpack_from("d", world, 0)[0]
            + struct.unpack_from("d", world, 8 + 8 * process)[0]
        )
        return datetime.now(UTC) + timedelta(seconds=lead)  # noqa: TID251 - stands for bot.clock

    return now
