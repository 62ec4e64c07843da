"""What is said when people take their data out, or have them erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import bullets, paragraph, rich_text
from bot.messages.blockkit.inputs import field, text_input
from bot.messages.blockkit.message import Message
from bot.messages.blockkit.view import View
from bot.messages.text.phrases import points_name

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def export_follows(words: Words) -> Message:
    """Return what comes before the file, in the direct message."""
    return Message.of_lines(
        words.text(
            "Here is everything that I keep about you: your profile and preferences, the kudos you "
            "gave and received, and each movement of your {points}. Only you can see this file.",
            points=points_name(words),
        )
    )


def export_title(words: Words) -> str:
    """Return the title of the file."""
    return words.text("My data in Kudos")


def export_sent(words: Words) -> str:
    """Return what is said once the file is there."""
    return words.text("Your data is in a file that I have just sent you as a direct message.")


def export_not_sent(words: Words) -> str:
    """Return what is said when Slack does not take the file."""
    return words.text("Slack does not take the file at the moment. Please try again in a minute.")


def erase_word(words: Words) -> str:
    """Return what one types to say that one means it."""
    # Translators: what somebody types to confirm that their data are to be erased.
    return words.text("erase")


def erase_view(words: Words) -> View:
    """Return the modal that asks whether somebody means it."""
    word = erase_word(words)
    consequences = [
        words.text("Your name goes. Where it stood, people read “a former colleague”."),
        words.text("The reasons that you wrote go, from the posts in Slack too."),
        words.text("Your preferences go back to what they are for everybody."),
        words.text("Amounts, and how many thanks there were, stay: they are others' history too."),
        words.text("If you use Kudos again, your name comes back, and your words do not."),
    ]
    return View(
        title=words.text("Erase my data"),
        submit=words.text("Erase"),
        close=words.text("Cancel"),
        callback_id=ids.DATA_ERASE_SURE,
        blocks=(
            rich_text(
                paragraph(words.text("This cannot be undone."), bold=True), bullets(consequences)
            ),
            field(
                words.text("Type “{word}” to go on", word=word),
                text_input(ids.DATA_ERASE_TYPED, max_length=100),
            ),
        ),
    )


def erase_not_typed(words: Words) -> str:
    """Return what stands at the field if something else was typed."""
    return words.text("Please type “{word}”, or close this window.", word=erase_word(words))


def person_erased(words: Words) -> str:
    """Return what somebody reads who had their data erased."""
    return words.text(
        "Your name and your words are erased. The posts in Slack that showed them are being "
        "brought up to date."
    )
