"""The commands that look after data: `kudos backup`, `restore`, `export` and `erase`."""

from __future__ import annotations

from codecs import getwriter
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple, NoReturn, TextIO, cast

import typer

from bot.cli.console import (
    DATA,
    EXIT_CODES,
    FOUND_FAULTS,
    AsJson,
    command_settings,
    err,
    name_database,
    open_named,
    out,
    print_json,
    print_result,
    progress,
    run_async,
    sentences,
    words,
)
from bot.clock import machine_clock
from bot.domain.backup import NotCopiedError, NothingThereError, is_damage
from bot.domain.errors import UnknownMembersError
from bot.domain.personal_data import ErasePerson, PersonErased
from bot.messages.operations import data as data_texts
from bot.messages.operations import database as database_texts
from bot.messages.operations import general as texts
from bot.operations.backup import back_up_sqlite, backup_name, dump_command, pg_restore_command
from bot.operations.export import NoSuchWorkspaceError, export
from bot.operations.files import BACKUPS, is_stream, written_whole
from bot.operations.printing import StandardOutput
from bot.operations.transfer import export_all
from bot.services.operations.export import list_workspaces
from bot.services.people.erasure import erase, rehearse_erasure
from bot.tenancy.tenancy import StartError
from storage.engine.private_files import make_folder
from storage.engine.restoring import restore_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import Settings
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

    Only its owner can read it; nothing is ever written over. `kudos restore`
    puts it back. For Postgres it prints the pg_dump command to use instead,
    and ends with 1.
    """
    with sentences():
        settings = command_settings()
        now = machine_clock()
        name_database(settings)
        if not settings.database_url.startswith("sqlite"):
            _tell_of_dump(settings, file or Path(backup_name(now, "dump")), as_json=as_json)
        if file is None:
            file = settings.kudos_home / BACKUPS / backup_name(now, "db")
            make_folder(file.parent)
        try:
            copied = back_up_sqlite(settings.database_url, file)
        except NothingThereError:
            _tell_of_nothing()
        except NotCopiedError as error:
            raise StartError(_not_backed_up(str(error))) from None
        if as_json:
            sizes = {"bytes": copied.size, "kudos": copied.kudos_count}
            print_result({"is_done": True, "file": str(file)} | sizes)
        else:
            print_result(data_texts.backed_up(words, str(file), copied))


@commands.command("restore", rich_help_panel=DATA, epilog=EXIT_CODES)
def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backup` made.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Take the place of a database that is there; it is kept."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a copy that `kudos backup` made into the place of the database; stop Kudos before.

    The copy is read from end to end first, and stays where it is. A database that is there is kept
    under another name. For Postgres it prints the pg_restore command, and ends with 1.
    """
    with sentences():
        settings = command_settings()
        name_database(settings)
        url = settings.database_url
        if not url.startswith("sqlite"):
            command = pg_restore_command(url, file)
            if as_json:
                print_json({"is_done": False, "command": command})
            else:
                err.print(database_texts.restore_postgres(words), markup=False)
                out.print(command, markup=False)
            raise typer.Exit(FOUND_FAULTS)
        restored = restore_sqlite(url, file, machine_clock(), replacing=force)
        if as_json:
            sizes = {"kudos": restored.kudos_count, "workspaces": restored.workspaces_count}
            paths = {"file": restored.path, "kept": restored.kept}
            print_result({"is_done": True} | paths | sizes)
        else:
            print_result(database_texts.restored(words, restored))


