"""Standard output and standard error where they are full, closed, or read by nobody any more.

What is only said beside the work must not end it. What a command was asked for must not be lost in
silence.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST_OF_STANDARD = 2


class NotPrintedError(Exception):
    """Standard output did not take what a command is there for; `str()` is why."""


class StandardOutput:
    """Standard output for what a command is there for, as bytes; raises `NotPrintedError`."""

    def write(self, written: bytes) -> None:
        """Writes it, at once or when there is more of it."""
        with _telling_why():
            sys.stdout.buffer.write(written)

    def flush(self) -> None:
        """Writes what has not gone out yet."""
        with _telling_why():
            sys.stdout.buffer.flush()


@contextmanager
def _telling_why() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotPrintedError(error.strerror or str(error)) from None


class Unfailing:
    """Standard output or error as it is at the moment; what doesn't get through is dropped."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def _stream(self) -> TextIO | None:
        stream: TextIO | None = getattr(sys, self._name)
        return stream

    @property
    def encoding(self) -> str:
        """How characters are written."""
        return getattr(self._stream, "encoding", "utf-8")

    def isatty(self) -> bool:
        """Returns whether a person watches."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Returns the number of the file; raises OSError where there is none."""
        if self._stream is None:
            raise OSError
        return self._stream.fileno()

    def write(self, said: str) -> int:
        """Writes it, if that is possible."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(said)
        return len(said)

    def flush(self) -> None:
        """Has it gone out, if that is possible."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.flush()


def open_missing() -> None:
    """Opens standard streams that are closed, before a database or a socket takes their number.

    What is printed there fails as before: whoever asked for it must not take it for written.
    """
    while True:
        number = os.open(os.devnull, os.O_RDONLY)
        if number > LAST_OF_STANDARD:
            os.close(number)
            break
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    if isinstance(sys.stdout, TextIOWrapper):  # of a locale that is not UTF-8, as stderr is
        with suppress(OSError):  # it asks where in a file it stands, which is another one by now
            sys.stdout.reconfigure(errors="backslashreplace")


def let_go(stream: TextIO) -> OSError | ValueError | None:
    """Flushes a stream at the end of the process; returns why not all of it got through.

    Where it didn't, Python's own try at its end would change the exit code.
    """
    try:
        stream.flush()
    except (OSError, ValueError) as fault:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return fault
    return None
