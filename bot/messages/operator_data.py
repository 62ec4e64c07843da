"""What the command line says of backups, of moving everything, and of history from elsewhere.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.importing import Field, ImportFault, RowFault
from bot.domain.transfer import TransferFault

if TYPE_CHECKING:
    from bot.domain.backup import Copied
    from bot.domain.importing import BadRowError, CannotImportError
    from bot.domain.transfer import Exported, Imported, TransferError
    from bot.messages.words import Words

MEGABYTE = 1_000_000


def backed_up(words: Words, path: str, copied: Copied) -> str:
    """Return where the copy is and what was found in it."""
    return words.plural(
        "{path} has the whole database ({size} MB, {n} kudos). It was opened and checked.",
        "{path} has the whole database ({size} MB, {n} kudos). It was opened and checked.",
        copied.kudos_count,
        path=path,
        size=words.number(max(1, round(copied.size / MEGABYTE))),
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


def everything_exported(words: Words, exported: Exported) -> str:
    """Return how much was written."""
    return words.plural(
        "Everything is written: {n} row. It holds what people wrote, so keep it safe.",
        "Everything is written: {n} rows. It holds what people wrote, so keep it safe.",
        sum(exported.rows.values()),
    )


def everything_imported(words: Words, imported: Imported) -> str:
    """Return how much was stored, or would be."""
    there = words.plural(
        "{n} row was there already.", "{n} rows were there already.", imported.present
    )
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


def transfer_fault(  # noqa: PLR0911 - one for each fault
    words: Words, error: TransferError
) -> str:
    """Return why everything could not be moved, and what to do."""
    line = words.number(error.line)
    match error.fault:
        case TransferFault.NO_EXPORT:
            return words.text("This is not a file that `kudos export --what all` has written.")
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
        case TransferFault.ALREADY_SENT:
            return words.text(
                "The database went away in the middle, and what was written cannot be taken back. "
                "Run it again, best into a file."
            )


def which_file(words: Words, product: str) -> str:
    """Return that no file was named; `product` is whose it is, if it is another product's."""
    command = " ".join(filter(None, ["kudos import", product, "FILE"]))
    return words.text("Which file? For example: {command}", command=command)


def no_such_product(words: Words, name: str, products: str) -> str:
    """Return whose exports can be read."""
    return words.text(
        "I can read exports of {products}, not of {name}. A file with all that another Kudos has "
        "is imported with: kudos import FILE",
        name=name,
        products=products,
    )


def which_team(words: Words) -> str:
    """Return that history needs a workspace."""
    return words.text("For which workspace? Name it with --team, such as --team T0123456789.")


def only_for_history(words: Words, options: str) -> str:
    """Return that an option means nothing for a file with everything."""
    return words.text("{options} belongs to the history of another product.", options=options)


def history_imported(
    words: Words, *, stored: int, present: int, bad: int, is_rehearsal: bool
) -> str:
    """Return what became of the rows of another product's history."""
    if is_rehearsal:
        told = words.plural("{n} row would be stored.", "{n} rows would be stored.", stored)
    else:
        told = words.plural(
            "{n} row is stored as history. Nobody was told, and no allowance was touched.",
            "{n} rows are stored as history. Nobody was told, and no allowance was touched.",
            stored,
        )
    there = words.plural("{n} row was there already.", "{n} rows were there already.", present)
    left = words.plural("{n} row was left out.", "{n} rows were left out.", bad)
    return " ".join([told, there, *([left] if bad else [])])


def history_refused(words: Words, bad: int) -> str:
    """Return that nothing was stored because of some rows."""
    return words.plural(
        "{n} row cannot be taken, so nothing was stored. Mend it, or leave it out with --skip-bad.",
        "{n} rows cannot be taken, so nothing was stored. Mend them, or leave them out with "
        "--skip-bad.",
        bad,
    )


def history_would_be_refused(words: Words, bad: int) -> str:
    """Return that nothing would be stored because of some rows."""
    return words.plural(
        "{n} row cannot be taken; without --skip-bad nothing would be stored.",
        "{n} rows cannot be taken; without --skip-bad nothing would be stored.",
        bad,
    )


