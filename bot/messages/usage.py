"""How Kudos is used: in full, and after something that was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing_give import COLLEAGUE
from bot.domain.typed import read_items, render
from bot.domain.workspaces import AllowanceKind, ValueMode
from bot.messages.blocks import bullets, code, header, paragraph, rich_text
from bot.messages.markup import emoji, shortened
from bot.messages.message import Message
from bot.messages.phrases import ITEMS_SHOWN, NO_NAMES, hashtag, listed, points, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.words import Words

_TYPED_LIMIT = 500  # enough to recognise what one typed
_SUGGESTION_LIMIT = 2_000  # the parser's is shorter; names in place of ids can make it longer


def usage(
    words: Words, typed: str, suggestion: str, names: Mapping[str, str] = NO_NAMES
) -> Message:
    """Return the answer to what was not understood: both are whole lines, `/kudos` included.

    `typed` is as Slack sent it, in `suggestion` mentions are all that is left of Slack's markup.
    Where nothing was typed, it only says what to type.
    """
    unclear = shortened(said(words, render(read_items(typed)), names), _TYPED_LIMIT)
    closest = suggestion.replace(COLLEAGUE, words.text("@colleague"))
    works = shortened(said(words, closest, names), _SUGGESTION_LIMIT)
    more = words.text("Type /kudos help to see everything that I understand.")
    if not unclear:
        lead = words.text("Type whom you would like to thank, and what for:")
        return Message.of(
            f"{lead} {works}\n{more}", rich_text(paragraph(lead), code(works), paragraph(more))
        )
    lead = words.text("I did not understand this:")
    then = words.text("This would work:")
    return Message.of(
        "\n".join([f"{lead} {unclear}", f"{then} {works}", more]),
        rich_text(paragraph(lead), code(unclear), paragraph(then), code(works), paragraph(more)),
    )


def help_message(words: Words, settings: WorkspaceSettings) -> Message:
    """Return what `/kudos help` says: ways to give, the rules of the workspace, other words."""
    title = words.text("How to give kudos")
    give = words.text("Thank one or more colleagues, and say what for:")
    example = words.text("/kudos @ada @bo +5 for untangling the release #teamwork")
    rules = _rules(words, settings)
    react = _reactions(words, settings)
    other = words.text("You can also type:")
    commands = [
        "/kudos private @ada …: " + words.text("thanks that only you and those whom you thank see"),
        "/kudos me: " + words.text("what you have left to give, and the thanks you received"),
        "/kudos leaderboard month: "
        + words.text(
            "who was thanked by the most people; other periods and leaderboards are below it"
        ),
        "/kudos history @ada: "
        + words.text("the last thanks of a person; without a name, your own"),
        "/kudos undo: " + words.text("take back the last thanks you gave"),
    ]
    return Message.of(
        "\n".join([title, f"{give} {example}", *rules, *react, other, *commands]),
        header(title),
        rich_text(paragraph(give), code(example), bullets(rules)),
        *[rich_text(paragraph(line)) for line in react],
        rich_text(paragraph(other), bullets(commands)),
    )


def _rules(words: Words, settings: WorkspaceSettings) -> list[str]:
    rules = [
        words.text("People and user groups: pick them from the list that Slack shows after @."),
        words.text(
            "An amount for each person: +5, 5 points, or {emoji} once for each point. "
            "Without an amount each gets {default}; the most at once is {most}.",
            emoji=emoji(settings.currency_emoji),
            default=points(words, settings.points_default),
            most=words.number(settings.points_max),
        )
        + " "
        + _allowance(words, settings),
    ]
    if settings.reason_min_length > 0:
        rules.append(
            words.plural(
                "A reason, in {n} character or more.",
                "A reason, in {n} characters or more.",
                settings.reason_min_length,
            )
        )
    values = listed(words, [hashtag(value) for value in settings.values])
    if settings.value_mode is ValueMode.FREE or not settings.values:
        rules.append(words.text("A value, if you like: any hashtag."))
    elif settings.value_mode is ValueMode.OPTIONAL:
        rules.append(words.text("A value, if you like: {values}.", values=values))
    else:
        rules.append(words.text("A value, one of these: {values}.", values=values))
    return rules


def _allowance(words: Words, settings: WorkspaceSettings) -> str:
    allowance = points(words, settings.allowance)
    match settings.allowance_kind:
        case AllowanceKind.DAY:
            return words.text("You have {allowance} a day to give.", allowance=allowance)
        case AllowanceKind.WEEK:
            return words.text("You have {allowance} a week to give.", allowance=allowance)
        case AllowanceKind.MONTH:
            return words.text("You have {allowance} a month to give.", allowance=allowance)


def _reactions(words: Words, settings: WorkspaceSettings) -> list[str]:
    if not settings.reaction_worth:
        return []
    worth = [
        f"{emoji(name)} ({points(words, worth)})" for name, worth in settings.reaction_worth.items()
    ]
    return [
        words.text(
            "Or react to a message to thank its author: {reactions}. "
            "Removing the reaction takes it back.",
            reactions=listed(words, worth, ITEMS_SHOWN),
        )
    ]
