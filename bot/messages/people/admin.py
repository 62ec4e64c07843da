"""Finding somebody: what they have, every movement of their points, and corrections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.domain.budgets import REASON_LIMIT
from bot.messages.blockkit import ids, inputs
from bot.messages.blockkit.blocks import Block, actions, bullets, button, paragraph, rich_text
from bot.messages.blockkit.pager import pager
from bot.messages.blockkit.view import View
from bot.messages.settings.labels import who
from bot.messages.text.markup import safe, shortened
from bot.messages.text.phrases import listed, points, reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.admin import LedgerLine, PersonLedger
    from bot.domain.kudos import Kudos
    from bot.messages.text.words import Words

_REASON_SHOWN = 150
_RECEIVERS_SHOWN = 3


def find_view(words: Words) -> View:
    """Return the form in which an admin names somebody."""
    return View(
        title=words.text("Find somebody"),
        submit=words.text("Show"),
        close=words.text("Close"),
        callback_id=ids.PEOPLE_SHOW,
        blocks=(
            inputs.field(
                words.text("Who"),
                inputs.person_select(ids.PEOPLE_PERSON),
                hint=words.text(
                    "You see what they gave and received. Of what was given in private, or in "
                    "private channels, you see the amount and the day. The activity list shows "
                    "that you looked."
                ),
            ),
        ),
    )


def person_view(words: Words, ledger: PersonLedger) -> View:
    """Return what somebody has, and a page of their ledger with a button for each kudos."""
    facts = [
        words.text("Balance: {points}", points=points(words, ledger.balance)),
        words.text(
            "Left to give: {left} of {allowance}, until {when}",
            left=points(words, ledger.allowance.left),
            allowance=words.number(ledger.allowance.amount),
            when=words.moment(ledger.allowance.renews_at),
        ),
    ]
    adjust = words.text("Correct the balance")
    lines = [block for line in ledger.lines for block in _line(words, line, ledger.names)]
    nothing = rich_text(paragraph(words.text("Nothing was given or received here.")))
    return View(
        title=words.text("Ledger"),
        close=words.text("Close"),
        blocks=(
            rich_text(paragraph(who(words, ledger.user_id), bold=True), bullets(facts)),
            actions(button(adjust, action_id=ids.ADJUST_OPEN, value=ledger.user_id, label=adjust)),
            *(lines or [nothing]),
            *pager(
                words,
                ledger.page,
                has_older=ledger.has_older,
                newer_id=ids.PEOPLE_NEWER,
                older_id=ids.PEOPLE_OLDER,
                prefix=f"{ledger.user_id}:",
            ),
        ),
    )


def _line(words: Words, line: LedgerLine, names: Mapping[str, str]) -> tuple[Block, ...]:
    amount = f"{'+' if line.points > 0 else ''}{words.number(line.points)}"
    moved = [amount] if line.points else []
    what = [words.moment_day(line.created_at), *moved, _what(words, line)]
    if line.kudos is not None:
        why_given = reason(words, line.kudos, names)
        what += [shortened(why_given, _REASON_SHOWN)] if why_given else []
    elif line.reason:
        what.append(shortened(safe(line.reason), _REASON_SHOWN))
    # A screen reader hears the buttons without what stands above them, and no markup of a day.
    why = what[2 + len(moved) :] if line.kudos is None or line.kudos.reason else []
    subject = ", ".join([*moved, words.day(line.created_at.date()), *why])
    text = rich_text(paragraph(" · ".join(what)))
    if not line.can_be_removed or line.kudos_id is None:
        return (text,)
    remove = words.text("Take back")
    value = line.kudos_id
    label = f"{remove}: {subject}"
    return text, actions(button(remove, action_id=ids.PEOPLE_REMOVE, value=value, label=label))


def _what(words: Words, line: LedgerLine) -> str:
    if line.kudos_id is None:
        return words.text("corrected by {admin}", admin=who(words, line.actor_id))
    if line.kudos is None:
        return words.text("taken back") if line.is_reversal else words.text("in private")
    parties = _parties(words, line.kudos, is_giver=line.account == "giving")
    return f"{words.text('taken back')} · {parties}" if line.is_reversal else parties


def _parties(words: Words, kudos: Kudos, *, is_giver: bool) -> str:
    if not is_giver:
        return words.text("from {giver}", giver=who(words, kudos.giver_id))
    receivers = [who(words, user_id) for user_id in kudos.receiver_ids]
    return words.text("to {receivers}", receivers=listed(words, receivers, _RECEIVERS_SHOWN))


def adjust_view(words: Words, user_id: str) -> View:
    """Return the form in which an admin corrects somebody's balance."""
    return View(
        title=words.text("Correction"),
        submit=words.text("Save"),
        close=words.text("Cancel"),
        callback_id=ids.ADJUST_SAVE,
        private_metadata=json.dumps({"user_id": user_id}),
        blocks=(
            rich_text(
                paragraph(
                    words.text(
                        "The balance of {name} changes by this much. They are told who did it, "
                        "and why.",
                        name=who(words, user_id),
                    )
                )
            ),
            inputs.field(
                words.text("How much"),
                inputs.number_input(ids.ADJUST_POINTS, initial=None),
                hint=words.text("With a minus in front it is taken away: -5"),
            ),
            inputs.field(
                words.text("Reason"),
                inputs.text_input(ids.ADJUST_REASON, max_length=REASON_LIMIT),
            ),
        ),
    )
