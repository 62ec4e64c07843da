"""What holds for every message, whoever is written to and whatever people typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.messages.ids import ALL_IDS
from bot.messages.markup import plain
from bot.messages.refusals import refusal
from bot.sandbox.blocks import check_message_blocks
from tests.messages.examples import EXAMPLES, all_errors
from tests.messages.made_up import HOSTILE, LINK, LONG, NASTY, SHORT
from tests.messages.pseudo import STRETCH, bracketed
from tests.messages.slack_limits import faults
from tests.messages.spoken import ENGLISH, PSEUDO, every_case, functions_returning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messages.message import Message
    from bot.messages.words import Words
    from tests.messages.made_up import Data

every_message = pytest.mark.parametrize("name", EXAMPLES)

# Keys whose values Slack reads and people don't.
_MACHINE = {
    *("type", "style", "action_id", "value", "verbatim", "emoji", "bold"),
    *("user_id", "channel_id", "url", "timestamp", "name", "id"),
}


def leaves(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every dictionary in a payload."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part:
        if isinstance(inner, dict | list):
            yield from leaves(inner)


def texts(message: Message) -> Iterator[str]:
    """Yield everything in a message that somebody reads or hears."""
    for part in leaves(message.payload()):
        for key, value in part.items():
            if isinstance(value, str) and key not in _MACHINE:
                yield value


def test_every_function_that_returns_a_message_has_examples() -> None:
    assert functions_returning("Message") == EXAMPLES.keys()


@every_message
@every_case
def test_a_message_keeps_to_slacks_limits(name: str, data: Data, words: Words) -> None:
    """By Slack's documentation, and by what the sandbox makes of it."""
    for message in EXAMPLES[name](words, data):
        assert faults(message.payload()) == []
        assert check_message_blocks(message.payload()["blocks"]) == []


def test_the_pseudo_language_is_half_as_long_again() -> None:
    for text in ("Undo", "You can't give kudos to yourself.", "{n} points"):
        assert len(bracketed(text)) >= len(text) * STRETCH - len("{n}")


@every_message
def test_no_text_bypasses_the_catalogue(name: str) -> None:
    for data in (SHORT, LONG):
        for message in EXAMPLES[name](PSEUDO, data):
            for text in texts(message):
                assert untranslated(text) == []


def test_no_refusal_bypasses_the_catalogue() -> None:
    for data in (SHORT, LONG):
        for error in all_errors(data):
            assert untranslated(refusal(PSEUDO, error, data.names)) == []


def untranslated(text: str) -> list[str]:
    """Return the Latin words that neither the catalogue nor Slack's markup accounts for."""
    accounted_for = [
        r"⟦[^⟧]*(?:⟧|…\Z)",  # a text of the catalogue, perhaps cut
        r"<[@#][A-Z0-9]+>",
        r"<!date\^\d+\^",
        r"\{(?:date_long_pretty|date_short_pretty|time)\}",
        re.escape(f"<{LINK}|"),
        r":[a-z][a-z0-9_-]*:",  # an emoji
        (  # what one types
            r"/kudos(?: (?:private @ada …|me|leaderboard month|history @ada|undo)(?=:))?"
        ),
    ]
    rest = text
    for pattern in accounted_for:
        rest = re.sub(pattern, " ", rest)
    return re.findall(r"[A-Za-z]+", rest)


def test_the_check_for_bypassing_texts_sees_them() -> None:
    assert untranslated("⟦Yóúú⟧ and 3 ⟦pííts⟧") == ["and"]


@every_message
def test_what_people_typed_is_never_live(name: str) -> None:
    ours = re.compile(
        r"<@U0\d+>|<@UBO>|<#C0GENERAL>|<#C0THANKS>|<!date\^\d+\^\{[^<>|]*\|[^<>|]*>|"
        + re.escape(f"<{LINK}|")
    )
    for message in EXAMPLES[name](ENGLISH, HOSTILE):
        live = [message.text]
        for part in leaves(message.payload()):
            if part.get("type") == "mrkdwn":
                assert NASTY not in part["text"], "what people typed is shown as rich text"
                live.append(part["text"])
            assert part.get("type") not in {"broadcast", "usergroup"}
            assert part.get("user_id", "U0").startswith(("U0", "UBO"))
            assert part.get("channel_id", "C0GENERAL") in {"C0GENERAL", "C0THANKS"}
            assert part.get("url", LINK) == LINK
        for text in live:
            assert "<" not in ours.sub("", text)
            assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def test_a_refusal_makes_nothing_live() -> None:
    for error in all_errors(HOSTILE):
        sentence = refusal(ENGLISH, error, HOSTILE.names)
        ours = r"<!date\^\d+\^\{[^<>|]*\|[^<>|]*>|<#C0THANKS>|"
        ours += re.escape(f"<{LINK}|See the post>")
        assert "<" not in re.sub(ours, "", sentence)


@every_message
def test_nothing_turns_the_direction_of_what_follows(name: str) -> None:
    for message in EXAMPLES[name](ENGLISH, HOSTILE):
        for text in texts(message):
            assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"kudos_posted"}))
def test_only_the_public_thanks_mention_people(name: str) -> None:
    for message in EXAMPLES[name](ENGLISH, SHORT):
        assert "<@" not in message.text
        assert not [part for part in leaves(message.payload()) if part.get("type") == "user"]


@every_message
def test_the_text_says_what_the_blocks_say(name: str) -> None:
    """Screen readers and notifications have nothing but the text; buttons come on top."""
    for message in EXAMPLES[name](ENGLISH, SHORT):
        for part in leaves([block for block in message.blocks if block["type"] != "actions"]):
            if isinstance(part.get("text"), str):
                assert plain(part["text"]).strip() in plain(message.text)


@every_message
def test_an_id_of_a_view_is_a_known_one(name: str) -> None:
    for message in EXAMPLES[name](ENGLISH, SHORT):
        for part in leaves(message.payload()):
            assert part.get("action_id") in {None, *ALL_IDS}
