"""What is said of several thanks that were given in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.tokenizer import read_items, render
from bot.messages.blockkit.blocks import Block, actions, button, code, context, paragraph, rich_text
from bot.messages.blockkit.ids import KUDOS_UNDO
from bot.messages.blockkit.message import Message
from bot.messages.giving.kudos import left_to_give, thanked
from bot.messages.giving.mending import correct_button
from bot.messages.text.markup import shortened
from bot.messages.text.phrases import people, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.kudos import KudosGiven
    from bot.messages.text.words import Words

_RECEIVERS_SHOWN = 3
_TYPED_LIMIT = 2_500  # beside a refusal, in one message


def several_given(words: Words, given: Sequence[KudosGiven]) -> Message:
    """Returns the confirmation of thanks given together, each with the button that undoes it."""
    lines: list[str] = []
    blocks: list[Block] = []
    undoable = [each for each in given if each.kudos.reversed_at is None]
    for place, each in enumerate(given, start=1):
        line = _line(words, each)
        lines.append(line)
        blocks.append(rich_text(paragraph(line)))
        if each in undoable and each.undo_until > each.kudos.created_at:
            blocks.append(actions(_undo(words, place, each, given)))
    facts = []
    if undoable:
        last = undoable[-1]
        facts = left_to_give(words, last)
        if last.undo_until > last.kudos.created_at:
            when = words.moment(min(each.undo_until for each in undoable))
            facts.append(words.text("You can undo each of them until {when}.", when=when))
    small_print = " ".join(facts)
    if not small_print:
        return Message.of("\n".join(lines), *blocks)
    return Message.of("\n".join([*lines, small_print]), *blocks, context(small_print))


def _line(words: Words, each: KudosGiven) -> str:
    receivers = people(words, each.reader.names, each.kudos.receiver_ids, _RECEIVERS_SHOWN)
    if each.kudos.reversed_at is not None:
        return words.text("You took back your thanks to {receivers}.", receivers=receivers)
    return thanked(words, each.kudos, receivers)


def _undo(words: Words, place: int, each: KudosGiven, given: Sequence[KudosGiven]) -> Block:
    """Returns the button for one of them; its value names all, to tell how they stand then."""
    names = each.reader.names
    receivers = people(words, names, each.kudos.receiver_ids, 1)
    kudos_ids = [each.kudos.kudos_id, *(one.kudos.kudos_id for one in given)]
    return button(
        words.text("Undo"),
        action_id=KUDOS_UNDO,
        value=" ".join(kudos_ids),
        # Translators: read aloud for one of several buttons; {n} is its place among them.
        label=words.text(
            "Undo: take back thanks number {n}, to {receivers}",
            n=words.number(place),
            receivers=receivers,
        ),
    )


def several_refused(
    words: Words, sentence: str, typed: str, names: Mapping[str, str], line_id: str = ""
) -> Message:
    """Returns why none of several thanks was given, with all that was typed.

    The line's id is for the button that opens the form with it, where that helps.
    """
    nothing = words.text("So none of these thanks was given. You typed:")
    line = shortened(said(words, render(read_items(typed)), names), _TYPED_LIMIT)
    below = [actions(correct_button(words, line_id))] if line_id else []
    return Message.of(
        "\n".join([f"{sentence} {nothing}", line]),
        rich_text(paragraph(f"{sentence} {nothing}"), code(line)),
        *below,
    )
