"""What the command line says of the database as a whole: which it is, of what version, and why not.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.backup import RestoreFault, is_damage, is_no_database

if TYPE_CHECKING:
    from bot.domain.backup import CannotRestoreError, Restored
    from bot.messages.text.words import Words

_KILOBYTE, _MEGABYTE = 1_000, 1_000_000


def database(words: Words, name: str) -> str:
    """Return which database a command works on."""
    return words.text("Database: {name}", name=name)


def no_database(words: Words, name: str, folder: str | None) -> str:
    """Return that there is nothing to work on, and why; `folder` has no file with settings."""
    told = words.text(
        "There is no Kudos database at {name}. `kudos start` and `kudos migrate` make one.",
        name=name,
    )
    if folder is None:
        return told
    why = words.text(
        "There is no .env in {folder}: go to the folder that has it, or name it with "
        "`kudos --env-file PATH`.",
        folder=folder,
    )
    return f"{told} {why}"


def no_tables(words: Words, name: str) -> str:
    """Return what a server's database needs before anything else."""
    return words.text(
        "The database {name} has no tables of Kudos yet. Run `kudos migrate` once, then this "
        "again.",
        name=name,
    )


def no_workspace(words: Words) -> str:
    """Return that a database is empty, which is hardly what was meant."""
    return words.text(
        "There is no workspace in this database, so nothing was written. If it is not the one that "
        "you meant, see DATABASE_URL and KUDOS_HOME, or name your settings with "
        "`kudos --env-file PATH`."
    )


def no_env_file(words: Words, path: str) -> str:
    """Return that the settings are not where they were said to be."""
    return words.text("There is no file {path} to read settings from.", path=path)


def older_schema(words: Words) -> str:
    """Return what an earlier version's database needs."""
    return words.text(
        "This database is of an older version of Kudos and was left as it is. Make a copy with "
        "`kudos backup`, then run `kudos migrate`."
    )


def unavailable(words: Words, reason: str) -> str:
    """Return what to look at when the database does not answer."""
    told = words.text(
        "The database does not answer: {reason}. Check DATABASE_URL, and that the file or the "
        "server is there and may be written to.",
        reason=reason.strip(),
    )
    return f"{told} {damaged(words, reason)}" if is_damage(reason) else told


def damaged(words: Words, reason: str) -> str:
    """Return the likely cause of a file that is no sound database, and the cure."""
    if is_no_database(reason):
        return words.text(
            "Something else was written over it, or it is another file: stop Kudos, and run "
            "`kudos restore FILE --force` with a backup."
        )
    return words.text(
        "The likely cause is a -wal file that was left beside the database when another file was "
        "put in its place: stop Kudos, and run `kudos restore FILE --force` with a backup."
    )


def restore_postgres(words: Words) -> str:
    """Return what to do where the database is a server's."""
    return words.text(
        "Nothing was restored: Postgres has its own command for that. Stop Kudos, and give it an "
        "empty database:"
    )


def restored(words: Words, found: Restored) -> str:
    """Return what stands in the place of the database now."""
    if found.last_at is None:
        told = words.text("{path} is restored; it has no kudos yet.", path=found.path)
    else:
        told = words.plural(
            "{path} is restored, with {n} kudos, the last one of {when}.",
            "{path} is restored, with {n} kudos, the last one of {when}.",
            found.kudos_count,
            path=found.path,
            when=words.moment_in(found.last_at, "UTC"),
        )
    if found.is_older:
        older = words.text("It is of an older version, and is upgraded at the next start.")
        told = f"{told} {older}"
    if found.kept is not None:
        kept = words.text("What was there before is {path} now.", path=found.kept)
        told = f"{told} {kept}"
    return told


def cannot_restore(words: Words, error: CannotRestoreError) -> str:  # noqa: C901, PLR0911 - one for each
    """Return why a copy was not restored."""
    path = error.path
    match error.fault:
        case RestoreFault.NO_FILE:
            return words.text("There is no file {path}.", path=path)
        case RestoreFault.SAME_FILE:
            return words.text("{path} is the database itself, and no copy of it.", path=path)
        case RestoreFault.DAMAGED:
            return words.text(
                "{path} is damaged and was not restored: {reason}.", path=path, reason=error.reason
            )
        case RestoreFault.UNREADABLE:
            return words.text("{path} cannot be read: {reason}.", path=path, reason=error.reason)
        case RestoreFault.NOT_OURS:
            return words.text(
                "{path} is no backup of Kudos. For a file of `kudos export --what all`, "
                "use `kudos import FILE`.",
                path=path,
            )
        case RestoreFault.HALF_IMPORTED:
            return words.text(
                "{path} was made while an import had not ended, so it has only a part of the data.",
                path=path,
            )
        case RestoreFault.OF_ANOTHER_VERSION:
            return words.text(
                "{path} belongs to a newer version of Kudos, or to another program. Install that "
                "version, and restore it with that.",
                path=path,
            )
        case RestoreFault.EMPTY:
            return words.text("There is no workspace in {path}, so it was not restored.", path=path)
        case RestoreFault.IN_USE:
            return words.text(
                "A program is working with {path}. Stop Kudos, then run this again.", path=path
            )
        case RestoreFault.DATABASE_THERE:
            return words.text(
                "There is a database at {path}, and it was left as it is. With --force it is kept "
                "under another name, and the backup takes its place.",
                path=path,
            )


def not_upgraded(words: Words, reason: str) -> str:
    """Return why a database stays as it is."""
    return words.text(
        "The database was not upgraded, since no copy of it could be made beside it: {reason}. "
        "Make room and run this again.",
        reason=reason.rstrip("."),
    )


def upgraded(words: Words, copy: str | None) -> str:
    """Return what tells that the tables are of this version now."""
    told = words.text("The database was upgraded to the tables of this version.")
    if copy is None:
        return told
    kept = words.text(
        "{path} is the database as it was before; delete it once all is well.", path=copy
    )
    return f"{told} {kept}"


def upgrades_postgres(words: Words) -> str:
    """Return what is said before a server's database is upgraded."""
    return words.text(
        "This database is of an older version and is upgraded now. Postgres keeps no copy: "
        "`kudos backup` prints the command that makes one."
    )


def file_size(words: Words, size: int) -> str:
    """Return the size of a file in megabytes, of a small one in kilobytes."""
    if size >= _MEGABYTE:
        return words.text("{n} MB", n=words.number(round(size / _MEGABYTE)))
    return words.text("{n} kB", n=words.number(max(1, round(size / _KILOBYTE))))
