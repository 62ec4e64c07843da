"""What the command line says of thanks of the past that are imported.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.history_import.columns import Product
from bot.domain.history_import.moments import DateOrder
from bot.messages.operations.data import there_already

if TYPE_CHECKING:
    from bot.domain.history_import.rows import ImportNoted, Understood
    from bot.messages.text.words import Words

SHOWN_LENGTH = 80  # of the words of a row


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


def which_table(words: Words) -> str:
    """Return that no file was named."""
    return words.text("Which file? For example: kudos import-history thanks.csv --team T…")


def only_for_history(words: Words, options: str) -> str:
    """Return that an option means nothing for a file with everything."""
    return words.text(
        "{options} belongs to the history of another product: kudos import-history.",
        options=options,
    )


def stands_alone(words: Words, asked: str, beside: str) -> str:
    """Return that what is asked about imports reads no file, nor what is for reading one."""
    return words.text(
        "{asked} reads no file, so nothing was done: leave out {beside}.",
        asked=asked,
        beside=beside,
    )


def understood(words: Words, found: Understood) -> str:
    """Return how a file is read, and its first row as it was understood."""
    told = [_form(words, found), *_dates(words, found)]
    if found.first is not None:
        names = [found.names.get(one) or one for one in found.first.receiver_ids]
        points = words.plural("{n} point", "{n} points", found.first.receipts[0].points)
        if len(names) > 1:
            points = words.text("{points} each", points=points)
        giver_id = found.first.giver_id
        told.append(
            words.text(
                "The first row (line {line}) is read as: {giver} thanks {receivers}, {points}, "
                "{moment}: “{reason}”",
                line=words.number(found.line),
                giver=found.names.get(giver_id) or giver_id,
                receivers=words.join(names),
                points=points,
                moment=words.moment_in(found.first.at, found.zone),
                reason=_short(found.first.reason),
            )
        )
    return "\n".join(told)


def _form(words: Words, found: Understood) -> str:
    whose = words.text("a table")
    if found.is_ours:
        whose = words.text("a table of Kudos")
    elif found.product is Product.HEYTACO:
        whose = words.text("a table of HeyTaco")
    elif found.product is Product.BONUSLY:
        whose = words.text("a table of Bonusly")
    if found.sheet:
        return words.text(
            "The file is read as {whose}, from the sheet “{sheet}” of a workbook.",
            whose=whose,
            sheet=found.sheet,
        )
    parted = {
        ",": words.text("commas"),
        ";": words.text("semicolons"),
        "\t": words.text("tabs"),
        "|": words.text("bars"),
    }
    return words.text(
        "The file is read as {whose}, in {encoding}, with {delimiters} between its columns.",
        whose=whose,
        encoding=found.encoding,
        delimiters=parted.get(found.delimiter, f"“{found.delimiter}”"),
    )


def _dates(words: Words, found: Understood) -> list[str]:
    zone = words.text("Times that name no zone are those of {zone}.", zone=found.zone)
    if found.date_order is None:
        return [zone]
    evidence = found.date_evidence
    if found.date_order is DateOrder.DAY_FIRST and evidence:
        order = words.text("In its dates the day comes first, as “{date}” shows.", date=evidence)
    elif found.date_order is DateOrder.DAY_FIRST:
        order = words.text("In its dates the day comes first.")
    elif evidence:
        order = words.text("In its dates the month comes first, as “{date}” shows.", date=evidence)
    else:
        order = words.text("In its dates the month comes first.")
    return [order, zone]


def _short(reason: str) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= SHOWN_LENGTH else f"{line[:SHOWN_LENGTH]}…"


def former_kept(words: Words, names: list[str], more: int) -> str:
    """Return who is taken in though nobody knows them."""
    told = words.text(
        "These people are not in the workspace and are kept as people who left: {names}.",
        names=words.join(names),
    )
    return told if not more else f"{told} {names_more(words, more)}"


def taken_back(words: Words, count: int) -> str:
    """Return that thanks were left out which had been taken back."""
    return words.plural(
        "{n} row was taken back before it was exported and is left out.",
        "{n} rows were taken back before they were exported and are left out.",
        count,
    )


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
    left = words.plural("{n} row was left out.", "{n} rows were left out.", bad)
    return " ".join([told, there_already(words, present), *([left] if bad else [])])


def import_noted(words: Words, import_id: str) -> str:
    """Return how an import is taken back."""
    return words.text(
        "This is import {import_id}. To take it back: kudos import-history --undo {import_id}",
        import_id=import_id,
    )


def imports_listed(words: Words, found: list[ImportNoted]) -> str:
    """Return the imports that there are, a line for each."""
    if not found:
        return words.text("Nothing was imported.")
    return "\n".join(_noted(words, noted) for noted in found)


def _noted(words: Words, noted: ImportNoted) -> str:
    told = words.text(
        "{import_id}: {moment}, {team}, {file}, {thanks}",
        import_id=noted.import_id,
        moment=words.moment_in(noted.begun_at, "UTC"),
        team=noted.team_id,
        file=noted.file_name or "-",
        thanks=words.plural("{n} thanks", "{n} thanks", noted.standing),
    )
    if noted.undone_at is not None and noted.standing:
        return words.text("{listed} (partly taken back)", listed=told)
    if noted.undone_at is not None:
        return words.text("{listed} (taken back)", listed=told)
    if noted.ended_at is None:
        return words.text("{listed} (not at its end)", listed=told)
    return told


def import_undone(words: Words, import_id: str, undone: int, before: int) -> str:
    """Return what was taken back with an import."""
    told = words.plural(
        "Import {import_id} is taken back: {n} thanks. Boards and balances are without it, nobody "
        "was told, and the file can be imported again.",
        "Import {import_id} is taken back: {n} thanks. Boards and balances are without them, "
        "nobody was told, and the file can be imported again.",
        undone,
        import_id=import_id,
    )
    if not before:
        return told
    earlier = words.plural(
        "{n} more was taken back before.", "{n} more were taken back before.", before
    )
    return f"{told} {earlier}"


def import_would_be_undone(words: Words, import_id: str, standing: int) -> str:
    """Return what would be taken back with an import."""
    return words.plural(
        "Import {import_id} would be taken back: {n} thanks.",
        "Import {import_id} would be taken back: {n} thanks.",
        standing,
        import_id=import_id,
    )


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
        "and Slack ids in the second, or the list of members that Slack lets admins download. "
        "Whoever has left is kept under that name with --keep-unknown."
    )
