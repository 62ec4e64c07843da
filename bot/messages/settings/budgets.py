"""Allowances other than everybody's, and boosts: the list, and the forms for new ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.domain.budgets import REASON_LIMIT
from bot.messages.blockkit import ids, inputs
from bot.messages.blockkit.blocks import Block, actions, button, paragraph, rich_text
from bot.messages.blockkit.view import View
from bot.messages.settings.labels import subject, who
from bot.messages.text.markup import safe, shortened
from bot.messages.text.phrases import called, points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.admin import Budgets
    from bot.domain.allowance import Boost
    from bot.domain.budgets import Override
    from bot.messages.text.words import Words

SHOWN = 20  # of each kind: two blocks each, and a modal takes a hundred
_REASON_SHOWN = 200
GROUPS_OFFERED = 400
_OFFERED_BYTES = 200_000  # a view holds 250 kB, and an emoji in a name takes twelve bytes
_OPTION_BYTES = 70  # of what stands around a name, its group's label included


def budgets_view(words: Words, budgets: Budgets, groups: Mapping[str, str]) -> View:
    """Return the list; `groups` has the names of user groups by their ids."""
    names = budgets.names
    boosts = [
        row
        for boost, left in budgets.boosts[:SHOWN]
        for row in _boost(words, boost, left, called(words, names.get(boost.user_id)))
    ]
    overrides = [
        row
        for override in budgets.overrides[:SHOWN]
        for row in _override(words, override, groups, names)
    ]
    return View(
        title=words.text("Budgets"),
        close=words.text("Close"),
        blocks=(
            _intro(
                words,
                words.text("Other allowances"),
                words.text(
                    "For a group or a person in place of the usual one. "
                    "If several apply to somebody, the highest wins."
                ),
            ),
            *overrides,
            *_left_out(words, len(budgets.overrides)),
            actions(_open(words.text("Set another allowance"), ids.OVERRIDE_OPEN)),
            _intro(
                words,
                words.text("Boosts"),
                words.text(
                    "More for one person to give, until the end of a day. It is spent after the "
                    "allowance."
                ),
            ),
            *boosts,
            *_left_out(words, len(budgets.boosts)),
            actions(_open(words.text("Give a boost"), ids.BOOST_OPEN)),
        ),
    )


def _intro(words: Words, title: str, text: str) -> Block:
    del words
    return rich_text(paragraph(title, bold=True), paragraph(text))


def _open(text: str, action_id: str) -> Block:
    return button(text, action_id=action_id, value="new", label=text)


def _left_out(words: Words, count: int) -> tuple[Block, ...]:
    if count <= SHOWN:
        return ()
    more = words.plural(
        "{n} more is not shown here. Setting it again replaces it.",
        "{n} more are not shown here. Setting one of them again replaces it.",
        count - SHOWN,
    )
    return (rich_text(paragraph(more)),)


def _override(
    words: Words, override: Override, groups: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Block, ...]:
    name = subject(words, override.subject_id, groups)
    end = words.text("Back to the usual allowance")
    is_known = override.subject_id in names
    heard = called(words, names[override.subject_id]) if is_known else name
    return (
        rich_text(
            paragraph(
                words.text("{name}: {points}", name=name, points=points(words, override.allowance))
            )
        ),
        actions(
            button(
                end, action_id=ids.OVERRIDE_END, value=override.subject_id, label=f"{end}: {heard}"
            )
        ),
    )


def _boost(words: Words, boost: Boost, left: int, heard: str) -> tuple[Block, ...]:
    end = words.text("End this boost")
    label = f"{end}: {heard}"
    return (
        rich_text(
            paragraph(
                words.text(
                    "{name}: {left} left of {points}, until {when}. {reason}",
                    name=who(words, boost.user_id),
                    left=words.number(left),
                    points=points(words, boost.points),
                    when=words.moment(boost.ends_at),
                    reason=shortened(safe(boost.reason), _REASON_SHOWN),
                )
            )
        ),
        actions(button(end, action_id=ids.BOOST_END, value=boost.boost_id, label=label)),
    )


def override_view(words: Words, groups: Mapping[str, str]) -> View:
    """Return the form for another allowance; `groups` are those that can be chosen."""
    offered = _offered(groups)
    too_many = words.text(
        "There are more groups than can be offered here: these are the first {n}.",
        n=words.number(len(offered)),
    )
    choose_group = [
        inputs.field(
            words.text("A user group"),
            inputs.grouped_choice(ids.OVERRIDE_GROUP, offered),
            hint="" if len(offered) == len(groups) else too_many,
            optional=True,
        )
    ]
    return View(
        title=words.text("Allowance"),
        submit=words.text("Save"),
        close=words.text("Cancel"),
        callback_id=ids.OVERRIDE_SAVE,
        blocks=(
            *(choose_group if groups else ()),
            inputs.field(
                words.text("Or a person"),
                inputs.person_select(ids.OVERRIDE_PERSON),
                optional=True,
            ),
            inputs.field(
                words.text("Allowance"),
                inputs.number_input(ids.OVERRIDE_ALLOWANCE, initial=None),
                hint=words.text("What each of them may give in a period."),
            ),
        ),
    )


def _offered(groups: Mapping[str, str]) -> dict[str, str]:
    """Return the first groups by their names: as many as a view holds."""
    offered: dict[str, str] = {}
    size = 0
    in_order = sorted(groups.items(), key=lambda item: item[1].casefold())
    for group_id, name in in_order[:GROUPS_OFFERED]:
        size += len(json.dumps(name[: inputs.OPTION_LIMIT])) + _OPTION_BYTES
        if size > _OFFERED_BYTES:
            break
        offered[group_id] = safe(name)
    return offered


def boost_view(words: Words) -> View:
    """Return the form for a boost."""
    return View(
        title=words.text("Give a boost"),
        submit=words.text("Give"),
        close=words.text("Cancel"),
        callback_id=ids.BOOST_SAVE,
        blocks=(
            inputs.field(words.text("Who gets it"), inputs.person_select(ids.BOOST_PERSON)),
            inputs.field(
                words.text("How much"),
                inputs.number_input(ids.BOOST_POINTS, initial=None),
                hint=words.text("What they may give in all, on top of their allowance."),
            ),
            inputs.field(
                words.text("Last day"),
                inputs.date_input(ids.BOOST_ENDS_ON),
                hint=words.text("What is left after this day is gone."),
            ),
            inputs.field(
                words.text("What for"),
                inputs.text_input(ids.BOOST_REASON, max_length=REASON_LIMIT),
                hint=words.text("Admins see it, here and in the activity list."),
            ),
        ),
    )
