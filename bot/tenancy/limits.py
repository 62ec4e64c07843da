"""Limits on what somebody may fail at, within a span of time and by the address they come from."""

from __future__ import annotations

from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

CALLERS_MAX = 10_000  # of more than these, the ones that failed longest ago are forgotten


class FailureLimit:
    """How often each caller may fail within so many seconds."""

    def __init__(self, most: int, within_seconds: float) -> None:
        self._most = most
        self._within_seconds = within_seconds
        self._failed_at: OrderedDict[str, deque[float]] = OrderedDict()

    def is_reached(self, caller: str, now: datetime) -> bool:
        """Returns whether the caller has failed as often as they may."""
        failed_at = self._failed_at.get(caller)
        if failed_at is None or len(failed_at) < self._most:
            return False
        # A clock that was set back lets everybody in again.
        return 0 <= now.timestamp() - failed_at[0] < self._within_seconds

    def note(self, caller: str, now: datetime) -> None:
        """Counts a failure."""
        failed_at = self._failed_at.setdefault(caller, deque(maxlen=self._most))
        failed_at.append(now.timestamp())
        self._failed_at.move_to_end(caller)
        if len(self._failed_at) > CALLERS_MAX:
            self._failed_at.popitem(last=False)


def caller_of(host: str | None) -> str | None:
    """Returns whom an address stands for: of IPv6 a whole network, as one customer gets it.

    Returns None for an address that is not public: it may be a proxy that speaks for everybody.
    """
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return caller_of(str(address.ipv4_mapped))
        return str(ip_network((address, 64), strict=False)) if address.is_global else None
    return str(address) if address.is_global else None
