"""The form for several thanks: what was typed stands in one field, as in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.give_form import FormField, Total
from bot.domain.rich_text import rich_text_of
from bot.messages.blockkit import ids, inputs
from bot.messages.blockkit.view import View
from bot.messages.giving.give import place_block, question_above, total_line

if TYPE_CHECKING:
    from bot.domain.give_form import Draft, Form
    from bot.messages.text.words import Words


def several_view(words: Words, form: Form, draft: Draft, private_metadata: str = "") -> View:
    """Returns the form with the lines that were typed, and with what is asked about them."""
    nothing_yet = Total(0, 0, form.allowance_left, form.renews_at)
    return View(
        title=words.text("Give kudos"),
        submit=words.text("Give"),
        close=words.text("Cancel"),
        callback_id=ids.GIVE_LINES_SUBMIT,
        private_metadata=private_metadata,
        blocks=(
            *question_above(draft, FormField.LINES),
            inputs.field(
                words.text("Whom would you like to thank, and what for?"),
                inputs.rich_text_input(ids.GIVE_LINES, initial=rich_text_of(draft.lines)),
                hint=words.text(
                    "Each line that begins with people is thanks of its own. "
                    "All of them are given, or none."
                ),
            ),
            total_line(words, nothing_yet),
            *question_above(draft, FormField.PLACE),
            place_block(words, form.workspace.settings, draft.place),
        ),
    )
