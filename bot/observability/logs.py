"""Logs for the operator: what happened to which workspace; no token, nothing that people wrote."""

from __future__ import annotations

import logging
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from typing import TextIO

    from structlog.typing import EventDict, Processor, WrappedLogger

    from bot.config import Settings

# Tokens of every kind, addresses that let one post, and what Slack signs with.
SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[.-][\w.-]+"
    r"|(?<=/commands/)[\w/]+|(?<=/actions/)[\w/]+|(?<=/response/)[\w-]+"
    r"|(?<=ticket=)[\w-]+|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
)
MASK = "***"


def masked(text: str) -> str:
    """Return the text without anything that would let a reader act for the app."""
    # One of these is in each secret; most of what is logged has none.
    if "xox" in text or "xapp" in text or "/" in text or "ticket=" in text:
        return SECRETS.sub(MASK, text)
    return text


def set_up_logs(settings: Settings) -> None:
    """Send all logs to standard error, in the form and from the level that the settings name."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if settings.kudos_log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    # A line of a library that can't be written is dropped, as ours are.
    logging.raiseExceptions = False
    # Our own lines pass by the standard loggers, which would cost more than twice as much.
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=partial(_Lines, handler),
        wrapper_class=structlog.make_filtering_bound_logger(settings.kudos_log_level),
        cache_logger_on_first_use=True,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.kudos_log_level.upper())
    # At DEBUG, Slack's packages write what people wrote, and fresh tokens.
    for name in ("slack_sdk", "slack_bolt", "aiohttp", "asyncio", "alembic"):
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    for name in ("alembic", "apscheduler", "uvicorn"):  # they tell of their own inner life
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class _Lines:
    """Writes lines that are ready where the handler writes those of the libraries."""

    def __init__(self, handler: logging.StreamHandler[TextIO], name: str = "") -> None:
        self.name = name
        self._handler = handler

    def info(self, line: str) -> None:
        """Write a line."""
        self._handler.acquire()
        try:
            self._handler.stream.write(line + self._handler.terminator)
            self._handler.flush()
        except (OSError, ValueError):
            pass  # nobody reads it any more, or the disk is full: the work goes on
        finally:
            self._handler.release()

    debug = warning = error = critical = exception = msg = info


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _masked_value(value) for name, value in event.items()}


def _masked_value(value: Any) -> Any:
    return masked(value) if isinstance(value, str) else value
