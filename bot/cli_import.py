"""The command that takes data in, `kudos import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.app import open_store
from bot.cli_parts import (
    DATA,
    EXIT_CODES,
    FOUND_FAULTS,
    AsJson,
    err,
    out,
    print_json,
    progress,
    run_async,
    sentences,
    words,
)
from bot.clock import machine_clock
from bot.config import read_settings
from bot.domain.importing import Product, read_map
from bot.importing import BAD_SHOWN, ImportHistory, import_history
from bot.messages import operator_data as data_texts
from bot.serving import StartError
from bot.transfer import import_all
from storage.migrate import is_current, is_half_imported
from storage.opening import opened

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.transfer import Imported
    from bot.importing import HistoryImported
    from storage.store import Store

commands = typer.Typer()


@commands.command("import", rich_help_panel=DATA, epilog=EXIT_CODES)
def import_command(  # noqa: PLR0913, PLR0917 - the options of a command
    first: Annotated[
        str | None,
        typer.Argument(
            metavar="PRODUCT",
            show_default=False,
            help="heytaco, bonusly or csv, for the history of another product; nothing for a file "
            "of `kudos export --what all`.",
        ),
    ] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="FILE", show_default=False, help="The file to read.")
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(
            show_default=False,
            help="The workspace that the history is for, such as T0123456789.",
        ),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN,…",
            show_default=False,
            help="Which column is the giver, receiver, points, reason, at or value, where the "
            "name does not say it.",
        ),
    ] = "",
    people: Annotated[
        Path | None,
        typer.Option(
            show_default=False,
            help="A table of names or addresses with Slack ids, or Slack's own list of members.",
        ),
    ] = None,
    date_form: Annotated[
        str | None,
        typer.Option(
            "--date-format",
            metavar="FORMAT",
            show_default=False,
            help="How times are written, such as %m/%d/%Y, where it is not clear.",
        ),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out rows that cannot be taken.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be stored.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in everything from another Kudos, or the history of another product.

    `kudos import FILE` reads what `kudos export --what all` wrote, into an empty database. The
    whole file is checked first. If it is interrupted, run it again and it goes on; before that,
    nothing else can be done with the database. Stop Kudos on both databases before.

    `kudos import heytaco|bonusly|csv FILE --team T…` reads thanks of the past from a table (CSV)
    with the names of its columns in the first line. They count in balances and on the boards of
    their time. Nobody is told, no allowance is touched, and everybody may read them. A row that is
    there already is passed over.

    These products do not say what their columns are called, so likely names are looked for:

    - who gave: Giver, From, Sender

    - who received: Receiver, Recipient, To

    - points: Tacos, Amount, Points; 1 if there is no such column, and each receiver gets them

    - why: Message, Reason, Comment

    - when: Date, Timestamp, Created at; without a zone it is the workspace's

    - value: Hashtag, Value

    People are found by Slack id or by their exact name in Slack.
    """
    with sentences():
        if first is None:
            raise StartError(data_texts.which_file(words, ""))
        if second is None:
            if first in set(Product):
                raise StartError(data_texts.which_file(words, first))
            foreign = {
                "--team": team,
                "--map": columns,
                "--people": people,
                "--date-format": date_form,
                "--skip-bad": skip_bad,
            }
            named = [name for name, value in foreign.items() if value]
            if named:
                raise StartError(data_texts.only_for_history(words, words.join(named)))
            _import_everything(Path(first), dry_run=dry_run, as_json=as_json)
            return
        if first not in set(Product):
            known = words.join([str(product) for product in Product])
            raise StartError(data_texts.no_such_product(words, first, known))
        if team is None:
            raise StartError(data_texts.which_team(words))
        wish = ImportHistory(
            Product(first),
            Path(second),
            team,
            read_map(columns),
            people,
            date_form,
            skips_bad=skip_bad,
            is_rehearsal=dry_run,
        )
        imported = run_async(_import_history(read_settings(), wish))
        if as_json:
            print_json(_history_as_json(imported))
        else:
            _tell_of_history(imported)
        if imported.is_refused:
            raise typer.Exit(FOUND_FAULTS)


def _import_everything(source: Path, *, dry_run: bool, as_json: bool) -> None:
    imported = run_async(_import_all(read_settings(), source, is_rehearsal=dry_run))
    if as_json:
        rows = {"rows_stored": imported.stored, "rows_there_already": imported.present}
        print_json({"is_dry_run": dry_run} | rows)
    else:
        out.print(data_texts.everything_imported(words, imported), markup=False)


async def _import_all(settings: Settings, source: Path, *, is_rehearsal: bool) -> Imported:
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
    if is_rehearsal and not is_current(settings.database_url):
        # It makes no tables either; without them there is nothing that could be in the way.
        return None
    return open_store(settings, machine_clock)


async def _import_history(settings: Settings, wish: ImportHistory) -> HistoryImported:
    store = open_store(settings, machine_clock)
    try:
        with progress(data_texts.importing(words)) as show:
            return await import_history(store, wish, machine_clock(), show)
    finally:
        await store.close()


def _tell_of_history(imported: HistoryImported) -> None:
    for line, error in imported.first_bad:
        err.print(data_texts.row_bad(words, line, error), markup=False)
    if imported.unknown:
        for name, rows in imported.unknown.most_common(BAD_SHOWN):
            err.print(data_texts.name_unknown(words, name, rows), markup=False)
        more = len(imported.unknown) - BAD_SHOWN
        if more > 0:
            err.print(data_texts.names_more(words, more), markup=False)
        err.print(data_texts.say_who(words), markup=False)
    if imported.is_refused and not imported.is_rehearsal:
        err.print(data_texts.history_refused(words, imported.bad), markup=False)
        return
    if imported.is_refused:
        err.print(data_texts.history_would_be_refused(words, imported.bad), markup=False)
    told = data_texts.history_imported(
        words,
        stored=imported.stored,
        present=imported.present,
        bad=imported.bad,
        is_rehearsal=imported.is_rehearsal,
    )
    out.print(told, markup=False)


def _history_as_json(imported: HistoryImported) -> dict[str, Any]:
    return {
        "is_dry_run": imported.is_rehearsal,
        "is_refused": imported.is_refused,
        "rows": imported.rows,
        "rows_stored": imported.stored,
        "rows_there_already": imported.present,
        "rows_bad": imported.bad,
        "first_bad": [
            {"line": line, "told": data_texts.row_bad(words, line, error)}
            for line, error in imported.first_bad
        ],
        "unknown_names": dict(imported.unknown.most_common()),
    }