def name_unknown(words: Words, name: str, rows: int) -> str:
    """Return how many rows are about somebody whom nobody knows."""
    return words.plural(
        "Nobody here is called {name} ({n} row).",
        "Nobody here is called {name} ({n} rows).",
        rows,
        name=name,
    )


def names_more(words: Words, count: int) -> str:
    """Return that there are more names than are shown."""
    return words.plural("And {n} more name.", "And {n} more names.", count)


def say_who(words: Words) -> str:
    """Return how names are matched with people."""
    return words.text(
        "Say who is meant with --people FILE: a table with names or addresses in the first column "
        "and Slack ids in the second, or the list of members that Slack lets admins download."
    )


def row_bad(words: Words, line: int, error: BadRowError) -> str:
    """Return why a row cannot be taken."""
    return words.text("Line {line}: {why}.", line=words.number(line), why=_why(words, error))


def _why(words: Words, error: BadRowError) -> str:  # noqa: PLR0911 - as above
    match error.fault:
        case RowFault.MISSING:
            return words.text("the {field} is missing", field=_field(words, Field(error.what)))
        case RowFault.UNKNOWN_PERSON:
            return words.text("nobody here is called {name}", name=error.what)
        case RowFault.SEVERAL_PEOPLE:
            return words.text("several people here are called {name}", name=error.what)
        case RowFault.TOO_MANY:
            return words.text("it names too many people")
        case RowFault.SELF:
            return words.text("it names nobody but the giver")
        case RowFault.NO_POINTS:
            return words.text("“{cell}” is not a whole number of points", cell=error.what)
        case RowFault.NO_MOMENT:
            return words.text(
                "“{cell}” is not a clear day or time; say how it is written with "
                "--date-format, such as %m/%d/%Y",
                cell=error.what,
            )
        case RowFault.FUTURE:
            return words.text("“{cell}” is in the future", cell=error.what)
        case RowFault.NO_ROW:
            return words.text("it cannot be read as a row ({reason})", reason=error.what)


def _field(words: Words, field: Field) -> str:
    return {
        Field.GIVER: words.text("giver"),
        Field.RECEIVER: words.text("receiver"),
        Field.POINTS: words.text("number of points"),
        Field.REASON: words.text("reason"),
        Field.AT: words.text("time"),
        Field.VALUE: words.text("value"),
    }[field]


def import_fault(  # noqa: PLR0911 - as above
    words: Words, error: CannotImportError
) -> str:
    """Return why a whole file cannot be taken."""
    found = words.join(list(error.found))
    match error.fault:
        case ImportFault.NO_COLUMN:
            return words.text(
                "No column looks like the {field}. The columns are {columns}. Name the right one: "
                "--map {name}=COLUMN",
                field=_field(words, Field(error.what)),
                name=error.what,
                columns=found,
            )
        case ImportFault.NO_SUCH_COLUMN:
            return words.text(
                "There is no column {column}. The columns are {columns}.",
                column=error.what,
                columns=found,
            )
        case ImportFault.NO_TABLE:
            return words.text(
                "This is not a table with the names of its columns in the first line."
            )
        case ImportFault.NO_WORKSPACE if error.found:
            return words.text(
                "This database has no workspace {team}. It has {teams}.",
                team=error.what,
                teams=found,
            )
        case ImportFault.NO_WORKSPACE:
            return words.text(
                "This database has no workspace {team}. Run `kudos start` once, so that Kudos "
                "learns who is in it.",
                team=error.what,
            )
        case ImportFault.NO_PEOPLE:
            return words.text(
                "{path} names nobody: it needs names in the first column and Slack ids in the "
                "second, or must be Slack's own list of members.",
                path=error.what,
            )
        case ImportFault.UNCLEAR_MAP:
            return words.text(
                "--map does not understand “{part}”. Write it like giver=From,receiver=To; it "
                "knows {fields}.",
                part=error.what,
                fields=words.join([str(field) for field in Field]),
            )
