"""Several requests in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection, Service


def do_each(
    connection: Connection, requests: Sequence[tuple[Service[Any, Any], Any]], now: datetime
) -> list[Any]:
    """Return what each service returns for its request; what one raises undoes all of them."""
    return [service(connection, request, now) for service, request in requests]
