"""What holds for every modal and Home tab, whoever sees it and whatever people typed."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import TYPE_CHECKING

from bot.domain.workspaces import WorkspaceSettings
from bot.messages.blockkit.ids import ALL_IDS, INPUT_IDS
from bot.messages.settings.settings import setting_id
from bot.sandbox.blocks import check_view, is_too_large
from tests.messages.admin_examples import LONGEST_ZONE
from tests.messages.heard import heard_alike
from tests.messages.slack_limits import view_faults
from tests.messages.spoken import CASES, built_once, functions_returning
from tests.messages.test_all_messages import PSEUDO_CASES, TURNS, leaves, live_parts, untranslated
from tests.messages.view_examples import VIEW_EXAMPLES
from tests.rows import each_row, none_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messages.blockkit.view import View

SETTING_IDS = {setting_id(field.name) for field in fields(WorkspaceSettings)}
# Values that Slack reads and people don't; languages are called what their speakers call them.
_MACHINE = {
    *("type", "style", "action_id", "block_id", "value", "callback_id", "private_metadata"),
    *("user_id", "channel_id", "url", "timestamp", "name", "id"),
}
LANGUAGES = {"English"}

views = built_once(VIEW_EXAMPLES)
every_view = each_row("name", VIEW_EXAMPLES.keys())


def texts(view: View) -> Iterator[str]:
    for part in leaves(view.payload()):
        for key, value in part.items():
            if isinstance(value, str) and key not in _MACHINE:
                yield value


def test_every_function_that_returns_a_view_has_examples() -> None:
    # An admin's part of the Home tab is a row of blocks, which `home_view` makes a view.
    assert functions_returning("View") | {"admin_blocks"} == VIEW_EXAMPLES.keys()


@each_row(("name", "case"), product(VIEW_EXAMPLES, CASES))
def test_a_view_keeps_to_slacks_limits(name: str, case: str) -> None:
    """By Slack's documentation, and by what the sandbox makes of it."""
    payloads = [view.payload() for view in views(name, case)]
    none_of(fault for shown in payloads for fault in view_faults(shown))
    none_of(fault for shown in payloads for fault in check_view(shown))
    assert not any(map(is_too_large, payloads))


@each_row(("name", "case"), product(VIEW_EXAMPLES, CASES))
def test_no_two_buttons_or_fields_sound_alike(name: str, case: str) -> None:
    none_of(fault for view in views(name, case) for fault in heard_alike(view.payload()))


@every_view
def test_nothing_that_one_chooses_from_is_cut(name: str) -> None:
    parts = (part for view in views(name, "pseudo-short") for part in leaves(view.payload()))
    labels = (part["text"] for part in parts if part.get("type") == "plain_text")
    none_of(label for label in labels if label.endswith("…"))


@each_row(("name", "case"), product(VIEW_EXAMPLES, PSEUDO_CASES))
def test_no_text_of_a_view_bypasses_the_catalogue(name: str, case: str) -> None:
    shown = {text for view in views(name, case) for text in texts(view)}
    own = {text.replace(LONGEST_ZONE, "") for text in shown}  # a name that is in no language
    none_of(
        f"{word} in {text!r}" for text in sorted(own - LANGUAGES) for word in untranslated(text)
    )


@every_view
def test_what_people_typed_is_live_in_no_view(name: str) -> None:
    for view in views(name, "english-hostile"):
        none_of(live_parts(leaves(view.payload())))
        none_of(ascii(text) for text in texts(view) if TURNS.search(text))


@every_view
def test_an_id_in_a_view_is_a_known_one(name: str) -> None:
    parts = (part for view in views(name, "english-short") for part in leaves(view.payload()))
    used = {part.get("action_id") for part in parts}
    assert used <= {None, *ALL_IDS, *INPUT_IDS, *SETTING_IDS}
