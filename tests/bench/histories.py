"""Databases with a long history: found where earlier runs left them, or made."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.bench.databases import Postgres, asked
from tests.bench.figures import alone
from tests.bench.plan import NAMES
from tests.bench.processes import of_product, run

if TYPE_CHECKING:
    from tests.bench.figures import Figure
    from tests.bench.plan import Plan

REVISION = "SELECT version_num FROM alembic_version"


class Histories:
    """The databases of one kind, by the number of kudos in them."""

    def __init__(self, plan: Plan, database: str, line: str) -> None:
        self._plan = plan
        self._database = database
        self._line = line
        self._server: Postgres | None = None
        self.figures: list[Figure] = []  # what it took to bring older ones up to date

    async def urls(self) -> dict[int, str]:
        """Return their addresses; what is not there is made, which may take long."""
        self._plan.history.mkdir(parents=True, exist_ok=True)
        make = self._file if self._database == "sqlite" else self._in_server
        found = {size: await make(size) for size in self._plan.sizes}
        for size, url in found.items():
            await self._bring_up_to_date(size, url)
        return found

    def stop(self) -> None:
        """Stop the server that they are in; they stay."""
        if self._server is not None:
            self._server.stop()

    async def _file(self, size: int) -> str:
        path = self._plan.history / f"kudos-{size}.db"
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            await self._make(size, f"sqlite:///{unfinished}")
            unfinished.rename(path)
        return f"sqlite:///{path}"

    async def _in_server(self, size: int) -> str:
        if self._server is None:
            folder = self._plan.history / "postgres"
            folder.mkdir(exist_ok=True)
            self._server = Postgres(folder)
        server, name = self._server, f"kudos_{size}"
        if not server.has(name):
            server.drop(f"{name}_unfinished")
            await self._make(size, server.database(f"{name}_unfinished"))
            server.rename(f"{name}_unfinished", name)
        return server.database(name)

    async def _make(self, size: int, url: str) -> None:
        plan = self._plan
        plan.say(f"making {size:,} kudos on {NAMES[self._database]}, once; a million takes minutes")
        began = time.perf_counter()
        # By the tree's own generator, which knows the tables of its version.
        url = url.replace("postgresql://", "postgresql+psycopg://")
        words = of_product("tests.bench.history", "--kudos", str(size), url)
        await run(plan.tree, plan.folder, words)
        plan.say(f"made in {time.perf_counter() - began:.0f} s")

    async def _bring_up_to_date(self, size: int, url: str) -> None:
        before, began = asked(url, REVISION), time.perf_counter()
        await self._plan.migrate(url)
        seconds = time.perf_counter() - began
        after = asked(url, REVISION)
        if before != after:
            what = f"  {NAMES[self._database]}, {size:,} kudos: migrated to {after[0][0]}"
            self.figures.append(alone(self._line, what, "s", [seconds]))
