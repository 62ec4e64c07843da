"""What the command line says of a table that cannot be imported, or of a row of it.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.history_import.columns import NAMED, Field
from bot.domain.history_import.faults import ImportFault, RowFault
from bot.messages.operations.data import no_workspace

if TYPE_CHECKING:
    from bot.domain.history_import.faults import BadRowError, CannotImportError
    from bot.messages.text.words import Words


def row_bad(words: Words, line: int, error: BadRowError) -> str:
    """Return why a row cannot be taken."""
    return words.text("Line {line}: {why}.", line=words.number(line), why=_why(words, error))


def _why(  # noqa: C901, PLR0911, PLR0912 - one for each fault
    words: Words, error: BadRowError
) -> str:
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
        case RowFault.TOO_WIDE:
            return words.text("it has more cells than there are columns")
        case RowFault.NO_AUDIENCE:
            return words.text("“{cell}” is not public, channel or private", cell=error.what)
        case RowFault.SCATTERED:
            return words.text(
                "the rows of {kudos} stand apart; sort the table by kudos_id", kudos=error.what
            )
        case RowFault.UNLIKE:
            return words.text("the rows of {kudos} do not fit together", kudos=error.what)
        case RowFault.OTHER_TEAM:
            return words.text(
                "it is of another workspace ({team}) than the rows before; export one alone with "
                "kudos export --team",
                team=error.what,
            )
        case RowFault.NO_ROW:
            return words.text("it cannot be read as a row ({reason})", reason=error.what)


def _field(words: Words, field: Field) -> str:
    known = {
        Field.GIVER: words.text("giver"),
        Field.RECEIVER: words.text("receiver"),
        Field.POINTS: words.text("number of points"),
        Field.REASON: words.text("reason"),
        Field.AT: words.text("time"),
        Field.VALUE: words.text("value"),
    }
    return known.get(field, str(field))


def import_fault(  # noqa: C901, PLR0911, PLR0912 - as above
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
        case ImportFault.EMPTY:
            return words.text("The file is empty.")
        case ImportFault.NO_ROWS:
            return words.text("The file has the names of its columns and no row below them.")
        case ImportFault.NO_ENCODING:
            return words.text(
                "There is no encoding {name}. Usual ones are utf-8, utf-16, cp1252 and shift_jis.",
                name=error.what,
            )
        case ImportFault.NOT_ENCODED:
            return words.text(
                "The file is not all in {name}. Say how it is written with --encoding, such as "
                "--encoding cp1252.",
                name=error.what,
            )
        case ImportFault.NO_DATE_FORM:
            return words.text(
                "--date-format “{form}” tells no day. Write it like %m/%d/%Y or %d.%m.%Y %H:%M.",
                form=error.what,
            )
        case ImportFault.UNCLEAR_DATES:
            return words.text(
                "Some days, such as “{cell}”, can be read in two ways, and none in the file tells "
                "which. Say it with --date-order day-first or --date-order month-first.",
                cell=error.what,
            )
        case ImportFault.MIXED_DATES:
            return words.text(
                "The dates are written in more than one way: {dates}. Say which is right with "
                "--date-order day-first or --date-order month-first, and mend the others.",
                dates=found,
            )
        case ImportFault.NO_WORKBOOK:
            return words.text("The file is no workbook of Excel, or is damaged. Save it as CSV.")
        case ImportFault.OLD_WORKBOOK:
            return words.text(
                "The workbook is of Excel before 2007, or has a password. Save it as .xlsx without "
                "one, or as CSV."
            )
        case ImportFault.TOO_LARGE:
            return words.text("The workbook unpacks to too much. Save its sheet as CSV.")
        case ImportFault.NO_SHEET:
            return words.text("The workbook has no sheet with cells.")
        case ImportFault.NO_SUCH_SHEET:
            return words.text(
                "The workbook has no sheet {name}. It has {sheets}.", name=error.what, sheets=found
            )
        case ImportFault.TAKEN_BACK:
            return words.text("This import was taken back while it was under way, so it stopped.")
        case ImportFault.NO_IMPORT:
            return words.text(
                "There is no import {name} that could be taken back. To see those that there are: "
                "kudos import-history --list",
                name=error.what,
            )
        case ImportFault.SEVERAL_IMPORTS:
            return words.text(
                "Several workspaces have such an import: {teams}. Name one with --team.",
                teams=found,
            )
        case ImportFault.NOBODY_KNOWN:
            return words.text(
                "Nobody in this file is in the workspace, so it may be for another one. If all of "
                "them have left, add --keep-unknown."
            )
        case ImportFault.NO_TABLE:
            return words.text(
                "This is not a table with the names of its columns in the first line."
            )
        case ImportFault.NO_WORKSPACE if error.found:
            return no_workspace(words, error.what, found)
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
                fields=words.join([str(field) for field in NAMED]),
            )
