"""The commands that take data in: `kudos import` and `kudos import-history`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app import open_existing, open_store
from bot.cli.console import (
    DATA,
    EXIT_CODES,
    command_settings,
    going_on,
    name_database,
    print_result,
    progress,
    run_async,
    sentences,
    words,
)
from bot.cli.history import (
    HistoryOptions,
    list_history,
    read_history,
    takes_history_options,
    undo_history,
)
from bot.clock import machine_clock
from bot.domain.history_import.columns import Product
from bot.messages.operations import data as data_texts
from bot.messages.operations import history as texts
from bot.observability.logs import set_up_logs
from bot.operations.transfer import check_header, import_all
from bot.tenancy.tenancy import StartError
from storage.engine.migrate import find_version, is_half_imported
from storage.engine.opening import opened

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.transfer import Imported
    from storage.engine.store import Store

commands = typer.Typer()


@commands.command("import", rich_help_panel=DATA, epilog=EXIT_CODES)
@takes_history_options(is_hidden=True)  # as it was called before: kudos import heytaco FILE
def import_command(
    options: HistoryOptions,
    first: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="A file of `kudos export --what all`.",
        ),
    ] = None,
    second: Annotated[str | None, typer.Argument(hidden=True)] = None,
) -> None:
    """Take in everything from another Kudos.

    It reads what `kudos export --what all` wrote, into an empty database, and makes that where
    there is no SQLite file yet. The whole file is checked first. If it is interrupted, run it
    again and it goes on; before that, nothing else can be done with the database. Stop Kudos on
    both databases before.

    Thanks of the past in a table are for `kudos import-history`.
    """
    with sentences():
        if _is_about_imports(options, first, second):
            return
        if first in set(Product):
            _read_history(first, second, options)
            return
        if second is not None:
            raise _no_such_product(first)
        if first is None:
            raise StartError(data_texts.which_file(words))
        if named := options.named:
            raise StartError(texts.only_for_history(words, words.join(named)))
        _import_everything(Path(first), dry_run=options.dry_run, as_json=options.as_json)


@commands.command("import-history", rich_help_panel=DATA, epilog=EXIT_CODES)
@takes_history_options(is_hidden=False)
def import_history_command(
    options: HistoryOptions,
    first: Annotated[
        str | None,
        typer.Argument(
            metavar="[PRODUCT]",
            show_default=False,
            help="heytaco, bonusly or csv, where the columns do not say it.",
        ),
    ] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="FILE", show_default=False, help="The table.")
    ] = None,
) -> None:
    """Take in thanks of the past, from a table of another product or of Kudos.

    They count in balances and on the boards of their time. Nobody is told, no allowance is touched,
    and everybody may read them. A row that is there already is passed over; if it is interrupted,
    run it again and it goes on. An import can be taken back as a whole, with --undo.

    FILE is a text (CSV) or a workbook (.xlsx), with the names of its columns in the first line.

    It knows the tables of HeyTaco and of `kudos export --format csv`, which keep who may read each
    thanks. Others do not say what their columns are called, so likely names are looked for:

    - who gave: Giver, From, Sender

    - who received: Receiver, Recipient, To

    - points: Tacos, Amount, Points; 1 if there is no such column, and each receiver gets them

    - why: Message, Reason, Comment

    - when: Date, Timestamp, Created at; without a zone it is the workspace's

    - value: Hashtag, Value

    People are found by Slack id or by their exact name in Slack. Whoever has an id that nobody has
    here is kept under their name, as somebody who left.
    """
    with sentences():
        if _is_about_imports(options, first, second):
            return
        product = first if first in set(Product) else None
        if product is None and second is not None:
            raise _no_such_product(first)
        _read_history(product, first if product is None else second, options)


def _is_about_imports(options: HistoryOptions, *typed: str | None) -> bool:
    """Does what is asked about imports that there were; returns whether anything was."""
    beside = [each for each in (*typed, *options.beside_undo) if each is not None]
    if beside and (options.undo is not None or options.lists):
        asked = "--list" if options.undo is None else "--undo"
        raise StartError(texts.stands_alone(words, asked, words.join(beside)))
    team, as_json = options.team, options.as_json
    if options.undo is not None:
        undo_history(options.undo, team, dry_run=options.dry_run, as_json=as_json)
    elif options.lists:
        list_history(team, as_json=as_json)
    return options.undo is not None or options.lists


def _no_such_product(named: str | None) -> StartError:
    known = words.join([str(product) for product in Product])
    return StartError(texts.no_such_product(words, str(named), known))


def _read_history(product: str | None, file: str | None, options: HistoryOptions) -> None:
    if file is None:
        raise StartError(texts.which_table(words))
    if options.team is None:
        raise StartError(texts.which_team(words))
    wish = options.wish(None if product is None else Product(product), Path(file))
    read_history(wish, as_json=options.as_json)


def _import_everything(source: Path, *, dry_run: bool, as_json: bool) -> None:
    with going_on():
        imported = run_async(_import_all(command_settings(), source, is_rehearsal=dry_run))
    if as_json:
        rows = {"rows_stored": imported.stored, "rows_there_already": imported.present}
        print_result({"is_dry_run": dry_run} | rows)
    else:
        print_result(data_texts.everything_imported(words, imported))


async def _import_all(settings: Settings, source: Path, *, is_rehearsal: bool) -> Imported:
    set_up_logs(settings)
    name_database(settings)
    check_header(source)  # before there is a new database for what is no such file
    store = _store_for_all(settings, is_rehearsal=is_rehearsal)
    try:
        with progress(data_texts.importing(words)) as show:
            return await import_all(store, source, show, is_rehearsal=is_rehearsal)
    finally:
        if store is not None:
            await store.close()


def _store_for_all(settings: Settings, *, is_rehearsal: bool) -> Store | None:
    if is_half_imported(settings.database_url):
        return opened(settings.database_url, machine_clock)  # to go on with it
    if find_version(settings.database_url) is not None:
        return open_existing(settings, machine_clock)
    # It makes no tables either; without them there is nothing that could be in the way.
    return None if is_rehearsal else open_store(settings, machine_clock)
