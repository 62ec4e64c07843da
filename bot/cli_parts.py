"""What the commands of `kudos` have in common: where they print, and how they end.

Exit codes are the same everywhere: 0 all is well, 1 something was found or left undone, 2 the
command could not run.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from bot.config import ConfigError
from bot.domain.importing import CannotImportError
from bot.domain.transfer import TransferError
from bot.files import FileThereError
from bot.messages import operator as texts
from bot.messages import operator_data as data_texts
from bot.messages.words import words_for
from bot.serving import StartError
from storage.migrate import HalfImportedError, NewerSchemaError
from storage.store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

CANNOT_START = 2
FOUND_FAULTS = 1
EXIT_CODES = "Exit codes: 0 all is well, 1 something was found or left undone, 2 it could not run."

DATA = "Your data"  # what the help calls these commands
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]

# Nothing is wrapped: a sentence that is copied or searched for must stay in one piece.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
words = words_for(None)


# What keeps a command from running, and what is said of it.
_TOLD: dict[type[Exception], Callable[[Any], list[str]]] = {
    ConfigError: lambda error: error.faults,
    StartError: lambda error: [str(error)],
    TransferError: lambda error: [data_texts.transfer_fault(words, error)],
    CannotImportError: lambda error: [data_texts.import_fault(words, error)],
    FileThereError: lambda error: [data_texts.file_is_there(words, str(error))],
    NewerSchemaError: lambda _: [texts.newer_schema(words)],
    HalfImportedError: lambda _: [texts.half_imported(words)],
    StoreUnavailableError: lambda error: [texts.database_unavailable(words, str(error))],
    OSError: lambda error: [texts.not_possible(words, str(error))],
}


# Each time that the event loop waits for the system, it gets the interpreter back from the store's
# busy threads only after so long; Python's own 5 ms would be most of what an answer takes.
SWITCH_SECONDS = 0.0005


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what keeps a command from running into sentences and exit code 2."""
    try:
        yield
    except tuple(_TOLD) as error:
        told = next(tell for kind, tell in _TOLD.items() if isinstance(error, kind))
        for sentence in told(error):
            err.print(sentence, markup=False)
        raise typer.Exit(CANNOT_START) from None


def run_async(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what the work returned, once it is done."""
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)


def print_json(result: dict[str, Any]) -> None:
    """Print one object for a program to read."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how far a command has come, where somebody watches.

    It takes what is done, and how much there is; 0 where nobody knows that yet.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield show
