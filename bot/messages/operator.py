"""What the command line says to the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.words import Words


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
            address=f"http://{host}:{port}/slack/events",
        )
    ]
    if health_port is not None:
        address = f"http://{host}:{health_port}/readyz"
        lines.append(words.text("Its health: {address}", address=address))
    return "\n".join(lines)


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


def database_unavailable(words: Words, reason: str) -> str:
    """Return what to look at when the database does not answer."""
    return words.text(
        "The database does not answer: {reason}. Check DATABASE_URL, and that the file or the "
        "server is there and may be written to.",
        reason=reason.strip(),
    )


def not_possible(words: Words, reason: str) -> str:
    """Return what the machine refused."""
    return words.text("This machine refused something that is needed: {reason}.", reason=reason)
