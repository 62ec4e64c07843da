"""What `kudos import-history` can be told, and what it tells."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, fields
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import typer

from bot.cli.console import (
    FOUND_FAULTS,
    AsJson,
    command_settings,
    err,
    going_on,
    open_named,
    out,
    print_json,
    print_result,
    progress,
    run_async,
    words,
)
from bot.clock import machine_clock
from bot.domain.history_import.columns import read_map
from bot.domain.history_import.faults import CannotImportError, ImportFault
from bot.domain.history_import.moments import DateOrder, is_form
from bot.messages.operations import data as data_texts
from bot.messages.operations import history as texts
from bot.messages.operations import import_faults as fault_texts
from bot.operations.import_history import BAD_SHOWN, ImportHistory, import_history, undo_import
from bot.services.operations.imports import list_imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.config import Settings
    from bot.domain.history_import.columns import Product
    from bot.domain.history_import.rows import ImportNoted, Understood
    from bot.operations.import_history import HistoryImported, ImportUndone

Team = Annotated[
    str | None,
    typer.Option(
        show_default=False, help="The workspace that the history is for, such as T0123456789."
    ),
]
ColumnMap = Annotated[
    str,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN,…",
        show_default=False,
        help="Which column is the giver, receiver, points, reason, at or value, where the name "
        "does not say it.",
    ),
]
PeopleFile = Annotated[
    Path | None,
    typer.Option(
        show_default=False,
        help="A table of names or addresses with Slack ids, or Slack's own list of members.",
    ),
]
KeepUnknown = Annotated[
    bool,
    typer.Option(
        "--keep-unknown", help="Keep names that nobody has here, as those of people who left."
    ),
]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option(
        "--date-order",
        show_default=False,
        help="What comes first in dates such as 03-04-2025, where the file does not show it.",
    ),
]
DateForm = Annotated[
    str | None,
    typer.Option(
        "--date-format",
        metavar="FORMAT",
        show_default=False,
        help="How times are written, such as %m/%d/%Y, where it is another way.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        show_default=False,
        help="How the text is written, such as utf-8 or cp1252; else it is found out.",
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", show_default=False, help="The sheet of a workbook; else its first one."
    ),
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that cannot be taken.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be stored.")]
UndoOption = Annotated[
    str | None,
    typer.Option(
        "--undo",
        metavar="ID",
        show_default=False,
        help="Take back all that an import brought: one of the list, or `last`.",
    ),
]
ListOption = Annotated[bool, typer.Option("--list", help="List the imports that there were.")]
SHOWN_ALWAYS = {"dry_run", "as_json"}


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """What can be typed beside the file, in the order of the help."""

    team: Team = None
    columns: ColumnMap = ""
    people: PeopleFile = None
    keep_unknown: KeepUnknown = False
    date_order: DateOrderOption = None
    date_form: DateForm = None
    encoding: Encoding = None
    sheet: Sheet = None
    skip_bad: SkipBad = False
    dry_run: DryRun = False
    lists: ListOption = False
    undo: UndoOption = None
    as_json: AsJson = False

    @property
    def named(self) -> list[str]:
        """The options that were given of those that mean nothing but for history."""
        given = {
            "--team": self.team,
            "--map": self.columns,
            "--people": self.people,
            "--date-format": self.date_form is not None,
            "--date-order": self.date_order,
            "--encoding": self.encoding,
            "--sheet": self.sheet,
            "--keep-unknown": self.keep_unknown,
            "--skip-bad": self.skip_bad,
        }
        return [name for name, value in given.items() if value]

    @property
    def beside_undo(self) -> list[str]:
        """The options that were given of those that mean nothing for `--undo` or `--list`."""
        beside = [name for name in self.named if name != "--team"]
        if self.lists:
            beside += ["--list"] * (self.undo is not None) + ["--dry-run"] * self.dry_run
        return beside

    def wish(self, product: Product | None, source: Path) -> ImportHistory:
        """Returns the wish for an import; raises `CannotImportError`."""
        if self.date_form is not None and not is_form(self.date_form):
            raise CannotImportError(ImportFault.NO_DATE_FORM, self.date_form)
        return ImportHistory(
            product,
            source,
            self.team or "",
            read_map(self.columns),
            self.people,
            self.date_form,
            self.date_order,
            self.encoding,
            self.sheet,
            keeps_unknown=self.keep_unknown,
            skips_bad=self.skip_bad,
            is_rehearsal=self.dry_run,
        )


def takes_history_options(*, is_hidden: bool) -> Callable[[Callable[..., None]], Any]:
    """Lets a command have all of `HistoryOptions` as one; its help need not tell of them."""

    def decorated(command: Callable[..., None]) -> Any:
        def called(**given: Any) -> None:
            names = [each.name for each in fields(HistoryOptions)]
            command(options=HistoryOptions(**{name: given.pop(name) for name in names}), **given)

        own = signature(command, eval_str=True).parameters.values()
        typed = [each for each in own if each.name != "options"]
        called.__name__, called.__doc__ = command.__name__, command.__doc__
        # It is what typer reads a command's options from.
        called.__signature__ = Signature(  # type: ignore[attr-defined]
            [*typed, *_parameters(is_hidden=is_hidden)]
        )
        return called

    return decorated


def _parameters(*, is_hidden: bool) -> Iterator[Parameter]:
    hints = get_type_hints(HistoryOptions, include_extras=True)
    for each in fields(HistoryOptions):
        kind, option = get_args(hints[each.name])
        if is_hidden and each.name not in SHOWN_ALWAYS:
            option = copy(option)
            option.hidden = True
        yield Parameter(
            each.name,
            Parameter.KEYWORD_ONLY,
            default=each.default,
            annotation=Annotated[kind, option],
        )


def read_history(wish: ImportHistory, *, as_json: bool) -> None:
    """Imports a table and tells what became of it; ends the command where nothing was stored."""
    tell = None if as_json else _tell_how_it_is_read
    with going_on():
        imported = run_async(_import_history(command_settings(), wish, tell))
    if as_json:
        print_result(_history_as_json(imported))
    else:
        _tell_of_history(imported)
    if imported.is_refused:
        raise typer.Exit(FOUND_FAULTS)


def undo_history(import_id: str, team: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Takes an import back and tells what became of it."""
    with going_on():
        undone = run_async(_undo_import(command_settings(), import_id, team, dry_run=dry_run))
    noted = undone.noted
    if as_json:
        which = {"team_id": noted.team_id, "import_id": noted.import_id}
        counts = {"kudos_taken_back": undone.undone, "kudos_taken_back_before": undone.before}
        print_result({"is_dry_run": dry_run} | which | counts)
        return
    told = texts.import_undone(words, noted.import_id, undone.undone, undone.before)
    if dry_run:
        told = texts.import_would_be_undone(words, noted.import_id, undone.undone)
    print_result(told)


