"""Logs for the operator: what happened to which workspace; no token, nothing that people wrote."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
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
    return SECRETS.sub(MASK, text)


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
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
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


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _masked_value(value) for name, value in event.items()}


def _masked_value(value: Any) -> Any:
    return masked(value) if isinstance(value, str) else value
