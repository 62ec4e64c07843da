"""The Home tab and what opens from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.home import PAGE_MAX, Home, HomeList, Shown
from bot.messages import ids
from bot.messages.blocks import (
    Block,
    actions,
    bullets,
    button,
    context,
    header,
    paragraph,
    rich_text,
)
from bot.messages.boards import kudos_lines, own_facts
from bot.messages.usage import help_message
from bot.messages.view import View

if TYPE_CHECKING:
    from bot.domain.workspaces import WorkspaceSettings
    from bot.messages.words import Words


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
    return View(
        blocks=(
            header(words.text("Kudos")),
            rich_text(
                paragraph(
                    words.text(
                        "Kudos belongs to the company that you share a channel with, and only its "
                        "own people give and receive thanks here."
                    )
                )
            ),
        )
    )


def unavailable_view(words: Words) -> View:
    """Return the Home tab for as long as the store does not answer."""
    return View(
        blocks=(
            header(words.text("Kudos")),
            rich_text(
                paragraph(
                    words.text(
                        "My storage does not answer at the moment. Please open this page again in "
                        "a minute."
                    )
                )
            ),
        )
    )


def help_view(words: Words, settings: WorkspaceSettings) -> View:
    """Return what `/kudos help` says, as a modal."""
    return View(
        title=words.text("Help"),
        close=words.text("Close"),
        blocks=help_message(words, settings).blocks,
    )


def _buttons(words: Words) -> list[Block]:
    return [
        button(
            words.text("Give kudos"),
            action_id=ids.KUDOS_GIVE,
            value="home",
            label=words.text("Give kudos to one or more colleagues"),
        ),
        button(
            words.text("Preferences"),
            action_id=ids.PREFERENCES_OPEN,
            value="home",
            label=words.text("Preferences: leaderboards, privacy, messages, language"),
        ),
        button(
            words.text("Export my data"),
            action_id=ids.DATA_EXPORT,
            value="home",
            label=words.text("Export my data: I send you all of it as a file"),
        ),
        button(
            words.text("Erase my data"),
            action_id=ids.DATA_ERASE,
            value="home",
            label=words.text("Erase my data: your name and your words"),
        ),
        button(
            words.text("Help"),
            action_id=ids.HOME_HELP,
            value="home",
            label=words.text("Help: how to give kudos"),
        ),
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
    which, page = home.shown.which, home.shown.page
    if which is HomeList.RECEIVED:
        other = button(
            words.text("Given"),
            action_id=ids.HOME_GIVEN,
            value=as_value(Shown(HomeList.GIVEN)),
            label=words.text("Show the thanks you gave"),
        )
    else:
        other = button(
            words.text("Received"),
            action_id=ids.HOME_RECEIVED,
            value=as_value(Shown(HomeList.RECEIVED)),
            label=words.text("Show the thanks you received"),
        )
    buttons = [other]
    if page > 0:
        buttons.append(
            button(
                words.text("Previous"),
                action_id=ids.HOME_NEWER,
                value=as_value(Shown(which, page - 1)),
                label=words.text("Previous page: newer thanks"),
            )
        )
    if home.has_older and page < PAGE_MAX:
        buttons.append(
            button(
                words.text("Next"),
                action_id=ids.HOME_OLDER,
                value=as_value(Shown(which, page + 1)),
                label=words.text("Next page: older thanks"),
            )
        )
    return buttons


def as_value(shown: Shown) -> str:
    """Return the value of a button that leads to a page."""
    return f"{shown.which}:{shown.page}"


def shown_from(value: str) -> Shown:
    """Return the page to which a button leads; the first for what no button of ours says."""
    which, _, page = value.partition(":")
    if which not in set(HomeList) or not page.isascii() or not page.isdigit():
        return Shown()
    return Shown(HomeList(which), min(int(page[:9]), PAGE_MAX))