def _tell_of_dump(settings: Settings, file: Path, *, as_json: bool) -> NoReturn:
    command = dump_command(settings.database_url, file)
    restoring = pg_restore_command(settings.database_url, file)
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
    team: Annotated[
        str | None,
        typer.Option(show_default=False, help="One workspace alone, such as T0123456789."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DAY",
            show_default=False,
            help="What was given on that day and later, such as 2026-01-31.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE if it is there already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write what is stored to a file, while Kudos runs.

    A file appears once it is whole, and only its owner can read it. It has private thanks too,
    marked as such. A table (csv) has a row for each receiver, and `kudos import-history` reads it.
    A file with everything is as it all was at one moment; tokens in it stay encrypted.
    """
    with sentences():
        if file is not None and output is not None:
            raise StartError(data_texts.two_files(words))
        target = file or output
        if what is What.ALL and format_ is Format.CSV:
            raise StartError(data_texts.no_csv_of_everything(words))
        if as_json and target is None:
            raise StartError(data_texts.json_needs_a_file(words))
        if target is not None and target.is_dir():
            raise StartError(data_texts.export_is_folder(words, str(target)))
        if target is not None and target.exists() and not (force or is_stream(target)):
            raise StartError(data_texts.export_is_there(words, str(target)))
        if what is What.ALL and (team is not None or since is not None):
            raise StartError(data_texts.everything_is_undivided(words))
        settings = command_settings()
        if what is What.ALL:
            exported = run_async(_export_all(settings, target, replacing=force))
            if as_json:
                rows = {"rows": dict(exported.rows), "sha256": exported.sha256}
                print_result({"file": str(target)} | rows)
            else:
                err.print(data_texts.everything_exported(words, exported), markup=False)
            return
        how = _How(format_ is Format.CSV, team, None if since is None else since.date(), force)
        count = run_async(_export_kudos(settings, target, how))
        if as_json:
            print_result({"file": str(target), "kudos": count})
        else:
            err.print(texts.exported(words, count))


class _How(NamedTuple):
    as_csv: bool
    team_id: str | None
    since: date | None
    replacing: bool


def _not_backed_up(reason: str) -> str:
    told = data_texts.not_backed_up(words, reason)
    return f"{told} {database_texts.damaged(words, reason)}" if is_damage(reason) else told


def _tell_of_nothing() -> NoReturn:
    err.print(database_texts.no_workspace(words), markup=False)
    raise typer.Exit(FOUND_FAULTS)


async def _export_all(settings: Settings, target: Path | None, *, replacing: bool) -> Exported:
    store = open_named(settings)
    try:
        if not await store.read(list_workspaces, None):
            _tell_of_nothing()
        with progress(data_texts.exporting(words)) as show:
            return await export_all(store, target, show, replacing=replacing)
    finally:
        await store.close()


async def _export_kudos(settings: Settings, target: Path | None, how: _How) -> int:
    store = open_named(settings)
    try:
        if not await store.read(list_workspaces, None):
            _tell_of_nothing()
        with _opened(target, replacing=how.replacing) as file:
            return await export(
                store, file, as_csv=how.as_csv, team_id=how.team_id, since=how.since
            )
    except NoSuchWorkspaceError as error:
        teams = words.join(list(error.team_ids))
        raise StartError(data_texts.no_workspace(words, error.team_id, teams)) from None
    finally:
        await store.close()


@commands.command("erase", rich_help_panel=DATA, epilog=EXIT_CODES)
def erase_command(
    team: Annotated[str, typer.Option(help="The workspace, such as T0123456789.")],
    user: Annotated[str, typer.Option(help="The person, such as U0123456789.")],
    sure: Annotated[
        bool, typer.Option("--sure", help="Really do it; without this, nothing happens.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be erased.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Erase somebody's name and words, as they can do themselves; points and counts stay."""
    with sentences():
        settings = command_settings()

        is_clean = True
        is_rehearsal = dry_run or not sure

        async def run() -> PersonErased | None:
            nonlocal is_clean
            store = open_named(settings)
            try:
                if is_rehearsal:
                    return await store.read(rehearse_erasure, ErasePerson(team, user))
                erased = await store.write(erase, ErasePerson(team, user))
                is_clean = await store.scrub()
                return erased  # noqa: TRY300 - closed below
            except UnknownMembersError:
                return None
            finally:
                await store.close()

        erased = run_async(run())
        if not is_clean:
            err.print(texts.log_not_emptied(words), markup=False)
        if as_json:
            reasons_count = 0 if erased is None else erased.reasons_count
            is_erased = erased is not None and not is_rehearsal
            print_result({"is_erased": is_erased, "user_id": user, "reasons_count": reasons_count})
        if erased is None:
            err.print(texts.nobody_to_erase(words, user), markup=False)
            raise typer.Exit(FOUND_FAULTS)
        if not as_json:
            print_result(_told_of_erasure(erased, is_rehearsal=is_rehearsal))
        if is_rehearsal and not dry_run:
            err.print(texts.not_sure_to_erase(words), markup=False)
            raise typer.Exit(FOUND_FAULTS)


def _told_of_erasure(erased: PersonErased, *, is_rehearsal: bool) -> str:
    count = erased.reasons_count
    if is_rehearsal:
        name = erased.reader.names[erased.user_id]
        return texts.would_erase(words, name, erased.user_id, count)
    return texts.person_erased(words, erased.user_id, count)


@contextmanager
def _opened(output: Path | None, *, replacing: bool) -> Iterator[TextIO]:
    if output is None:
        out = StandardOutput()
        yield cast("TextIO", getwriter("utf-8")(cast("BinaryIO", out)))
        out.flush()
        return
    with written_whole(output, replacing=replacing) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()
