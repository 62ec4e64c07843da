"""What the commands of `kudos` have in common: where they print, and how they end.

Exit codes are the same everywhere: 0 all is well, 1 something was found or left undone, 2 the
command could not run, 130 somebody has stopped it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

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

from bot.app import open_existing
from bot.clock import machine_clock
from bot.config import ENV_FILE, ConfigError, Settings, read_settings
from bot.domain.backup import CannotRestoreError
from bot.domain.history_import.faults import CannotImportError
from bot.domain.transfer import TransferError
from bot.ingress.listening import CannotListenError, is_taken
from bot.messages.operations import data as data_texts
from bot.messages.operations import database as database_texts
from bot.messages.operations import general as texts
from bot.messages.operations import import_faults as fault_texts
from bot.messages.operations import listening as listening_texts
from bot.messages.operations.unfit_database import unfit_database
from bot.messages.text.words import words_for
from bot.operations.files import FileThereError
from bot.operations.printing import NotPrintedError, Unfailing
from bot.tenancy.tenancy import StartError
from storage.engine.fitness import UnfitDatabaseError
from storage.engine.migrate import (
    HalfImportedError,
    NewerSchemaError,
    NoDatabaseError,
    NoTablesError,
    OlderSchemaError,
)
from storage.engine.opening import name_of
from storage.engine.store import StoreUnavailableError
from storage.engine.upgrade_copy import NotUpgradedError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from storage.engine.store import Store

CANNOT_START = 2
FOUND_FAULTS = 1
INTERRUPTED = 130
PROGRESS_EVERY_SECONDS = 10
EXIT_CODES = "Exit codes: 0 all is well, 1 something was found or left undone, 2 it could not run."

DATA = "Your data"  # what the help calls these commands
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]


ENV_FILE_TOLD: ContextVar[Path] = ContextVar("env_file", default=Path(ENV_FILE))

# Nothing is wrapped: a sentence that is copied or searched for must stay in one piece.
# A name such as :smile: in what is told stays as it is.
PLAIN: dict[str, Any] = {"soft_wrap": True, "highlight": False, "emoji": False}
out = Console(**PLAIN)
# What is only said beside the work, which goes on where nobody can read that.
notices = Console(file=cast("TextIO", Unfailing("stdout")), **PLAIN)
err = Console(file=cast("TextIO", Unfailing("stderr")), **PLAIN)
words = words_for(None)


# What keeps a command from running, and what is said of it.
_TOLD: dict[type[Exception], Callable[[Any], list[str]]] = {
    ConfigError: lambda error: error.faults,
    StartError: lambda error: [str(error)],
    TransferError: lambda error: [data_texts.transfer_fault(words, error)],
    CannotImportError: lambda error: [fault_texts.import_fault(words, error)],
    NotPrintedError: lambda error: [texts.product_lost(words, str(error))],
    FileThereError: lambda error: [data_texts.file_is_there(words, str(error))],
    NewerSchemaError: lambda _: [texts.newer_schema(words)],
    OlderSchemaError: lambda _: [database_texts.older_schema(words)],
    NoTablesError: lambda error: [database_texts.no_tables(words, str(error))],
    NoDatabaseError: lambda error: [database_texts.no_database(words, str(error), _no_env_file())],
    NotUpgradedError: lambda error: [database_texts.not_upgraded(words, str(error))],
    HalfImportedError: lambda _: [texts.half_imported(words)],
    UnfitDatabaseError: lambda error: [unfit_database(words, error.kind, error.found)],
    StoreUnavailableError: lambda error: [database_texts.unavailable(words, error.reason)],
    CannotRestoreError: lambda error: [database_texts.cannot_restore(words, error)],
    CannotListenError: lambda error: [
        listening_texts.cannot_listen(words, error.setting, error.host, error.port, error.why)
    ],
    OSError: lambda error: [_refused_by_machine(error)],
}


def _refused_by_machine(error: OSError) -> str:
    if is_taken(error):
        return listening_texts.port_taken(words)
    paths = [str(path) for path in (error.filename, error.filename2) if path is not None]
    if isinstance(error, PermissionError) and paths:
        return texts.not_permitted(words, paths[-1])
    # Without the number, which tells an operator nothing.
    return texts.not_possible(words, ": ".join([error.strerror or str(error), *paths]))


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


def told_to_stop() -> asyncio.Event:
    """Returns what is set by Ctrl-C or by a supervisor's SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


def print_json(result: dict[str, Any]) -> None:
    """Print one object for a program to read."""
    sys.stdout.write(_as_json(result) + "\n")


def print_result(result: str | dict[str, Any]) -> None:
    """Prints what finished work came to; what can't be printed goes to standard error.

    The command ends with 1 then: nobody may take the work for undone.
    """
    told = result if isinstance(result, str) else _as_json(result)
    try:
        sys.stdout.write(told + "\n")
        sys.stdout.flush()
    except OSError as error:
        err.print(texts.not_printed(words, error.strerror or str(error), told), markup=False)
        raise typer.Exit(FOUND_FAULTS) from None


def _as_json(result: dict[str, Any]) -> str:
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    return json.dumps(result, ensure_ascii=not is_unicode, indent=2)


def env_file() -> Path:
    """Returns the file with settings that this command was told to read."""
    return ENV_FILE_TOLD.get()


def command_settings(**given: object) -> Settings:
    """Returns the settings as `read_settings` does, from the file that `--env-file` names."""
    return read_settings(_env_file=env_file(), **given)


def name_database(settings: Settings) -> None:
    """Says which database a command works on: one that was not meant is seen at once."""
    err.print(database_texts.database(words, name_of(settings.database_url)), markup=False)


def open_named(settings: Settings) -> Store:
    """Returns the store of the database as it is, and says which one that is."""
    name_database(settings)
    return open_existing(settings, machine_clock)


def _no_env_file() -> str | None:
    """Returns the folder in which there is no file with settings; None where there is one."""
    return None if env_file().is_file() else str(Path.cwd())


@contextmanager
def going_on() -> Iterator[None]:
    """Says on Ctrl-C that the command goes on when it is run again."""
    try:
        yield
    except KeyboardInterrupt:
        err.print(data_texts.interrupted(words), markup=False)
        raise typer.Exit(INTERRUPTED) from None


class ProgressLines:
    """Says every few seconds how far a command has come, where nobody watches a bar."""

    def __init__(
        self, title: str, say: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._title = title
        self._say = say
        self._clock = clock
        self._said_at = clock()

    def show(self, done: int, total: int) -> None:
        """Hears what is done and how much there is, and says it if it is time to."""
        now = self._clock()
        if now - self._said_at >= PROGRESS_EVERY_SECONDS:
            self._said_at = now
            self._say(data_texts.come_far(words, self._title, done, total))


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how far a command has come, where somebody watches.

    It takes what is done, and how much there is; 0 where nobody knows that yet.
    """
    if not err.is_terminal:
        yield ProgressLines(title, lambda line: err.print(line, markup=False)).show
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield show