async def _undo_import(
    settings: Settings, import_id: str, team: str | None, *, dry_run: bool
) -> ImportUndone:
    store = open_named(settings)
    try:
        with progress(data_texts.taking_back(words)) as show:
            return await undo_import(store, import_id, team, show, is_rehearsal=dry_run)
    finally:
        await store.close()


def list_history(team: str | None, *, as_json: bool) -> None:
    """Tells of the imports that there were, the newest first."""
    found = run_async(_list_imports(command_settings(), team))
    if as_json:
        print_json({"imports": [_noted_as_json(noted) for noted in found]})
    else:
        out.print(texts.imports_listed(words, found), markup=False)


async def _list_imports(settings: Settings, team: str | None) -> list[ImportNoted]:
    store = open_named(settings)
    try:
        return await store.read(list_imports, team)
    finally:
        await store.close()


def _noted_as_json(noted: ImportNoted) -> dict[str, Any]:
    return {
        "import_id": noted.import_id,
        "team_id": noted.team_id,
        "file_name": noted.file_name,
        "kudos": noted.standing,
        "begun_at": noted.begun_at.isoformat(),
        "ended_at": noted.ended_at.isoformat() if noted.ended_at else None,
        "undone_at": noted.undone_at.isoformat() if noted.undone_at else None,
    }


def _tell_how_it_is_read(found: Understood) -> None:
    err.print(texts.understood(words, found), markup=False)


async def _import_history(
    settings: Settings, wish: ImportHistory, tell: Callable[[Understood], None] | None
) -> HistoryImported:
    store = open_named(settings)
    try:
        with progress(data_texts.importing(words)) as show:
            return await import_history(store, wish, machine_clock(), show, tell)
    finally:
        await store.close()


def _tell_of_history(imported: HistoryImported) -> None:
    for line, error in imported.first_bad:
        err.print(fault_texts.row_bad(words, line, error), markup=False)
    if imported.unknown:
        for name, rows in imported.unknown.most_common(BAD_SHOWN):
            err.print(texts.name_unknown(words, name, rows), markup=False)
        more = len(imported.unknown) - BAD_SHOWN
        if more > 0:
            err.print(texts.names_more(words, more), markup=False)
        err.print(texts.say_who(words), markup=False)
    if imported.former:
        names = [name or user_id for user_id, name in imported.former.items()]
        more = max(0, len(names) - BAD_SHOWN)
        err.print(texts.former_kept(words, names[:BAD_SHOWN], more), markup=False)
    if imported.taken_back:
        err.print(texts.taken_back(words, imported.taken_back), markup=False)
    if imported.is_refused and not imported.is_rehearsal:
        err.print(texts.history_refused(words, imported.bad), markup=False)
        return
    if imported.is_refused:
        err.print(texts.history_would_be_refused(words, imported.bad), markup=False)
    told = texts.history_imported(
        words,
        stored=imported.stored,
        present=imported.present,
        bad=imported.bad,
        is_rehearsal=imported.is_rehearsal,
    )
    if imported.stored and not imported.is_rehearsal:
        told = f"{told}\n{texts.import_noted(words, imported.import_id)}"
    print_result(told)


def _history_as_json(imported: HistoryImported) -> dict[str, Any]:
    found = imported.understood
    read_as = (
        {}
        if found is None
        else {
            "product": str(found.product),
            "is_ours": found.is_ours,
            "encoding": found.encoding,
            "delimiter": found.delimiter,
            "sheet": found.sheet,
            "date_order": found.date_order,
            "zone": found.zone,
        }
    )
    return {
        "is_dry_run": imported.is_rehearsal,
        "is_refused": imported.is_refused,
        "read_as": read_as,
        "import_id": imported.import_id if imported.stored else "",
        "rows": imported.rows,
        "rows_stored": imported.stored,
        "rows_there_already": imported.present,
        "rows_taken_back": imported.taken_back,
        "rows_bad": imported.bad,
        "first_bad": [
            {"line": line, "told": fault_texts.row_bad(words, line, error)}
            for line, error in imported.first_bad
        ],
        "unknown_names": dict(imported.unknown.most_common()),
        "people_who_left": dict(imported.former),
    }
