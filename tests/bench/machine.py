"""On what was measured: the machine, and the versions of what takes part."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = (
    *("aiohttp", "httptools", "psycopg", "slack-bolt", "slack-sdk", "sqlalchemy", "starlette"),
    *("uvicorn", "uvloop"),
)


def loads() -> list[float]:
    """Return how busy the machine is: processes that want to run, over 1, 5 and 15 minutes."""
    return [round(load, 2) for load in os.getloadavg()]


def described(tree: Path) -> dict[str, Any]:
    """Return the machine, the versions, and which commit of the product was measured."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "machine": {
            "cpu": cpu[1] if cpu else platform.processor(),
            "cores": os.cpu_count(),
            "memory_gib": round(memory / 2**30, 1),
            "kernel": platform.release(),
        },
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in LIBRARIES},
        },
        "commit": _commit(tree),
    }


def _commit(tree: Path) -> str:
    command = ("git", "-C", str(tree), "describe", "--always", "--dirty", "--exclude=*")
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return found.stdout.strip() or "unknown"
