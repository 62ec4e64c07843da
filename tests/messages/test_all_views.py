"""What holds for every modal and Home tab, whoever sees it and whatever people typed."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from bot.domain.workspaces import WorkspaceSettings
from bot.messages.admin_settings import setting_id
from bot.messages.ids import ALL_IDS, INPUT_IDS
from bot.sandbox.blocks import check_view, is_too_large
from tests.messages.admin_examples import LONGEST_ZONE
from tests.messages.made_up import HOSTILE, LINK, LONG, NASTY, SHORT
from tests.messages.slack_limits import view_faults
from tests.messages.spoken import ENGLISH, PSEUDO, every_case, functions_returning
from tests.messages.test_all_messages import leaves, untranslated
from tests.messages.view_examples import VIEW_EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messages.view import View
    from bot.messages.words import Words
    from tests.messages.made_up import Data

SETTING_IDS = {setting_id(field.name) for field in fields(WorkspaceSettings)}
# Values that Slack reads and people don't; languages are called what their speakers call them.
_MACHINE = {
    *("type", "style", "action_id", "block_id", "value", "callback_id", "private_metadata"),
    *("user_id", "channel_id", "url", "timestamp", "name", "id"),
}
LANGUAGES = {"English"}

every_view = pytest.mark.parametrize("name", VIEW_EXAMPLES)


def texts(view: View) -> Iterator[str]:
    for part in leaves(view.payload()):
        for key, value in part.items():
            if isinstance(value, str) and key not in _MACHINE:
                yield value


def test_every_function_that_returns_a_view_has_examples() -> None:
    # An admin's part of the Home tab is a row of blocks, which `home_view` makes a view.
    assert functions_returning("View") | {"admin_blocks"} == VIEW_EXAMPLES.keys()


@every_view
@every_case
def test_a_view_keeps_to_slacks_limits(name: str, data: Data, words: Words) -> None:
    """By Slack's documentation, and by what the sandbox makes of it."""
    for view in VIEW_EXAMPLES[name](words, data):
        shown = view.payload()
        assert view_faults(shown) == []
        assert check_view(shown) == []
        assert not is_too_large(shown)


@every_view
def test_nothing_that_one_chooses_from_is_cut(name: str) -> None:
    for view in VIEW_EXAMPLES[name](PSEUDO, SHORT):
        for part in leaves(view.payload()):
            if part.get("type") == "plain_text":
                assert not part["text"].endswith("…")


@every_view
def test_no_text_of_a_view_bypasses_the_catalogue(name: str) -> None:
    for data in (SHORT, LONG):
        for view in VIEW_EXAMPLES[name](PSEUDO, data):
            for text in texts(view):
                own = text.replace(LONGEST_ZONE, "")  # the tz database's name, in no language
                assert own in LANGUAGES or untranslated(own) == []


@every_view
def test_what_people_typed_is_live_in_no_view(name: str) -> None:
    for view in VIEW_EXAMPLES[name](ENGLISH, HOSTILE):
        for part in leaves(view.payload()):
            if part.get("type") == "mrkdwn":
                assert NASTY not in part["text"], "what people typed is shown as rich text"
            assert part.get("type") not in {"broadcast", "usergroup"}
            assert part.get("user_id", "U0").startswith(("U0", "UBO"))
            assert part.get("url", LINK) == LINK
        for text in texts(view):
            assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@every_view
def test_an_id_in_a_view_is_a_known_one(name: str) -> None:
    for view in VIEW_EXAMPLES[name](ENGLISH, SHORT):
        for part in leaves(view.payload()):
            assert part.get("action_id") in {None, *ALL_IDS, *INPUT_IDS, *SETTING_IDS}
