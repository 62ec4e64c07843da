"""Keeps the workspace in one SQLite file, written through at every change.

Everything lives in memory; the file is read once, at the start. Each change is one committed
row, so a process that is killed loses nothing. Against a power cut it does not protect, which
a sandbox need not: that is what `synchronous=OFF` gives up for speed.
"""

import json
import sqlite3
from pathlib import Path

from bot.sandbox.model import Json


class Store:
    """Rows of JSON by kind and key. Without a path it forgets everything at the end."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            # People try it with words of their own, so others on this machine do not read it.
            path.touch(mode=0o600)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS things (kind TEXT NOT NULL, key TEXT NOT NULL,"
            " body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def put(self, kind: str, key: str, body: Json) -> None:
        """Keep `body` under this key, in place of what was there."""
        self._connection.execute(
            "INSERT INTO things (kind, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(body)),
        )

    def remove(self, kind: str, key: str) -> None:
        """Forget one row; it need not exist."""
        self._connection.execute("DELETE FROM things WHERE kind = ? AND key = ?", (kind, key))

    def load(self, kind: str) -> dict[str, Json]:
        """Return all rows of a kind by key, in the order in which they were first kept."""
        rows = self._connection.execute(
            "SELECT key, body FROM things WHERE kind = ? ORDER BY rowid", (kind,)
        )
        return {key: json.loads(body) for key, body in rows}

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
