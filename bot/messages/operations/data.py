"""What the command line says of backups, of exports and of moving everything.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.transfer import TransferFault
from bot.messages.operations.database import file_size

if TYPE_CHECKING:
    from bot.domain.backup import Copied
    from bot.domain.transfer import Exported, Imported, TransferError
    from bot.messages.text.words import Words


def backed_up(words: Words, path: str, copied: Copied) -> str:
    """Return where the copy is and what was found in it."""
    return words.plural(
        "{path} has the whole database ({size}, {n} kudos). It was opened and checked.",
        "{path} has the whole database ({size}, {n} kudos). It was opened and checked.",
        copied.kudos_count,
        path=path,
        size=file_size(words, copied.size),
    )


def not_backed_up(words: Words, reason: str) -> str:
    """Return why there is no copy."""
    return words.text("There is no backup: {reason}. Nothing was left behind.", reason=reason)


def back_up_postgres(words: Words) -> str:
    """Return what to do where the database is a server's."""
    return words.text(
        "Nothing was copied: Postgres has its own command for that, which runs beside Kudos. It "
        "asks for the password, or takes it from PGPASSWORD or ~/.pgpass:"
    )


def restore_postgres(words: Words, command: str) -> str:
    """Return how such a copy is read again."""
    return words.text("To restore it into an empty database: {command}", command=command)


def file_is_there(words: Words, path: str) -> str:
    """Return that a file is not written over."""
    return words.text("{path} is there already and was left as it is.", path=path)


def no_csv_of_everything(words: Words) -> str:
    """Return why everything cannot be written as one table."""
    return words.text("Everything is several tables, so it can only be written as jsonl.")


def two_files(words: Words) -> str:
    """Return that one of two names for the same is too many."""
    return words.text("Name the file once, either by itself or with --output.")


def json_needs_a_file(words: Words) -> str:
    """Return why a result cannot be printed where the records go."""
    return words.text("With --json, name a file for the records: the result goes to the screen.")


def exporting(words: Words) -> str:
    """Return what a progress bar is about."""
    return words.text("Writing")


def importing(words: Words) -> str:
    """Return what a progress bar is about."""
    return words.text("Reading")


def taking_back(words: Words) -> str:
    """Return what a progress bar is about."""
    return words.text("Taking back")


def come_far(words: Words, title: str, done: int, total: int) -> str:
    """Return how far a command has come, for a log."""
    if not total:
        return words.text("{title}: {done} so far", title=title, done=words.number(done))
    return words.text(
        "{title}: {done} of {total}",
        title=title,
        done=words.number(done),
        total=words.number(total),
    )


def interrupted(words: Words) -> str:
    """Return how to go on with what somebody has stopped."""
    return words.text("Stopped. Run the same command again and it goes on where it was.")


def there_already(words: Words, present: int) -> str:
    """Return how much needed not be stored again."""
    return words.plural("{n} row was there already.", "{n} rows were there already.", present)


def everything_exported(words: Words, exported: Exported) -> str:
    """Return how much was written."""
    return words.plural(
        "Everything is written: {n} row. It holds what people wrote, so keep it safe.",
        "Everything is written: {n} rows. It holds what people wrote, so keep it safe.",
        sum(exported.rows.values()),
    )


def everything_imported(words: Words, imported: Imported) -> str:
    """Return how much was stored, or would be."""
    there = there_already(words, imported.present)
    if imported.is_rehearsal:
        told = words.plural(
            "The file is whole and fits. {n} row would be stored.",
            "The file is whole and fits. {n} rows would be stored.",
            imported.stored,
        )
        return f"{told} {there}"
    told = words.plural("{n} row is stored.", "{n} rows are stored.", imported.stored)
    start = words.text(
        "Start Kudos on one of the two databases only, or people are told everything twice."
    )
    return f"{told} {there}\n{start}"


def transfer_fault(  # noqa: C901, PLR0911 - one for each fault
    words: Words, error: TransferError
) -> str:
    """Return why everything could not be moved, and what to do."""
    line = words.number(error.line)
    match error.fault:
        case TransferFault.NO_EXPORT:
            return words.text(
                "This is not a file that `kudos export --what all` has written. Thanks of the past "
                "in a table are read by: kudos import-history FILE --team T…"
            )
        case TransferFault.NEWER_FORMAT | TransferFault.NEWER_SCHEMA:
            return words.text(
                "This file was written by a newer version of Kudos ({version}). Install that "
                "version here, then import it.",
                version=error.what,
            )
        case TransferFault.OLDER_SCHEMA:
            return words.text(
                "This file was written by an older version of Kudos ({version}). Install this "
                "version there, run `kudos migrate`, and export again.",
                version=error.what,
            )
        case TransferFault.UNREADABLE:
            return words.text("Line {line} cannot be read. Nothing after it is stored.", line=line)
        case TransferFault.UNFIT:
            return words.text(
                "What follows from line {line} does not fit into the table {table} here.",
                line=line,
                table=error.table,
            )
        case TransferFault.CUT_OFF:
            return words.text(
                "The file ends too early, at line {line}: it was not copied as a whole.", line=line
            )
        case TransferFault.DAMAGED:
            return words.text("The file was changed or damaged: its check sum is not right.")
        case TransferFault.DIFFERENT:
            return words.text(
                "The database has something else in the place of what the file has, in the table "
                "{table}: {which}. Import into an empty database, or go on with the one that you "
                "began with and that Kudos has not run on since.",
                table=error.table,
                which=error.what or words.text("line {line} and after", line=line),
            )
        case TransferFault.NOT_EMPTY:
            return words.text(
                "This database has other data already, so nothing was imported: a file is taken "
                "into an empty database. Name another one with DATABASE_URL or KUDOS_HOME."
            )
        case TransferFault.ALREADY_SENT:
            return words.text(
                "The database went away in the middle, and what was written cannot be taken back. "
                "Run it again, best into a file."
            )


def which_file(words: Words) -> str:
    """Return that no file was named."""
    return words.text("Which file? For example: kudos import all.jsonl")


def export_is_there(words: Words, path: str) -> str:
    """Return that an export replaces nothing unless it is told to."""
    return words.text(
        "{path} is there already and was left as it is. To replace it, add --force.", path=path
    )


def export_is_folder(words: Words, path: str) -> str:
    """Return that an export is one file."""
    return words.text(
        "{path} is a folder. Name a file in it, such as kudos.jsonl.",
        path=path,
    )


def everything_is_undivided(words: Words) -> str:
    """Return that everything is written as a whole."""
    return words.text("--team and --since are for kudos alone: everything is written as a whole.")


def no_workspace(words: Words, team_id: str, teams: str) -> str:
    """Return which workspaces there are instead of one that there is not."""
    if not teams:
        return words.text("This database has no workspace at all.")
    return words.text(
        "This database has no workspace {team}. It has {teams}.", team=team_id, teams=teams
    )
