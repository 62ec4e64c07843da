"""The Home tab and what opens from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.home import PAGE_MAX, Home, HomeList, Shown
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import (
    Block,
    actions,
    bullets,
    button,
    context,
    header,
    paragraph,
    rich_text,
)
from bot.messages.blockkit.view import View
from bot.messages.boards.boards import kudos_lines, own_facts
from bot.messages.giving.usage import help_message

if TYPE_CHECKING:
    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.text.words import Words


def home_view(words: Words, home: Home, admin_blocks: tuple[Block, ...] = ()) -> View:
    """Return the Home tab of a person; what only admins see comes below what is their own."""
    if not home.takes_part:
        return outsider_view(words)
    return View(
        blocks=(
            header(words.text("Your kudos")),
            rich_text(bullets(own_facts(words, home))),
            actions(*_buttons(words)),
            *_list(words, home),
            *admin_blocks,
        )
    )


def outsider_view(words: Words) -> View:
    """Return the Home tab of somebody of another company."""
    return _only(
        words,
        words.text(
            "Kudos belongs to the company that you share a channel with, and only its own people "
            "give and receive thanks here."
        ),
    )


def unavailable_view(words: Words) -> View:
    """Return the Home tab for as long as the store does not answer."""
    return _only(
        words,
        words.text(
            "My storage does not answer at the moment. Please open this page again in a minute."
        ),
    )


def _only(words: Words, sentence: str) -> View:
    return View(blocks=(header(words.text("Kudos")), rich_text(paragraph(sentence))))


def help_view(words: Words, settings: WorkspaceSettings) -> View:
    """Return what `/kudos help` says, as a modal."""
    return View(
        title=words.text("Help"),
        close=words.text("Close"),
        blocks=help_message(words, settings).blocks,
    )


def _buttons(words: Words) -> list[Block]:
    offered = {
        ids.KUDOS_GIVE: (
            words.text("Give kudos"),
            words.text("Give kudos to one or more colleagues"),
        ),
        ids.PREFERENCES_OPEN: (
            words.text("Preferences"),
            words.text("Preferences: leaderboards, privacy, messages, language"),
        ),
        ids.DATA_EXPORT: (
            words.text("Export my data"),
            words.text("Export my data: I send you all of it as a file"),
        ),
        ids.DATA_ERASE: (
            words.text("Erase my data"),
            words.text("Erase my data: your name and your words"),
        ),
        ids.HOME_HELP: (words.text("Help"), words.text("Help: how to give kudos")),
    }
    return [
        button(text, action_id=action_id, value="home", label=label)
        for action_id, (text, label) in offered.items()
    ]


def _list(words: Words, home: Home) -> list[Block]:
    """Return one page of thanks received or given, with the buttons that lead to the others."""
    if home.shown.which is HomeList.RECEIVED:
        title = words.text("Last thanks you received")
        empty = words.text("Nobody has thanked you here yet. It often begins with thanking others.")
    else:
        title = words.text("Last thanks you gave")
        empty = words.text("You have not thanked anybody yet. Has somebody helped you lately?")
    if home.shown.page > 0:
        empty = words.text("There is nothing further back.")
    lines = kudos_lines(words, home.kudos, home.names, home.links)
    blocks = [
        header(title),
        rich_text(bullets(lines) if lines else paragraph(empty)),
        actions(*_pages(words, home)),
    ]
    if home.shown.page > 0:
        blocks.append(context(words.text("Page {page}", page=words.number(home.shown.page + 1))))
    return blocks


def _pages(words: Words, home: Home) -> list[Block]:
    """Return the buttons that lead to the other list, and to the pages beside this one."""
    which, page = home.shown.which, home.shown.page
    if which is HomeList.RECEIVED:
        other = (words.text("Given"), words.text("Show the thanks you gave"))
        led = [(ids.HOME_GIVEN, *other, Shown(HomeList.GIVEN))]
    else:
        other = (words.text("Received"), words.text("Show the thanks you received"))
        led = [(ids.HOME_RECEIVED, *other, Shown(HomeList.RECEIVED))]
    if page > 0:
        newer = (words.text("Previous"), words.text("Previous page: newer thanks"))
        led.append((ids.HOME_NEWER, *newer, Shown(which, page - 1)))
    if home.has_older and page < PAGE_MAX:
        older = (words.text("Next"), words.text("Next page: older thanks"))
        led.append((ids.HOME_OLDER, *older, Shown(which, page + 1)))
    return [
        button(text, action_id=action_id, value=as_value(shown), label=label)
        for action_id, text, label, shown in led
    ]


def as_value(shown: Shown) -> str:
    """Return the value of a button that leads to a page."""
    return f"{shown.which}:{shown.page}"


def shown_from(value: str) -> Shown:
    """Return the page to which a button leads; the first for what no button of ours says."""
    which, _, page = value.partition(":")
    if which not in set(HomeList) or not page.isascii() or not page.isdigit():
        return Shown()
    return Shown(HomeList(which), min(int(page[:9]), PAGE_MAX))
