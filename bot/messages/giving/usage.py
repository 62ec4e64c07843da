"""How Kudos is used: in full, and after something that was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.suggestion import COLLEAGUE
from bot.domain.parsing.tokenizer import read_items, render
from bot.domain.workspaces import AllowanceKind, ValueMode
from bot.messages.blockkit.blocks import (
    actions,
    bullets,
    button,
    code,
    header,
    link_button,
    paragraph,
    rich_text,
)
from bot.messages.blockkit.ids import BOARDS_OPEN, HOME_LINK, KUDOS_GIVE
from bot.messages.blockkit.message import Message
from bot.messages.giving.mending import correct_button
from bot.messages.text.markup import emoji, shortened
from bot.messages.text.phrases import ITEMS_SHOWN, NO_NAMES, hashtag, listed, points, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.text.words import Words

_TYPED_LIMIT = 500  # enough to recognise what one typed
_SUGGESTION_LIMIT = 2_000  # the parser's is shorter; names in place of ids can make it longer


def usage(
    words: Words,
    typed: str,
    suggestion: str,
    names: Mapping[str, str] = NO_NAMES,
    *,
    line_id: str = "",
    asks: str = "",
) -> Message:
    """Return the answer to what was not understood: both are whole lines, `/kudos` included.

    `typed` is as Slack sent it, in `suggestion` mentions are all that is left of Slack's markup.
    Where nothing was typed, it only says what to type. `line_id` is of a line that is kept, to be
    corrected in the form, and `asks` is what is asked there.
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
    asked = [asks] if asks else []
    return Message.of(
        "\n".join([*asked, f"{lead} {unclear}", f"{then} {works}", more]),
        rich_text(
            *map(paragraph, asked),
            *(paragraph(lead), code(unclear), paragraph(then), code(works), paragraph(more)),
        ),
        *([actions(correct_button(words, line_id))] if line_id else []),
    )


def nobody_named(words: Words, typed: str, board: str) -> Message:
    """Returns the answer to a word or two that name nobody and ask for nothing.

    `typed` is the line; `board` is which leaderboard the second button shows, empty for none.
    """
    unclear = shortened(said(words, render(read_items(typed)), NO_NAMES), _TYPED_LIMIT)
    lead = words.text("I did not understand this:")
    how = words.text("To thank somebody, type @ and pick them, and say what for.")
    more = words.text("Type /kudos help to see everything that I understand.")
    buttons = [
        button(
            words.text("Give kudos"),
            action_id=KUDOS_GIVE,
            value="help",
            label=words.text("Give kudos: open the form"),
        )
    ]
    if board:
        buttons.append(
            button(
                words.text("See the leaderboard"),
                action_id=BOARDS_OPEN,
                value=board,
                label=words.text("See the leaderboard, only for you"),
            )
        )
    return Message.of(
        "\n".join([f"{lead} {unclear}", how, more]),
        rich_text(paragraph(lead), code(unclear), paragraph(how), paragraph(more)),
        actions(*buttons),
    )


def settings_link(words: Words, team_id: str, app_id: str) -> Message:
    """Returns what leads to the settings, which stand in the Home tab.

    https://docs.slack.dev/surfaces/app-home#deep_linking has the address of an app's Home tab.
    """
    where = words.text("Your preferences are in my Home tab. Admins find all settings there too.")
    if not app_id:
        return Message.of_lines(where)
    home = link_button(
        words.text("Open Kudos Home"),
        action_id=HOME_LINK,
        url=f"slack://app?team={team_id}&id={app_id}&tab=home",
        label=words.text("Open Kudos Home, with your preferences and all settings"),
    )
    return Message.of_lines(where, buttons=[home])


def rewards_off(words: Words) -> Message:
    """Return the answer to whoever asks for rewards where there are none."""
    return Message.of_lines(words.text("Rewards are not switched on here."))


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
    ]
    if settings.allowance or not settings.thanks_go_on:
        amount = words.text(
            "An amount for each person: +5, 5 points, or {emoji} once for each point. "
            "Without an amount each gets {default}; the most at once is {most}.",
            emoji=emoji(settings.currency_emoji),
            default=points(words, settings.points_default),
            most=words.number(settings.points_max),
        )
        rules.append(" ".join([amount, _allowance(words, settings), *_going_on(words, settings)]))
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


def _going_on(words: Words, settings: WorkspaceSettings) -> list[str]:
    if not settings.thanks_go_on:
        return []
    return [words.text("When they are used up, you can still say thanks: then name no amount.")]


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
