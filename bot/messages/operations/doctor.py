"""What `kudos doctor` tells an operator: each finding a sentence, and what to do about it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bot.domain.checks import Check, FileFault, InstallationFound, SchemaFound, Unfit
from bot.messages.operations import workspaces
from bot.messages.operations.database import file_size, unavailable
from bot.messages.operations.general import half_imported, newer_schema
from bot.messages.operations.posts import schedule_bad, schedule_good
from bot.messages.operations.unfit_database import unfit_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.checks import Finding
    from bot.messages.text.words import Words


def finding_told(words: Words, finding: Finding) -> str:
    """Return the sentence about one finding, for a terminal."""
    tell = _OF_ONE_KIND.get(finding.check) or (_good if finding.is_ok else _bad)
    return tell(words, finding)


def _private_files(words: Words, finding: Finding) -> str:
    return words.text(
        "Others on this machine can read people's data or secrets. Keep them to yourself: "
        "chmod go= {paths}",
        paths=shlex.join(finding.details),
    )


def _clock(words: Words, finding: Finding) -> str:
    off_seconds = finding.counts["off_seconds"]
    minutes = max(round(abs(off_seconds) / 60), 1)
    what_to_do = words.text(
        "Requests that are off by more than five minutes are refused, so have the clock set by a "
        "time server (NTP)."
    )
    if off_seconds > 0:
        told = words.plural(
            "This machine's clock is {n} minute ahead of Slack's. {what_to_do}",
            "This machine's clock is {n} minutes ahead of Slack's. {what_to_do}",
            minutes,
            what_to_do=what_to_do,
        )
    else:
        told = words.plural(
            "This machine's clock is {n} minute behind Slack's. {what_to_do}",
            "This machine's clock is {n} minutes behind Slack's. {what_to_do}",
            minutes,
            what_to_do=what_to_do,
        )
    return told


def _unfit(words: Words, finding: Finding) -> str:
    reason, found = finding.details
    return unfit_database(words, Unfit(reason), found)


def _good(words: Words, finding: Finding) -> str:
    what = words.join(list(finding.details))
    match finding.check:
        case Check.SETTINGS:
            told = words.text("The settings are complete.")
        case Check.DATABASE:
            told = words.text("The database answers: {name}", name=what)
        case Check.BOT_TOKEN:
            told = words.text("The bot token works in the workspace {name}.", name=what)
        case Check.SCOPES:
            told = words.text("The app has every permission that the manifest asks for.")
        case Check.APP_TOKEN:
            told = words.text("The app-level token opens Socket Mode connections.")
        case Check.LEDGER:
            told = words.plural(
                "The ledger, the balances, the allowances and the boards agree ({n} kudos).",
                "The ledger, the balances, the allowances and the boards agree ({n} kudos).",
                finding.counts["kudos"],
            )
        case Check.OUTBOX:
            told = words.text(
                "Every message has reached Slack or is on its way ({waiting} waiting).",
                waiting=words.number(finding.counts["waiting"]),
            )
        case Check.SCHEDULES:
            told = schedule_good(words, finding)
    return told


def _schema(words: Words, finding: Finding) -> str:
    match finding.schema:
        case SchemaFound.NOT_YET:
            told = words.text(
                "There is no database yet; `kudos start` makes it: {name}",
                name=words.join(list(finding.details)),
            )
        case SchemaFound.MISSING:
            told = words.text("The database has no tables yet. Run: kudos migrate")
        case SchemaFound.OLDER:
            told = words.text(
                "The database has the tables of an older version. Make a copy with `kudos backup`, "
                "then run: kudos migrate"
            )
        case SchemaFound.NEWER:
            told = newer_schema(words)
        case _:
            told = words.text("The database has the tables of this version.")
    return told


def _file(words: Words, finding: Finding) -> str:
    _, fault, path = finding.details
    match FileFault(fault):
        case FileFault.IS_FOLDER:
            told = words.text(
                "{path} is a folder, and the database is a file: move the folder away, or name "
                "another file in DATABASE_URL.",
                path=path,
            )
        case FileFault.IN_NO_FOLDER:
            told = words.text(
                "The database's folder cannot be made, since {path} is a file: move that away, or "
                "name another folder in KUDOS_HOME or DATABASE_URL.",
                path=path,
            )
        case FileFault.NOT_ENTERED:
            told = words.text(
                "The account that runs Kudos may not enter the folder {path}, in which its "
                "database belongs. Let it in, or run Kudos as the account that owns it.",
                path=path,
            )
        case _:
            told = words.text(
                "The account that runs Kudos may not read {path}. Let it read and write that, or "
                "run Kudos as the account that owns it.",
                path=path,
            )
    return told


def _not_writable(words: Words, finding: Finding) -> str:
    name, fault, path = finding.details
    if fault == FileFault.DISK_FULL:
        why = words.text("the disk of {path} is full", path=path)
    else:
        why = words.text("{path} may not be written to", path=path)
    return words.text(
        "The database can be read, but nothing can be stored in it: {why}. The account that runs "
        "Kudos needs to be able to write to {name} and to its folder, on a disk with room.",
        why=why,
        name=name,
    )


def _server(words: Words, finding: Finding) -> str:
    (why,) = finding.details
    return words.text(
        "The database can be read, but nothing can be stored in it: {why}. Name the server that "
        "takes writes in DATABASE_URL, or have that setting taken from this one.",
        why=why,
    )


def _signing_secret(words: Words, _finding: Finding) -> str:
    return words.text(
        "SLACK_SIGNING_SECRET is no signing secret: that has 32 digits and letters from a to f. "
        "Copy it from your Slack app under Basic Information, Signing Secret, which is not the "
        "Client Secret."
    )


def _slack(words: Words, finding: Finding) -> str:
    reason, address = finding.details
    return words.text(
        "Slack did not answer at {address} as it should ({reason}), so it is not known whether it "
        "takes every token. Look at this machine's network, its proxy and SLACK_API_URL, or try "
        "again later.",
        reason=reason,
        address=address,
    )


def _sizes(words: Words, finding: Finding) -> str:
    (_, size), *tables = finding.counts.items()
    longest = [
        words.plural("{table} with {n} row", "{table} with {n} rows", rows, table=table)
        for table, rows in tables
    ]
    return words.text(
        "The database has {size}. Its longest tables: {tables}.",
        size=file_size(words, size),
        tables=words.join(longest),
    )


def _bad(words: Words, finding: Finding) -> str:
    what = "; ".join(finding.details)
    match finding.check:
        case Check.SETTINGS:
            told = what
        case Check.DATABASE:
            told = unavailable(words, what)
        case Check.BOT_TOKEN:
            told = words.text(
                "Slack does not accept SLACK_BOT_TOKEN ({reason}). Copy the Bot User OAuth Token "
                "again from your Slack app under OAuth & Permissions.",
                reason=what,
            )
        case Check.SCOPES:
            told = words.text(
                "The app lacks permissions: {scopes}. Put the output of `kudos manifest` into your "
                "Slack app under App Manifest, and install the app again.",
                scopes=what,
            )
        case Check.APP_TOKEN:
            told = words.text(
                "Slack does not accept SLACK_APP_TOKEN ({reason}). Make one in your Slack app "
                "under Basic Information, App-Level Tokens, with the scope connections:write.",
                reason=what,
            )
        case Check.LEDGER:
            told = words.text(
                "Running totals differ from the ledger: {which}. The ledger itself is kept. "
                "Please report this as a bug.",
                which=what,
            )
        case Check.OUTBOX:
            told = words.text(
                "Slack would not take some messages: {which}. The kudos themselves are stored.",
                which=what,
            )
        case Check.SCHEDULES:
            told = schedule_bad(words, finding)
    return told


_OF_A_NAME = {
    InstallationFound.GOOD: workspaces.installation_good,
    InstallationFound.ENDED: workspaces.installation_ended,
    InstallationFound.NOT_ALLOWED: workspaces.installation_not_allowed,
    InstallationFound.CLOSED: workspaces.installation_closed,
    InstallationFound.NONE: workspaces.no_installations,
}


def _installation(words: Words, finding: Finding) -> str:
    name, *more = finding.details
    found = finding.installation or InstallationFound.GOOD
    if found is InstallationFound.LACKS_SCOPES:
        return workspaces.installation_lacks_scopes(words, name, words.join(more))
    if found is InstallationFound.REFUSED:
        return workspaces.installation_refused(words, name, *more)
    if found is InstallationFound.UNREACHED:
        return workspaces.installation_unreached(words, name, *more)
    return _OF_A_NAME[found](words, name)


_OF_ONE_KIND: dict[Check, Callable[[Words, Finding], str]] = {
    Check.PRIVATE_FILES: _private_files,
    Check.FILE: _file,
    Check.WRITABLE: _not_writable,
    Check.SERVER: _server,
    Check.MIGRATIONS: _schema,
    Check.IMPORT: lambda words, _: half_imported(words),
    Check.CLOCK: _clock,
    Check.UNFIT: _unfit,
    Check.SIGNING_SECRET: _signing_secret,
    Check.SLACK: _slack,
    Check.INSTALLATIONS: _installation,
    Check.SIZES: _sizes,
}
