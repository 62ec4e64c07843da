"""Sleeping where `faketime` hands another date to the tests."""

from __future__ import annotations

import os
import select
import time
from typing import SupportsIndex


def sleep_as_long_as_told() -> None:
    """Sleep by another call where the date is faked.

    libfaketime 0.9.10 takes what it adds to the date off the moment until which `time.sleep` waits,
    although that is one of the monotonic clock, which it leaves alone.
    """
    if "FAKETIME" in os.environ:  # noqa: TID251 - set by faketime
        time.sleep = _sleep


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))
