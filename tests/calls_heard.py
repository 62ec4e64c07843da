"""Listens to what the sandbox says of calls that Slack would not take, while the suite runs."""

from __future__ import annotations

import logging

from bot.sandbox import api_reading


class CallsHeard:
    """What the product called wrongly: verb, content type, arguments, blocks."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def start(self) -> None:
        """Listens to every sandbox of this process."""
        api_reading.log.addHandler(_Handler(self.found))


class _Handler(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        self._found.append(record.getMessage())
