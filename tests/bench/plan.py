"""What a run of the benchmark was asked for, and what all its lines share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.processes import of_product, run

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from tests.bench.databases import Postgres

NAMES = {"sqlite": "SQLite", "postgres": "Postgres"}


@dataclass(frozen=True)
class Plan:
    """One run."""

    tree: Path  # whose product is measured
    folder: Path  # empty at the beginning, removed at the end
    rounds: int
    is_quick: bool
    databases: tuple[str, ...]
    history: Path  # where databases with a long history are kept
    sizes: tuple[int, ...]  # kudos in them
    postgres: Postgres
    console: Console

    def some(self, number: int) -> int:
        """Return how often something is done in a round, in earnest or quickly."""
        return max(1, number // 5) if self.is_quick else number

    def say(self, text: str) -> None:
        """Tell whoever waits how far it is."""
        self.console.print(f"[dim]{text}[/]", highlight=False)

    async def new_database(self, database: str, name: str) -> str:
        """Return the address of an empty database with the tables of the tree that is measured."""
        is_file = database == "sqlite"
        url = f"sqlite:///{self.folder}/{name}.db" if is_file else self.postgres.database()
        await self.migrate(url)
        return url

    async def migrate(self, url: str) -> None:
        """Bring a database to the tables of the tree that is measured, as an operator would."""
        home = str(self.folder)
        words = of_product("bot", "migrate")
        await run(self.tree, self.folder, words, DATABASE_URL=url, KUDOS_HOME=home)
