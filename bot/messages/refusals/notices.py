"""What is said when something takes long or fails on our side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit.blocks import paragraph, rich_text
from bot.messages.blockkit.message import Message
from bot.messages.blockkit.view import View
from bot.messages.text.markup import safe

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def still_saving(words: Words) -> Message:
    """Return what is said when the store takes longer than Slack waits; the outcome follows."""
    return Message.of_lines(
        words.text(
            "This is still being saved. I will tell you here how it went; no need to try again."
        )
    )


def not_saved(words: Words) -> Message:
    """Return what is said when the store could not be written to, and nothing was."""
    return Message.of_lines(
        words.text("That was not saved, because my storage does not answer at the moment."),
        words.text("Nothing was counted. Please try again in a minute."),
    )


def perhaps_saved(words: Words) -> Message:
    """Return what is said when the store went away just as it was saving."""
    return Message.of_lines(
        words.text("My storage went away just as this was being saved, so it may be saved or not."),
        words.text("Please look at your Kudos Home in a minute, before you try again."),
    )


def something_broke(words: Words, reference: str) -> Message:
    """Return the apology for a fault of ours; the operator finds the reference in the log."""
    return Message.of_lines(
        words.text("Sorry, something went wrong on my side."),
        words.text(
            "Please try again. If it happens again, tell your admin this reference: {reference}",
            reference=safe(reference),
        ),
    )


def loading_view(words: Words) -> View:
    """Return the modal that is shown until what belongs in it is there."""
    return View(
        title=words.text("Kudos"),
        close=words.text("Close"),
        blocks=(rich_text(paragraph(words.text("One moment, this is being fetched."))),),
    )


def modal_not_opened(words: Words) -> str:
    """Return what is said where Slack does not open a modal."""
    return words.text("Slack did not open that just now. Please try again.")


def notice_view(words: Words, text: str) -> View:
    """Return a modal that says only this, a paragraph for each line."""
    return View(
        title=words.text("Kudos"),
        close=words.text("Close"),
        blocks=(rich_text(*[paragraph(line) for line in text.split("\n")]),),
    )


def saved(words: Words) -> View:
    """Return a modal that tells that what was entered is stored."""
    return notice_view(words, words.text("Saved. You can close this."))
