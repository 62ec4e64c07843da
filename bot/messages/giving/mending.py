"""What is said of thanks that wait to be corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.messages.blockkit.blocks import button, paragraph, rich_text
from bot.messages.blockkit.ids import KUDOS_AGAIN, KUDOS_CORRECT
from bot.messages.blockkit.message import Message
from bot.messages.text.phrases import people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.errors import JustGivenError
    from bot.messages.blockkit.blocks import Block
    from bot.messages.text.words import Words


def refused_note(words: Words, sentence: str, line_id: str) -> Message:
    """Returns why thanks were refused, with the button that opens the form filled in."""
    return Message.of_lines(sentence, buttons=[correct_button(words, line_id)])


def of_workflow(words: Words, note: Message) -> Message:
    """Returns why a workflow gave nothing, as whoever runs it reads it in a direct message."""
    told = words.text("The workflow that you ran gave no kudos for you:")
    return replace(
        note, text=f"{told} {note.text}", blocks=(rich_text(paragraph(told)), *note.blocks)
    )


def given_just_now(words: Words, error: JustGivenError, names: Mapping[str, str]) -> str:
    """Returns the question whether the same thanks are meant once more."""
    if not error.user_ids:
        return words.text("You gave this just now. Once more?")
    return words.text(
        "You thanked {receivers} for this just now. Give all of it once more?",
        receivers=people(words, names, error.user_ids),
    )


def repeated_note(words: Words, question: str, line_id: str, *, may_correct: bool) -> Message:
    """Returns the question whether the same thanks are meant once more, with the buttons for it."""
    again = button(
        words.text("Give once more"),
        action_id=KUDOS_AGAIN,
        value=line_id,
        label=words.text("Give once more: thank the same people again"),
    )
    buttons = [again, correct_button(words, line_id)] if may_correct else [again]
    return Message.of_lines(question, buttons=buttons)


def correct_button(words: Words, line_id: str) -> Block:
    """Returns the button that opens the form with what somebody typed."""
    return button(
        words.text("Correct it"),
        action_id=KUDOS_CORRECT,
        value=line_id,
        label=words.text("Correct it: open the form with what you typed"),
    )
