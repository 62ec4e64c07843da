"""What the command line says to the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def demo_ready(words: Words, url: str, folder: str, *, shown: bool) -> str:
    """Return what to do now that the demo runs."""
    lines = [
        words.text("Kudos is ready: {url}", url=url),
        words.text("It opens in your browser now.")
        if shown
        else words.text("Open this address in your browser."),
        words.text("Everything stays on this machine, in {folder}.", folder=folder),
        words.text("Press Ctrl-C to stop; what happened will be there next time."),
    ]
    return "\n".join(lines)


def demo_reads_no_file(words: Words) -> str:
    """Return why a file with settings is nothing for the demo."""
    return words.text(
        "The demo reads no file with settings, so that it never meets real tokens. Set KUDOS_HOME "
        "or KUDOS_PORT in the environment, or use --port."
    )


def started(words: Words, workspace: str) -> str:
    """Return what tells that the app listens to Slack."""
    return words.text("Kudos runs in the workspace {name}. Press Ctrl-C to stop.", name=workspace)


def listening(words: Words, host: str, port: int | None, health_port: int | None) -> str:
    """Return how Slack reaches the app, which the settings decide, and where to ask how it is."""
    lines = [
        words.text(
            "It has opened a connection to Slack (Socket Mode), since SLACK_APP_TOKEN is set."
        )
        if port is None
        else words.text(
            "It waits for Slack's requests at {address}, since there is no SLACK_APP_TOKEN.",
            address=f"{_address(host, port)}/slack/events",
        )
    ]
    if health_port is not None:
        address = f"{_address(host, health_port)}/readyz"
        lines.append(words.text("Its health: {address}", address=address))
    return "\n".join(lines)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def migrated(words: Words) -> str:
    """Return what tells that the tables are there."""
    return words.text("The database has the tables of this version.")


def exported(words: Words, count: int) -> str:
    """Return how many records were written."""
    return words.plural("{n} kudos written.", "{n} kudos written.", count)


def person_erased(words: Words, user_id: str, reasons_count: int) -> str:
    """Return what tells that somebody's name and words are gone."""
    return words.plural(
        "{user} is erased, with {n} reason that they wrote. While Kudos runs, it brings the posts "
        "in Slack up to date.",
        "{user} is erased, with {n} reasons that they wrote. While Kudos runs, it brings the posts "
        "in Slack up to date.",
        reasons_count,
        user=user_id,
    )


def would_erase(words: Words, name: str, user_id: str, reasons_count: int) -> str:
    """Returns who would be erased, and how much of what they wrote."""
    return words.plural(
        "This would erase {name} ({user}), with {n} reason that they wrote. Points and counts "
        "would stay.",
        "This would erase {name} ({user}), with {n} reasons that they wrote. Points and counts "
        "would stay.",
        reasons_count,
        name=name,
        user=user_id,
    )


def not_sure_to_erase(words: Words) -> str:
    """Returns that nothing was erased, and how it would be."""
    return words.text(
        "Nothing was erased, since it can't be taken back. Run it again with --sure to erase them."
    )


def log_not_emptied(words: Words) -> str:
    """Return what is said where words may still stand in the database's log."""
    return words.text(
        "The database is busy, so its write-ahead log may still have the words. It is emptied when "
        "Kudos stops; or run this again."
    )


def nobody_to_erase(words: Words, user_id: str) -> str:
    """Return what is said of somebody who is not in the database."""
    return words.text(
        "Nobody in that workspace has the id {user}. Look up both ids with: kudos export",
        user=user_id,
    )


def newer_schema(words: Words) -> str:
    """Return why a database of a later version is left alone."""
    return words.text(
        "This database belongs to a newer version of Kudos. Install that version again, "
        "or restore the backup that you made before the upgrade."
    )


def half_imported(words: Words) -> str:
    """Return why a database is left alone into which only a part of a file was imported."""
    return words.text(
        "An import into this database has not ended. Run the same `kudos import FILE` again: it "
        "goes on where it stopped, and Kudos can start once everything is there."
    )


def not_printed(words: Words, reason: str, told: str) -> str:
    """Return what finished work came to, where standard output did not take it."""
    done = words.text(
        "The work is done, but what it came to could not be printed ({reason}):", reason=reason
    )
    return f"{done}\n{told}"


def product_lost(words: Words, reason: str) -> str:
    """Return that what was asked for did not get through to whoever asked."""
    return words.text("Standard output did not take what this prints: {reason}.", reason=reason)


def no_text(words: Words, typed: str, encoding: str) -> str:
    """Return that a word of a command is no text."""
    return words.text(
        "“{typed}” has bytes that are no {encoding}. Mind the spelling; a file must be renamed.",
        typed=typed,
        encoding=encoding,
    )


def not_permitted(words: Words, path: str) -> str:
    """Return that the account that a command runs as lacks a right."""
    return words.text(
        "The account that runs this may not get at {path}. Give it the right to, with the folders "
        "above it, or run this as the account that owns it.",
        path=path,
    )


def not_possible(words: Words, reason: str) -> str:
    """Return what the machine refused."""
    return words.text("This machine refused something that is needed: {reason}.", reason=reason)
