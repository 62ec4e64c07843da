"""The commands that look after data: `kudos backup`, `export` and `erase`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from bot.app import open_store
from bot.backup import FOLDER, back_up_sqlite, backup_name, dump_command, restore_command
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
from bot.config import Settings, read_settings
from bot.domain.backup import NotCopiedError
from bot.domain.errors import UnknownMembersError
from bot.domain.own_data import ErasePerson, PersonErased
from bot.exporting import export
from bot.messages import operator as texts
from bot.messages import operator_data as data_texts
from bot.services.erasure import erase
from bot.serving import StartError
from bot.transfer import export_all

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.domain.transfer import Exported

commands = typer.Typer()


class Format(StrEnum):
    """How records are written."""

    JSONL = "jsonl"
    CSV = "csv"


class What(StrEnum):
    """Which records are written."""

    KUDOS = "kudos"
    ALL = "all"


@commands.command("backup", rich_help_panel=DATA, epilog=EXIT_CODES)
def backup_command(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="The new file. Default: kudos-DATE-TIME.db in the folder backups of KUDOS_HOME.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database to a new file while Kudos runs, and check the copy.

    Only its owner can read it; nothing is ever written over. To restore it, stop Kudos and put the
    file in the place of the database. For Postgres it prints the pg_dump command to use instead,
    and ends with 1.
    """
    with sentences():
        settings = read_settings()
        now = machine_clock()
        if not settings.database_url.startswith("sqlite"):
            _tell_of_dump(settings, file or Path(backup_name(now, "dump")), as_json=as_json)
        if file is None:
            file = settings.kudos_home / FOLDER / backup_name(now, "db")
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            copied = back_up_sqlite(settings.database_url, file)
        except NotCopiedError as error:
            raise StartError(data_texts.not_backed_up(words, str(error))) from None
        if as_json:
            sizes = {"bytes": copied.size, "kudos": copied.kudos_count}
            print_json({"is_done": True, "file": str(file)} | sizes)
        else:
            out.print(data_texts.backed_up(words, str(file), copied), markup=False)


def _tell_of_dump(settings: Settings, file: Path, *, as_json: bool) -> NoReturn:
    command = dump_command(settings.database_url, file)
    restoring = restore_command(settings.database_url, file)
    if as_json:
        print_json({"is_done": False, "command": command, "restore_command": restoring})
    else:
        err.print(data_texts.back_up_postgres(words), markup=False)
        out.print(command, markup=False)
        err.print(data_texts.restore_postgres(words, restoring), markup=False)
    raise typer.Exit(FOUND_FAULTS)


@commands.command("export", rich_help_panel=DATA, epilog=EXIT_CODES)
def export_command(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", show_default=False, help="Where to; default: standard output."
        ),
    ] = None,
    what: Annotated[
        What,
        typer.Option(
            help="kudos: one record for each, for a spreadsheet or a program. "
            "all: everything there is, for `kudos import` into another database."
        ),
    ] = What.KUDOS,
    format_: Annotated[
        Format, typer.Option("--format", help="Lines of JSON or, of kudos alone, a table.")
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option(show_default=False, help="The same as FILE.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write what is stored to a file, while Kudos runs.

    All is as it was at one moment. A file with everything is new, appears once it is whole, and
    only its owner can read it; tokens in it stay encrypted.
    """
    with sentences():
        if file is not None and output is not None:
            raise StartError(data_texts.two_files(words))
        target = file or output
        if what is What.ALL and format_ is Format.CSV:
            raise StartError(data_texts.no_csv_of_everything(words))
        if as_json and target is None:
            raise StartError(data_texts.json_needs_a_file(words))
        settings = read_settings()
        if what is What.ALL:
            exported = run_async(_export_all(settings, target))
            if as_json:
                rows = {"rows": dict(exported.rows), "sha256": exported.sha256}
                print_json({"file": str(target)} | rows)
            else:
                err.print(data_texts.everything_exported(words, exported), markup=False)
            return
        count = run_async(_export_kudos(settings, target, as_csv=format_ is Format.CSV))
        if as_json:
            print_json({"file": str(target), "kudos": count})
        else:
            err.print(texts.exported(words, count))


async def _export_all(settings: Settings, target: Path | None) -> Exported:
    store = open_store(settings, machine_clock)
    try:
        with progress(data_texts.exporting(words)) as show:
            return await export_all(store, target, show)
    finally:
        await store.close()


async def _export_kudos(settings: Settings, target: Path | None, *, as_csv: bool) -> int:
    store = open_store(settings, machine_clock)
    try:
        with _opened(target) as file:
            return await export(store, file, as_csv=as_csv)
    finally:
        await store.close()


@commands.command("erase", rich_help_panel=DATA, epilog=EXIT_CODES)
def erase_command(
    team: Annotated[str, typer.Option(help="The workspace, such as T0123456789.")],
    user: Annotated[str, typer.Option(help="The person, such as U0123456789.")],
    as_json: AsJson = False,
) -> None:
    """Erase somebody's name and words, as they can do themselves; points and counts stay."""
    with sentences():
        settings = read_settings()

        async def run() -> PersonErased | None:
            store = open_store(settings, machine_clock)
            try:
                return await store.write(erase, ErasePerson(team, user))
            except UnknownMembersError:
                return None
            finally:
                await store.close()

        erased = run_async(run())
        if as_json:
            reasons_count = 0 if erased is None else erased.reasons_count
            is_erased = erased is not None
            print_json({"is_erased": is_erased, "user_id": user, "reasons_count": reasons_count})
        if erased is None:
            err.print(texts.nobody_to_erase(words, user), markup=False)
            raise typer.Exit(FOUND_FAULTS)
        if not as_json:
            told = texts.person_erased(words, erased.user_id, erased.reasons_count)
            out.print(told, markup=False)


def _opened(output: Path | None) -> AbstractContextManager[TextIO]:
    if output is None:
        return nullcontext(sys.stdout)
    return output.open("w", encoding="utf-8", newline="")
