"""Listens to every line that is logged while the suite runs, for what must never be in one."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from bot.observability.logs import masked

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

# What people write in nearly every test, and the sandbox's tokens and addresses as they would look
# if they were not masked.
WRITTEN = ("untangling the release", "helping out, part", "of the work,", "a private word")
SECRETS = re.compile(r"xox[abepr]-[\w-]{6,}|xapp-[\w-]{6,}|gAAAAA[\w-]{20,}")


def not_for_logs(line: str) -> list[str]:
    """Return what a line should not have said."""
    return [each for each in WRITTEN if each in line] + SECRETS.findall(line)


class Heard:
    """What should not have been logged."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.lines = 0

    def processor(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Look at a line of the product's own, as the operator would get it."""
        self._look(" ".join(map(str, event.values())))
        return event

    def start(self) -> None:
        """Listen to what the libraries log, too."""
        logging.getLogger().addHandler(_Handler(self._look))

    def _look(self, line: str) -> None:
        self.lines += 1
        if not_for_logs(masked(line)):
            self.found.append(line)


class _Handler(logging.Handler):
    def __init__(self, look: Any) -> None:
        super().__init__()
        self._look = look

    def emit(self, record: logging.LogRecord) -> None:
        self._look(record.getMessage())
