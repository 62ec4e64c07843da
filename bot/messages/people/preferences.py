"""The modal in which people choose for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import context
from bot.messages.blockkit.inputs import checkboxes, choice, field
from bot.messages.blockkit.view import View
from bot.messages.text.words import catalogues

if TYPE_CHECKING:
    from bot.domain.preferences import Preferences
    from bot.messages.text.words import Words

AS_IN_SLACK = "slack"
ENGLISH = "en"
CHOICES = ("on_boards", "thanked_in_private", "direct_messages", "weekly_nudge")


def preferences_view(words: Words, preferences: Preferences) -> View:
    """Return the modal with what somebody chose so far."""
    choices = {
        "on_boards": words.text("Take part in leaderboards"),
        "thanked_in_private": words.text("Thank me in private only"),
        "direct_messages": words.text("Tell me by direct message when I am thanked"),
        "weekly_nudge": words.text("Send me my week by direct message, once a week"),
    }
    languages = {AS_IN_SLACK: words.text("The same as my Slack")}
    languages |= {code: own_name(code) for code in languages_offered()}
    return View(
        title=words.text("Preferences"),
        submit=words.text("Save"),
        close=words.text("Cancel"),
        callback_id=ids.PREFERENCES_SAVE,
        blocks=(
            field(
                words.text("What you would like"),
                checkboxes(
                    ids.PREFERENCES_CHOICES,
                    choices,
                    initial=[name for name in CHOICES if getattr(preferences, name)],
                ),
                optional=True,
            ),
            field(
                words.text("Language"),
                choice(
                    ids.PREFERENCES_LANGUAGE,
                    languages,
                    initial=preferences.locale or AS_IN_SLACK,
                ),
                hint=words.text(
                    "The language in which I write to you. Channels have one of their own."
                ),
            ),
            context(
                words.text(
                    "Thanks in private are seen by you and the one who gives them, and are counted "
                    "in no leaderboard. Without direct messages, you find them here, and your "
                    "week is not sent either."
                )
            ),
        ),
    )


def languages_offered() -> list[str]:
    """Return the languages in which Kudos can write."""
    return [ENGLISH, *sorted(catalogues() - {ENGLISH})]


def own_name(language: str) -> str:
    """Return what a language is called by those who speak it."""
    locale = Locale.parse(language)
    return (locale.get_display_name(locale) or language).capitalize()
